//! `nvsegvisual`: shows the class maps of a segmentation network as colours.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvinfer config-file-path=config_infer_scene_segmentation.txt ! \
//!     nvsegvisual original-background=true ! nvvideoconvert ! autovideosink nvurisrcbin uri=file:///street.mp4 ! mux.sink_0
//! ```
//!
//! Every frame of a batch leaves as RGBA of `width` x `height`, by default of its own size: the colours alone, or with `original-background` over the
//! picture. A frame without a map is black, or the picture. Metadata goes along as it is.

mod imp;
mod settings;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvSegVisual(ObjectSubclass<imp::NvSegVisual>)
        @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvsegvisual", gst::Rank::PRIMARY, NvSegVisual::static_type())
}
