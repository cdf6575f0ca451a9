//! The element: an in-place transform that reads pixels and adds metadata.

use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;
use gst_video::VideoFormat;

use super::batch;
use super::dump::Dump;
use super::settings::Settings;
use super::streams::{OfError, Streams};
use crate::elements::plumbing::{introduction, pad_templates, same_pads, settings_properties};
use crate::meta::event::SourceEvent;
use crate::surface::caps;

static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvof", gst::DebugColorFlags::empty(), Some("Optical flow")));

/// DeepStream's format, and the other two with a luma plane.
const FORMATS: [VideoFormat; 3] = [VideoFormat::Nv12, VideoFormat::I420, VideoFormat::Gray8];

#[derive(Default)]
pub struct NvOf {
    settings: Mutex<Settings>,
    /// `None` while stopped.
    streams: Mutex<Option<Streams>>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvOf {
    const NAME: &'static str = "GstNvOf";
    type Type = super::NvOf;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvOf {
    settings_properties!(CAT);
}

impl GstObjectImpl for NvOf {}

impl ElementImpl for NvOf {
    introduction!(
        "Optical flow",
        "Filter/Analyzer/Video",
        "Says how every part of a picture moved since the picture before"
    );

    pad_templates!(same_pads(&caps::nvmm(&FORMATS)));
}

impl BaseTransformImpl for NvOf {
    const MODE: BaseTransformMode = BaseTransformMode::AlwaysInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn start(&self) -> Result<(), gst::ErrorMessage> {
        let settings = self.settings().clone();
        let dump = settings.dump_of_meta.then(|| Dump::new(PathBuf::new()));
        let streams = Streams::new(settings.preset(), settings.pool_size as usize, dump)
            .map_err(|error| gst::error_msg!(gst::LibraryError::Init, ("{error}")))?;
        *self.streams() = Some(streams);
        Ok(())
    }

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        *self.streams() = None;
        Ok(())
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        if let Some(streams) = self.streams().as_mut() {
            match SourceEvent::parse(&event) {
                Some((source, SourceEvent::PadDeleted | SourceEvent::Eos | SourceEvent::Reset)) => {
                    streams.remove(source)
                }
                None if event.type_() == gst::EventType::FlushStop => streams.clear(),
                _ => {}
            }
        }
        self.parent_sink_event(event)
    }

    fn transform_ip(&self, buffer: &mut gst::BufferRef) -> Result<gst::FlowSuccess, gst::FlowError> {
        let looked = match self.streams().as_mut() {
            Some(streams) => batch::look(buffer, streams),
            None => return Err(gst::FlowError::Flushing),
        };
        looked.map_err(|error| {
            match error {
                OfError::Dump { .. } => gst::element_imp_error!(self, gst::ResourceError::Write, ("{error}")),
                _ => gst::element_imp_error!(self, gst::StreamError::Format, ("{error}")),
            }
            gst::FlowError::Error
        })?;
        Ok(gst::FlowSuccess::Ok)
    }
}

impl NvOf {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn streams(&self) -> MutexGuard<'_, Option<Streams>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
