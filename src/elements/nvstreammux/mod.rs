//! `nvstreammux`: puts the frames of several sources side by side in one buffer and describes them with a batch metadata.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=2 ! nvdsosd ! fakesink \
//!     nvurisrcbin uri=test:smpte ! mux.sink_0 nvurisrcbin uri=test:ball ! mux.sink_1
//! ```
//!
//! A batch holds one frame a source at most. It leaves when it holds `batch-size` frames, or one of every source that
//! plays, or when `batched-push-timeout` has passed since its first frame came. With more sources than `batch-size` they
//! take turns. No pixel is copied while a frame has the format and size asked for; without `width` and `height` every
//! source keeps its own size (extension: the original demands both).
//!
//! Sources come and go while playing: request or release a `sink_%u` pad. Downstream hears of it by DeepStream's events
//! (pad added, stream ended, pad deleted).

mod assemble;
mod imp;
mod inputs;
mod settings;
mod task;
mod time;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvStreamMux(ObjectSubclass<imp::NvStreamMux>) @extends gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvstreammux", gst::Rank::NONE, NvStreamMux::static_type())
}
