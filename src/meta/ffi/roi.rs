//! Regions of interest of the preprocessing stage.

use super::batch::{NvDsFrameMeta, NvDsObjectMeta};
use super::osd::NvOSD_RectParams;
use crate::surface::ffi::NvBufSurfaceParams;
use gst::glib::ffi::GList;

/// `NvDsRoiMeta` of `nvds_roi_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsRoiMeta {
    pub roi: NvOSD_RectParams,
    pub roi_polygon: [[u32; 2]; 8],
    pub converted_buffer: *mut NvBufSurfaceParams,
    pub frame_meta: *mut NvDsFrameMeta,
    pub scale_ratio_x: f64,
    pub scale_ratio_y: f64,
    pub offset_left: f64,
    pub offset_top: f64,
    pub classifier_meta_list: *mut GList,
    pub roi_user_meta_list: *mut GList,
    pub object_meta: *mut NvDsObjectMeta,
}
