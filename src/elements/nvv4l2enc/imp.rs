//! The bins: `nvvideoconvert ! even size ! encoder ! capsfilter`, made when the element gets READY. Both are the same but for the codec.

use super::child::Child;
use super::kind::Kind;
use super::settings::Settings;
use crate::elements::codec::{kept::Kept, pads, relay};
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvv4l2enc", gst::DebugColorFlags::empty(), Some("Video encoders")));

/// What both elements hold.
pub struct Core {
    sink: gst::GhostPad,
    src: gst::GhostPad,
    settings: Mutex<Settings>,
    kept: Kept,
    child: Mutex<Option<Child>>,
}

impl Core {
    fn new(templates: [Option<gst::PadTemplate>; 2]) -> Self {
        let [sink, src] = templates;
        Self {
            sink: pads::builder(sink, gst::PadDirection::Sink).build(),
            src: pads::builder(src, gst::PadDirection::Src).build(),
            settings: Mutex::default(),
            kept: Kept::default(),
            child: Mutex::default(),
        }
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, spec: &glib::ParamSpec, value: &glib::Value) {
        let mut settings = self.settings();
        match settings.set(spec.name(), value) {
            Ok(true) => {}
            Ok(false) => self.kept.set(spec, value),
            Err(error) => gst::warning!(CAT, "{}: {error}", spec.name()),
        }
        let settings = settings.clone();
        if let (Some(child), "bitrate") = (&*self.child(), spec.name()) {
            child.set_bitrate(&settings);
        }
    }

    fn get(&self, spec: &glib::ParamSpec) -> glib::Value {
        self.settings().get(spec.name()).unwrap_or_else(|| self.kept.get(spec))
    }

    /// Makes the encoder before the bin gets READY.
    fn open(&self, bin: &gst::Bin, kind: Kind) -> Result<(), gst::ErrorMessage> {
        let settings = self.settings().clone();
        let child = Child::new(kind, &settings)?;
        child.plug(bin, &self.sink, &self.src).map_err(|error| {
            gst::error_msg!(gst::CoreError::Pad, ("{} cannot be plugged: {error}", child.encoder.name()))
        })?;
        gst::info!(CAT, obj = bin, "{} encodes", child.encoder.name());
        *self.child() = Some(child);
        Ok(())
    }

    fn close(&self, bin: &gst::Bin) {
        let Some(child) = self.child().take() else { return };
        if let Err(error) = child.unplug(bin, &self.sink, &self.src) {
            gst::warning!(CAT, obj = bin, "{error}");
        }
    }
}

macro_rules! encoder {
    ($module:ident, $wrapper:ident, $kind:expr, $type:literal, $title:literal) => {
        #[doc = $title]
        pub mod $module {
            use super::*;

            /// The element.
            pub struct Encoder(Core);

            #[glib::object_subclass]
            impl ObjectSubclass for Encoder {
                const NAME: &'static str = $type;
                type Type = crate::elements::nvv4l2enc::$wrapper;
                type ParentType = gst::Bin;

                fn with_class(class: &Self::Class) -> Self {
                    Self(Core::new(["sink", "src"].map(|name| class.pad_template(name))))
                }
            }

            impl ObjectImpl for Encoder {
                fn properties() -> &'static [glib::ParamSpec] {
                    static SPECS: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(Settings::specs);
                    &SPECS
                }

                fn signals() -> &'static [glib::subclass::Signal] {
                    static SIGNALS: LazyLock<Vec<glib::subclass::Signal>> = LazyLock::new(|| {
                        let force = glib::subclass::Signal::builder("force-IDR").action().class_handler(|values| {
                            let encoder = values[0].get::<crate::elements::nvv4l2enc::$wrapper>().ok()?;
                            encoder.imp().0.child().as_ref()?.force_key_frame();
                            None
                        });
                        vec![force.build()]
                    });
                    &SIGNALS
                }

                fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
                    self.0.set(spec, value);
                }

                fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
                    self.0.get(spec)
                }

                fn constructed(&self) {
                    self.parent_constructed();
                    let added = self.obj().add_pad(&self.0.sink).and_then(|()| self.obj().add_pad(&self.0.src));
                    if let Err(error) = added {
                        gst::error!(CAT, imp = self, "{error}");
                    }
                }
            }

            impl GstObjectImpl for Encoder {}

            impl ElementImpl for Encoder {
                fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
                    static META: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
                        let what = "Encodes NVMM surfaces with the best encoder of the machine";
                        gst::subclass::ElementMetadata::new($title, "Codec/Encoder/Video", what, "ds-apps")
                    });
                    Some(&META)
                }

                fn pad_templates() -> &'static [gst::PadTemplate] {
                    static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
                        let mut frames = crate::surface::caps::nvmm(&crate::surface::caps::FORMATS);
                        frames.merge(crate::surface::caps::system(&crate::surface::caps::FORMATS));
                        let sink = pads::always("sink", gst::PadDirection::Sink, &frames);
                        let src = pads::always("src", gst::PadDirection::Src, &$kind.caps());
                        [sink, src].into_iter().flatten().collect()
                    });
                    &TEMPLATES
                }

                fn change_state(
                    &self,
                    transition: gst::StateChange,
                ) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
                    if transition == gst::StateChange::NullToReady
                        && let Err(error) = self.0.open(self.obj().upcast_ref(), $kind)
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

            impl BinImpl for Encoder {
                fn handle_message(&self, message: gst::Message) {
                    match message.view() {
                        gst::MessageView::Error(error) => {
                            relay::error(&*self.obj(), error, concat!($title, " cannot encode the frames"));
                        }
                        _ => self.parent_handle_message(message),
                    }
                }
            }
        }
    };
}

encoder!(h264, H264Encoder, Kind::H264, "DsAppsH264Encoder", "H.264 encoder");
encoder!(h265, H265Encoder, Kind::H265, "DsAppsH265Encoder", "H.265 encoder");
