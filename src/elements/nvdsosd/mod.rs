//! `nvdsosd`: draws what the metadata describes into the frames: boxes, masks, texts, lines, arrows and circles.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvinfer config-file-path=configs/config_infer_primary_detector.txt ! \
//!     nvdsosd ! nvvideoconvert ! autovideosink nvurisrcbin uri=test:smpte ! mux.sink_0
//! ```
//!
//! Drawing happens in place and in the surface's own format (RGBA, NV12, I420). A frame that others may still read (a
//! decoder's reference picture) is copied first, and only if there is something to draw.

mod gather;
mod imp;
mod settings;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvDsOsd(ObjectSubclass<imp::NvDsOsd>) @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvdsosd", gst::Rank::NONE, NvDsOsd::static_type())
}
