//! Metadata of a single frame's buffer into a batch: what a mux does with the `GstMeta` of its inputs.
//!
//! DeepStream's own metas become user metadata of the frame under their own type, by the functions they bring for that.
//! All others travel together on an empty buffer, as user metadata of type 4100.

use super::ffi::batch::NvDsUserMeta;
use super::ffi::gst_meta::NvDsMeta;
use super::ffi::values::{NVDS_BATCH_GST_META, NVDS_BUFFER_GST_AS_FRAME_USER_META};
use super::frame::Frame;
use super::gst_meta::{api, copy_request};
use super::user::{RawUserMeta, UserMeta};
use gst::ffi::{GstBuffer, GstMeta, GstMetaTransformCopy};
use gst::glib::ffi::{GFALSE, gpointer};
use std::ffi::c_void;
use std::ptr;

/// Copies the metas of `buffer` to `frame`. Left out are batches, and metas that describe the buffer's memory
/// (`GstVideoMeta`), which is not the batch's.
pub fn carry(buffer: &gst::BufferRef, frame: &mut Frame) {
    let source = buffer.as_ptr().cast_mut();
    let mut others: Option<gst::Buffer> = None;
    let mut state: gpointer = ptr::null_mut();
    // SAFETY: the buffer is live and nobody changes its metas while it is borrowed; metas of the API are NvDsMetas.
    unsafe {
        loop {
            let meta = gst::ffi::gst_buffer_iterate_meta(source, &mut state);
            if meta.is_null() {
                break;
            }
            if (*(*meta).info).api == api() {
                nvds(meta.cast(), frame);
            } else if !describes_memory(meta) {
                copy(source, meta, others.get_or_insert_with(gst::Buffer::new).as_mut_ptr());
            }
        }
    }
    let Some(others) = others.filter(|others| others.iter_meta::<gst::Meta>().next().is_some()) else { return };
    let raw = RawUserMeta {
        meta_type: NVDS_BUFFER_GST_AS_FRAME_USER_META,
        data: gst::glib::translate::IntoGlibPtr::<*mut GstBuffer>::into_glib_ptr(others).cast(),
        copy: Some(buffer_ref),
        release: Some(buffer_unref),
        context: ptr::null_mut(),
    };
    // SAFETY: the callbacks count references to the buffer.
    unsafe { frame.add_raw_user(raw) };
}

impl UserMeta {
    /// The empty buffer with the metas of the frame's own buffer, if that is what this is.
    pub fn carried(&self) -> Option<&gst::BufferRef> {
        // SAFETY: user metadata of this type holds a buffer.
        unsafe {
            let data: *const GstBuffer = (*self.raw()).user_meta_data.cast();
            let is_buffer = self.meta_type() == NVDS_BUFFER_GST_AS_FRAME_USER_META && !data.is_null();
            is_buffer.then(|| gst::BufferRef::from_ptr(data))
        }
    }
}

/// One of DeepStream's metas becomes user metadata, if it brings a function for it: the function gets user metadata that
/// holds the original's data and answers the copy.
unsafe fn nvds(meta: *const NvDsMeta, frame: &mut Frame) {
    // SAFETY: the caller's promise; the functions fit the data by the word of whoever attached it.
    unsafe {
        let meta = &*meta;
        let Some(transform) = meta.gst_to_nvds_meta_transform_func else { return };
        if meta.meta_type == NVDS_BATCH_GST_META || meta.meta_data.is_null() {
            return;
        }
        let mut original: NvDsUserMeta = std::mem::zeroed();
        original.base_meta.meta_type = meta.meta_type;
        original.user_meta_data = meta.meta_data;
        let data = transform((&raw mut original).cast(), ptr::null_mut());
        if data.is_null() {
            tracing::warn!("metadata of type {} could not be copied: the frame goes without it", meta.meta_type);
            return;
        }
        frame.add_raw_user(RawUserMeta {
            meta_type: meta.meta_type,
            data,
            copy: Some(transform),
            release: meta.gst_to_nvds_meta_release_func,
            context: ptr::null_mut(),
        });
    }
}

/// Whether a meta means the memory of its buffer.
unsafe fn describes_memory(meta: *const GstMeta) -> bool {
    // SAFETY: a meta has its info; the tag is a static string.
    unsafe {
        let tag = gst::glib::ffi::g_quark_from_static_string(c"memory".as_ptr());
        gst::ffi::gst_meta_api_type_has_tag((*(*meta).info).api, tag) != GFALSE
    }
}

/// Copies one meta as a copy of its buffer would.
unsafe fn copy(source: *mut GstBuffer, meta: *mut GstMeta, to: *mut GstBuffer) {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(transform) = (*(*meta).info).transform_func {
            let mut whole = GstMetaTransformCopy { region: GFALSE, offset: 0, size: usize::MAX };
            transform(to, meta, source, copy_request(), (&raw mut whole).cast());
        }
    }
}

unsafe extern "C" fn buffer_ref(meta: *mut c_void, _user_data: *mut c_void) -> *mut c_void {
    // SAFETY: called with the user meta, which holds a buffer.
    unsafe { gst::ffi::gst_mini_object_ref((*meta.cast::<NvDsUserMeta>()).user_meta_data.cast()).cast() }
}

unsafe extern "C" fn buffer_unref(meta: *mut c_void, _user_data: *mut c_void) {
    // SAFETY: as above; released once.
    unsafe {
        let data = ptr::replace(&raw mut (*meta.cast::<NvDsUserMeta>()).user_meta_data, ptr::null_mut());
        if !data.is_null() {
            gst::ffi::gst_mini_object_unref(data.cast());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::OwnedBatch;
    use crate::meta::gst_meta::add;

    unsafe extern "C" fn number(meta: *mut c_void, _: *mut c_void) -> *mut c_void {
        // SAFETY: the data is a boxed number.
        unsafe { Box::into_raw(Box::new(*(*meta.cast::<NvDsUserMeta>()).user_meta_data.cast::<u32>() + 1)).cast() }
    }

    unsafe extern "C" fn free(meta: *mut c_void, _: *mut c_void) {
        // SAFETY: as above.
        drop(unsafe { Box::from_raw((*meta.cast::<NvDsUserMeta>()).user_meta_data.cast::<u32>()) });
    }

    #[test]
    fn metas_of_a_source_reach_its_frame_and_survive_a_copy() {
        gst::init().unwrap();
        let mut buffer = gst::Buffer::new();
        let caps = gst::Caps::new_empty_simple("timestamp/x-ntp");
        let time = gst::ClockTime::from_seconds(7);
        gst::ReferenceTimestampMeta::add(buffer.make_mut(), &caps, time, gst::ClockTime::NONE);
        let mut value = 41u32;
        // SAFETY: the number outlives the buffer.
        unsafe {
            let meta = add(buffer.make_mut().as_mut_ptr(), (&raw mut value).cast(), ptr::null_mut(), None, None);
            (*meta).meta_type = 9000;
            (*meta).gst_to_nvds_meta_transform_func = Some(number);
            (*meta).gst_to_nvds_meta_release_func = Some(free);
        }
        let mut batch = OwnedBatch::new(1);
        carry(&buffer, batch.add_frame());
        let copy = batch.clone();
        drop((batch, buffer));
        let frame = copy.frames().next().unwrap();
        let carried = frame.user_metas().find_map(UserMeta::carried).unwrap();
        assert_eq!(carried.meta::<gst::ReferenceTimestampMeta>().unwrap().timestamp(), time);
        let own = frame.user_metas().find(|meta| meta.meta_type() == 9000).unwrap();
        // SAFETY: the data is a boxed number.
        assert_eq!(unsafe { *(*own.raw()).user_meta_data.cast::<u32>() }, 43);
    }
}
