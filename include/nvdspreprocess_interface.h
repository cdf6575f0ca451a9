/* nvdspreprocess_interface.h of DeepStream, as far as ds-apps has it: what nvdspreprocess and a library of custom-lib-path
 * hand each other. C++ only, for libstdc++ with its strings of 2015 and later. Written by hand; most other headers are made.
 *
 * A library has, as extern "C", with the names DeepStream uses:
 *
 *   CustomCtx *initLib(CustomInitParams params);
 *   void deInitLib(CustomCtx *context);
 *   NvDsPreProcessStatus CustomTensorPreparation(CustomCtx *context, NvDsPreProcessBatch *batch, NvDsPreProcessCustomBuf *&buf,
 *                                                CustomTensorParams &params, NvDsPreProcessAcquirer *acquirer);
 *
 * (the last under the name that custom-tensor-preparation-function gives), and perhaps, for the key
 * custom-input-transformation-function of a group,
 *
 *   NvDsPreProcessStatus CustomTransformation(NvBufSurface *in, NvBufSurface *out, CustomTransformParams &params);
 *
 * All memory is the host's here: converted_frame_ptr, dataPtr of surfaces, and memory_ptr of tensors are read and written by
 * plain code; there is no CUDA stream. docs/pixels.md says more. CUDA's own headers are not included. */
#ifndef NVDSPREPROCESS_INTERFACE_H
#define NVDSPREPROCESS_INTERFACE_H
#ifdef __cplusplus

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "gstnvdsmeta.h"
#include "nvbufsurface.h"
#include "nvbufsurftransform.h"
#include "nvds_roi_meta.h"

/* A range of NVIDIA's profiler. */
typedef uint64_t nvtxRangeId_t;

/* The library's own. */
typedef struct CustomCtx CustomCtx;

/* How a function of the library ended. */
typedef enum {
    NVDSPREPROCESS_SUCCESS = 0,
    NVDSPREPROCESS_CONFIG_FAILED,
    NVDSPREPROCESS_CUSTOM_LIB_FAILED,
    NVDSPREPROCESS_CUSTOM_TRANSFORMATION_FAILED,
    NVDSPREPROCESS_CUSTOM_TENSOR_FAILED,
    NVDSPREPROCESS_INVALID_PARAMS,
    NVDSPREPROCESS_OUTPUT_PARSING_FAILED,
    NVDSPREPROCESS_CUDA_ERROR,
    NVDSPREPROCESS_TENSORRT_ERROR,
    NVDSPREPROCESS_RESOURCE_ERROR,
    /* No tensor yet, as for a network over time; not an error. */
    NVDSPREPROCESS_TENSOR_NOT_READY
} NvDsPreProcessStatus;

/* network-input-order. */
typedef enum {
    NvDsPreProcessNetworkInputOrder_kNCHW = 0,
    NvDsPreProcessNetworkInputOrder_kNHWC,
    NvDsPreProcessNetworkInputOrder_CUSTOM
} NvDsPreProcessNetworkInputOrder;

/* network-color-format, and what scaled regions are. */
typedef enum {
    NvDsPreProcessFormat_RGB,
    NvDsPreProcessFormat_BGR,
    NvDsPreProcessFormat_GRAY,
    NvDsPreProcessFormat_RGBA,
    NvDsPreProcessFormat_BGRx,
    NvDsPreProcessFormat_Tensor,
    NvDsPreProcessFormat_Unknown = 0xFFFFFFFF
} NvDsPreProcessFormat;

/* What a transformation is told: rectangles of the regions in the frames and in the scaled surfaces. */
typedef struct {
    NvBufSurfTransformConfigParams transform_config_params;
    NvBufSurfTransformParams transform_params;
    /* Must stay NULL: the work is done when the function returns. */
    NvBufSurfTransformSyncObj_t sync_obj = nullptr;
} CustomTransformParams;

/* The tensor, as the configuration announces it; the preparation may change its own copy. */
typedef struct {
    NvDsPreProcessNetworkInputOrder network_input_order;
    /* network-input-shape; the preparation puts the number of regions in its first place. */
    std::vector<int> network_input_shape;
    NvDsPreProcessFormat network_color_format;
    /* Bytes: at initLib of a whole tensor, afterwards of the regions of the batch. */
    guint64 buffer_size = 1;
    NvDsDataType data_type;
    NvBufSurfaceMemType memory_type;
    std::string tensor_name;
} NvDsPreProcessTensorParams;

/* A network's input in pixels. */
typedef struct {
    unsigned int width;
    unsigned int height;
    unsigned int channels;
} NvDsPreProcessNetworkSize;

/* The regions the tensor is about; the preparation may change them. */
typedef struct {
    std::vector<NvDsRoiMeta> roi_vector;
} CustomSeqProcTensorParams;

/* What the preparation gets and answers with. */
typedef struct {
    NvDsPreProcessTensorParams params;
    CustomSeqProcTensorParams seq_params;
} CustomTensorParams;

/* What initLib gets. */
typedef struct {
    /* unique-id of the element. */
    guint unique_id;
    NvDsPreProcessTensorParams tensor_params;
    /* All of [user-configs]. */
    std::unordered_map<std::string, std::string> user_configs;
    /* The file; lives as long as the library is in use. */
    gchar *config_file_path;
} CustomInitParams;

/* A tensor of the pool. */
struct NvDsPreProcessCustomBuf {
    void *memory_ptr;
};

/* The pool: each tensor has room for network-input-shape. */
class NvDsPreProcessAcquirer {
  public:
    /* A tensor, which is the library's until it answers with it or gives it back; NULL when it holds too many. */
    virtual NvDsPreProcessCustomBuf *acquire() = 0;
    /* Gives one back; FALSE if it is none of the library's. */
    virtual gboolean release(NvDsPreProcessCustomBuf *) = 0;
};

/* A frame, region or object. */
typedef struct {
    NvDsObjectMeta *obj_meta = nullptr;
    NvDsFrameMeta *frame_meta = nullptr;
    /* The frame's surface in the batch. */
    guint batch_index = 0;
    gulong frame_num = 0;
    /* The frame. */
    NvBufSurfaceParams *input_surf_params = nullptr;
    /* The region, scaled to processing-width x processing-height: RGBA, or GRAY8 for a gray network. */
    gpointer converted_frame_ptr = nullptr;
    NvDsRoiMeta roi_meta;
} NvDsPreProcessUnit;

/* What one tensor is made of. */
typedef struct {
    std::vector<NvDsPreProcessUnit> units;
    std::vector<NvBufSurfTransformSyncObj_t> sync_objects;
    GstBuffer *inbuf = nullptr;
    gulong inbuf_batch_num = 0;
    gboolean push_buffer = FALSE;
    gboolean event_marker = FALSE;
    /* Holds the scaled regions. */
    GstBuffer *converted_buf = nullptr;
    NvDsPreProcessFormat scaling_pool_format;
    NvDsBatchMeta *batch_meta;
    /* Bytes of a row of a scaled region. */
    uint32_t pitch;
    nvtxRangeId_t nvtx_complete_buf_range = 0;
} NvDsPreProcessBatch;

#endif
#endif
