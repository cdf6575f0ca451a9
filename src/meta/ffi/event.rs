//! Event messages (`NvDsEventMsgMeta`) and the objects they carry.

use super::values::{NvDsEventType, NvDsObjectType};
use gst::glib::ffi::{GHashTable, GList};
use std::ffi::{c_char, c_void};

/// `NvDsRect` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsRect {
    pub top: f32,
    pub left: f32,
    pub width: f32,
    pub height: f32,
}

/// `NvDsGeoLocation` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsGeoLocation {
    pub lat: f64,
    pub lon: f64,
    pub alt: f64,
}

/// `NvDsCoordinate` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsCoordinate {
    pub x: f64,
    pub y: f64,
    pub z: f64,
}

/// `NvDsObjectSignature` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsObjectSignature {
    pub signature: *mut f64,
    pub size: u32,
}

/// `NvDsVehicleObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsVehicleObject {
    pub type_: *mut c_char,
    pub make: *mut c_char,
    pub model: *mut c_char,
    pub color: *mut c_char,
    pub region: *mut c_char,
    pub license: *mut c_char,
}

/// `NvDsPersonObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsPersonObject {
    pub gender: *mut c_char,
    pub hair: *mut c_char,
    pub cap: *mut c_char,
    pub apparel: *mut c_char,
    pub age: u32,
}

/// `NvDsFaceObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsFaceObject {
    pub gender: *mut c_char,
    pub hair: *mut c_char,
    pub cap: *mut c_char,
    pub glasses: *mut c_char,
    pub facialhair: *mut c_char,
    pub name: *mut c_char,
    pub eyecolor: *mut c_char,
    pub age: u32,
}

/// `NvDsVehicleObjectExt` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsVehicleObjectExt {
    pub type_: *mut c_char,
    pub make: *mut c_char,
    pub model: *mut c_char,
    pub color: *mut c_char,
    pub region: *mut c_char,
    pub license: *mut c_char,
    pub mask: *mut GList,
}

/// `NvDsPersonObjectExt` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsPersonObjectExt {
    pub gender: *mut c_char,
    pub hair: *mut c_char,
    pub cap: *mut c_char,
    pub apparel: *mut c_char,
    pub age: u32,
    pub mask: *mut GList,
}

/// `NvDsFaceObjectExt` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsFaceObjectExt {
    pub gender: *mut c_char,
    pub hair: *mut c_char,
    pub cap: *mut c_char,
    pub glasses: *mut c_char,
    pub facialhair: *mut c_char,
    pub name: *mut c_char,
    pub eyecolor: *mut c_char,
    pub age: u32,
    pub mask: *mut GList,
}

/// `NvDsProductObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsProductObject {
    pub brand: *mut c_char,
    pub type_: *mut c_char,
    pub shape: *mut c_char,
}

/// `NvDsProductObjectExt` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsProductObjectExt {
    pub brand: *mut c_char,
    pub type_: *mut c_char,
    pub shape: *mut c_char,
    pub mask: *mut GList,
}

/// `NvDsJoint` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsJoint {
    pub x: f32,
    pub y: f32,
    pub z: f32,
    pub confidence: f32,
}

/// `NvDsJoints` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsJoints {
    pub joints: *mut NvDsJoint,
    pub num_joints: i32,
    pub pose_type: i32,
}

/// `NvDsEmbedding` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsEmbedding {
    pub embedding_vector: *mut f32,
    pub embedding_length: u32,
}

/// `NvDsConvexHull` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsConvexHull {
    pub points: *mut i32,
    pub numFilled: u32,
}

/// `NvDsBbox3dObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsBbox3dObject {
    pub boxes_3d: [f32; 12],
    pub scores_3d: f32,
    pub labels_3d: *mut c_char,
    pub embedding_filter: *mut c_char,
    pub cls_scores: f32,
    pub instance_ids: u32,
    pub instance_feats: *mut NvDsEmbedding,
    pub ocr_label: *mut c_char,
}

/// `SourceTimePair` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SourceTimePair {
    pub source_id: [c_char; 128],
    pub timestamp: u64,
}

/// `NvDs3DTracking` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDs3DTracking {
    pub ptWorldFeet: [f32; 2],
    pub ptImgFeet: [f32; 2],
    pub convexHull: NvDsConvexHull,
    pub bbox3d: NvDsBbox3dObject,
}

/// `NvDsConversationObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsConversationObject {
    pub id: *mut c_char,
    pub query: *mut c_char,
    pub response: *mut c_char,
}

/// `NvDsLLMObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsLLMObject {
    pub info: *mut GHashTable,
    pub conversations: *mut NvDsConversationObject,
    pub num_conversations: u32,
    pub embeddings: *mut NvDsEmbedding,
    pub num_embeddings: u32,
}

/// `NvDsInteractionObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsInteractionObject {
    pub id: *mut c_char,
    pub objectIds: *mut *mut c_char,
    pub num_objectIds: u32,
    pub coordinates: *mut NvDsCoordinate,
    pub num_coordinates: u32,
    pub description: *mut c_char,
    pub info: *mut GHashTable,
    pub timestamp: i64,
}

/// `NvDsCongestionObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsCongestionObject {
    pub id: *mut c_char,
    pub objectIds: *mut *mut c_char,
    pub num_objectIds: u32,
    pub amount: f32,
    pub info: *mut GHashTable,
    pub timestamp: i64,
}

/// `NvDsTypeMetricsObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsTypeMetricsObject {
    pub id: *mut c_char,
    pub type_: *mut c_char,
    pub count: i32,
    pub coordinates: *mut NvDsCoordinate,
    pub num_coordinates: u32,
    pub objectIds: *mut *mut c_char,
    pub num_objectIds: u32,
    pub info: *mut GHashTable,
}

/// `NvDsSegmentationObject` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsSegmentationObject {
    pub mask: *mut i32,
    pub mask_size: u32,
    pub info: *mut GHashTable,
}

/// `NvDsEventMsgMeta` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsEventMsgMeta {
    pub type_: NvDsEventType,
    pub objType: NvDsObjectType,
    pub bbox: NvDsRect,
    pub location: NvDsGeoLocation,
    pub coordinate: NvDsCoordinate,
    pub objSignature: NvDsObjectSignature,
    pub objClassId: i32,
    pub sensorId: i32,
    pub moduleId: i32,
    pub placeId: i32,
    pub componentId: i32,
    pub frameId: i32,
    pub confidence: f64,
    pub trackingId: u64,
    pub ts: *mut c_char,
    pub objectId: *mut c_char,
    pub sensorStr: *mut c_char,
    pub entries: [SourceTimePair; 100],
    pub count: i32,
    pub bbox3d: *mut NvDsBbox3dObject,
    pub llm: *mut NvDsLLMObject,
    pub num_interactions: i32,
    pub interactions: *mut NvDsInteractionObject,
    pub num_congestions: i32,
    pub congestions: *mut NvDsCongestionObject,
    pub num_fov: i32,
    pub fov: *mut NvDsTypeMetricsObject,
    pub segmentation: *mut NvDsSegmentationObject,
    pub otherAttrs: *mut c_char,
    pub videoPath: *mut c_char,
    pub extMsg: *mut c_void,
    pub extMsgSize: u32,
    pub pose: NvDsJoints,
    pub embedding: NvDsEmbedding,
    pub has3DTracking: bool,
    pub singleView3DTracking: NvDs3DTracking,
    pub visibility: f32,
}

/// `NvDsEvent` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsEvent {
    pub eventType: NvDsEventType,
    pub metadata: *mut NvDsEventMsgMeta,
}

/// `NvDsPayload` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsPayload {
    pub payload: *mut c_void,
    pub payloadSize: u32,
    pub componentId: u32,
}

/// `NvDsCustomMsgInfo` of `nvdsmeta_schema.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsCustomMsgInfo {
    pub message: *mut c_void,
    pub size: u32,
}
