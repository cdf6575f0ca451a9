//! The element: an in-place transform over the metadata of batches.

use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;
use gst_video::VideoFormat;

use super::batch;
use super::error::StartError;
use super::reid::Reid;
use super::settings::Settings;
use super::streams::{Setup, Streams};
use super::sub_batches::SubBatches;
use crate::config::tracker::{ReIdUse, TrackerConfig};
use crate::elements::plumbing::{introduction, pad_templates, same_pads, settings_properties};
use crate::meta::event::SourceEvent;
use crate::surface::caps;

static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvtracker", gst::DebugColorFlags::empty(), Some("Tracker")));

/// DeepStream's three formats.
const FORMATS: [VideoFormat; 3] = [VideoFormat::I420, VideoFormat::Nv12, VideoFormat::Rgba];
/// Room for targets without a configuration file, as NVIDIA's own files have it.
const TARGETS_WITHOUT_FILE: usize = 150;

#[derive(Default)]
pub struct NvTracker {
    settings: Mutex<Settings>,
    streams: Mutex<Streams>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvTracker {
    const NAME: &'static str = "GstNvTracker";
    type Type = super::NvTracker;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvTracker {
    settings_properties!(CAT);
}

impl GstObjectImpl for NvTracker {}

impl ElementImpl for NvTracker {
    introduction!("Tracker", "Filter/Analyzer/Video", "Gives objects ids that stay from frame to frame");

    pad_templates!(same_pads(&caps::nvmm(&FORMATS)));
}

impl BaseTransformImpl for NvTracker {
    const MODE: BaseTransformMode = BaseTransformMode::AlwaysInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn start(&self) -> Result<(), gst::ErrorMessage> {
        let settings = self.settings().clone();
        let streams =
            self.load(&settings).map_err(|error| gst::error_msg!(gst::ResourceError::Settings, ("{error}")))?;
        *self.streams() = streams;
        Ok(())
    }

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        *self.streams() = Streams::default();
        Ok(())
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        if let Some((source, event)) = SourceEvent::parse(&event) {
            self.hear(source, &event);
        }
        self.parent_sink_event(event)
    }

    fn transform_ip(&self, buffer: &mut gst::BufferRef) -> Result<gst::FlowSuccess, gst::FlowError> {
        let settings = self.settings().clone();
        let result = batch::track(buffer, &mut self.streams(), &settings);
        result.map_err(|error| {
            gst::element_imp_error!(self, gst::StreamError::Format, ("{error}"));
            gst::FlowError::Error
        })?;
        Ok(gst::FlowSuccess::Ok)
    }
}

impl NvTracker {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn load(&self, settings: &Settings) -> Result<Streams, StartError> {
        let sub_batches = SubBatches::parse(settings.sub_batches.as_deref().unwrap_or_default())?;
        let mut setups = Vec::new();
        for file in settings.config_files() {
            setups.push(self.setup(&file)?);
        }
        if setups.is_empty() {
            let mut config = TrackerConfig::default();
            config.target.max_targets = TARGETS_WITHOUT_FILE;
            gst::info!(CAT, imp = self, "no ll-config-file: the IOU tracker with NVIDIA's defaults");
            setups.push(Setup { config: Arc::new(config), reid: None });
        }
        if let Some(library) = &settings.ll_lib_file {
            gst::info!(CAT, imp = self, "ll-lib-file={library} is not loaded: this element has its own tracker");
        }
        Ok(Streams::new(setups, sub_batches))
    }

    /// What one configuration file asks for.
    fn setup(&self, file: &Path) -> Result<Setup, StartError> {
        let loaded = TrackerConfig::load(file)?;
        for warning in &loaded.warnings {
            gst::warning!(CAT, imp = self, "{warning}");
        }
        let config = loaded.config;
        let wrong = |source| StartError::Reid { config: file.display().to_string(), source: Box::new(source) };
        let reid = Reid::load(&config.reid).map_err(wrong)?;
        if reid.is_none() && config.reid.uses != ReIdUse::Nothing {
            let text =
                "ReID without onnxFile (TAO models and engines run with NVIDIA's library only): looks are not compared";
            gst::warning!(CAT, imp = self, "{}: {text}", file.display());
        }
        Ok(Setup { config: Arc::new(config), reid: reid.map(|reid| Arc::new(Mutex::new(reid))) })
    }

    /// What happened to one source.
    fn hear(&self, source: u32, event: &SourceEvent) {
        let settings = self.settings().clone();
        let mut streams = self.streams();
        match event {
            SourceEvent::PadDeleted => streams.remove(source, settings.resets_after_eos()),
            SourceEvent::Eos if settings.resets_after_eos() => streams.remove(source, true),
            SourceEvent::Reset if settings.resets_after_reset() => streams.remove(source, false),
            _ => return,
        }
        gst::debug!(CAT, imp = self, "source {source} ended or began anew; {} are left", streams.len());
    }
}
