//! Tensors, layers and raw results of inference.

use super::cxx::CxxVector;
use super::values::NvDsInferDataType;
use gst::ffi::GstBuffer;
use std::ffi::{c_char, c_void};

/// What `raw-output-generated-callback` of `nvinfer` and `nvinferserver` points at: it sees the input and the outputs of a
/// buffer's frames or objects, `batch_size` of them in each layer's memory one after the other, for as long as it runs.
#[allow(non_camel_case_types)] // the name in C
pub type gst_nvinfer_raw_output_generated_callback = Option<
    unsafe extern "C" fn(
        buf: *mut GstBuffer,
        network_info: *mut NvDsInferNetworkInfo,
        layers_info: *mut NvDsInferLayerInfo,
        num_layers: u32,
        batch_size: u32,
        user_data: *mut c_void,
    ),
>;

/// `NvDsInferDims` of `nvdsinfer.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInferDims {
    pub numDims: u32,
    pub d: [u32; 8],
    pub numElements: u32,
}

/// `NvDsInferDimsCHW` of `nvdsinfer.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInferDimsCHW {
    pub c: u32,
    pub h: u32,
    pub w: u32,
}

/// One bound tensor of a network. `inferDims` shares its place with the older name `dims`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInferLayerInfo {
    pub dataType: NvDsInferDataType,
    pub inferDims: NvDsInferDims,
    pub bindingIndex: i32,
    pub layerName: *const c_char,
    pub buffer: *mut c_void,
    pub isInput: i32,
}

/// `NvDsInferNetworkInfo` of `nvdsinfer.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInferNetworkInfo {
    pub width: u32,
    pub height: u32,
    pub channels: u32,
}

/// A decoded detection in network pixels.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInferObjectDetectionInfo {
    pub classId: u32,
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    pub detectionConfidence: f32,
    pub rotation_angle: f32,
}

/// `NvDsInferInstanceMaskInfo` of `nvdsinfer.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInferInstanceMaskInfo {
    pub classId: u32,
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    pub detectionConfidence: f32,
    pub mask: *mut f32,
    pub mask_width: u32,
    pub mask_height: u32,
    pub mask_size: u32,
}

/// `NvDsInferAttribute` of `nvdsinfer.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInferAttribute {
    pub attributeIndex: u32,
    pub attributeValue: u32,
    pub attributeConfidence: f32,
    pub attributeLabel: *mut c_char,
}

/// Raw output tensors of one inference, attached as user metadata.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInferTensorMeta {
    pub unique_id: u32,
    pub num_output_layers: u32,
    pub output_layers_info: *mut NvDsInferLayerInfo,
    pub out_buf_ptrs_host: *mut *mut c_void,
    pub out_buf_ptrs_dev: *mut *mut c_void,
    pub gpu_id: i32,
    pub priv_data: *mut c_void,
    pub network_info: NvDsInferNetworkInfo,
    pub maintain_aspect_ratio: i32,
    pub symmetric_padding: i32,
}

/// A class map: `height` x `width` class ids (-1: none) and optional probabilities.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInferSegmentationMeta {
    pub classes: u32,
    pub width: u32,
    pub height: u32,
    pub class_map: *mut i32,
    pub class_probabilities_map: *mut f32,
    pub priv_data: *mut c_void,
    pub unique_id: i32,
}

/// `NvDsInferParseDetectionParams` of `nvdsinfer_custom_impl.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInferParseDetectionParams {
    pub numClassesConfigured: u32,
    pub perClassPreclusterThreshold: CxxVector,
    pub perClassPostclusterThreshold: CxxVector,
    pub perClassThreshold: *mut CxxVector,
}
