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
