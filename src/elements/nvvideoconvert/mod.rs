//! `nvvideoconvert`: moves frames between system memory and NVMM surfaces, and converts, scales, crops and turns them on
//! the way.
//!
//! ```text
//! gst-launch-1.0 videotestsrc num-buffers=30 ! nvvideoconvert flip-method=rotate-180 ! \
//!     video/x-raw(memory:NVMM),format=RGBA,width=640,height=360 ! nvvideoconvert ! autovideosink
//! ```
//!
//! Where nothing but the memory changes nothing is copied: a surface is made over the frame, or a frame over the surface.
//! Of a batch every surface is converted; a surface keeps its own size unless the caps ask for another one. Into system
//! memory goes the first surface of a batch. Metadata goes with the frames; boxes are not moved.

mod convert;
mod imp;
mod negotiate;
mod settings;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvVideoConvert(ObjectSubclass<imp::NvVideoConvert>)
        @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvvideoconvert", gst::Rank::NONE, NvVideoConvert::static_type())
}
