//! `nvdslogger`: prints the frames per second of each stream, and on demand the latency of each frame.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvdslogger fps-measurement-interval-sec=1 ! fakesink \
//!     nvurisrcbin uri=test:smpte ! mux.sink_0
//! ```
//!
//! Buffers go through untouched. Lines go where GLib's `g_print` goes, standard output unless the application changes it.
//! `show-fps` is on here, as it was in effect before DeepStream 9.1.

mod imp;
mod settings;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvDsLogger(ObjectSubclass<imp::NvDsLogger>) @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvdslogger", gst::Rank::NONE, NvDsLogger::static_type())
}
