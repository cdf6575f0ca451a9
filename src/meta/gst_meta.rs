//! How a batch hangs on a buffer: the `GstMeta` implementation `NvDsMeta` of the API `NvDsMetaAPI`.

use super::batch::{Batch, OwnedBatch};
use super::ffi::gst_meta::NvDsMeta;
use super::ffi::values::NVDS_BATCH_GST_META;
use super::ffi::{NvDsMetaCopyFunc, NvDsMetaReleaseFunc};
use super::guard::guard;
use super::latency;
use super::raw::callbacks::{nvds_batch_meta_copy_func, nvds_batch_meta_release_func};
use super::raw::owner::Owner;
use super::view::View;
use gst::ffi::{GstBuffer, GstMeta, GstMetaInfo};
use gst::glib::ffi::{GFALSE, GQuark, GTRUE, GType, gboolean, gpointer};
use gst::glib::translate::IntoGlib;
use std::ffi::{CStr, c_char};
use std::ptr;
use std::sync::{Mutex, OnceLock, PoisonError};

/// The API's only tag; elements find batches by it.
const TAG: &CStr = c"nvdsmeta";

/// The type of the API `NvDsMetaAPI`, registered once in the process by whoever comes first.
pub(crate) fn api() -> GType {
    static API: OnceLock<GType> = OnceLock::new();
    *API.get_or_init(|| {
        // SAFETY: names and tags are NUL-terminated and static.
        unsafe {
            let known = gst::glib::gobject_ffi::g_type_from_name(c"NvDsMetaAPI".as_ptr());
            if known != 0 {
                return known;
            }
            let mut tags: [*const c_char; 2] = [TAG.as_ptr(), ptr::null()];
            gst::ffi::gst_meta_api_type_register(c"NvDsMetaAPI".as_ptr(), tags.as_mut_ptr())
        }
    })
}

/// The implementation `NvDsMeta`: ours, or that of another library of the process that was first.
pub(crate) fn info() -> *const GstMetaInfo {
    static INFO: OnceLock<usize> = OnceLock::new();
    // SAFETY: registered with functions of this file that fit NvDsMeta. GStreamer keeps infos for ever.
    *INFO.get_or_init(|| unsafe {
        let known = gst::ffi::gst_meta_get_info(c"NvDsMeta".as_ptr());
        let info = if known.is_null() {
            let (name, size) = (c"NvDsMeta".as_ptr(), size_of::<NvDsMeta>());
            gst::ffi::gst_meta_register(api(), name, size, Some(init), Some(free), Some(transform))
        } else {
            known
        };
        info.expose_provenance()
    }) as *const GstMetaInfo
}

/// A new `NvDsMeta` is empty. The first one also turns latency measurement on, if the environment asks for it.
unsafe extern "C" fn init(meta: *mut GstMeta, _params: gpointer, _buffer: *mut GstBuffer) -> gboolean {
    latency::flags();
    // SAFETY: GStreamer allocated the size that was registered.
    unsafe {
        let head = meta.read();
        ptr::write_bytes(meta.cast::<NvDsMeta>(), 0, 1);
        meta.write(head);
    }
    GTRUE
}

/// The buffer goes, or the meta is removed from it.
unsafe extern "C" fn free(meta: *mut GstMeta, _buffer: *mut GstBuffer) {
    // SAFETY: the callback was set for this data.
    unsafe {
        let meta: *mut NvDsMeta = meta.cast();
        if let (Some(freefunc), false) = ((*meta).freefunc, (*meta).meta_data.is_null()) {
            freefunc((*meta).meta_data, (*meta).user_data);
        }
    }
}

/// The transform GStreamer asks for when it copies a buffer.
pub(crate) fn copy_request() -> GQuark {
    static COPY: OnceLock<GQuark> = OnceLock::new();
    // SAFETY: a static, NUL-terminated string.
    *COPY.get_or_init(|| unsafe { gst::glib::ffi::g_quark_from_static_string(c"gst-copy".as_ptr()) })
}

/// The buffer is copied: so is the data. `user_data` stays behind.
unsafe extern "C" fn transform(
    to: *mut GstBuffer,
    meta: *mut GstMeta,
    _from: *mut GstBuffer,
    kind: GQuark,
    _data: gpointer,
) -> gboolean {
    // SAFETY: GStreamer passes a meta of this implementation and a writable buffer.
    unsafe {
        let is_copy = kind == copy_request();
        let from: *const NvDsMeta = meta.cast();
        let Some(copyfunc) = (*from).copyfunc.filter(|_| is_copy && !(*from).meta_data.is_null()) else {
            return GFALSE;
        };
        let data = copyfunc((*from).meta_data, ptr::null_mut());
        guard("copying metadata to a buffer", GFALSE, || {
            let copy = add(to, data, ptr::null_mut(), Some(copyfunc), (*from).freefunc);
            if copy.is_null() {
                return GFALSE;
            }
            (*copy).meta_type = (*from).meta_type;
            (*copy).gst_to_nvds_meta_transform_func = (*from).gst_to_nvds_meta_transform_func;
            (*copy).gst_to_nvds_meta_release_func = (*from).gst_to_nvds_meta_release_func;
            GTRUE
        })
    }
}

/// Adds a meta to a buffer, even to a shared one: elements add metadata to buffers that a tee hands round. A mutex keeps
/// such additions apart, and the LOCKABLE flag, set meanwhile as DeepStream does, tells GStreamer to allow it.
///
/// # Safety
/// `buffer` is live; the callbacks fit `data`.
pub(crate) unsafe fn add(
    buffer: *mut GstBuffer,
    data: gpointer,
    user_data: gpointer,
    copyfunc: NvDsMetaCopyFunc,
    freefunc: NvDsMetaReleaseFunc,
) -> *mut NvDsMeta {
    static ADDING: Mutex<()> = Mutex::new(());
    let _adding = ADDING.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the caller's promise; additions are kept apart by the mutex.
    unsafe {
        let flags = &raw mut (*buffer).mini_object.flags;
        let shared = gst::ffi::gst_mini_object_is_writable(buffer.cast()) == GFALSE;
        if shared {
            *flags |= gst::ffi::GST_MINI_OBJECT_FLAG_LOCKABLE;
        }
        let meta: *mut NvDsMeta = gst::ffi::gst_buffer_add_meta(buffer, info(), ptr::null_mut()).cast();
        if shared {
            *flags &= !gst::ffi::GST_MINI_OBJECT_FLAG_LOCKABLE;
        }
        if !meta.is_null() {
            (*meta).meta_data = data;
            (*meta).user_data = user_data;
            (*meta).copyfunc = copyfunc;
            (*meta).freefunc = freefunc;
        }
        meta
    }
}

/// The last meta with DeepStream's tag that `wanted` says yes to.
///
/// # Safety
/// `buffer` is live and nobody changes its metas meanwhile.
pub(crate) unsafe fn last(buffer: *mut GstBuffer, wanted: impl Fn(&NvDsMeta) -> bool) -> *mut NvDsMeta {
    let mut found = ptr::null_mut();
    let mut state: gpointer = ptr::null_mut();
    // SAFETY: the caller's promise; a meta of the API is an NvDsMeta.
    unsafe {
        loop {
            let meta = gst::ffi::gst_buffer_iterate_meta_filtered(buffer, &mut state, api());
            if meta.is_null() {
                return found;
            }
            if wanted(&*meta.cast::<NvDsMeta>()) {
                found = meta.cast();
            }
        }
    }
}

/// The batch meta of a buffer, or NULL.
///
/// # Safety
/// As [`last`].
pub(crate) unsafe fn batch_meta(buffer: *mut GstBuffer) -> *mut NvDsMeta {
    // SAFETY: the caller's promise.
    unsafe { last(buffer, |meta| meta.meta_type == NVDS_BATCH_GST_META && !meta.meta_data.is_null()) }
}

impl Batch {
    /// The batch on a buffer.
    pub fn of(buffer: &gst::BufferRef) -> Option<&Batch> {
        // SAFETY: the batch lives as long as the buffer's metas, which need `&mut` to change.
        unsafe {
            let meta = batch_meta(buffer.as_ptr().cast_mut());
            (!meta.is_null()).then(|| Batch::from_raw((*meta).meta_data.cast()))
        }
    }

    /// The batch on a writable buffer, to edit. One that another library made (DeepStream's own elements) is edited through
    /// that library; `None` if it does not offer DeepStream's functions.
    pub fn of_mut(buffer: &mut gst::BufferRef) -> Option<&mut Batch> {
        // SAFETY: as above.
        unsafe {
            let meta = batch_meta(buffer.as_mut_ptr());
            let known = !meta.is_null() && Owner::is_known((*meta).meta_data.cast());
            known.then(|| Batch::from_raw_mut((*meta).meta_data.cast()))
        }
    }
}

/// Hangs a batch on a buffer, in the place of one it may have: a buffer carries one batch.
pub fn attach(buffer: &mut gst::BufferRef, batch: OwnedBatch) {
    drop(detach(buffer));
    let (copy, free) = (Some(nvds_batch_meta_copy_func as _), Some(nvds_batch_meta_release_func as _));
    // SAFETY: the batch belongs to the buffer from now on.
    unsafe {
        let meta = add(buffer.as_mut_ptr(), batch.into_store().cast(), ptr::null_mut(), copy, free);
        if !meta.is_null() {
            (*meta).meta_type = NVDS_BATCH_GST_META;
        }
    }
}

/// Takes the batch off a buffer.
pub fn detach(buffer: &mut gst::BufferRef) -> Option<OwnedBatch> {
    // SAFETY: the buffer is writable; a meta without data frees nothing. A batch of another library (its release function
    // is not ours) is left for that library to free.
    unsafe {
        let meta = batch_meta(buffer.as_mut_ptr());
        if meta.is_null() {
            return None;
        }
        let ours = (*meta).freefunc.is_some_and(|free| {
            ptr::fn_addr_eq(free, nvds_batch_meta_release_func as unsafe extern "C" fn(gpointer, gpointer))
        });
        let data = if ours { ptr::replace(&raw mut (*meta).meta_data, ptr::null_mut()) } else { ptr::null_mut() };
        gst::ffi::gst_buffer_remove_meta(buffer.as_mut_ptr(), meta.cast());
        (!data.is_null()).then(|| OwnedBatch::from_store(data.cast()))
    }
}

/// Whether a meta is one of DeepStream's. `GstBaseTransform` drops metas with a tag it does not know when it copies a
/// buffer; elements answer `transform_meta` with this to keep theirs.
pub fn is_nvds_meta(meta: &gst::MetaRef<'_, gst::Meta>) -> bool {
    meta.api().into_glib() == api()
}
