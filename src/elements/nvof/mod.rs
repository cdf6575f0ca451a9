//! `nvof`: how every part of a picture moved since the picture before, as metadata.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvof preset-level=2 ! nvofvisual ! nvvideoconvert ! autovideosink nvurisrcbin uri=file:///street.mp4 ! mux.sink_0
//! ```
//!
//! Every frame but the first of its source gets an `NvDsOpticalFlowMeta` (`NVDS_OPTICAL_FLOW_META`): a vector for each
//! block of 4x4 pixels of the frame before, right and down in 1/32 pixel, to where the block is now. The flow is OpenCV's
//! DIS on the luma, on the CPU ([`crate::flow`]). The frame before is kept, not copied: until the next one comes its pixels
//! are shared, and an element that wants to draw into them gets a copy.
//!
//! Before a camera that moves, the floor has the motion that the scene says it must have ([`crate::flow`] says how).
//!
//! Frames of another size than the one before, frames after a flush, and those of a source that began anew have none
//! before them.

mod batch;
mod dump;
mod imp;
mod settings;
mod streams;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvOf(ObjectSubclass<imp::NvOf>)
        @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvof", gst::Rank::PRIMARY, NvOf::static_type())
}
