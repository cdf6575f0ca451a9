/* DeepStream 9.1's metadata, surfaces and events, offered by libds_apps.so.
 * Made from the Rust definitions (tests/headers); x86_64 and aarch64 Linux. */

#ifndef DS_APPS_H
#define DS_APPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <glib.h>
#include <gst/gst.h>

#define MAX_LABEL_SIZE 128
#define MAX_ELEMENTS_IN_DISPLAY_META 16
#define UNTRACKED_OBJECT_ID 18446744073709551615UL
#define MAX_USER_FIELDS 4
#define MAX_RESERVED_FIELDS 4
#define NVDSINFER_MAX_DIMS 8
#define MAX_COMPONENT_LEN 64
#define FILE_NAME_SIZE 1024
#define MAX_SOURCE_ID_LEN 128
#define MAX_ENTRIES 100
#define DS_MAX_POLYGON_POINTS 8
#define NVBUF_MAX_PLANES 4
#define STRUCTURE_PADDING 4
#define NVDS_VERSION_MAJOR 9
#define NVDS_VERSION_MINOR 1
#define NVDS_VERSION_MICRO 0

typedef enum NvBufSurfaceMemMapFlags {
    NVBUF_MAP_READ = 0,
    NVBUF_MAP_WRITE = 1,
    NVBUF_MAP_READ_WRITE = 2,
} NvBufSurfaceMemMapFlags;

typedef enum NvBufSurfaceTag {
    NvBufSurfaceTag_NONE = 0,
    NvBufSurfaceTag_CAMERA = 512,
    NvBufSurfaceTag_JPEG = 5376,
    NvBufSurfaceTag_PROTECTED = 5380,
    NvBufSurfaceTag_VIDEO_ENC = 4608,
    NvBufSurfaceTag_VIDEO_DEC = 5120,
    NvBufSurfaceTag_VIDEO_CONVERT = 3841,
} NvBufSurfaceTag;

typedef enum NvBufSurfaceColorFormat {
    NVBUF_COLOR_FORMAT_INVALID = 0,
    NVBUF_COLOR_FORMAT_GRAY8 = 1,
    NVBUF_COLOR_FORMAT_YUV420 = 2,
    NVBUF_COLOR_FORMAT_YVU420 = 3,
    NVBUF_COLOR_FORMAT_YUV420_ER = 4,
    NVBUF_COLOR_FORMAT_YVU420_ER = 5,
    NVBUF_COLOR_FORMAT_NV12 = 6,
    NVBUF_COLOR_FORMAT_NV12_ER = 7,
    NVBUF_COLOR_FORMAT_NV21 = 8,
    NVBUF_COLOR_FORMAT_NV21_ER = 9,
    NVBUF_COLOR_FORMAT_UYVY = 10,
    NVBUF_COLOR_FORMAT_UYVY_ER = 11,
    NVBUF_COLOR_FORMAT_VYUY = 12,
    NVBUF_COLOR_FORMAT_VYUY_ER = 13,
    NVBUF_COLOR_FORMAT_YUYV = 14,
    NVBUF_COLOR_FORMAT_YUYV_ER = 15,
    NVBUF_COLOR_FORMAT_YVYU = 16,
    NVBUF_COLOR_FORMAT_YVYU_ER = 17,
    NVBUF_COLOR_FORMAT_YUV444 = 18,
    NVBUF_COLOR_FORMAT_RGBA = 19,
    NVBUF_COLOR_FORMAT_BGRA = 20,
    NVBUF_COLOR_FORMAT_ARGB = 21,
    NVBUF_COLOR_FORMAT_ABGR = 22,
    NVBUF_COLOR_FORMAT_RGBx = 23,
    NVBUF_COLOR_FORMAT_BGRx = 24,
    NVBUF_COLOR_FORMAT_xRGB = 25,
    NVBUF_COLOR_FORMAT_xBGR = 26,
    NVBUF_COLOR_FORMAT_RGB = 27,
    NVBUF_COLOR_FORMAT_BGR = 28,
    NVBUF_COLOR_FORMAT_NV12_10LE = 29,
    NVBUF_COLOR_FORMAT_NV12_12LE = 30,
    NVBUF_COLOR_FORMAT_YUV420_709 = 31,
    NVBUF_COLOR_FORMAT_YUV420_709_ER = 32,
    NVBUF_COLOR_FORMAT_NV12_709 = 33,
    NVBUF_COLOR_FORMAT_NV12_709_ER = 34,
    NVBUF_COLOR_FORMAT_YUV420_2020 = 35,
    NVBUF_COLOR_FORMAT_NV12_2020 = 36,
    NVBUF_COLOR_FORMAT_NV12_10LE_ER = 37,
    NVBUF_COLOR_FORMAT_NV12_10LE_709 = 38,
    NVBUF_COLOR_FORMAT_NV12_10LE_709_ER = 39,
    NVBUF_COLOR_FORMAT_NV12_10LE_2020 = 40,
    NVBUF_COLOR_FORMAT_SIGNED_R16G16 = 41,
    NVBUF_COLOR_FORMAT_R8_G8_B8 = 42,
    NVBUF_COLOR_FORMAT_B8_G8_R8 = 43,
    NVBUF_COLOR_FORMAT_R32F_G32F_B32F = 44,
    NVBUF_COLOR_FORMAT_B32F_G32F_R32F = 45,
    NVBUF_COLOR_FORMAT_YUV422 = 46,
    NVBUF_COLOR_FORMAT_NV21_10LE = 47,
    NVBUF_COLOR_FORMAT_NV21_12LE = 48,
    NVBUF_COLOR_FORMAT_NV12_12LE_2020 = 49,
    NVBUF_COLOR_FORMAT_NV16 = 50,
    NVBUF_COLOR_FORMAT_NV16_10LE = 51,
    NVBUF_COLOR_FORMAT_NV24 = 52,
    NVBUF_COLOR_FORMAT_NV24_10LE = 53,
    NVBUF_COLOR_FORMAT_NV16_ER = 54,
    NVBUF_COLOR_FORMAT_NV24_ER = 55,
    NVBUF_COLOR_FORMAT_NV16_709 = 56,
    NVBUF_COLOR_FORMAT_NV24_709 = 57,
    NVBUF_COLOR_FORMAT_NV16_709_ER = 58,
    NVBUF_COLOR_FORMAT_NV24_709_ER = 59,
    NVBUF_COLOR_FORMAT_NV24_10LE_709 = 60,
    NVBUF_COLOR_FORMAT_NV24_10LE_709_ER = 61,
    NVBUF_COLOR_FORMAT_NV24_10LE_2020 = 62,
    NVBUF_COLOR_FORMAT_NV24_12LE_2020 = 63,
    NVBUF_COLOR_FORMAT_RGBA_10_10_10_2_709 = 64,
    NVBUF_COLOR_FORMAT_RGBA_10_10_10_2_2020 = 65,
    NVBUF_COLOR_FORMAT_BGRA_10_10_10_2_709 = 66,
    NVBUF_COLOR_FORMAT_BGRA_10_10_10_2_2020 = 67,
    NVBUF_COLOR_FORMAT_A32 = 68,
    NVBUF_COLOR_FORMAT_UYVP = 69,
    NVBUF_COLOR_FORMAT_UYVP_ER = 70,
    NVBUF_COLOR_FORMAT_YUV444_ER = 71,
    NVBUF_COLOR_FORMAT_YUV444_709 = 72,
    NVBUF_COLOR_FORMAT_YUV444_709_ER = 73,
    NVBUF_COLOR_FORMAT_YUV444_2020 = 74,
    NVBUF_COLOR_FORMAT_YUV444_10LE = 75,
    NVBUF_COLOR_FORMAT_YUV444_10LE_ER = 76,
    NVBUF_COLOR_FORMAT_YUV444_10LE_709 = 77,
    NVBUF_COLOR_FORMAT_YUV444_10LE_709_ER = 78,
    NVBUF_COLOR_FORMAT_YUV444_10LE_2020 = 79,
    NVBUF_COLOR_FORMAT_YUV444_12LE = 80,
    NVBUF_COLOR_FORMAT_YUV444_12LE_ER = 81,
    NVBUF_COLOR_FORMAT_YUV444_12LE_709 = 82,
    NVBUF_COLOR_FORMAT_YUV444_12LE_709_ER = 83,
    NVBUF_COLOR_FORMAT_YUV444_12LE_2020 = 84,
    NVBUF_COLOR_FORMAT_NV12_12LE_ER = 85,
    NVBUF_COLOR_FORMAT_NV12_12LE_709 = 86,
    NVBUF_COLOR_FORMAT_NV12_12LE_709_ER = 87,
    NVBUF_COLOR_FORMAT_GRAY8_ER = 88,
    NVBUF_COLOR_FORMAT_UYVY_709 = 89,
    NVBUF_COLOR_FORMAT_UYVY_709_ER = 90,
    NVBUF_COLOR_FORMAT_UYVY_2020 = 91,
    NVBUF_COLOR_FORMAT_GRAY16_LE = 92,
    NVBUF_COLOR_FORMAT_BGRA64_LE = 93,
    NVBUF_COLOR_FORMAT_NV16_2020 = 94,
    NVBUF_COLOR_FORMAT_NV16_10LE_ER = 95,
    NVBUF_COLOR_FORMAT_NV16_10LE_709 = 96,
    NVBUF_COLOR_FORMAT_NV16_10LE_709_ER = 97,
    NVBUF_COLOR_FORMAT_NV16_10LE_2020 = 98,
    NVBUF_COLOR_FORMAT_NV16_12LE = 99,
    NVBUF_COLOR_FORMAT_NV16_12LE_ER = 100,
    NVBUF_COLOR_FORMAT_NV16_12LE_709 = 101,
    NVBUF_COLOR_FORMAT_NV16_12LE_709_ER = 102,
    NVBUF_COLOR_FORMAT_NV16_12LE_2020 = 103,
    NVBUF_COLOR_FORMAT_NV24_2020 = 104,
    NVBUF_COLOR_FORMAT_NV24_10LE_ER = 105,
    NVBUF_COLOR_FORMAT_NV24_12LE = 106,
    NVBUF_COLOR_FORMAT_NV24_12LE_ER = 107,
    NVBUF_COLOR_FORMAT_NV24_12LE_709 = 108,
    NVBUF_COLOR_FORMAT_NV24_12LE_709_ER = 109,
    NVBUF_COLOR_FORMAT_UYVP_709 = 110,
    NVBUF_COLOR_FORMAT_UYVP_709_ER = 111,
    NVBUF_COLOR_FORMAT_UYVP_2020 = 112,
    NVBUF_COLOR_FORMAT_LAST = 113,
} NvBufSurfaceColorFormat;

typedef enum NvBufSurfaceLayout {
    NVBUF_LAYOUT_PITCH = 0,
    NVBUF_LAYOUT_BLOCK_LINEAR = 1,
} NvBufSurfaceLayout;

typedef enum NvBufSurfaceMemType {
    NVBUF_MEM_DEFAULT = 0,
    NVBUF_MEM_CUDA_PINNED = 1,
    NVBUF_MEM_CUDA_DEVICE = 2,
    NVBUF_MEM_CUDA_UNIFIED = 3,
    NVBUF_MEM_SURFACE_ARRAY = 4,
    NVBUF_MEM_HANDLE = 5,
    NVBUF_MEM_SYSTEM = 6,
    NVBUF_MEM_CUDA_ARRAY = 7,
} NvBufSurfaceMemType;

typedef enum NvBufSurfaceDisplayScanFormat {
    NVBUF_DISPLAYSCANFORMAT_PROGRESSIVE = 0,
    NVBUF_DISPLAYSCANFORMAT_INTERLACED = 1,
} NvBufSurfaceDisplayScanFormat;

typedef enum NvBufSurfaceDriverType {
    NVBUF_DRIVER_TYPE_UNKNOWN = 0,
    NVBUF_DRIVER_TYPE_NVGPU = 1,
    NVBUF_DRIVER_TYPE_RM = 2,
} NvBufSurfaceDriverType;

typedef enum NvBufSurfacePlatformType {
    NVBUF_PLATFORM_TYPE_UNKNOWN = 0,
    NVBUF_PLATFORM_TYPE_T186 = 1,
    NVBUF_PLATFORM_TYPE_T194 = 2,
    NVBUF_PLATFORM_TYPE_T210 = 3,
    NVBUF_PLATFORM_TYPE_T234 = 4,
    NVBUF_PLATFORM_TYPE_T256 = 5,
    NVBUF_PLATFORM_TYPE_T264 = 6,
} NvBufSurfacePlatformType;

typedef enum NvBufSurfaceGPUL2SyncCacheOps {
    NVBUF_GPU_L2_CACHE_INVALIDATE = 1,
    NVBUF_GPU_L2_CACHE_FLUSH = 2,
    NVBUF_GPU_L2_CACHE_FLUSH_INVALIDATE = 3,
} NvBufSurfaceGPUL2SyncCacheOps;

typedef enum NvOSD_Mode {
    MODE_CPU = 0,
    MODE_GPU = 1,
    MODE_NONE = 2,
} NvOSD_Mode;

typedef enum NvOSD_Arrow_Head_Direction {
    START_HEAD = 0,
    END_HEAD = 1,
    BOTH_HEAD = 2,
} NvOSD_Arrow_Head_Direction;

typedef enum NvDsMetaType {
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
} NvDsMetaType;

typedef enum GstNvDsMetaType {
    NVDS_GST_INVALID_META = -1,
    NVDS_BATCH_GST_META = 4097,
    NVDS_DECODER_GST_META = 4098,
    NVDS_DEWARPER_GST_META = 4099,
    NVDS_BUFFER_GST_AS_FRAME_USER_META = 4100,
    NVDS_RESERVED_GST_META = 8192,
    NVDS_GST_META_FORCE32 = 2147483647,
} GstNvDsMetaType;

typedef enum NvDsEventType {
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
} NvDsEventType;

typedef enum NvDsObjectType {
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
} NvDsObjectType;

typedef enum NvDsPayloadType {
    NVDS_PAYLOAD_DEEPSTREAM = 0,
    NVDS_PAYLOAD_DEEPSTREAM_MINIMAL = 1,
    NVDS_PAYLOAD_DEEPSTREAM_PROTOBUF = 2,
    NVDS_PAYLOAD_RESERVED = 256,
    NVDS_PAYLOAD_CUSTOM = 257,
    NVDS_PAYLOAD_FORCE32 = 2147483647,
} NvDsPayloadType;

typedef enum NvDsInferDataType {
    FLOAT = 0,
    HALF = 1,
    INT8 = 2,
    INT32 = 3,
    INT64 = 4,
    UINT8 = 5,
} NvDsInferDataType;

typedef enum NvDsDataType {
    NvDsDataType_FP32 = 0,
    NvDsDataType_UINT8 = 1,
    NvDsDataType_INT8 = 2,
    NvDsDataType_UINT32 = 3,
    NvDsDataType_INT32 = 4,
    NvDsDataType_INT64 = 5,
    NvDsDataType_UINT64 = 6,
    NvDsDataType_FP16 = 7,
} NvDsDataType;

typedef enum NvDsUnitType {
    NvDsUnitType_FullFrame = 0,
    NvDsUnitType_ROI = 1,
    NvDsUnitType_Object = 2,
} NvDsUnitType;

typedef enum NvDsInferStatus {
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
} NvDsInferStatus;

typedef enum TRACKER_STATE {
    EMPTY = 0,
    ACTIVE = 1,
    INACTIVE = 2,
    TENTATIVE = 3,
    PROJECTED = 4,
    QUASIACTIVE = 5,
} TRACKER_STATE;

typedef enum NvDsInferNetworkType {
    NvDsInferNetworkType_Detector = 0,
    NvDsInferNetworkType_Classifier = 1,
    NvDsInferNetworkType_Segmentation = 2,
    NvDsInferNetworkType_InstanceSegmentation = 3,
    NvDsInferNetworkType_Other = 100,
} NvDsInferNetworkType;

typedef enum NvDsInferTensorOrder {
    NvDsInferTensorOrder_kNCHW = 0,
    NvDsInferTensorOrder_kNHWC = 1,
    NvDsInferTensorOrder_kNC = 2,
    NvDsInferUffOrder_kNCHW = 0,
    NvDsInferUffOrder_kNHWC = 1,
    NvDsInferUffOrder_kNC = 2,
} NvDsInferTensorOrder;

typedef enum GstNvEventType {
    GST_NVEVENT_PAD_ADDED = 102430,
    GST_NVEVENT_PAD_DELETED = 102686,
    GST_NVEVENT_STREAM_EOS = 102942,
    GST_NVEVENT_STREAM_SEGMENT = 103198,
    GST_NVEVENT_STREAM_RESET = 103454,
    GST_NVEVENT_STREAM_START = 103710,
    GST_NVEVENT_UPDATE_CAPS = 103966,
} GstNvEventType;

typedef enum GstNvDsCustomEventType {
    GST_NVEVENT_ROI_UPDATE = 103942,
    GST_NVEVENT_INFER_INTERVAL_UPDATE = 104198,
    GST_NVEVENT_OSD_PROCESS_MODE_UPDATE = 104454,
    GST_NVEVENT_ANALYTICS_RELOAD_CONFIG_UPDATE = 104710,
    GST_NVEVENT_NVTRACKER_CONFIG_UPDATE = 104966,
} GstNvDsCustomEventType;

typedef enum ROI_STATUS_360D {
    ROI_ENTRY_360D = 1,
    ROI_EXIT_360D = 2,
    INSIDE_AISLE_360D = 4,
} ROI_STATUS_360D;


typedef GList NvDsMetaList;
typedef GList NvDsFrameMetaList;
typedef GList NvDsObjectMetaList;
typedef GList NvDsClassifierMetaList;
typedef GList NvDsLabelInfoList;
typedef GList NvDsUserMetaList;
typedef GList NvDisplayMetaList;

/* The tag of the meta API. */
#define NVDS_META_STRING "nvdsmeta"
#define NVDS_META_API_TYPE (nvds_meta_api_get_type())
#define NVDS_META_INFO (nvds_meta_get_info())
#define nvds_enable_latency_measurement (nvds_get_enable_latency_measurement())
#define nvds_enable_component_latency_measurement (nvds_get_enable_per_component_latency_measurement())
#define nvds_latency_measurement_silent (nvds_get_latency_measurement_silent())


/**
 * An object encoder: opaque to C.
 */
typedef struct NvDsObjEncCtx NvDsObjEncCtx;

/**
 * Copies an item: `(source, user_data) -> copy`.
 */
typedef void *(*NvDsMetaCopyFunc)(void*, void*);

/**
 * Releases what an item holds: `(item, user_data)`.
 */
typedef void (*NvDsMetaReleaseFunc)(void*, void*);

/**
 * The head every metadata item starts with.
 */
typedef struct NvDsBaseMeta {
    struct NvDsBatchMeta *batch_meta;
    NvDsMetaType meta_type;
    void *uContext;
    NvDsMetaCopyFunc copy_func;
    NvDsMetaReleaseFunc release_func;
} NvDsBaseMeta;

/**
 * A pool of items of one kind: a list of free ones and a list of those in use.
 */
typedef struct NvDsMetaPool {
    NvDsMetaType meta_type;
    uint32_t max_elements_in_pool;
    uint32_t element_size;
    uint32_t num_empty_elements;
    uint32_t num_full_elements;
    GList *empty_list;
    GList *full_list;
    NvDsMetaCopyFunc copy_func;
    NvDsMetaReleaseFunc release_func;
} NvDsMetaPool;

/**
 * Metadata of a batch: its frames, its user metadata and the six pools all items come from.
 */
typedef struct NvDsBatchMeta {
    struct NvDsBaseMeta base_meta;
    uint32_t max_frames_in_batch;
    uint32_t num_frames_in_batch;
    struct NvDsMetaPool *frame_meta_pool;
    struct NvDsMetaPool *obj_meta_pool;
    struct NvDsMetaPool *classifier_meta_pool;
    struct NvDsMetaPool *display_meta_pool;
    struct NvDsMetaPool *user_meta_pool;
    struct NvDsMetaPool *label_info_meta_pool;
    GList *frame_meta_list;
    GList *batch_user_meta_list;
    GRecMutex meta_mutex;
    int64_t misc_batch_info[4];
    int64_t reserved[4];
} NvDsBatchMeta;

/**
 * `NvDsSensorInfo_meta` of `nvdsmeta.h`.
 */
typedef struct NvDsSensorInfo_meta {
    uint32_t source_id;
    const char *uri;
    const char *sensor_id;
    const char *sensor_name;
} NvDsSensorInfo_meta;

/**
 * Metadata of one frame of a batch. Sizes in pixels, times in nanoseconds.
 */
typedef struct NvDsFrameMeta {
    struct NvDsBaseMeta base_meta;
    uint32_t pad_index;
    uint32_t batch_id;
    int32_t frame_num;
    uint64_t buf_pts;
    uint64_t ntp_timestamp;
    uint32_t source_id;
    int32_t num_surfaces_per_frame;
    uint32_t source_frame_width;
    uint32_t source_frame_height;
    uint32_t surface_type;
    uint32_t surface_index;
    uint32_t num_obj_meta;
    int32_t bInferDone;
    GList *obj_meta_list;
    GList *display_meta_list;
    GList *frame_user_meta_list;
    int64_t misc_frame_info[4];
    uint32_t pipeline_width;
    uint32_t pipeline_height;
    struct NvDsSensorInfo_meta sensorInfo_meta;
    int64_t reserved[4];
} NvDsFrameMeta;

/**
 * `NvBbox_Coords` of `nvll_osd_struct.h`.
 */
typedef struct NvBbox_Coords {
    float left;
    float top;
    float width;
    float height;
} NvBbox_Coords;

/**
 * A box as a component (detector or tracker) reported it, in frame pixels.
 */
typedef struct NvDsComp_BboxInfo {
    struct NvBbox_Coords org_bbox_coords;
} NvDsComp_BboxInfo;

/**
 * A colour, each channel 0..1.
 */
typedef struct NvOSD_ColorParams {
    double red;
    double green;
    double blue;
    double alpha;
} NvOSD_ColorParams;

/**
 * A rectangle: position and size in pixels, border, optional fill.
 */
typedef struct NvOSD_RectParams {
    float left;
    float top;
    float width;
    float height;
    uint32_t border_width;
    struct NvOSD_ColorParams border_color;
    uint32_t has_bg_color;
    uint32_t reserved;
    struct NvOSD_ColorParams bg_color;
    int32_t has_color_info;
    int32_t color_id;
    float rotation_angle;
} NvOSD_RectParams;

/**
 * A mask over a box: `width` x `height` floats compared with `threshold`.
 */
typedef struct NvOSD_MaskParams {
    float *data;
    uint32_t size;
    float threshold;
    uint32_t width;
    uint32_t height;
} NvOSD_MaskParams;

/**
 * `NvOSD_FontParams` of `nvll_osd_struct.h`.
 */
typedef struct NvOSD_FontParams {
    char *font_name;
    uint32_t font_size;
    struct NvOSD_ColorParams font_color;
} NvOSD_FontParams;

/**
 * A text: position of its top left corner, font and optional background.
 */
typedef struct NvOSD_TextParams {
    char *display_text;
    uint32_t x_offset;
    uint32_t y_offset;
    struct NvOSD_FontParams font_params;
    int32_t set_bg_clr;
    struct NvOSD_ColorParams text_bg_clr;
} NvOSD_TextParams;

/**
 * One detected or tracked object. `object_id` is `UNTRACKED_OBJECT_ID` until a tracker sets it.
 */
typedef struct NvDsObjectMeta {
    struct NvDsBaseMeta base_meta;
    struct NvDsObjectMeta *parent;
    int32_t unique_component_id;
    int32_t class_id;
    uint64_t object_id;
    struct NvDsComp_BboxInfo detector_bbox_info;
    struct NvDsComp_BboxInfo tracker_bbox_info;
    float confidence;
    float tracker_confidence;
    struct NvOSD_RectParams rect_params;
    struct NvOSD_MaskParams mask_params;
    struct NvOSD_TextParams text_params;
    char obj_label[128];
    GList *classifier_meta_list;
    GList *obj_user_meta_list;
    int64_t misc_obj_info[4];
    int64_t reserved[4];
} NvDsObjectMeta;

/**
 * Results of one classifier on an object: a list of labels.
 */
typedef struct NvDsClassifierMeta {
    struct NvDsBaseMeta base_meta;
    uint32_t num_labels;
    int32_t unique_component_id;
    GList *label_info_list;
    const char *classifier_type;
} NvDsClassifierMeta;

/**
 * One label of a classifier result with its probability (0..1).
 */
typedef struct NvDsLabelInfo {
    struct NvDsBaseMeta base_meta;
    uint32_t num_classes;
    char result_label[128];
    char *pResult_label;
    uint32_t result_class_id;
    uint32_t label_id;
    float result_prob;
} NvDsLabelInfo;

/**
 * A line between two points.
 */
typedef struct NvOSD_LineParams {
    uint32_t x1;
    uint32_t y1;
    uint32_t x2;
    uint32_t y2;
    uint32_t line_width;
    struct NvOSD_ColorParams line_color;
} NvOSD_LineParams;

/**
 * A line with a head at one or both ends.
 */
typedef struct NvOSD_ArrowParams {
    uint32_t x1;
    uint32_t y1;
    uint32_t x2;
    uint32_t y2;
    uint32_t arrow_width;
    NvOSD_Arrow_Head_Direction arrow_head;
    struct NvOSD_ColorParams arrow_color;
    uint32_t reserved;
} NvOSD_ArrowParams;

/**
 * A circle: centre and radius in pixels.
 */
typedef struct NvOSD_CircleParams {
    uint32_t xc;
    uint32_t yc;
    uint32_t radius;
    struct NvOSD_ColorParams circle_color;
    uint32_t has_bg_color;
    struct NvOSD_ColorParams bg_color;
    uint32_t circle_width;
    uint32_t reserved;
} NvOSD_CircleParams;

/**
 * Up to 16 rectangles, texts, lines, arrows and circles to draw on a frame.
 */
typedef struct NvDsDisplayMeta {
    struct NvDsBaseMeta base_meta;
    uint32_t num_rects;
    uint32_t num_labels;
    uint32_t num_lines;
    uint32_t num_arrows;
    uint32_t num_circles;
    struct NvOSD_RectParams rect_params[16];
    struct NvOSD_TextParams text_params[16];
    struct NvOSD_LineParams line_params[16];
    struct NvOSD_ArrowParams arrow_params[16];
    struct NvOSD_CircleParams circle_params[16];
    int64_t misc_osd_data[4];
    int64_t reserved[4];
} NvDsDisplayMeta;

/**
 * Data of the user's own type with its copy and release callbacks.
 */
typedef struct NvDsUserMeta {
    struct NvDsBaseMeta base_meta;
    void *user_meta_data;
} NvDsUserMeta;

/**
 * Per-plane width, height, pitch and offset from `dataPtr`, in pixels and bytes.
 */
typedef struct NvBufSurfacePlaneParams {
    uint32_t num_planes;
    uint32_t width[4];
    uint32_t height[4];
    uint32_t pitch[4];
    uint32_t offset[4];
    uint32_t psize[4];
    uint32_t bytesPerPix[4];
    void *_reserved[16];
} NvBufSurfacePlaneParams;

/**
 * `NvBufSurfaceMappedAddr` of `nvbufsurface.h`.
 */
typedef struct NvBufSurfaceMappedAddr {
    void *addr[4];
    void *eglImage;
    void *nvmmPtr;
    void *cudaPtr;
    void *_reserved[4];
} NvBufSurfaceMappedAddr;

/**
 * `NvBufSurfaceChromaSubsamplingParams` of `nvbufsurface.h`.
 */
typedef struct NvBufSurfaceChromaSubsamplingParams {
    uint8_t chromaLocHoriz;
    uint8_t chromaLocVert;
    uint8_t _reserved[6];
} NvBufSurfaceChromaSubsamplingParams;

/**
 * `NvBufSurfacePlaneParamsEx` of `nvbufsurface.h`.
 */
typedef struct NvBufSurfacePlaneParamsEx {
    NvBufSurfaceDisplayScanFormat scanformat[4];
    uint32_t secondfieldoffset[4];
    uint32_t blockheightlog2[4];
    uint32_t physicaladdress[4];
    uint64_t flags[4];
    uint64_t drmModifier[4];
    void *_reserved[16];
} NvBufSurfacePlaneParamsEx;

/**
 * `NvBufSurfaceParamsEx` of `nvbufsurface.h`.
 */
typedef struct NvBufSurfaceParamsEx {
    int32_t startofvaliddata;
    int32_t sizeofvaliddatainbytes;
    struct NvBufSurfaceChromaSubsamplingParams chromaSubsampling;
    bool is_protected;
    struct NvBufSurfacePlaneParamsEx planeParamsex;
    void *_reserved[4];
} NvBufSurfaceParamsEx;

/**
 * `NvBufSurfaceCudaBuffer` of `nvbufsurface.h`.
 */
typedef struct NvBufSurfaceCudaBuffer {
    void *basePtr;
    void *dataPtr;
    void *extMem;
    void *mipmap;
    uint8_t reserved[64];
} NvBufSurfaceCudaBuffer;

/**
 * One surface of a batch: size, format, memory and plane layout.
 */
typedef struct NvBufSurfaceParams {
    uint32_t width;
    uint32_t height;
    uint32_t pitch;
    NvBufSurfaceColorFormat colorFormat;
    NvBufSurfaceLayout layout;
    uint64_t bufferDesc;
    uint32_t dataSize;
    void *dataPtr;
    struct NvBufSurfacePlaneParams planeParams;
    struct NvBufSurfaceMappedAddr mappedAddr;
    struct NvBufSurfaceParamsEx *paramex;
    struct NvBufSurfaceCudaBuffer *cudaBuffer;
    void *_reserved[4];
} NvBufSurfaceParams;

/**
 * `NvDsRoiMeta` of `nvds_roi_meta.h`.
 */
typedef struct NvDsRoiMeta {
    struct NvOSD_RectParams roi;
    uint32_t roi_polygon[8][2];
    struct NvBufSurfaceParams *converted_buffer;
    struct NvDsFrameMeta *frame_meta;
    double scale_ratio_x;
    double scale_ratio_y;
    double offset_left;
    double offset_top;
    GList *classifier_meta_list;
    GList *roi_user_meta_list;
    struct NvDsObjectMeta *object_meta;
} NvDsRoiMeta;

/**
 * The `GstMeta` that carries a batch (or other NvDs data) on a buffer.
 */
typedef struct NvDsMeta {
    GstMeta meta;
    void *meta_data;
    void *user_data;
    int32_t meta_type;
    NvDsMetaCopyFunc copyfunc;
    NvDsMetaReleaseFunc freefunc;
    NvDsMetaCopyFunc gst_to_nvds_meta_transform_func;
    NvDsMetaReleaseFunc gst_to_nvds_meta_release_func;
} NvDsMeta;

/**
 * `NvDsFrameLatencyInfo` of `nvds_latency_meta.h`.
 */
typedef struct NvDsFrameLatencyInfo {
    uint32_t source_id;
    uint32_t frame_num;
    double comp_in_timestamp;
    double latency;
} NvDsFrameLatencyInfo;

/**
 * A handle of an object encoder.
 */
typedef struct NvDsObjEncCtx *NvDsObjEncCtxHandle;

/**
 * `NvDsObjEncUsrArgs` of `nvds_obj_encode.h`.
 */
typedef struct NvDsObjEncUsrArgs {
    bool saveImg;
    bool attachUsrMeta;
    bool scaleImg;
    int32_t scaledWidth;
    int32_t scaledHeight;
    char fileNameImg[1024];
    int32_t objNum;
    int32_t quality;
    bool isFrame;
    bool calcEncodeTime;
} NvDsObjEncUsrArgs;

/**
 * A batch of surfaces. Mapping NVMM memory gives a pointer to this, not pixels.
 */
typedef struct NvBufSurface {
    uint32_t gpuId;
    uint32_t batchSize;
    uint32_t numFilled;
    bool isContiguous;
    NvBufSurfaceMemType memType;
    struct NvBufSurfaceParams *surfaceList;
    bool isImportedBuf;
    void *_reserved[4];
} NvBufSurface;

/**
 * What `NvBufSurfaceCreate` is asked for.
 */
typedef struct NvBufSurfaceCreateParams {
    uint32_t gpuId;
    uint32_t width;
    uint32_t height;
    uint32_t size;
    bool isContiguous;
    NvBufSurfaceColorFormat colorFormat;
    NvBufSurfaceLayout layout;
    NvBufSurfaceMemType memType;
    void *_reserved[4];
} NvBufSurfaceCreateParams;

/**
 * `NvBufSurfaceAllocateParams` of `nvbufsurface.h`.
 */
typedef struct NvBufSurfaceAllocateParams {
    struct NvBufSurfaceCreateParams params;
    NvBufSurfaceDisplayScanFormat displayscanformat;
    struct NvBufSurfaceChromaSubsamplingParams chromaSubsampling;
    NvBufSurfaceTag memtag;
    bool disablePitchPadding;
    uint32_t _reservedParam;
    void *_reserved[4];
} NvBufSurfaceAllocateParams;

/**
 * `NvOSD_Color_info` of `nvll_osd_struct.h`.
 */
typedef struct NvOSD_Color_info {
    int32_t id;
    struct NvOSD_ColorParams color;
} NvOSD_Color_info;

/**
 * `NvDsMetaSubCompLatency` of `nvds_latency_meta.h`.
 */
typedef struct NvDsMetaSubCompLatency {
    char sub_comp_name[64];
    double in_system_timestamp;
    double out_system_timestamp;
} NvDsMetaSubCompLatency;

/**
 * `NvDsMetaCompLatency` of `nvds_latency_meta.h`.
 */
typedef struct NvDsMetaCompLatency {
    char component_name[64];
    double in_system_timestamp;
    double out_system_timestamp;
    uint32_t source_id;
    uint32_t frame_num;
    uint32_t pad_index;
    struct NvDsMetaSubCompLatency sub_comp_latencies[16];
    uint32_t num_sub_comps;
} NvDsMetaCompLatency;

/**
 * `NvOSD_FrameTextParams` of `nvll_osd_api.h`.
 */
typedef struct NvOSD_FrameTextParams {
    struct NvBufSurfaceParams *buf_ptr;
    NvOSD_Mode mode;
    int32_t num_strings;
    struct NvOSD_TextParams *text_params_list;
    struct NvBufSurface *surf;
} NvOSD_FrameTextParams;

/**
 * `NvOSD_FrameRectParams` of `nvll_osd_api.h`.
 */
typedef struct NvOSD_FrameRectParams {
    struct NvBufSurfaceParams *buf_ptr;
    NvOSD_Mode mode;
    int32_t num_rects;
    struct NvOSD_RectParams *rect_params_list;
    struct NvOSD_MaskParams *mask_params_list;
    struct NvBufSurface *surf;
} NvOSD_FrameRectParams;

/**
 * `NvOSD_FrameLineParams` of `nvll_osd_api.h`.
 */
typedef struct NvOSD_FrameLineParams {
    struct NvBufSurfaceParams *buf_ptr;
    NvOSD_Mode mode;
    int32_t num_lines;
    struct NvOSD_LineParams *line_params_list;
    struct NvBufSurface *surf;
} NvOSD_FrameLineParams;

/**
 * `NvOSD_FrameArrowParams` of `nvll_osd_api.h`.
 */
typedef struct NvOSD_FrameArrowParams {
    struct NvBufSurfaceParams *buf_ptr;
    NvOSD_Mode mode;
    int32_t num_arrows;
    struct NvOSD_ArrowParams *arrow_params_list;
    struct NvBufSurface *surf;
} NvOSD_FrameArrowParams;

/**
 * `NvOSD_FrameCircleParams` of `nvll_osd_api.h`.
 */
typedef struct NvOSD_FrameCircleParams {
    struct NvBufSurfaceParams *buf_ptr;
    NvOSD_Mode mode;
    int32_t num_circles;
    struct NvOSD_CircleParams *circle_params_list;
    struct NvBufSurface *surf;
} NvOSD_FrameCircleParams;

/**
 * `NvDsRect` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsRect {
    float top;
    float left;
    float width;
    float height;
} NvDsRect;

/**
 * `NvDsGeoLocation` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsGeoLocation {
    double lat;
    double lon;
    double alt;
} NvDsGeoLocation;

/**
 * `NvDsCoordinate` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsCoordinate {
    double x;
    double y;
    double z;
} NvDsCoordinate;

/**
 * `NvDsObjectSignature` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsObjectSignature {
    double *signature;
    uint32_t size;
} NvDsObjectSignature;

/**
 * `NvDsVehicleObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsVehicleObject {
    char *type;
    char *make;
    char *model;
    char *color;
    char *region;
    char *license;
} NvDsVehicleObject;

/**
 * `NvDsPersonObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsPersonObject {
    char *gender;
    char *hair;
    char *cap;
    char *apparel;
    uint32_t age;
} NvDsPersonObject;

/**
 * `NvDsFaceObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsFaceObject {
    char *gender;
    char *hair;
    char *cap;
    char *glasses;
    char *facialhair;
    char *name;
    char *eyecolor;
    uint32_t age;
} NvDsFaceObject;

/**
 * `NvDsVehicleObjectExt` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsVehicleObjectExt {
    char *type;
    char *make;
    char *model;
    char *color;
    char *region;
    char *license;
    GList *mask;
} NvDsVehicleObjectExt;

/**
 * `NvDsPersonObjectExt` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsPersonObjectExt {
    char *gender;
    char *hair;
    char *cap;
    char *apparel;
    uint32_t age;
    GList *mask;
} NvDsPersonObjectExt;

/**
 * `NvDsFaceObjectExt` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsFaceObjectExt {
    char *gender;
    char *hair;
    char *cap;
    char *glasses;
    char *facialhair;
    char *name;
    char *eyecolor;
    uint32_t age;
    GList *mask;
} NvDsFaceObjectExt;

/**
 * `NvDsProductObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsProductObject {
    char *brand;
    char *type;
    char *shape;
} NvDsProductObject;

/**
 * `NvDsProductObjectExt` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsProductObjectExt {
    char *brand;
    char *type;
    char *shape;
    GList *mask;
} NvDsProductObjectExt;

/**
 * `NvDsJoint` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsJoint {
    float x;
    float y;
    float z;
    float confidence;
} NvDsJoint;

/**
 * `NvDsJoints` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsJoints {
    struct NvDsJoint *joints;
    int32_t num_joints;
    int32_t pose_type;
} NvDsJoints;

/**
 * `NvDsEmbedding` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsEmbedding {
    float *embedding_vector;
    uint32_t embedding_length;
} NvDsEmbedding;

/**
 * `NvDsConvexHull` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsConvexHull {
    int32_t *points;
    uint32_t numFilled;
} NvDsConvexHull;

/**
 * `NvDsBbox3dObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsBbox3dObject {
    float boxes_3d[12];
    float scores_3d;
    char *labels_3d;
    char *embedding_filter;
    float cls_scores;
    uint32_t instance_ids;
    struct NvDsEmbedding *instance_feats;
    char *ocr_label;
} NvDsBbox3dObject;

/**
 * `SourceTimePair` of `nvdsmeta_schema.h`.
 */
typedef struct SourceTimePair {
    char source_id[128];
    uint64_t timestamp;
} SourceTimePair;

/**
 * `NvDs3DTracking` of `nvdsmeta_schema.h`.
 */
typedef struct NvDs3DTracking {
    float ptWorldFeet[2];
    float ptImgFeet[2];
    struct NvDsConvexHull convexHull;
    struct NvDsBbox3dObject bbox3d;
} NvDs3DTracking;

/**
 * `NvDsConversationObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsConversationObject {
    char *id;
    char *query;
    char *response;
} NvDsConversationObject;

/**
 * `NvDsLLMObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsLLMObject {
    GHashTable *info;
    struct NvDsConversationObject *conversations;
    uint32_t num_conversations;
    struct NvDsEmbedding *embeddings;
    uint32_t num_embeddings;
} NvDsLLMObject;

/**
 * `NvDsInteractionObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsInteractionObject {
    char *id;
    char **objectIds;
    uint32_t num_objectIds;
    struct NvDsCoordinate *coordinates;
    uint32_t num_coordinates;
    char *description;
    GHashTable *info;
    int64_t timestamp;
} NvDsInteractionObject;

/**
 * `NvDsCongestionObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsCongestionObject {
    char *id;
    char **objectIds;
    uint32_t num_objectIds;
    float amount;
    GHashTable *info;
    int64_t timestamp;
} NvDsCongestionObject;

/**
 * `NvDsTypeMetricsObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsTypeMetricsObject {
    char *id;
    char *type;
    int32_t count;
    struct NvDsCoordinate *coordinates;
    uint32_t num_coordinates;
    char **objectIds;
    uint32_t num_objectIds;
    GHashTable *info;
} NvDsTypeMetricsObject;

/**
 * `NvDsSegmentationObject` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsSegmentationObject {
    int32_t *mask;
    uint32_t mask_size;
    GHashTable *info;
} NvDsSegmentationObject;

/**
 * `NvDsEventMsgMeta` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsEventMsgMeta {
    NvDsEventType type;
    NvDsObjectType objType;
    struct NvDsRect bbox;
    struct NvDsGeoLocation location;
    struct NvDsCoordinate coordinate;
    struct NvDsObjectSignature objSignature;
    int32_t objClassId;
    int32_t sensorId;
    int32_t moduleId;
    int32_t placeId;
    int32_t componentId;
    int32_t frameId;
    double confidence;
    uint64_t trackingId;
    char *ts;
    char *objectId;
    char *sensorStr;
    struct SourceTimePair entries[100];
    int32_t count;
    struct NvDsBbox3dObject *bbox3d;
    struct NvDsLLMObject *llm;
    int32_t num_interactions;
    struct NvDsInteractionObject *interactions;
    int32_t num_congestions;
    struct NvDsCongestionObject *congestions;
    int32_t num_fov;
    struct NvDsTypeMetricsObject *fov;
    struct NvDsSegmentationObject *segmentation;
    char *otherAttrs;
    char *videoPath;
    void *extMsg;
    uint32_t extMsgSize;
    struct NvDsJoints pose;
    struct NvDsEmbedding embedding;
    bool has3DTracking;
    struct NvDs3DTracking singleView3DTracking;
    float visibility;
} NvDsEventMsgMeta;

/**
 * `NvDsEvent` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsEvent {
    NvDsEventType eventType;
    struct NvDsEventMsgMeta *metadata;
} NvDsEvent;

/**
 * `NvDsPayload` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsPayload {
    void *payload;
    uint32_t payloadSize;
    uint32_t componentId;
} NvDsPayload;

/**
 * `NvDsCustomMsgInfo` of `nvdsmeta_schema.h`.
 */
typedef struct NvDsCustomMsgInfo {
    void *message;
    uint32_t size;
} NvDsCustomMsgInfo;

/**
 * `NvDsInferDims` of `nvdsinfer.h`.
 */
typedef struct NvDsInferDims {
    uint32_t numDims;
    uint32_t d[8];
    uint32_t numElements;
} NvDsInferDims;

/**
 * `NvDsInferDimsCHW` of `nvdsinfer.h`.
 */
typedef struct NvDsInferDimsCHW {
    uint32_t c;
    uint32_t h;
    uint32_t w;
} NvDsInferDimsCHW;

/**
 * One bound tensor of a network. `inferDims` shares its place with the older name `dims`.
 */
typedef struct NvDsInferLayerInfo {
    NvDsInferDataType dataType;
    struct NvDsInferDims inferDims;
    int32_t bindingIndex;
    const char *layerName;
    void *buffer;
    int32_t isInput;
} NvDsInferLayerInfo;

/**
 * `NvDsInferNetworkInfo` of `nvdsinfer.h`.
 */
typedef struct NvDsInferNetworkInfo {
    uint32_t width;
    uint32_t height;
    uint32_t channels;
} NvDsInferNetworkInfo;

/**
 * A decoded detection in network pixels.
 */
typedef struct NvDsInferObjectDetectionInfo {
    uint32_t classId;
    float left;
    float top;
    float width;
    float height;
    float detectionConfidence;
    float rotation_angle;
} NvDsInferObjectDetectionInfo;

/**
 * `NvDsInferInstanceMaskInfo` of `nvdsinfer.h`.
 */
typedef struct NvDsInferInstanceMaskInfo {
    uint32_t classId;
    float left;
    float top;
    float width;
    float height;
    float detectionConfidence;
    float *mask;
    uint32_t mask_width;
    uint32_t mask_height;
    uint32_t mask_size;
} NvDsInferInstanceMaskInfo;

/**
 * `NvDsInferAttribute` of `nvdsinfer.h`.
 */
typedef struct NvDsInferAttribute {
    uint32_t attributeIndex;
    uint32_t attributeValue;
    float attributeConfidence;
    char *attributeLabel;
} NvDsInferAttribute;

/**
 * Raw output tensors of one inference, attached as user metadata.
 */
typedef struct NvDsInferTensorMeta {
    uint32_t unique_id;
    uint32_t num_output_layers;
    struct NvDsInferLayerInfo *output_layers_info;
    void **out_buf_ptrs_host;
    void **out_buf_ptrs_dev;
    int32_t gpu_id;
    void *priv_data;
    struct NvDsInferNetworkInfo network_info;
    int32_t maintain_aspect_ratio;
    int32_t symmetric_padding;
} NvDsInferTensorMeta;

/**
 * A class map: `height` x `width` class ids (-1: none) and optional probabilities.
 */
typedef struct NvDsInferSegmentationMeta {
    uint32_t classes;
    uint32_t width;
    uint32_t height;
    int32_t *class_map;
    float *class_probabilities_map;
    void *priv_data;
    int32_t unique_id;
} NvDsInferSegmentationMeta;

/**
 * `NvOFFlowVector` of `nvds_opticalflow_meta.h`.
 */
typedef struct NvOFFlowVector {
    int16_t flowx;
    int16_t flowy;
} NvOFFlowVector;

/**
 * `NvDsOpticalFlowMeta` of `nvds_opticalflow_meta.h`.
 */
typedef struct NvDsOpticalFlowMeta {
    uint32_t rows;
    uint32_t cols;
    uint32_t mv_size;
    uint32_t cost_size;
    uint64_t frame_num;
    void *data;
    void *cost;
    void *priv;
    void *reserved;
} NvDsOpticalFlowMeta;

/**
 * `NvDsTargetMiscDataFrame` of `nvds_tracker_meta.h`.
 */
typedef struct NvDsTargetMiscDataFrame {
    uint32_t frameNum;
    struct NvOSD_RectParams tBbox;
    float confidence;
    uint32_t age;
    TRACKER_STATE trackerState;
    float visibility;
    float ptWorldFeet[2];
} NvDsTargetMiscDataFrame;

/**
 * `NvDsTargetMiscDataObject` of `nvds_tracker_meta.h`.
 */
typedef struct NvDsTargetMiscDataObject {
    struct NvDsTargetMiscDataFrame *list;
    uint32_t numObj;
    uint32_t numAllocated;
    uint64_t uniqueId;
    uint16_t classId;
    char objLabel[128];
} NvDsTargetMiscDataObject;

/**
 * `NvDsTargetMiscDataStream` of `nvds_tracker_meta.h`.
 */
typedef struct NvDsTargetMiscDataStream {
    struct NvDsTargetMiscDataObject *list;
    uint32_t streamID;
    uint64_t surfaceStreamID;
    uint32_t numAllocated;
    uint32_t numFilled;
} NvDsTargetMiscDataStream;

/**
 * `NvDsTargetMiscDataBatch` of `nvds_tracker_meta.h`.
 */
typedef struct NvDsTargetMiscDataBatch {
    struct NvDsTargetMiscDataStream *list;
    uint32_t numAllocated;
    uint32_t numFilled;
    void *priv_data;
} NvDsTargetMiscDataBatch;

/**
 * `NvDsReidTensorBatch` of `nvds_tracker_meta.h`.
 */
typedef struct NvDsReidTensorBatch {
    uint32_t featureSize;
    uint32_t numFilled;
    float *ptr_host;
    float *ptr_dev;
    void *priv_data;
} NvDsReidTensorBatch;

/**
 * `NvDsObjConvexHull` of `nvds_tracker_meta.h`.
 */
typedef struct NvDsObjConvexHull {
    int32_t *list;
    uint32_t numPointsAllocated;
    uint32_t numPoints;
} NvDsObjConvexHull;

/**
 * `NvDsObjReid` of `nvds_tracker_meta.h`.
 */
typedef struct NvDsObjReid {
    uint32_t featureSize;
    float *ptr_host;
    float *ptr_dev;
} NvDsObjReid;

/**
 * `NvDsObj3DBbox` of `nvds_tracker_meta.h`.
 */
typedef struct NvDsObj3DBbox {
    float xCentre;
    float yCentre;
    float zCentre;
    float xLen;
    float yLen;
    float zLen;
    float xRot;
    float yRot;
    float zRot;
    float xVel;
    float yVel;
    float zVel;
} NvDsObj3DBbox;

/**
 * `NvDsObjEncOutParams` of `nvds_obj_encode.h`.
 */
typedef struct NvDsObjEncOutParams {
    uint8_t *outBuffer;
    uint64_t outLen;
} NvDsObjEncOutParams;

/**
 * `RectDim` of `nvds_360d_meta.h`.
 */
typedef struct RectDim {
    float left;
    float top;
    float width;
    float height;
    int32_t class_id;
    int32_t tracking_id;
    int32_t gie_unique_id;
    int32_t roi_status;
    void *text;
} RectDim;

/**
 * What `raw-output-generated-callback` of `nvinfer` and `nvinferserver` points at: it sees the input and the outputs of a
 * buffer's frames or objects, `batch_size` of them in each layer's memory one after the other, for as long as it runs.
 */
typedef void (*gst_nvinfer_raw_output_generated_callback)(GstBuffer *buf,
                                                          struct NvDsInferNetworkInfo *network_info,
                                                          struct NvDsInferLayerInfo *layers_info,
                                                          uint32_t num_layers,
                                                          uint32_t batch_size,
                                                          void *user_data);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Deep copy of a batch. The second argument is not used.
 *
 * # Safety
 * `data` is NULL or a live batch.
 */
void *nvds_batch_meta_copy_func(void *data, void *user_data);

/**
 * Lets a batch go: back to the pool it came from, or freed. The second argument is not used.
 *
 * # Safety
 * `data` is NULL or a batch nobody uses any more.
 */
void nvds_batch_meta_release_func(void *data, void *user_data);

/**
 * Copy function of latency metadata: gets the user meta, answers its data's copy.
 *
 * # Safety
 * `data` is NULL or a live user meta that holds a record.
 */
void *nvds_copy_latency_meta(void *data, void *user_data);

/**
 * Release function of latency metadata.
 *
 * # Safety
 * `data` is NULL or a live user meta that holds a record.
 */
void nvds_release_latency_meta(void *data, void *user_data);

/**
 * A new batch with its six pools, for up to `max_batch_size` frames.
 */
struct NvDsBatchMeta *nvds_create_batch_meta(uint32_t max_batch_size);

/**
 * Frees a batch with all it holds. FALSE, and it leaks, if the lists of a pool do not add up.
 */
gboolean nvds_destroy_batch_meta(struct NvDsBatchMeta *batch_meta);

/**
 * Takes the lock of a batch; the thread that has it may take it again.
 */
void nvds_acquire_meta_lock(struct NvDsBatchMeta *batch_meta);

/**
 * Gives the lock of a batch back, once for each time it was taken.
 */
void nvds_release_meta_lock(struct NvDsBatchMeta *batch_meta);

/**
 * The frame at `index` of a list, or NULL.
 */
struct NvDsFrameMeta *nvds_get_nth_frame_meta(GList *frame_meta_list, uint32_t index);

/**
 * Prints what a batch holds to stdout, for debugging.
 */
gboolean nvds_get_current_metadata_info(struct NvDsBatchMeta *batch_meta);

/**
 * A zeroed frame meta; it is on no list yet.
 */
struct NvDsFrameMeta *nvds_acquire_frame_meta_from_pool(struct NvDsBatchMeta *batch_meta);

/**
 * A zeroed object meta; it is on no list yet.
 */
struct NvDsObjectMeta *nvds_acquire_obj_meta_from_pool(struct NvDsBatchMeta *batch_meta);

/**
 * A zeroed classifier meta; it is on no list yet.
 */
struct NvDsClassifierMeta *nvds_acquire_classifier_meta_from_pool(struct NvDsBatchMeta *batch_meta);

/**
 * A zeroed label; it is on no list yet.
 */
struct NvDsLabelInfo *nvds_acquire_label_info_meta_from_pool(struct NvDsBatchMeta *batch_meta);

/**
 * A zeroed display meta; it is on no list yet.
 */
struct NvDsDisplayMeta *nvds_acquire_display_meta_from_pool(struct NvDsBatchMeta *batch_meta);

/**
 * A zeroed user meta; it is on no list yet.
 */
struct NvDsUserMeta *nvds_acquire_user_meta_from_pool(struct NvDsBatchMeta *batch_meta);

/**
 * Appends a frame to its batch.
 */
void nvds_add_frame_meta_to_batch(struct NvDsBatchMeta *batch_meta, struct NvDsFrameMeta *frame_meta);

/**
 * Puts an object in front of a frame's; `parent` may be NULL.
 */
void nvds_add_obj_meta_to_frame(struct NvDsFrameMeta *frame_meta,
                                struct NvDsObjectMeta *obj_meta,
                                struct NvDsObjectMeta *parent);

/**
 * Removes a frame with everything on it.
 */
void nvds_remove_frame_meta_from_batch(struct NvDsBatchMeta *batch_meta, struct NvDsFrameMeta *frame_meta);

/**
 * Removes an object with everything on it. Its children stay, without a parent.
 */
void nvds_remove_obj_meta_from_frame(struct NvDsFrameMeta *frame_meta, struct NvDsObjectMeta *obj_meta);

/**
 * Puts a classifier meta in front of an object's.
 */
void nvds_add_classifier_meta_to_object(struct NvDsObjectMeta *obj_meta, struct NvDsClassifierMeta *classifier_meta);

/**
 * Removes a classifier meta from an object.
 */
void nvds_remove_classifier_meta_from_obj(struct NvDsObjectMeta *obj_meta, struct NvDsClassifierMeta *classifier_meta);

/**
 * Puts a label in front of a classifier meta's.
 */
void nvds_add_label_info_meta_to_classifier(struct NvDsClassifierMeta *classifier_meta,
                                            struct NvDsLabelInfo *label_info_meta);

/**
 * Removes a label from a classifier meta.
 */
void nvds_remove_label_info_meta_from_classifier(struct NvDsClassifierMeta *classifier_meta,
                                                 struct NvDsLabelInfo *label_info_meta);

/**
 * Puts a display meta in front of a frame's.
 */
void nvds_add_display_meta_to_frame(struct NvDsFrameMeta *frame_meta, struct NvDsDisplayMeta *display_meta);

/**
 * Removes a display meta from a frame.
 */
void nvds_remove_display_meta_from_frame(struct NvDsFrameMeta *frame_meta, struct NvDsDisplayMeta *display_meta);

/**
 * Appends user metadata to a batch.
 */
void nvds_add_user_meta_to_batch(struct NvDsBatchMeta *batch_meta, struct NvDsUserMeta *user_meta);

/**
 * Removes user metadata from a batch.
 */
void nvds_remove_user_meta_from_batch(struct NvDsBatchMeta *batch_meta, struct NvDsUserMeta *user_meta);

/**
 * Puts user metadata in front of a frame's.
 */
void nvds_add_user_meta_to_frame(struct NvDsFrameMeta *frame_meta, struct NvDsUserMeta *user_meta);

/**
 * Removes user metadata from a frame.
 */
void nvds_remove_user_meta_from_frame(struct NvDsFrameMeta *frame_meta, struct NvDsUserMeta *user_meta);

/**
 * Puts user metadata in front of an object's.
 */
void nvds_add_user_meta_to_obj(struct NvDsObjectMeta *obj_meta, struct NvDsUserMeta *user_meta);

/**
 * Removes user metadata from an object.
 */
void nvds_remove_user_meta_from_object(struct NvDsObjectMeta *obj_meta, struct NvDsUserMeta *user_meta);

/**
 * Puts a classifier meta in front of a region's.
 */
void nvds_add_classifier_meta_to_roi(struct NvDsRoiMeta *roi_meta, struct NvDsClassifierMeta *classifier_meta);

/**
 * Removes a classifier meta from a region.
 */
void nvds_remove_classifier_meta_from_roi(struct NvDsRoiMeta *roi_meta, struct NvDsClassifierMeta *classifier_meta);

/**
 * Puts user metadata in front of a region's.
 */
void nvds_add_user_meta_to_roi(struct NvDsRoiMeta *roi_meta, struct NvDsUserMeta *user_meta);

/**
 * Removes user metadata from a region.
 */
void nvds_remove_user_meta_from_roi(struct NvDsRoiMeta *roi_meta, struct NvDsUserMeta *user_meta);

/**
 * Releases the frames of a batch.
 */
void nvds_clear_frame_meta_list(struct NvDsBatchMeta *batch_meta, GList *meta_list);

/**
 * Releases the objects of a frame.
 */
void nvds_clear_obj_meta_list(struct NvDsFrameMeta *frame_meta, GList *meta_list);

/**
 * Releases the display metas of a frame.
 */
void nvds_clear_display_meta_list(struct NvDsFrameMeta *frame_meta, GList *meta_list);

/**
 * Releases the classifier metas of an object.
 */
void nvds_clear_classifier_meta_list(struct NvDsObjectMeta *obj_meta, GList *meta_list);

/**
 * Releases the labels of a classifier meta.
 */
void nvds_clear_label_info_meta_list(struct NvDsClassifierMeta *classifier_meta, GList *meta_list);

/**
 * Releases the user metadata of a batch.
 */
void nvds_clear_batch_user_meta_list(struct NvDsBatchMeta *batch_meta, GList *meta_list);

/**
 * Releases the user metadata of a frame.
 */
void nvds_clear_frame_user_meta_list(struct NvDsFrameMeta *frame_meta, GList *meta_list);

/**
 * Releases the user metadata of an object.
 */
void nvds_clear_obj_user_meta_list(struct NvDsObjectMeta *object_meta, GList *meta_list);

/**
 * Releases the items of a list of any kind, which the pool tells, and answers the empty list for its owner.
 */
GList *nvds_clear_meta_list(struct NvDsBatchMeta *batch_meta, GList *meta_list, struct NvDsMetaPool *meta_pool);

/**
 * Makes a frame a copy of another one, children included.
 */
void nvds_copy_frame_meta(struct NvDsFrameMeta *src, struct NvDsFrameMeta *dst);

/**
 * Makes an object a copy of another one, children included, without a parent.
 */
void nvds_copy_obj_meta(struct NvDsObjectMeta *src, struct NvDsObjectMeta *dst);

/**
 * Makes a classifier meta a copy of another one, labels included.
 */
void nvds_copy_classifier_meta(struct NvDsClassifierMeta *src, struct NvDsClassifierMeta *dst);

/**
 * Makes a label a copy of another one.
 */
void nvds_copy_label_info_meta(struct NvDsLabelInfo *src, struct NvDsLabelInfo *dst);

/**
 * Makes a display meta a copy of another one.
 */
void nvds_copy_display_meta(struct NvDsDisplayMeta *src, struct NvDsDisplayMeta *dst);

/**
 * Copies frames to the end of a batch.
 */
void nvds_copy_frame_meta_list(GList *src, struct NvDsBatchMeta *dst_batch_meta);

/**
 * Copies objects in front of a frame's.
 */
void nvds_copy_obj_meta_list(GList *src, struct NvDsFrameMeta *dst_frame_meta);

/**
 * Copies display metas in front of a frame's.
 */
void nvds_copy_display_meta_list(GList *src, struct NvDsFrameMeta *dst_frame_meta);

/**
 * Copies classifier metas in front of an object's.
 */
void nvds_copy_classification_list(GList *src, struct NvDsObjectMeta *dst_object_meta);

/**
 * Copies labels in front of a classifier meta's.
 */
void nvds_copy_label_info_list(GList *src, struct NvDsClassifierMeta *dst_classifier_meta);

/**
 * Copies user metadata to the end of a batch's.
 */
void nvds_copy_batch_user_meta_list(GList *src, struct NvDsBatchMeta *dst_batch_meta);

/**
 * Copies user metadata in front of a frame's.
 */
void nvds_copy_frame_user_meta_list(GList *src, struct NvDsFrameMeta *dst_frame_meta);

/**
 * Copies user metadata in front of an object's.
 */
void nvds_copy_obj_user_meta_list(GList *src, struct NvDsObjectMeta *dst_object_meta);

/**
 * The meta type of user data called `meta_descriptor`.
 */
NvDsMetaType nvds_get_user_meta_type(char *meta_descriptor);

/**
 * The type of the meta API, `NvDsMetaAPI`.
 */
GType nvds_meta_api_get_type(void);

/**
 * The implementation, `NvDsMeta`.
 */
const GstMetaInfo *nvds_meta_get_info(void);

/**
 * Hangs data on a buffer, shared ones included. The caller sets `meta_type` of the result.
 */
struct NvDsMeta *gst_buffer_add_nvds_meta(GstBuffer *buffer,
                                          void *meta_data,
                                          void *user_data,
                                          NvDsMetaCopyFunc copy_func,
                                          NvDsMetaReleaseFunc release_func);

/**
 * The meta last added to a buffer, of any type, or NULL.
 */
struct NvDsMeta *gst_buffer_get_nvds_meta(GstBuffer *buffer);

/**
 * The batch last added to a buffer, or NULL.
 */
struct NvDsBatchMeta *gst_buffer_get_nvds_batch_meta(GstBuffer *buffer);

/**
 * Copies the metas of a source's buffer to its frame in a batch, as user metadata.
 */
void nvds_copy_gst_meta_to_frame_meta(GstBuffer *src_gst_buffer,
                                      struct NvDsBatchMeta *batch_meta,
                                      struct NvDsFrameMeta *frame_meta);

/**
 * Whether `NVDS_ENABLE_LATENCY_MEASUREMENT` is set.
 */
gboolean nvds_get_enable_latency_measurement(void);

/**
 * Whether `NVDS_ENABLE_COMPONENT_LATENCY_MEASUREMENT` is set.
 */
gboolean nvds_get_enable_per_component_latency_measurement(void);

/**
 * Whether `NVDS_LATENCY_MEASUREMENT_SILENT` is set.
 */
gboolean nvds_get_latency_measurement_silent(void);

/**
 * Now, in milliseconds since 1970.
 */
double nvds_get_current_system_timestamp(void);

/**
 * A zeroed `NvDsMetaCompLatency` for user metadata of type 11.
 */
void *nvds_set_latency_metadata_ptr(void);

/**
 * A buffer came into a component: leaves a record. NULL if latency is not measured or the buffer has no batch.
 */
struct NvDsUserMeta *nvds_set_input_system_timestamp(GstBuffer *buffer, char *element_name);

/**
 * A buffer goes out of a component: completes its record.
 */
gboolean nvds_set_output_system_timestamp(GstBuffer *buffer, char *element_name);

/**
 * The latency of each frame of a buffer's batch. `latency_info` has room for `max_frames_in_batch` of them; answers how
 * many were filled.
 */
uint32_t nvds_measure_buffer_latency(GstBuffer *buf, struct NvDsFrameLatencyInfo *latency_info);

/**
 * "A source was added."
 */
GstEvent *gst_nvevent_new_pad_added(uint32_t source_id);

/**
 * "A source was removed."
 */
GstEvent *gst_nvevent_new_pad_deleted(uint32_t source_id);

/**
 * "A source has ended."
 */
GstEvent *gst_nvevent_new_stream_eos(uint32_t source_id);

/**
 * "A source starts anew."
 */
GstEvent *gst_nvevent_new_stream_reset(uint32_t source_id);

/**
 * A source's segment.
 */
GstEvent *gst_nvevent_new_stream_segment(uint32_t source_id, GstSegment *segment);

/**
 * A source's stream id.
 */
GstEvent *gst_nvevent_new_stream_start(uint32_t source_id, char *stream_id);

/**
 * The source of a pad-added event.
 */
void gst_nvevent_parse_pad_added(GstEvent *event, uint32_t *source_id);

/**
 * The source of a pad-deleted event.
 */
void gst_nvevent_parse_pad_deleted(GstEvent *event, uint32_t *source_id);

/**
 * The source of a stream's EOS event.
 */
void gst_nvevent_parse_stream_eos(GstEvent *event, uint32_t *source_id);

/**
 * The source of a stream-reset event.
 */
void gst_nvevent_parse_stream_reset(GstEvent *event, uint32_t *source_id);

/**
 * The source and segment of a stream-segment event; the segment is the caller's to free with `gst_segment_free`.
 */
void gst_nvevent_parse_stream_segment(GstEvent *event, uint32_t *source_id, GstSegment **segment);

/**
 * The source and stream id of a stream-start event; the id is the caller's to free with `g_free`.
 */
void gst_nvevent_parse_stream_start(GstEvent *event, uint32_t *source_id, char **stream_id);

/**
 * Asks `nvinfer` for another interval.
 */
GstEvent *gst_nvevent_infer_interval_update(char *stream_id, uint32_t interval);

/**
 * Stream and interval of an interval update; the stream id is the caller's to free with `g_free`.
 */
void gst_nvevent_parse_infer_interval_update(GstEvent *event, char **stream_id, uint32_t *interval);

/**
 * Makes an `rtspsrc`, or a bin that holds or will hold one, put the sender's NTP time on its buffers.
 */
void configure_source_for_ntp_sync(GstElement *src_elem);

/**
 * A new encoder. The device is not used: surfaces are in host memory. NULL if no thread can be started.
 */
NvDsObjEncCtxHandle nvds_obj_enc_create_context(int gpu_id);

/**
 * Finishes what was asked for and frees the encoder. Pictures not waited for are not attached.
 *
 * # Safety
 * `handle` is NULL or one that was created and not yet destroyed.
 */
void nvds_obj_enc_destroy_context(NvDsObjEncCtxHandle handle);

/**
 * Asks for a picture of an object, or of its whole frame (`isFrame`). Returns at once; `nvds_obj_enc_finish` waits.
 *
 * # Safety
 * `handle` is live, the others are NULL or live; object and frame live until `nvds_obj_enc_finish` has returned.
 */
bool nvds_obj_enc_process(NvDsObjEncCtxHandle handle,
                          struct NvDsObjEncUsrArgs *args,
                          struct NvBufSurface *surface,
                          struct NvDsObjectMeta *obj_meta,
                          struct NvDsFrameMeta *frame_meta);

/**
 * Waits for all pictures asked for, and attaches those that should be.
 *
 * # Safety
 * `handle` is NULL or live, as are the objects and frames that pictures were asked for.
 */
void nvds_obj_enc_finish(NvDsObjEncCtxHandle handle);

/**
 * Allocates a batch of `batch_size` surfaces on host memory, filled with zeros, and gives it in `surface`. `memType` may
 * be default, system, or one of the CUDA kinds that a CPU can read; what is made is system memory.
 *
 * # Safety
 * `surface` points to a writable pointer, `params` to the parameters; either may be NULL, which is an error.
 */
int NvBufSurfaceCreate(struct NvBufSurface **surface,
                       uint32_t batch_size,
                       struct NvBufSurfaceCreateParams *params);

/**
 * As [`NvBufSurfaceCreate`]; of the further parameters host memory needs none.
 *
 * # Safety
 * As for [`NvBufSurfaceCreate`].
 */
int NvBufSurfaceAllocate(struct NvBufSurface **surface, uint32_t batch_size, struct NvBufSurfaceAllocateParams *params);

/**
 * Frees a batch that [`NvBufSurfaceCreate`] or [`NvBufSurfaceAllocate`] made. Any other address is an error.
 *
 * # Safety
 * Nobody uses the batch or its pixels any more. The address itself may be anything.
 */
int NvBufSurfaceDestroy(struct NvBufSurface *surface);

/**
 * Gives the CPU addresses of planes in `mappedAddr.addr`. `index` and `plane` may be -1 for all.
 *
 * # Safety
 * `surface` is NULL or an `NvBufSurface` with its list, which nobody else changes meanwhile.
 */
int NvBufSurfaceMap(struct NvBufSurface *surface, int index, int plane, NvBufSurfaceMemMapFlags access);

/**
 * Takes the addresses away again.
 *
 * # Safety
 * As for [`NvBufSurfaceMap`].
 */
int NvBufSurfaceUnMap(struct NvBufSurface *surface, int index, int plane);

/**
 * Nothing to do on host memory; the arguments are checked.
 *
 * # Safety
 * As for [`NvBufSurfaceMap`].
 */
int NvBufSurfaceSyncForCpu(struct NvBufSurface *surface, int index, int plane);

/**
 * Nothing to do on host memory; the arguments are checked.
 *
 * # Safety
 * As for [`NvBufSurfaceMap`].
 */
int NvBufSurfaceSyncForDevice(struct NvBufSurface *surface, int index, int plane);

/**
 * Copies the pixels of all surfaces; both batches must be alike in number, sizes and formats, pitches may differ.
 *
 * # Safety
 * Both are NULL or an `NvBufSurface` with its list and pixels; nobody else reads or writes the destination meanwhile.
 */
int NvBufSurfaceCopy(struct NvBufSurface *source, struct NvBufSurface *destination);

/**
 * Sets every byte of planes, padding excepted, to `value`. `index` and `plane` may be -1 for all.
 *
 * # Safety
 * As for [`NvBufSurfaceCopy`]'s destination.
 */
int NvBufSurfaceMemSet(struct NvBufSurface *surface, int index, int plane, uint8_t value);

/**
 * Always fails: host memory has no DMA-buf file descriptor to be found by.
 *
 * # Safety
 * `buffer` is not used.
 */
int NvBufSurfaceFromFd(int fd, void **buffer);

/**
 * Always fails: host memory has no EGL image.
 *
 * # Safety
 * `surface` is not used.
 */
int NvBufSurfaceMapEglImage(struct NvBufSurface *surface, int index);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* DS_APPS_H */
