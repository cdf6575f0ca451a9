//! User metadata in a trace: its type's name and, where somebody knows the type, its data.

use super::ffi::batch::NvDsUserMeta;
use super::ffi::infer::{NvDsInferSegmentationMeta, NvDsInferTensorMeta};
use super::ffi::object_encode::NvDsObjEncOutParams;
use super::ffi::optical_flow::NvDsOpticalFlowMeta;
use super::ffi::values::*;
use super::user::UserMeta;
use super::view::text;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::{PoisonError, RwLock};

/// One piece of user metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserTrace {
    /// Name of the meta type, or its number.
    #[serde(rename = "type")]
    pub kind: String,
    /// The data, as its type shows itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

/// Shows user metadata of one type.
pub type Serialiser = fn(&UserMeta) -> Option<Value>;

static SERIALISERS: RwLock<Vec<(i32, Serialiser)>> = RwLock::new(Vec::new());

/// Makes traces show user metadata of `meta_type` with `serialiser`; the last one registered counts. Rust types rather
/// implement [`UserData::trace`](super::UserData::trace).
pub fn register_serialiser(meta_type: i32, serialiser: Serialiser) {
    SERIALISERS.write().unwrap_or_else(PoisonError::into_inner).insert(0, (meta_type, serialiser));
}

/// The trace of user metadata.
pub(crate) fn of(meta: &UserMeta) -> UserTrace {
    let registered = SERIALISERS.read().unwrap_or_else(PoisonError::into_inner);
    let registered = registered.iter().find(|(kind, _)| *kind == meta.meta_type()).map(|(_, serialiser)| *serialiser);
    let data = match registered {
        Some(serialiser) => serialiser(meta),
        None => meta.trace().or_else(|| analytics(meta)).or_else(|| known(meta)),
    };
    UserTrace { kind: name(meta), data }
}

/// What `nvdsanalytics` knows.
fn analytics(meta: &UserMeta) -> Option<Value> {
    let frame = meta.frame_analytics().and_then(|frame| serde_json::to_value(frame).ok());
    frame.or_else(|| serde_json::to_value(meta.object_analytics()?).ok())
}

/// The name of a meta type.
fn name(meta: &UserMeta) -> String {
    let kind = meta.meta_type();
    let known = NAMES.iter().find(|(value, _)| *value == kind).map(|(_, name)| *name);
    known.or_else(|| meta.type_name()).map_or_else(|| kind.to_string(), str::to_owned)
}

/// Types of the ABI that turn up as user metadata, by the names DeepStream's elements give them in their documentation.
const NAMES: &[(i32, &str)] = &[
    (NVDS_PAYLOAD_META, "NVDS_PAYLOAD_META"),
    (NVDS_EVENT_MSG_META, "NVDS_EVENT_MSG_META"),
    (NVDS_OPTICAL_FLOW_META, "NVDS_OPTICAL_FLOW_META"),
    (NVDS_LATENCY_MEASUREMENT_META, "NVDS_LATENCY_MEASUREMENT_META"),
    (NVDSINFER_TENSOR_OUTPUT_META, "NVDSINFER_TENSOR_OUTPUT_META"),
    (NVDSINFER_SEGMENTATION_META, "NVDSINFER_SEGMENTATION_META"),
    (NVDS_CROP_IMAGE_META, "NVDS_CROP_IMAGE_META"),
    (NVDS_TRACKER_PAST_FRAME_META, "NVDS_TRACKER_PAST_FRAME_META"),
    (NVDS_TRACKER_BATCH_REID_META, "NVDS_TRACKER_BATCH_REID_META"),
    (NVDS_TRACKER_OBJ_REID_META, "NVDS_TRACKER_OBJ_REID_META"),
    (NVDS_TRACKER_TERMINATED_LIST_META, "NVDS_TRACKER_TERMINATED_LIST_META"),
    (NVDS_TRACKER_SHADOW_LIST_META, "NVDS_TRACKER_SHADOW_LIST_META"),
    (NVDS_ROI_META, "NVDS_ROI_META"),
    (NVDS_FRAME_META_NVDSANALYTICS, "NVDS_FRAME_META_NVDSANALYTICS"),
    (NVDS_OBJ_META_NVDSANALYTICS, "NVDS_OBJ_META_NVDSANALYTICS"),
    (NVDS_BUFFER_GST_AS_FRAME_USER_META, "NVDS_BUFFER_GST_AS_FRAME_USER_META"),
];

/// What is worth showing of the ABI's own structs.
fn known(meta: &UserMeta) -> Option<Value> {
    // SAFETY: a view's struct is live, and data of these types is the struct the ABI says.
    unsafe {
        let raw: *const NvDsUserMeta = meta.raw();
        let data = (*raw).user_meta_data;
        match meta.meta_type() {
            NVDSINFER_TENSOR_OUTPUT_META => data.cast::<NvDsInferTensorMeta>().as_ref().map(|tensor| tensor_json(tensor)),
            NVDSINFER_SEGMENTATION_META => data.cast::<NvDsInferSegmentationMeta>().as_ref().map(|map| {
                json!({"unique_id": map.unique_id, "classes": map.classes, "width": map.width, "height": map.height})
            }),
            NVDS_OPTICAL_FLOW_META => data
                .cast::<NvDsOpticalFlowMeta>()
                .as_ref()
                .map(|flow| json!({"rows": flow.rows, "cols": flow.cols, "frame_num": flow.frame_num})),
            NVDS_EVENT_MSG_META => meta.event_message().and_then(|event| serde_json::to_value(event).ok()),
            NVDS_CROP_IMAGE_META => {
                data.cast::<NvDsObjEncOutParams>().as_ref().map(|image| json!({"bytes": image.outLen}))
            }
            _ => None,
        }
    }
}

/// Names and shapes of raw tensors.
///
/// # Safety
/// `tensor` is as an inference element filled it.
unsafe fn tensor_json(tensor: &NvDsInferTensorMeta) -> Value {
    let count = if tensor.output_layers_info.is_null() { 0 } else { tensor.num_output_layers as usize };
    let layers: Vec<Value> = (0..count)
        .map(|index| {
            // SAFETY: the caller's promise: that many layers lie there, with names as C strings.
            let layer = unsafe { &*tensor.output_layers_info.add(index) };
            let dims = &layer.inferDims;
            let shape = &dims.d[..(dims.numDims as usize).min(dims.d.len())];
            // SAFETY: as above.
            json!({"name": unsafe { text(layer.layerName) }, "shape": shape, "data_type": layer.dataType})
        })
        .collect();
    json!({"unique_id": tensor.unique_id, "layers": layers})
}
