//! How metadata hangs on a `GstBuffer`.

use super::{NvDsMetaCopyFunc, NvDsMetaReleaseFunc};
use gst::ffi::GstMeta;
use std::ffi::c_void;

/// The `GstMeta` that carries a batch (or other NvDs data) on a buffer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsMeta {
    pub meta: GstMeta,
    pub meta_data: *mut c_void,
    pub user_data: *mut c_void,
    pub meta_type: i32,
    pub copyfunc: NvDsMetaCopyFunc,
    pub freefunc: NvDsMetaReleaseFunc,
    pub gst_to_nvds_meta_transform_func: NvDsMetaCopyFunc,
    pub gst_to_nvds_meta_release_func: NvDsMetaReleaseFunc,
}
