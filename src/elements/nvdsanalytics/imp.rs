//! The element: an in-place transform over the metadata of batches.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;
use gst_video::VideoFormat;

use super::batch;
use super::error::RulesError;
use super::settings::Settings;
use super::streams::Streams;
use crate::elements::plumbing::{introduction, pad_templates, same_pads, settings_specs};
use crate::meta::event::{self, SourceEvent};
use crate::surface::caps;

static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvdsanalytics", gst::DebugColorFlags::empty(), Some("Analytics")));

/// DeepStream's two formats, and I420, which host surfaces often have.
const FORMATS: [VideoFormat; 3] = [VideoFormat::Nv12, VideoFormat::Rgba, VideoFormat::I420];

#[derive(Default)]
pub struct NvDsAnalytics {
    settings: Mutex<Settings>,
    /// `None` while stopped.
    streams: Mutex<Option<Streams>>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvDsAnalytics {
    const NAME: &'static str = "GstNvDsAnalytics";
    type Type = super::NvDsAnalytics;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvDsAnalytics {
    settings_specs!();

    fn signals() -> &'static [glib::subclass::Signal] {
        static SIGNALS: LazyLock<Vec<glib::subclass::Signal>> = LazyLock::new(|| {
            // An extension: reads the configuration anew at once; answers whether it holds now.
            let reload = glib::subclass::Signal::builder("reload-config").action().return_type::<bool>();
            let reload = reload.class_handler(|values| {
                let element = values.first()?.get::<super::NvDsAnalytics>().ok()?;
                Some(element.imp().reload().to_value())
            });
            vec![reload.build()]
        });
        &SIGNALS
    }

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        if let Err(error) = self.settings().set(spec.name(), value) {
            gst::warning!(CAT, imp = self, "{}: {error}", spec.name());
        }
        // Another file while frames pass.
        if spec.name() == "config-file" && self.streams().is_some() {
            self.reload();
        }
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        self.settings().get(spec.name())
    }
}

impl GstObjectImpl for NvDsAnalytics {}

impl ElementImpl for NvDsAnalytics {
    introduction!(
        "Analytics",
        "Filter/Analyzer/Video",
        "Says which objects are in regions, cross lines and move in directions"
    );

    pad_templates!(same_pads(&caps::nvmm(&FORMATS)));
}

impl BaseTransformImpl for NvDsAnalytics {
    const MODE: BaseTransformMode = BaseTransformMode::AlwaysInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn start(&self) -> Result<(), gst::ErrorMessage> {
        let streams = self.load().map_err(|error| gst::error_msg!(gst::LibraryError::Settings, ("{error}")))?;
        *self.streams() = Some(streams);
        Ok(())
    }

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        *self.streams() = None;
        Ok(())
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        if event::parse_analytics_reload_config(&event).is_some() {
            self.reload();
        }
        if let Some((source, SourceEvent::PadDeleted)) = SourceEvent::parse(&event)
            && let Some(streams) = self.streams().as_mut()
        {
            streams.remove(source);
        }
        self.parent_sink_event(event)
    }

    fn transform_ip(&self, buffer: &mut gst::BufferRef) -> Result<gst::FlowSuccess, gst::FlowError> {
        let settings = self.settings().clone();
        if self.streams().as_mut().is_some_and(Streams::changed) {
            self.reload();
        }
        let mut streams = self.streams();
        let Some(streams) = streams.as_mut().filter(|streams| settings.enable && streams.config.enable) else {
            return Ok(gst::FlowSuccess::Ok);
        };
        batch::look(buffer, streams, settings.unique_id).map_err(|error| {
            gst::element_imp_error!(self, gst::StreamError::Format, ("{error}"));
            gst::FlowError::Error
        })?;
        Ok(gst::FlowSuccess::Ok)
    }
}

impl NvDsAnalytics {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn streams(&self) -> MutexGuard<'_, Option<Streams>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn load(&self) -> Result<Streams, RulesError> {
        let file = self.settings().file().ok_or(RulesError::NoFile)?;
        let (streams, warnings) = Streams::load(&file)?;
        for warning in warnings {
            gst::warning!(CAT, imp = self, "{warning}");
        }
        Ok(streams)
    }

    /// Reads the file anew; a broken one is said so, and the old rules stay. Answers whether the file holds now.
    fn reload(&self) -> bool {
        let fresh = match self.load() {
            Ok(fresh) => fresh,
            Err(error) => {
                gst::element_imp_warning!(self, gst::LibraryError::Settings, ("{error}; the rules read before stay"));
                return false;
            }
        };
        gst::info!(CAT, imp = self, "{} was read anew", fresh.config.path.display());
        let mut streams = self.streams();
        if let Some(old) = streams.take() {
            *streams = Some(fresh.continuing(old));
        }
        true
    }
}
