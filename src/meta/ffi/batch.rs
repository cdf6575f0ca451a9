//! Batch, frame, object, classifier, label, display and user metadata, and the pools they live in.

use super::osd::{
    NvBbox_Coords, NvOSD_ArrowParams, NvOSD_CircleParams, NvOSD_LineParams, NvOSD_MaskParams, NvOSD_RectParams,
    NvOSD_TextParams,
};
use super::values::NvDsMetaType;
use super::{NvDsMetaCopyFunc, NvDsMetaReleaseFunc};
use gst::glib::ffi::{GList, GRecMutex};
use std::ffi::{c_char, c_void};

/// A box as a component (detector or tracker) reported it, in frame pixels.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsComp_BboxInfo {
    pub org_bbox_coords: NvBbox_Coords,
}

/// `NvDsSensorInfo_meta` of `nvdsmeta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsSensorInfo_meta {
    pub source_id: u32,
    pub uri: *const c_char,
    pub sensor_id: *const c_char,
    pub sensor_name: *const c_char,
}

/// A pool of items of one kind: a list of free ones and a list of those in use.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsMetaPool {
    pub meta_type: NvDsMetaType,
    pub max_elements_in_pool: u32,
    pub element_size: u32,
    pub num_empty_elements: u32,
    pub num_full_elements: u32,
    pub empty_list: *mut GList,
    pub full_list: *mut GList,
    pub copy_func: NvDsMetaCopyFunc,
    pub release_func: NvDsMetaReleaseFunc,
}

/// The head every metadata item starts with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsBaseMeta {
    pub batch_meta: *mut NvDsBatchMeta,
    pub meta_type: NvDsMetaType,
    pub uContext: *mut c_void,
    pub copy_func: NvDsMetaCopyFunc,
    pub release_func: NvDsMetaReleaseFunc,
}

/// Metadata of a batch: its frames, its user metadata and the six pools all items come from.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsBatchMeta {
    pub base_meta: NvDsBaseMeta,
    pub max_frames_in_batch: u32,
    pub num_frames_in_batch: u32,
    pub frame_meta_pool: *mut NvDsMetaPool,
    pub obj_meta_pool: *mut NvDsMetaPool,
    pub classifier_meta_pool: *mut NvDsMetaPool,
    pub display_meta_pool: *mut NvDsMetaPool,
    pub user_meta_pool: *mut NvDsMetaPool,
    pub label_info_meta_pool: *mut NvDsMetaPool,
    pub frame_meta_list: *mut GList,
    pub batch_user_meta_list: *mut GList,
    pub meta_mutex: GRecMutex,
    pub misc_batch_info: [i64; 4],
    pub reserved: [i64; 4],
}

/// Metadata of one frame of a batch. Sizes in pixels, times in nanoseconds.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsFrameMeta {
    pub base_meta: NvDsBaseMeta,
    pub pad_index: u32,
    pub batch_id: u32,
    pub frame_num: i32,
    pub buf_pts: u64,
    pub ntp_timestamp: u64,
    pub source_id: u32,
    pub num_surfaces_per_frame: i32,
    pub source_frame_width: u32,
    pub source_frame_height: u32,
    pub surface_type: u32,
    pub surface_index: u32,
    pub num_obj_meta: u32,
    pub bInferDone: i32,
    pub obj_meta_list: *mut GList,
    pub display_meta_list: *mut GList,
    pub frame_user_meta_list: *mut GList,
    pub misc_frame_info: [i64; 4],
    pub pipeline_width: u32,
    pub pipeline_height: u32,
    pub sensorInfo_meta: NvDsSensorInfo_meta,
    pub reserved: [i64; 4],
}

/// One detected or tracked object. `object_id` is `UNTRACKED_OBJECT_ID` until a tracker sets it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsObjectMeta {
    pub base_meta: NvDsBaseMeta,
    pub parent: *mut NvDsObjectMeta,
    pub unique_component_id: i32,
    pub class_id: i32,
    pub object_id: u64,
    pub detector_bbox_info: NvDsComp_BboxInfo,
    pub tracker_bbox_info: NvDsComp_BboxInfo,
    pub confidence: f32,
    pub tracker_confidence: f32,
    pub rect_params: NvOSD_RectParams,
    pub mask_params: NvOSD_MaskParams,
    pub text_params: NvOSD_TextParams,
    pub obj_label: [c_char; 128],
    pub classifier_meta_list: *mut GList,
    pub obj_user_meta_list: *mut GList,
    pub misc_obj_info: [i64; 4],
    pub reserved: [i64; 4],
}

/// Results of one classifier on an object: a list of labels.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsClassifierMeta {
    pub base_meta: NvDsBaseMeta,
    pub num_labels: u32,
    pub unique_component_id: i32,
    pub label_info_list: *mut GList,
    pub classifier_type: *const c_char,
}

/// One label of a classifier result with its probability (0..1).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsLabelInfo {
    pub base_meta: NvDsBaseMeta,
    pub num_classes: u32,
    pub result_label: [c_char; 128],
    pub pResult_label: *mut c_char,
    pub result_class_id: u32,
    pub label_id: u32,
    pub result_prob: f32,
}

/// Up to 16 rectangles, texts, lines, arrows and circles to draw on a frame.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsDisplayMeta {
    pub base_meta: NvDsBaseMeta,
    pub num_rects: u32,
    pub num_labels: u32,
    pub num_lines: u32,
    pub num_arrows: u32,
    pub num_circles: u32,
    pub rect_params: [NvOSD_RectParams; 16],
    pub text_params: [NvOSD_TextParams; 16],
    pub line_params: [NvOSD_LineParams; 16],
    pub arrow_params: [NvOSD_ArrowParams; 16],
    pub circle_params: [NvOSD_CircleParams; 16],
    pub misc_osd_data: [i64; 4],
    pub reserved: [i64; 4],
}

/// Data of the user's own type with its copy and release callbacks.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsUserMeta {
    pub base_meta: NvDsBaseMeta,
    pub user_meta_data: *mut c_void,
}
