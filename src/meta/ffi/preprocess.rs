//! Tensors prepared by `nvdspreprocess`.

use super::cxx::{CxxString, CxxVector};
use super::values::NvDsDataType;
use std::ffi::c_void;

/// `NvDsPreProcessTensorMeta` of `nvdspreprocess_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsPreProcessTensorMeta {
    pub raw_tensor_buffer: *mut c_void,
    pub buffer_size: u64,
    pub tensor_shape: CxxVector,
    pub data_type: NvDsDataType,
    pub tensor_name: CxxString,
    pub gpu_id: u32,
    pub private_data: *mut c_void,
    pub meta_id: u32,
    pub maintain_aspect_ratio: i32,
}

/// `GstNvDsPreProcessBatchMeta` of `nvdspreprocess_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GstNvDsPreProcessBatchMeta {
    pub target_unique_ids: CxxVector,
    pub tensor_meta: *mut NvDsPreProcessTensorMeta,
    pub roi_vector: CxxVector,
    pub private_data: *mut c_void,
}
