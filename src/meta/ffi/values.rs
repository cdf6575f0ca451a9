//! Enum values of the metadata ABI. Plain integers: a value unknown here stays what it is.
#![allow(missing_docs, non_upper_case_globals)] // the names are those of the C enums

// NvOSD_Mode
pub const MODE_CPU: u32 = 0;
pub const MODE_GPU: u32 = 1;
pub const MODE_NONE: u32 = 2;

// NvOSD_Arrow_Head_Direction
pub const START_HEAD: u32 = 0;
pub const END_HEAD: u32 = 1;
pub const BOTH_HEAD: u32 = 2;

// NvDsMetaType
pub const NVDS_INVALID_META: i32 = -1;
pub const NVDS_BATCH_META: i32 = 1;
pub const NVDS_FRAME_META: i32 = 2;
pub const NVDS_OBJ_META: i32 = 3;
pub const NVDS_DISPLAY_META: i32 = 4;
pub const NVDS_CLASSIFIER_META: i32 = 5;
pub const NVDS_LABEL_INFO_META: i32 = 6;
pub const NVDS_USER_META: i32 = 7;
pub const NVDS_PAYLOAD_META: i32 = 8;
pub const NVDS_EVENT_MSG_META: i32 = 9;
pub const NVDS_OPTICAL_FLOW_META: i32 = 10;
pub const NVDS_LATENCY_MEASUREMENT_META: i32 = 11;
pub const NVDSINFER_TENSOR_OUTPUT_META: i32 = 12;
pub const NVDSINFER_SEGMENTATION_META: i32 = 13;
pub const NVDS_CROP_IMAGE_META: i32 = 14;
pub const NVDS_TRACKER_PAST_FRAME_META: i32 = 15;
pub const NVDS_TRACKER_BATCH_REID_META: i32 = 16;
pub const NVDS_TRACKER_OBJ_REID_META: i32 = 17;
pub const NVDS_TRACKER_TERMINATED_LIST_META: i32 = 18;
pub const NVDS_TRACKER_SHADOW_LIST_META: i32 = 19;
pub const NVDS_OBJ_VISIBILITY: i32 = 20;
pub const NVDS_OBJ_IMAGE_FOOT_LOCATION: i32 = 21;
pub const NVDS_OBJ_WORLD_FOOT_LOCATION: i32 = 22;
pub const NVDS_OBJ_IMAGE_CONVEX_HULL: i32 = 23;
pub const NVDS_OBJ_3D_META: i32 = 24;
pub const NVDS_AUDIO_BATCH_META: i32 = 25;
pub const NVDS_AUDIO_FRAME_META: i32 = 26;
pub const NVDS_PREPROCESS_FRAME_META: i32 = 27;
pub const NVDS_PREPROCESS_BATCH_META: i32 = 28;
pub const NVDS_CUSTOM_MSG_BLOB: i32 = 29;
pub const NVDS_ROI_META: i32 = 30;
pub const NVDS_CUSTOM_MSG_SPARSE4D: i32 = 31;
pub const NVDS_FRAME_META_NVDSANALYTICS: i32 = 32;
pub const NVDS_OBJ_META_NVDSANALYTICS: i32 = 33;
pub const NVDS_RESERVED_META: i32 = 4095;
pub const NVDS_GST_CUSTOM_META: i32 = 4096;
pub const NVDS_START_USER_META: i32 = 8193;
pub const NVDS_FORCE32_META: i32 = 2147483647;

// GstNvDsMetaType
pub const NVDS_GST_INVALID_META: i32 = -1;
pub const NVDS_BATCH_GST_META: i32 = 4097;
pub const NVDS_DECODER_GST_META: i32 = 4098;
pub const NVDS_DEWARPER_GST_META: i32 = 4099;
pub const NVDS_BUFFER_GST_AS_FRAME_USER_META: i32 = 4100;
pub const NVDS_RESERVED_GST_META: i32 = 8192;
pub const NVDS_GST_META_FORCE32: i32 = 2147483647;

// NvDsEventType
pub const NVDS_EVENT_ENTRY: u32 = 0;
pub const NVDS_EVENT_EXIT: u32 = 1;
pub const NVDS_EVENT_MOVING: u32 = 2;
pub const NVDS_EVENT_STOPPED: u32 = 3;
pub const NVDS_EVENT_EMPTY: u32 = 4;
pub const NVDS_EVENT_PARKED: u32 = 5;
pub const NVDS_EVENT_RESET: u32 = 6;
pub const NVDS_EVENT_RESERVED: u32 = 256;
pub const NVDS_EVENT_CUSTOM: u32 = 257;
pub const NVDS_EVENT_FORCE32: u32 = 2147483647;

// NvDsObjectType
pub const NVDS_OBJECT_TYPE_VEHICLE: u32 = 0;
pub const NVDS_OBJECT_TYPE_PERSON: u32 = 1;
pub const NVDS_OBJECT_TYPE_FACE: u32 = 2;
pub const NVDS_OBJECT_TYPE_BAG: u32 = 3;
pub const NVDS_OBJECT_TYPE_BICYCLE: u32 = 4;
pub const NVDS_OBJECT_TYPE_ROADSIGN: u32 = 5;
pub const NVDS_OBJECT_TYPE_VEHICLE_EXT: u32 = 6;
pub const NVDS_OBJECT_TYPE_PERSON_EXT: u32 = 7;
pub const NVDS_OBJECT_TYPE_FACE_EXT: u32 = 8;
pub const NVDS_OBJECT_TYPE_3D: u32 = 9;
pub const NVDS_OBJECT_TYPE_DUMMY: u32 = 10;
pub const NVDS_OBJECT_TYPE_PRODUCT: u32 = 11;
pub const NVDS_OBJECT_TYPE_PRODUCT_EXT: u32 = 12;
pub const NVDS_OBJECT_TYPE_RESERVED: u32 = 256;
pub const NVDS_OBJECT_TYPE_CUSTOM: u32 = 257;
pub const NVDS_OBJECT_TYPE_UNKNOWN: u32 = 258;
pub const NVDS_OBEJCT_TYPE_FORCE32: u32 = 2147483647;

// NvDsPayloadType
pub const NVDS_PAYLOAD_DEEPSTREAM: u32 = 0;
pub const NVDS_PAYLOAD_DEEPSTREAM_MINIMAL: u32 = 1;
pub const NVDS_PAYLOAD_DEEPSTREAM_PROTOBUF: u32 = 2;
pub const NVDS_PAYLOAD_RESERVED: u32 = 256;
pub const NVDS_PAYLOAD_CUSTOM: u32 = 257;
pub const NVDS_PAYLOAD_FORCE32: u32 = 2147483647;

// NvDsInferDataType
pub const FLOAT: u32 = 0;
pub const HALF: u32 = 1;
pub const INT8: u32 = 2;
pub const INT32: u32 = 3;
pub const INT64: u32 = 4;
pub const UINT8: u32 = 5;

// NvDsDataType
pub const NvDsDataType_FP32: u32 = 0;
pub const NvDsDataType_UINT8: u32 = 1;
pub const NvDsDataType_INT8: u32 = 2;
pub const NvDsDataType_UINT32: u32 = 3;
pub const NvDsDataType_INT32: u32 = 4;
pub const NvDsDataType_INT64: u32 = 5;
pub const NvDsDataType_UINT64: u32 = 6;
pub const NvDsDataType_FP16: u32 = 7;

// NvDsUnitType
pub const NvDsUnitType_FullFrame: u32 = 0;
pub const NvDsUnitType_ROI: u32 = 1;
pub const NvDsUnitType_Object: u32 = 2;

// NvDsInferStatus
pub const NVDSINFER_SUCCESS: u32 = 0;
pub const NVDSINFER_CONFIG_FAILED: u32 = 1;
pub const NVDSINFER_CUSTOM_LIB_FAILED: u32 = 2;
pub const NVDSINFER_INVALID_PARAMS: u32 = 3;
pub const NVDSINFER_OUTPUT_PARSING_FAILED: u32 = 4;
pub const NVDSINFER_CUDA_ERROR: u32 = 5;
pub const NVDSINFER_TENSORRT_ERROR: u32 = 6;
pub const NVDSINFER_RESOURCE_ERROR: u32 = 7;
pub const NVDSINFER_TRITON_ERROR: u32 = 8;
pub const NVDSINFER_TRTIS_ERROR: u32 = 8;
pub const NVDSINFER_MEM_ERROR: u32 = 9;
pub const NVDSINFER_UNKNOWN_ERROR: u32 = 10;

// TRACKER_STATE
pub const EMPTY: u32 = 0;
pub const ACTIVE: u32 = 1;
pub const INACTIVE: u32 = 2;
pub const TENTATIVE: u32 = 3;
pub const PROJECTED: u32 = 4;
pub const QUASIACTIVE: u32 = 5;

// NvDsInferNetworkType
pub const NvDsInferNetworkType_Detector: u32 = 0;
pub const NvDsInferNetworkType_Classifier: u32 = 1;
pub const NvDsInferNetworkType_Segmentation: u32 = 2;
pub const NvDsInferNetworkType_InstanceSegmentation: u32 = 3;
pub const NvDsInferNetworkType_Other: u32 = 100;

// NvDsInferTensorOrder
pub const NvDsInferTensorOrder_kNCHW: u32 = 0;
pub const NvDsInferTensorOrder_kNHWC: u32 = 1;
pub const NvDsInferTensorOrder_kNC: u32 = 2;
pub const NvDsInferUffOrder_kNCHW: u32 = 0;
pub const NvDsInferUffOrder_kNHWC: u32 = 1;
pub const NvDsInferUffOrder_kNC: u32 = 2;

// GstNvEventType
pub const GST_NVEVENT_PAD_ADDED: u32 = 102430;
pub const GST_NVEVENT_PAD_DELETED: u32 = 102686;
pub const GST_NVEVENT_STREAM_EOS: u32 = 102942;
pub const GST_NVEVENT_STREAM_SEGMENT: u32 = 103198;
pub const GST_NVEVENT_STREAM_RESET: u32 = 103454;
pub const GST_NVEVENT_STREAM_START: u32 = 103710;
pub const GST_NVEVENT_UPDATE_CAPS: u32 = 103966;

// GstNvDsCustomEventType
pub const GST_NVEVENT_ROI_UPDATE: u32 = 103942;
pub const GST_NVEVENT_INFER_INTERVAL_UPDATE: u32 = 104198;
pub const GST_NVEVENT_OSD_PROCESS_MODE_UPDATE: u32 = 104454;
pub const GST_NVEVENT_ANALYTICS_RELOAD_CONFIG_UPDATE: u32 = 104710;
pub const GST_NVEVENT_NVTRACKER_CONFIG_UPDATE: u32 = 104966;
