//! `nvinferserver`: runs a model of a Triton model repository, or one that a server has, over the frames of a batch.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvinferserver \
//!     config-file-path=configs/config_triton_infer_primary_detector.txt ! nvdsosd ! nvvideoconvert ! autovideosink \
//!     nvurisrcbin uri=test:smpte ! mux.sink_0
//! ```
//!
//! The configuration is DeepStream's: text of protocol buffers. All that follows (preprocessing, batches, workers, order,
//! metadata) is [`nvinfer`](super::nvinfer)'s own: only the properties and the file are others.

mod imp;
mod settings;

use gst::glib;
use gst::prelude::*;

use super::nvinfer::Inference;

glib::wrapper! {
    /// The element.
    pub struct NvInferServer(ObjectSubclass<imp::NvInferServer>) @extends Inference, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvinferserver", gst::Rank::PRIMARY, NvInferServer::static_type())
}
