//! The element: an in-place transform that adds tensors to batches.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use gst::glib;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;
use gst_video::VideoFormat;

use super::error::{FrameError, StartError};
use super::settings::Settings;
use super::worker::Worker;
use super::{MakePreparation, attach};
use crate::elements::plumbing::{introduction, pad_templates, same_pads, settings_specs};
use crate::surface::caps;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new("nvdspreprocess", gst::DebugColorFlags::empty(), Some("Tensors of regions"))
});

/// DeepStream's three formats.
const FORMATS: [VideoFormat; 3] = [VideoFormat::Nv12, VideoFormat::Rgba, VideoFormat::I420];

#[derive(Default)]
pub struct NvDsPreprocess {
    settings: Mutex<Settings>,
    make: Mutex<Option<Arc<MakePreparation>>>,
    /// `None` while stopped.
    worker: Mutex<Option<Worker>>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvDsPreprocess {
    const NAME: &'static str = "GstNvDsPreProcess";
    type Type = super::NvDsPreprocess;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvDsPreprocess {
    settings_specs!();

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        if let Err(error) = lock(&self.settings).set(spec.name(), value) {
            gst::warning!(CAT, imp = self, "{}: {error}", spec.name());
        }
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        lock(&self.settings).get(spec.name())
    }
}

impl GstObjectImpl for NvDsPreprocess {}

impl ElementImpl for NvDsPreprocess {
    introduction!(
        "Preprocessing",
        "Filter/Analyzer/Video",
        "Makes tensors of regions of frames for networks downstream"
    );

    pad_templates!(same_pads(&caps::nvmm(&FORMATS)));
}

impl BaseTransformImpl for NvDsPreprocess {
    const MODE: BaseTransformMode = BaseTransformMode::AlwaysInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn start(&self) -> Result<(), gst::ErrorMessage> {
        let worker = self.load().map_err(|error| gst::error_msg!(gst::LibraryError::Settings, ("{error}")))?;
        *lock(&self.worker) = Some(worker);
        Ok(())
    }

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        let worker = lock(&self.worker).take();
        drop(worker);
        Ok(())
    }

    fn transform_ip(&self, buffer: &mut gst::BufferRef) -> Result<gst::FlowSuccess, gst::FlowError> {
        let mut worker = lock(&self.worker);
        let Some(worker) = worker.as_mut().filter(|worker| worker.config.enable) else {
            return Ok(gst::FlowSuccess::Ok);
        };
        attach::process(buffer, worker).map_err(|error| {
            match error {
                FrameError::Outside { .. } => gst::element_imp_error!(self, gst::LibraryError::Settings, ("{error}")),
                FrameError::Prepare(_) | FrameError::Library { .. } => {
                    gst::element_imp_error!(self, gst::StreamError::Failed, ("{error}"))
                }
                _ => gst::element_imp_error!(self, gst::StreamError::Format, ("{error}")),
            }
            gst::FlowError::Error
        })?;
        Ok(gst::FlowSuccess::Ok)
    }
}

impl NvDsPreprocess {
    pub fn prepare_with(&self, make: Arc<MakePreparation>) {
        *lock(&self.make) = Some(make);
    }

    fn load(&self) -> Result<Worker, StartError> {
        let settings = lock(&self.settings).clone();
        let (config, warnings) = Worker::load(&settings)?;
        for warning in warnings {
            gst::warning!(CAT, imp = self, "{warning}");
        }
        let make = lock(&self.make).clone();
        Worker::new(config, make.as_deref())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
