//! `nvofvisual`: shows the motion vectors of `nvof` as colours.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvof ! nvofvisual ! nvvideoconvert ! autovideosink nvurisrcbin uri=file:///street.mp4 ! mux.sink_0
//! ```
//!
//! Every frame of a batch leaves as an RGBA picture of its own size in which each block has the colour of its motion: hue
//! says where to, saturation how far, white is rest ([`crate::base::flow`]). A frame without vectors, as the first of a
//! source is, leaves white. Metadata goes along as it is. Right is red, as in the paper; pictures that NVIDIA published of
//! its own element have red and blue exchanged.

mod imp;
mod settings;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvOfVisual(ObjectSubclass<imp::NvOfVisual>)
        @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvofvisual", gst::Rank::PRIMARY, NvOfVisual::static_type())
}
