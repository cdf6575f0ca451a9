//! `nvmultistreamtiler`: shows the frames of a batch side by side in one picture.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=2 ! nvmultistreamtiler rows=1 columns=2 width=1280 height=360 ! nvdsosd ! \
//!     nvvideoconvert ! autovideosink nvurisrcbin uri=test:smpte ! mux.sink_0 nvurisrcbin uri=test:ball ! mux.sink_1
//! ```
//!
//! Sources stand row by row in the order of their pads. Objects, texts and shapes move with their picture. A source that
//! has no frame in a batch keeps its last picture and metadata; one whose pad was removed leaves a black tile. With more
//! sources than tiles the grid grows. What leaves is a batch of one frame whose source, pad and times are 0.

mod compose;
mod custom;
mod imp;
mod layout;
mod settings;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvMultiStreamTiler(ObjectSubclass<imp::NvMultiStreamTiler>)
        @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvmultistreamtiler", gst::Rank::PRIMARY, NvMultiStreamTiler::static_type())
}
