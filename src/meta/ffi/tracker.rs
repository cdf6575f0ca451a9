//! What a tracker reports beside boxes: past frames, shadow tracks, embeddings.

use super::osd::NvOSD_RectParams;
use super::values::TRACKER_STATE;
use std::ffi::{c_char, c_void};

/// `NvDsTargetMiscDataFrame` of `nvds_tracker_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsTargetMiscDataFrame {
    pub frameNum: u32,
    pub tBbox: NvOSD_RectParams,
    pub confidence: f32,
    pub age: u32,
    pub trackerState: TRACKER_STATE,
    pub visibility: f32,
    pub ptWorldFeet: [f32; 2],
}

/// `NvDsTargetMiscDataObject` of `nvds_tracker_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsTargetMiscDataObject {
    pub list: *mut NvDsTargetMiscDataFrame,
    pub numObj: u32,
    pub numAllocated: u32,
    pub uniqueId: u64,
    pub classId: u16,
    pub objLabel: [c_char; 128],
}

/// `NvDsTargetMiscDataStream` of `nvds_tracker_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsTargetMiscDataStream {
    pub list: *mut NvDsTargetMiscDataObject,
    pub streamID: u32,
    pub surfaceStreamID: u64,
    pub numAllocated: u32,
    pub numFilled: u32,
}

/// `NvDsTargetMiscDataBatch` of `nvds_tracker_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsTargetMiscDataBatch {
    pub list: *mut NvDsTargetMiscDataStream,
    pub numAllocated: u32,
    pub numFilled: u32,
    pub priv_data: *mut c_void,
}

/// `NvDsReidTensorBatch` of `nvds_tracker_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsReidTensorBatch {
    pub featureSize: u32,
    pub numFilled: u32,
    pub ptr_host: *mut f32,
    pub ptr_dev: *mut f32,
    pub priv_data: *mut c_void,
}

/// `NvDsObjConvexHull` of `nvds_tracker_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsObjConvexHull {
    pub list: *mut i32,
    pub numPointsAllocated: u32,
    pub numPoints: u32,
}

/// `NvDsObjReid` of `nvds_tracker_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsObjReid {
    pub featureSize: u32,
    pub ptr_host: *mut f32,
    pub ptr_dev: *mut f32,
}

/// `NvDsObj3DBbox` of `nvds_tracker_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsObj3DBbox {
    pub xCentre: f32,
    pub yCentre: f32,
    pub zCentre: f32,
    pub xLen: f32,
    pub yLen: f32,
    pub zLen: f32,
    pub xRot: f32,
    pub yRot: f32,
    pub zRot: f32,
    pub xVel: f32,
    pub yVel: f32,
    pub zVel: f32,
}
