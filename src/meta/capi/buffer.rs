//! Metadata on a `GstBuffer`.

use crate::meta::ffi::batch::{NvDsBatchMeta, NvDsFrameMeta};
use crate::meta::ffi::gst_meta::NvDsMeta;
use crate::meta::ffi::{NvDsMetaCopyFunc, NvDsMetaReleaseFunc};
use crate::meta::gst_meta;
use crate::meta::guard::guard;
use crate::meta::{Frame, carry};
use gst::ffi::{GstBuffer, GstMetaInfo};
use gst::glib::ffi::GType;
use std::ffi::c_void;
use std::ptr;

/// The type of the meta API, `NvDsMetaAPI`.
#[unsafe(no_mangle)]
pub extern "C" fn nvds_meta_api_get_type() -> GType {
    guard("registering the meta API", 0, gst_meta::api)
}

/// The implementation, `NvDsMeta`.
#[unsafe(no_mangle)]
pub extern "C" fn nvds_meta_get_info() -> *const GstMetaInfo {
    guard("registering the meta", ptr::null(), gst_meta::info)
}

/// Hangs data on a buffer, shared ones included. The caller sets `meta_type` of the result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_buffer_add_nvds_meta(
    buffer: *mut GstBuffer,
    meta_data: *mut c_void,
    user_data: *mut c_void,
    copy_func: NvDsMetaCopyFunc,
    release_func: NvDsMetaReleaseFunc,
) -> *mut NvDsMeta {
    if buffer.is_null() {
        return ptr::null_mut();
    }
    guard("adding metadata to a buffer", ptr::null_mut(), || {
        // SAFETY: the buffer is live; the callbacks fit the data by the caller's word.
        unsafe { gst_meta::add(buffer, meta_data, user_data, copy_func, release_func) }
    })
}

/// The meta last added to a buffer, of any type, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_buffer_get_nvds_meta(buffer: *mut GstBuffer) -> *mut NvDsMeta {
    if buffer.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the buffer is live.
    guard("looking for metadata", ptr::null_mut(), || unsafe { gst_meta::last(buffer, |_| true) })
}

/// The batch last added to a buffer, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gst_buffer_get_nvds_batch_meta(buffer: *mut GstBuffer) -> *mut NvDsBatchMeta {
    if buffer.is_null() {
        return ptr::null_mut();
    }
    guard("looking for a batch", ptr::null_mut(), || {
        // SAFETY: the buffer is live.
        unsafe {
            let meta = gst_meta::batch_meta(buffer);
            if meta.is_null() { ptr::null_mut() } else { (*meta).meta_data.cast() }
        }
    })
}

/// Copies the metas of a source's buffer to its frame in a batch, as user metadata.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_gst_meta_to_frame_meta(
    src_gst_buffer: *mut GstBuffer,
    _batch_meta: *mut NvDsBatchMeta,
    frame_meta: *mut NvDsFrameMeta,
) {
    if !src_gst_buffer.is_null() && !frame_meta.is_null() {
        guard("copying metadata from a buffer", (), || {
            // SAFETY: buffer and frame are live.
            unsafe { carry(gst::BufferRef::from_ptr(src_gst_buffer), Frame::from_ptr_mut(frame_meta)) }
        });
    }
}
