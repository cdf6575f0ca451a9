//! A child's error, told as the bin's own: the same domain and code, what the child said, and what it means for the user.

use gst::{glib, prelude::*};

/// Posts `error` (from a child of `bin`) as an error of `bin` whose text starts with `what`, such as
/// "the H.264 stream cannot be decoded". The child's name and details stay in the debug string.
pub fn error(bin: &impl IsA<gst::Element>, error: &gst::message::Error, what: &str) {
    let cause = error.error();
    let from = error.src().map(|src| src.path_string().to_string()).unwrap_or_default();
    let debug = format!("{from}: {}", error.debug().unwrap_or_default());
    let text = format!("{what}: {}", cause.message().trim_end_matches('.'));
    let relayed = glib::Error::with_domain(cause.domain(), code(&cause), &text);
    let message =
        gst::message::Error::builder_from_error(relayed).src(bin.upcast_ref::<gst::Element>()).debug(&debug).build();
    // Fails only when the element has no bus any more, and then nobody listens.
    let _ = bin.post_message(message);
}

/// The number of a GStreamer error in its domain.
fn code(error: &glib::Error) -> i32 {
    fn of<T: glib::error::ErrorDomain>(error: &glib::Error) -> Option<i32> {
        error.kind::<T>().map(|kind| kind.code())
    }
    of::<gst::CoreError>(error)
        .or_else(|| of::<gst::LibraryError>(error))
        .or_else(|| of::<gst::ResourceError>(error))
        .or_else(|| of::<gst::StreamError>(error))
        .unwrap_or(1)
}
