//! Lists of display parameters for one frame, as a drawing library takes them.

use super::osd::{
    NvOSD_ArrowParams, NvOSD_CircleParams, NvOSD_LineParams, NvOSD_MaskParams, NvOSD_RectParams, NvOSD_TextParams,
};
use super::values::NvOSD_Mode;
use crate::surface::ffi::{NvBufSurface, NvBufSurfaceParams};

/// `NvOSD_FrameTextParams` of `nvll_osd_api.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_FrameTextParams {
    pub buf_ptr: *mut NvBufSurfaceParams,
    pub mode: NvOSD_Mode,
    pub num_strings: i32,
    pub text_params_list: *mut NvOSD_TextParams,
    pub surf: *mut NvBufSurface,
}

/// `NvOSD_FrameRectParams` of `nvll_osd_api.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_FrameRectParams {
    pub buf_ptr: *mut NvBufSurfaceParams,
    pub mode: NvOSD_Mode,
    pub num_rects: i32,
    pub rect_params_list: *mut NvOSD_RectParams,
    pub mask_params_list: *mut NvOSD_MaskParams,
    pub surf: *mut NvBufSurface,
}

/// `NvOSD_FrameLineParams` of `nvll_osd_api.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_FrameLineParams {
    pub buf_ptr: *mut NvBufSurfaceParams,
    pub mode: NvOSD_Mode,
    pub num_lines: i32,
    pub line_params_list: *mut NvOSD_LineParams,
    pub surf: *mut NvBufSurface,
}

/// `NvOSD_FrameArrowParams` of `nvll_osd_api.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_FrameArrowParams {
    pub buf_ptr: *mut NvBufSurfaceParams,
    pub mode: NvOSD_Mode,
    pub num_arrows: i32,
    pub arrow_params_list: *mut NvOSD_ArrowParams,
    pub surf: *mut NvBufSurface,
}

/// `NvOSD_FrameCircleParams` of `nvll_osd_api.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_FrameCircleParams {
    pub buf_ptr: *mut NvBufSurfaceParams,
    pub mode: NvOSD_Mode,
    pub num_circles: i32,
    pub circle_params_list: *mut NvOSD_CircleParams,
    pub surf: *mut NvBufSurface,
}
