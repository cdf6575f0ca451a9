//! DeepStream's custom events for C.

use crate::meta::event::{SourceEvent, infer_interval_update, parse_infer_interval_update};
use crate::meta::guard::guard;
use gst::ffi::{GstEvent, GstSegment};
use gst::glib::ffi::g_strndup;
use gst::glib::translate::{IntoGlibPtr, ToGlibPtr, from_glib_none};
use std::ffi::{CStr, c_char};
use std::ptr;

fn new(event: impl FnOnce() -> gst::Event) -> *mut GstEvent {
    guard("making an event", ptr::null_mut(), || event().into_glib_ptr())
}

/// A heap copy of a string for C.
fn heap(text: &str) -> *mut c_char {
    // SAFETY: GLib copies that many bytes and adds the NUL.
    unsafe { g_strndup(text.as_ptr().cast(), text.len()) }
}

/// Writes what `found` answers for the event; nothing for another kind of event.
unsafe fn parse(event: *mut GstEvent, source_id: *mut u32, found: impl FnOnce(&SourceEvent) -> bool) {
    if event.is_null() {
        return;
    }
    guard("reading an event", (), || {
        // SAFETY: the event is live; `source_id` is NULL or writable.
        unsafe {
            let parsed = SourceEvent::parse(gst::EventRef::from_ptr(event));
            if let Some((id, _)) = parsed.filter(|(_, event)| found(event))
                && !source_id.is_null()
            {
                *source_id = id;
            }
        }
    });
}

/// "A source was added."
#[unsafe(no_mangle)]
pub extern "C" fn gst_nvevent_new_pad_added(source_id: u32) -> *mut GstEvent {
    new(|| SourceEvent::PadAdded.event(source_id))
}

/// "A source was removed."
#[unsafe(no_mangle)]
pub extern "C" fn gst_nvevent_new_pad_deleted(source_id: u32) -> *mut GstEvent {
    new(|| SourceEvent::PadDeleted.event(source_id))
}

/// "A source has ended."
#[unsafe(no_mangle)]
pub extern "C" fn gst_nvevent_new_stream_eos(source_id: u32) -> *mut GstEvent {
    new(|| SourceEvent::Eos.event(source_id))
}

/// "A source starts anew."
#[unsafe(no_mangle)]
pub extern "C" fn gst_nvevent_new_stream_reset(source_id: u32) -> *mut GstEvent {
    new(|| SourceEvent::Reset.event(source_id))
}

/// A source's segment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_nvevent_new_stream_segment(source_id: u32, segment: *mut GstSegment) -> *mut GstEvent {
    if segment.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the segment is live and copied.
    new(|| SourceEvent::Segment(unsafe { from_glib_none(segment.cast_const()) }).event(source_id))
}

/// A source's stream id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_nvevent_new_stream_start(source_id: u32, stream_id: *mut c_char) -> *mut GstEvent {
    if stream_id.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the caller passes a C string.
    let id = unsafe { CStr::from_ptr(stream_id) };
    new(|| SourceEvent::Start(id.to_string_lossy().into_owned()).event(source_id))
}

/// The source of a pad-added event.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_nvevent_parse_pad_added(event: *mut GstEvent, source_id: *mut u32) {
    // SAFETY: see the module's rule; so below.
    unsafe { parse(event, source_id, |event| *event == SourceEvent::PadAdded) }
}

/// The source of a pad-deleted event.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_nvevent_parse_pad_deleted(event: *mut GstEvent, source_id: *mut u32) {
    // SAFETY: as above.
    unsafe { parse(event, source_id, |event| *event == SourceEvent::PadDeleted) }
}

/// The source of a stream's EOS event.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_nvevent_parse_stream_eos(event: *mut GstEvent, source_id: *mut u32) {
    // SAFETY: as above.
    unsafe { parse(event, source_id, |event| *event == SourceEvent::Eos) }
}

/// The source of a stream-reset event.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_nvevent_parse_stream_reset(event: *mut GstEvent, source_id: *mut u32) {
    // SAFETY: as above.
    unsafe { parse(event, source_id, |event| *event == SourceEvent::Reset) }
}

/// The source and segment of a stream-segment event; the segment is the caller's to free with `gst_segment_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_nvevent_parse_stream_segment(
    event: *mut GstEvent,
    source_id: *mut u32,
    segment: *mut *mut GstSegment,
) {
    // SAFETY: as above.
    unsafe {
        parse(event, source_id, |event| {
            let SourceEvent::Segment(found) = event else { return false };
            if !segment.is_null() {
                *segment = found.to_glib_full().cast_mut();
            }
            true
        });
    }
}

/// The source and stream id of a stream-start event; the id is the caller's to free with `g_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_nvevent_parse_stream_start(
    event: *mut GstEvent,
    source_id: *mut u32,
    stream_id: *mut *mut c_char,
) {
    // SAFETY: as above.
    unsafe {
        parse(event, source_id, |event| {
            let SourceEvent::Start(found) = event else { return false };
            if !stream_id.is_null() {
                *stream_id = heap(found);
            }
            true
        });
    }
}

/// Asks `nvinfer` for another interval.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_nvevent_infer_interval_update(stream_id: *mut c_char, interval: u32) -> *mut GstEvent {
    if stream_id.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the caller passes a C string.
    let id = unsafe { CStr::from_ptr(stream_id) };
    new(|| infer_interval_update(&id.to_string_lossy(), interval))
}

/// Stream and interval of an interval update; the stream id is the caller's to free with `g_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_nvevent_parse_infer_interval_update(
    event: *mut GstEvent,
    stream_id: *mut *mut c_char,
    interval: *mut u32,
) {
    if event.is_null() {
        return;
    }
    guard("reading an event", (), || {
        // SAFETY: the event is live, the others are NULL or writable.
        unsafe {
            let Some((id, value)) = parse_infer_interval_update(gst::EventRef::from_ptr(event)) else { return };
            if !stream_id.is_null() {
                *stream_id = heap(&id);
            }
            if !interval.is_null() {
                *interval = value;
            }
        }
    });
}
