//! NTP times of RTSP sources for C.

use crate::meta::{guard::guard, ntp};
use gst::ffi::GstElement;
use gst::glib::translate::from_glib_none;

/// Makes an `rtspsrc`, or a bin that holds or will hold one, put the sender's NTP time on its buffers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn configure_source_for_ntp_sync(src_elem: *mut GstElement) {
    if !src_elem.is_null() {
        guard("configuring NTP times", (), || {
            // SAFETY: the caller passes an element.
            let element: gst::Element = unsafe { from_glib_none(src_elem) };
            ntp::configure_source(&element);
        });
    }
}
