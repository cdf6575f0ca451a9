//! Pads as their element's class describes them.

use gst::{glib, prelude::*};

/// A builder for the always-there pad that `template` describes. Without one, which cannot happen for a name the class
/// lists, the pad takes anything.
pub fn builder<T: IsA<gst::Pad> + IsA<glib::Object> + glib::object::IsClass>(
    template: Option<gst::PadTemplate>,
    direction: gst::PadDirection,
) -> gst::PadBuilder<T> {
    match template {
        Some(template) => gst::PadBuilder::from_template(&template),
        None => gst::PadBuilder::new(direction),
    }
}

/// Templates of an element with one `sink` and one `src` that take anything: a private one, whose neighbours decide.
pub fn anything() -> Vec<gst::PadTemplate> {
    let both = [("sink", gst::PadDirection::Sink), ("src", gst::PadDirection::Src)];
    both.into_iter().filter_map(|(name, way)| always(name, way, &gst::Caps::new_any())).collect()
}

/// The template of an always-there pad; `None` for a name GStreamer does not allow.
pub fn always(name: &str, way: gst::PadDirection, caps: &gst::Caps) -> Option<gst::PadTemplate> {
    gst::PadTemplate::new(name, way, gst::PadPresence::Always, caps).ok()
}
