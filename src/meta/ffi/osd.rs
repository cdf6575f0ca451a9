//! On-screen display parameters: how a box, a line or a text looks. Colours are 0..1 per channel, positions pixels.

use super::values::NvOSD_Arrow_Head_Direction;
use std::ffi::c_char;

/// `NvBbox_Coords` of `nvll_osd_struct.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvBbox_Coords {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
}

/// A colour, each channel 0..1.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_ColorParams {
    pub red: f64,
    pub green: f64,
    pub blue: f64,
    pub alpha: f64,
}

/// `NvOSD_FontParams` of `nvll_osd_struct.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_FontParams {
    pub font_name: *mut c_char,
    pub font_size: u32,
    pub font_color: NvOSD_ColorParams,
}

/// A text: position of its top left corner, font and optional background.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_TextParams {
    pub display_text: *mut c_char,
    pub x_offset: u32,
    pub y_offset: u32,
    pub font_params: NvOSD_FontParams,
    pub set_bg_clr: i32,
    pub text_bg_clr: NvOSD_ColorParams,
}

/// `NvOSD_Color_info` of `nvll_osd_struct.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_Color_info {
    pub id: i32,
    pub color: NvOSD_ColorParams,
}

/// A rectangle: position and size in pixels, border, optional fill.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_RectParams {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    pub border_width: u32,
    pub border_color: NvOSD_ColorParams,
    pub has_bg_color: u32,
    pub reserved: u32,
    pub bg_color: NvOSD_ColorParams,
    pub has_color_info: i32,
    pub color_id: i32,
    pub rotation_angle: f32,
}

/// A mask over a box: `width` x `height` floats compared with `threshold`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_MaskParams {
    pub data: *mut f32,
    pub size: u32,
    pub threshold: f32,
    pub width: u32,
    pub height: u32,
}

/// A line between two points.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_LineParams {
    pub x1: u32,
    pub y1: u32,
    pub x2: u32,
    pub y2: u32,
    pub line_width: u32,
    pub line_color: NvOSD_ColorParams,
}

/// A line with a head at one or both ends.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_ArrowParams {
    pub x1: u32,
    pub y1: u32,
    pub x2: u32,
    pub y2: u32,
    pub arrow_width: u32,
    pub arrow_head: NvOSD_Arrow_Head_Direction,
    pub arrow_color: NvOSD_ColorParams,
    pub reserved: u32,
}

/// A circle: centre and radius in pixels.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOSD_CircleParams {
    pub xc: u32,
    pub yc: u32,
    pub radius: u32,
    pub circle_color: NvOSD_ColorParams,
    pub has_bg_color: u32,
    pub bg_color: NvOSD_ColorParams,
    pub circle_width: u32,
    pub reserved: u32,
}
