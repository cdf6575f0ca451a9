//! Enum values of the metadata ABI. Plain integers: a value unknown here stays what it is.
#![allow(missing_docs, non_upper_case_globals)] // the names are those of the C enums

use crate::base::c_enum::c_enums;

c_enums! {
    /// `NvOSD_Mode` of `nvll_osd_struct.h`.
    NvOSD_Mode: u32 {
        MODE_CPU = 0,
        MODE_GPU = 1,
        MODE_NONE = 2,
    }

    /// `NvOSD_Arrow_Head_Direction` of `nvll_osd_struct.h`.
    NvOSD_Arrow_Head_Direction: u32 {
        START_HEAD = 0,
        END_HEAD = 1,
        BOTH_HEAD = 2,
    }

    /// `NvDsMetaType` of `nvdsmeta.h`.
    NvDsMetaType: i32 {
        NVDS_INVALID_META = -1,
        NVDS_BATCH_META = 1,
        NVDS_FRAME_META = 2,
        NVDS_OBJ_META = 3,
        NVDS_DISPLAY_META = 4,
        NVDS_CLASSIFIER_META = 5,
        NVDS_LABEL_INFO_META = 6,
        NVDS_USER_META = 7,
        NVDS_PAYLOAD_META = 8,
        NVDS_EVENT_MSG_META = 9,
        NVDS_OPTICAL_FLOW_META = 10,
        NVDS_LATENCY_MEASUREMENT_META = 11,
        NVDSINFER_TENSOR_OUTPUT_META = 12,
        NVDSINFER_SEGMENTATION_META = 13,
        NVDS_CROP_IMAGE_META = 14,
        NVDS_TRACKER_PAST_FRAME_META = 15,
        NVDS_TRACKER_BATCH_REID_META = 16,
        NVDS_TRACKER_OBJ_REID_META = 17,
        NVDS_TRACKER_TERMINATED_LIST_META = 18,
        NVDS_TRACKER_SHADOW_LIST_META = 19,
        NVDS_OBJ_VISIBILITY = 20,
        NVDS_OBJ_IMAGE_FOOT_LOCATION = 21,
        NVDS_OBJ_WORLD_FOOT_LOCATION = 22,
        NVDS_OBJ_IMAGE_CONVEX_HULL = 23,
        NVDS_OBJ_3D_META = 24,
        NVDS_AUDIO_BATCH_META = 25,
        NVDS_AUDIO_FRAME_META = 26,
        NVDS_PREPROCESS_FRAME_META = 27,
        NVDS_PREPROCESS_BATCH_META = 28,
        NVDS_CUSTOM_MSG_BLOB = 29,
        NVDS_ROI_META = 30,
        NVDS_CUSTOM_MSG_SPARSE4D = 31,
        NVDS_FRAME_META_NVDSANALYTICS = 32,
        NVDS_OBJ_META_NVDSANALYTICS = 33,
        NVDS_RESERVED_META = 4095,
        NVDS_GST_CUSTOM_META = 4096,
        NVDS_START_USER_META = 8193,
        NVDS_FORCE32_META = 2147483647,
    }

    /// `GstNvDsMetaType` of `gstnvdsmeta.h`.
    GstNvDsMetaType: i32 {
        NVDS_GST_INVALID_META = -1,
        NVDS_BATCH_GST_META = 4097,
        NVDS_DECODER_GST_META = 4098,
        NVDS_DEWARPER_GST_META = 4099,
        NVDS_BUFFER_GST_AS_FRAME_USER_META = 4100,
        NVDS_RESERVED_GST_META = 8192,
        NVDS_GST_META_FORCE32 = 2147483647,
    }

    /// `NvDsEventType` of `nvdsmeta_schema.h`.
    NvDsEventType: u32 {
        NVDS_EVENT_ENTRY = 0,
        NVDS_EVENT_EXIT = 1,
        NVDS_EVENT_MOVING = 2,
        NVDS_EVENT_STOPPED = 3,
        NVDS_EVENT_EMPTY = 4,
        NVDS_EVENT_PARKED = 5,
        NVDS_EVENT_RESET = 6,
        NVDS_EVENT_RESERVED = 256,
        NVDS_EVENT_CUSTOM = 257,
        NVDS_EVENT_FORCE32 = 2147483647,
    }

    /// `NvDsObjectType` of `nvdsmeta_schema.h`.
    NvDsObjectType: u32 {
        NVDS_OBJECT_TYPE_VEHICLE = 0,
        NVDS_OBJECT_TYPE_PERSON = 1,
        NVDS_OBJECT_TYPE_FACE = 2,
        NVDS_OBJECT_TYPE_BAG = 3,
        NVDS_OBJECT_TYPE_BICYCLE = 4,
        NVDS_OBJECT_TYPE_ROADSIGN = 5,
        NVDS_OBJECT_TYPE_VEHICLE_EXT = 6,
        NVDS_OBJECT_TYPE_PERSON_EXT = 7,
        NVDS_OBJECT_TYPE_FACE_EXT = 8,
        NVDS_OBJECT_TYPE_3D = 9,
        NVDS_OBJECT_TYPE_DUMMY = 10,
        NVDS_OBJECT_TYPE_PRODUCT = 11,
        NVDS_OBJECT_TYPE_PRODUCT_EXT = 12,
        NVDS_OBJECT_TYPE_RESERVED = 256,
        NVDS_OBJECT_TYPE_CUSTOM = 257,
        NVDS_OBJECT_TYPE_UNKNOWN = 258,
        NVDS_OBEJCT_TYPE_FORCE32 = 2147483647,
    }

    /// `NvDsPayloadType` of `nvdsmeta_schema.h`.
    NvDsPayloadType: u32 {
        NVDS_PAYLOAD_DEEPSTREAM = 0,
        NVDS_PAYLOAD_DEEPSTREAM_MINIMAL = 1,
        NVDS_PAYLOAD_DEEPSTREAM_PROTOBUF = 2,
        NVDS_PAYLOAD_RESERVED = 256,
        NVDS_PAYLOAD_CUSTOM = 257,
        NVDS_PAYLOAD_FORCE32 = 2147483647,
    }

    /// `NvDsInferDataType` of `nvdsinfer.h`.
    NvDsInferDataType: u32 {
        FLOAT = 0,
        HALF = 1,
        INT8 = 2,
        INT32 = 3,
        INT64 = 4,
        UINT8 = 5,
    }

    /// `NvDsDataType` of `nvds_roi_meta.h`.
    NvDsDataType: u32 {
        NvDsDataType_FP32 = 0,
        NvDsDataType_UINT8 = 1,
        NvDsDataType_INT8 = 2,
        NvDsDataType_UINT32 = 3,
        NvDsDataType_INT32 = 4,
        NvDsDataType_INT64 = 5,
        NvDsDataType_UINT64 = 6,
        NvDsDataType_FP16 = 7,
    }

    /// `NvDsUnitType` of `nvds_roi_meta.h`.
    NvDsUnitType: u32 {
        NvDsUnitType_FullFrame = 0,
        NvDsUnitType_ROI = 1,
        NvDsUnitType_Object = 2,
    }

    /// `NvDsInferStatus` of `nvdsinfer.h`.
    NvDsInferStatus: u32 {
        NVDSINFER_SUCCESS = 0,
        NVDSINFER_CONFIG_FAILED = 1,
        NVDSINFER_CUSTOM_LIB_FAILED = 2,
        NVDSINFER_INVALID_PARAMS = 3,
        NVDSINFER_OUTPUT_PARSING_FAILED = 4,
        NVDSINFER_CUDA_ERROR = 5,
        NVDSINFER_TENSORRT_ERROR = 6,
        NVDSINFER_RESOURCE_ERROR = 7,
        NVDSINFER_TRITON_ERROR = 8,
        NVDSINFER_TRTIS_ERROR = 8,
        NVDSINFER_MEM_ERROR = 9,
        NVDSINFER_UNKNOWN_ERROR = 10,
    }

    /// `TRACKER_STATE` of `nvds_tracker_meta.h`.
    TRACKER_STATE: u32 {
        EMPTY = 0,
        ACTIVE = 1,
        INACTIVE = 2,
        TENTATIVE = 3,
        PROJECTED = 4,
        QUASIACTIVE = 5,
    }

    /// `NvDsInferNetworkType` of `nvdsinfer_context.h`.
    NvDsInferNetworkType: u32 {
        NvDsInferNetworkType_Detector = 0,
        NvDsInferNetworkType_Classifier = 1,
        NvDsInferNetworkType_Segmentation = 2,
        NvDsInferNetworkType_InstanceSegmentation = 3,
        NvDsInferNetworkType_Other = 100,
    }

    /// `NvDsInferTensorOrder` of `nvdsinfer_context.h`.
    NvDsInferTensorOrder: u32 {
        NvDsInferTensorOrder_kNCHW = 0,
        NvDsInferTensorOrder_kNHWC = 1,
        NvDsInferTensorOrder_kNC = 2,
        NvDsInferUffOrder_kNCHW = 0,
        NvDsInferUffOrder_kNHWC = 1,
        NvDsInferUffOrder_kNC = 2,
    }

    /// `GstNvEventType` of `gst-nvevent.h`.
    GstNvEventType: u32 {
        GST_NVEVENT_PAD_ADDED = 102430,
        GST_NVEVENT_PAD_DELETED = 102686,
        GST_NVEVENT_STREAM_EOS = 102942,
        GST_NVEVENT_STREAM_SEGMENT = 103198,
        GST_NVEVENT_STREAM_RESET = 103454,
        GST_NVEVENT_STREAM_START = 103710,
        GST_NVEVENT_UPDATE_CAPS = 103966,
    }

    /// `GstNvDsCustomEventType` of `gst-nvdscustomevent.h`.
    GstNvDsCustomEventType: u32 {
        GST_NVEVENT_ROI_UPDATE = 103942,
        GST_NVEVENT_INFER_INTERVAL_UPDATE = 104198,
        GST_NVEVENT_OSD_PROCESS_MODE_UPDATE = 104454,
        GST_NVEVENT_ANALYTICS_RELOAD_CONFIG_UPDATE = 104710,
        GST_NVEVENT_NVTRACKER_CONFIG_UPDATE = 104966,
    }

    /// `ROI_STATUS_360D` of `nvds_360d_meta.h`.
    ROI_STATUS_360D: u32 {
        ROI_ENTRY_360D = 1,
        ROI_EXIT_360D = 2,
        INSIDE_AISLE_360D = 4,
    }
}
