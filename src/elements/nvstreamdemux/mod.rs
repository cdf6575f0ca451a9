//! `nvstreamdemux`: hands the frames of a batch out again, each source through a pad of its own.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=2 ! nvstreamdemux name=demux nvurisrcbin uri=test:smpte ! mux.sink_0 \
//!     nvurisrcbin uri=test:ball ! mux.sink_1 demux.src_0 ! queue ! fakesink demux.src_1 ! queue ! fakesink
//! ```
//!
//! Pad `src_N` gives the frames of the mux's pad `sink_N`: pixels are not copied, the metadata is that of the frame, times
//! are those of the source. Pads can be requested and released while playing. Every pad gets the events of its source;
//! with `per-stream-eos` also its end, before all others have ended.

mod branch;
mod imp;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvStreamDemux(ObjectSubclass<imp::NvStreamDemux>) @extends gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvstreamdemux", gst::Rank::PRIMARY, NvStreamDemux::static_type())
}
