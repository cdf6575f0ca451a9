//! Arguments and results of the JPEG object encoder.

use std::ffi::c_char;

/// `NvDsObjEncOutParams` of `nvds_obj_encode.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsObjEncOutParams {
    pub outBuffer: *mut u8,
    pub outLen: u64,
}

/// `NvDsObjEncUsrArgs` of `nvds_obj_encode.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsObjEncUsrArgs {
    pub saveImg: bool,
    pub attachUsrMeta: bool,
    pub scaleImg: bool,
    pub scaledWidth: i32,
    pub scaledHeight: i32,
    pub fileNameImg: [c_char; 1024],
    pub objNum: i32,
    pub quality: i32,
    pub isFrame: bool,
    pub calcEncodeTime: bool,
}
