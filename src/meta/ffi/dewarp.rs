//! Rectangles of the 360 degree dewarper.

use std::ffi::c_void;

/// `RectDim` of `nvds_360d_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RectDim {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    pub class_id: i32,
    pub tracking_id: i32,
    pub gie_unique_id: i32,
    pub roi_status: i32,
    pub text: *mut c_void,
}
