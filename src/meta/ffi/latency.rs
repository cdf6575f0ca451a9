//! Latency records of components.

use std::ffi::c_char;

/// `NvDsMetaSubCompLatency` of `nvds_latency_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsMetaSubCompLatency {
    pub sub_comp_name: [c_char; 64],
    pub in_system_timestamp: f64,
    pub out_system_timestamp: f64,
}

/// `NvDsMetaCompLatency` of `nvds_latency_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsMetaCompLatency {
    pub component_name: [c_char; 64],
    pub in_system_timestamp: f64,
    pub out_system_timestamp: f64,
    pub source_id: u32,
    pub frame_num: u32,
    pub pad_index: u32,
    pub sub_comp_latencies: [NvDsMetaSubCompLatency; 16],
    pub num_sub_comps: u32,
}

/// `NvDsFrameLatencyInfo` of `nvds_latency_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsFrameLatencyInfo {
    pub source_id: u32,
    pub frame_num: u32,
    pub comp_in_timestamp: f64,
    pub latency: f64,
}
