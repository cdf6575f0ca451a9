//! The functions of `shim.cpp`, and the plain struct they speak in.

use std::ffi::{c_char, c_void};

use crate::meta::ffi::preprocess::GstNvDsPreProcessBatchMeta;
use crate::meta::ffi::roi::NvDsRoiMeta;

/// What a batch's metadata holds, without containers. Pointers lead into the metadata, or to what it is made of.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Parts {
    pub ids: *const u64,
    pub ids_length: usize,
    pub rois: *const NvDsRoiMeta,
    pub rois_length: usize,
    pub values: *const c_void,
    pub bytes: u64,
    pub shape: *const i32,
    pub shape_length: usize,
    pub name: *const c_char,
    pub name_length: usize,
    pub data_type: u32,
    pub gpu_id: u32,
    pub meta_id: u32,
    pub maintain_aspect_ratio: i32,
    pub owner: *mut c_void,
}

unsafe extern "C" {
    fn ds_apps_preprocess_new(parts: *const Parts) -> *mut GstNvDsPreProcessBatchMeta;
    fn ds_apps_preprocess_read(batch: *const GstNvDsPreProcessBatchMeta, parts: *mut Parts);
    fn ds_apps_preprocess_free(batch: *mut GstNvDsPreProcessBatchMeta);
}

/// A new struct with copies of all parts but the values and the owner, to be freed.
///
/// # Safety
/// Every pointer of `parts` leads to as many items as its length says.
pub(super) unsafe fn make(parts: &Parts) -> *mut GstNvDsPreProcessBatchMeta {
    // SAFETY: the caller's promise; running out of memory ends the process, as in Rust.
    unsafe { ds_apps_preprocess_new(parts) }
}

/// The parts, which live as long as the struct and are not changed.
///
/// # Safety
/// `batch` is live.
pub(super) unsafe fn read(batch: *const GstNvDsPreProcessBatchMeta) -> Parts {
    let mut parts = std::mem::MaybeUninit::uninit();
    // SAFETY: the caller's promise; the function writes all of it.
    unsafe {
        ds_apps_preprocess_read(batch, parts.as_mut_ptr());
        parts.assume_init()
    }
}

/// Frees the struct.
///
/// # Safety
/// [`make`] made it, and nobody uses it any more.
pub(super) unsafe fn free(batch: *mut GstNvDsPreProcessBatchMeta) {
    // SAFETY: the caller's promise.
    unsafe { ds_apps_preprocess_free(batch) }
}

/// # Safety
/// `items` leads to `length` items that live for `'a`, or `length` is 0.
pub(super) unsafe fn slice<'a, T>(items: *const T, length: usize) -> &'a [T] {
    // SAFETY: the caller's promise.
    if length == 0 || items.is_null() { &[] } else { unsafe { std::slice::from_raw_parts(items, length) } }
}
