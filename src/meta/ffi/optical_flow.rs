//! Motion vectors of `nvof`.

use std::ffi::c_void;

/// `NvOFFlowVector` of `nvds_opticalflow_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvOFFlowVector {
    pub flowx: i16,
    pub flowy: i16,
}

/// `NvDsOpticalFlowMeta` of `nvds_opticalflow_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsOpticalFlowMeta {
    pub rows: u32,
    pub cols: u32,
    pub mv_size: u32,
    pub cost_size: u32,
    pub frame_num: u64,
    pub data: *mut c_void,
    pub cost: *mut c_void,
    pub priv_: *mut c_void,
    pub reserved: *mut c_void,
}
