//! The bins: `nvvideoconvert ! window sink`, made when the element gets READY. Both are the same but for the name.

use super::choice;
use super::settings::Settings;
use crate::elements::codec::relay;
use crate::surface::caps;
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvdssink", gst::DebugColorFlags::empty(), Some("Window sinks")));

/// What both elements hold.
pub struct Core {
    pad: gst::GhostPad,
    settings: Mutex<Settings>,
    children: Mutex<Option<[gst::Element; 2]>>,
}

impl Core {
    fn new(template: Option<gst::PadTemplate>) -> Self {
        let pad = match template {
            Some(template) => gst::GhostPad::from_template(&template),
            None => gst::GhostPad::new(gst::PadDirection::Sink),
        };
        Self { pad, settings: Mutex::default(), children: Mutex::default() }
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn children(&self) -> MutexGuard<'_, Option<[gst::Element; 2]>> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, spec: &glib::ParamSpec, value: &glib::Value) {
        let mut settings = self.settings();
        if let Err(error) = settings.set(spec.name(), value) {
            gst::warning!(CAT, "{}: {error}", spec.name());
        }
        let settings = settings.clone();
        if let Some([_, window]) = &*self.children() {
            settings.apply(window);
        }
    }

    fn open(&self, bin: &gst::Bin) -> Result<(), gst::ErrorMessage> {
        let window = choice::window()?;
        self.settings().apply(&window);
        let plug = || -> Result<gst::Element, glib::BoolError> {
            let convert = gst::ElementFactory::make("nvvideoconvert").build()?;
            bin.add_many([&convert, &window])?;
            convert.link(&window)?;
            self.pad.set_target(convert.static_pad("sink").as_ref())?;
            Ok(convert)
        };
        let convert = plug()
            .map_err(|error| gst::error_msg!(gst::CoreError::Pad, ("{} cannot be plugged: {error}", window.name())))?;
        gst::info!(CAT, obj = bin, "{} shows the frames", window.name());
        *self.children() = Some([convert, window]);
        Ok(())
    }

    fn close(&self, bin: &gst::Bin) {
        let Some(children) = self.children().take() else { return };
        let detached = self.pad.set_target(None::<&gst::Pad>);
        for child in &children {
            let _ = child.set_state(gst::State::Null);
        }
        if let Err(error) = detached.and_then(|()| bin.remove_many(&children)) {
            gst::warning!(CAT, obj = bin, "{error}");
        }
    }
}

macro_rules! sink {
    ($module:ident, $wrapper:ident, $type:literal, $title:literal) => {
        #[doc = $title]
        pub mod $module {
            use super::*;

            /// The element.
            pub struct Sink(Core);

            #[glib::object_subclass]
            impl ObjectSubclass for Sink {
                const NAME: &'static str = $type;
                type Type = crate::elements::nvdssink::$wrapper;
                type ParentType = gst::Bin;

                fn with_class(class: &Self::Class) -> Self {
                    Self(Core::new(class.pad_template("sink")))
                }
            }

            impl ObjectImpl for Sink {
                fn properties() -> &'static [glib::ParamSpec] {
                    static SPECS: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(Settings::specs);
                    &SPECS
                }

                fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
                    self.0.set(spec, value);
                }

                fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
                    self.0.settings().get(spec.name())
                }

                fn constructed(&self) {
                    self.parent_constructed();
                    let bin = self.obj();
                    // Known as a sink before there is a child, so that the pipeline waits for its end.
                    bin.set_suppressed_flags(gst::ElementFlags::SINK);
                    bin.set_element_flags(gst::ElementFlags::SINK);
                    if let Err(error) = bin.add_pad(&self.0.pad) {
                        gst::error!(CAT, imp = self, "{error}");
                    }
                }
            }

            impl GstObjectImpl for Sink {}

            impl ElementImpl for Sink {
                fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
                    static META: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
                        let what = "Shows frames in a window with the best sink of the machine";
                        gst::subclass::ElementMetadata::new($title, "Sink/Video", what, "ds-apps")
                    });
                    Some(&META)
                }

                fn pad_templates() -> &'static [gst::PadTemplate] {
                    static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
                        let mut frames = caps::nvmm(&caps::FORMATS);
                        frames.merge(caps::system(&caps::FORMATS));
                        let presence = gst::PadPresence::Always;
                        gst::PadTemplate::new("sink", gst::PadDirection::Sink, presence, &frames).into_iter().collect()
                    });
                    &TEMPLATES
                }

                fn change_state(
                    &self,
                    transition: gst::StateChange,
                ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
                    if transition == gst::StateChange::NullToReady
                        && let Err(error) = self.0.open(self.obj().upcast_ref())
                    {
                        self.obj().post_error_message(error);
                        return Err(gst::StateChangeError);
                    }
                    let changed = self.parent_change_state(transition)?;
                    if transition == gst::StateChange::ReadyToNull {
                        self.0.close(self.obj().upcast_ref());
                    }
                    Ok(changed)
                }
            }

            impl BinImpl for Sink {
                fn handle_message(&self, message: gst::Message) {
                    match message.view() {
                        gst::MessageView::Error(error) => {
                            relay::error(&*self.obj(), error, "the frames cannot be shown");
                        }
                        _ => self.parent_handle_message(message),
                    }
                }
            }
        }
    };
}

sink!(egl, EglGlesSink, "DsAppsEglGlesSink", "EGL/GLES window sink");
sink!(nv3d, Nv3dSink, "DsAppsNv3dSink", "3D window sink");
