/* nvbufsurftransform.h of DeepStream, as far as ds-apps has it: the parameters that a transformation of nvdspreprocess is
 * handed. The functions that do the work are NVIDIA's and are not here. Written by hand; most other headers are made. */
#ifndef NVBUFSURFTRANSFORM_H
#define NVBUFSURFTRANSFORM_H

#include "nvbufsurface.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A CUDA stream; always NULL here. */
typedef struct CUstream_st *cudaStream_t;

/* What does the work. */
typedef enum {
    NvBufSurfTransformCompute_Default,
    NvBufSurfTransformCompute_GPU,
    NvBufSurfTransformCompute_VIC
} NvBufSurfTransform_Compute;

/* How a picture is turned. */
typedef enum {
    NvBufSurfTransform_None,
    NvBufSurfTransform_Rotate90,
    NvBufSurfTransform_Rotate180,
    NvBufSurfTransform_Rotate270,
    NvBufSurfTransform_FlipX,
    NvBufSurfTransform_FlipY,
    NvBufSurfTransform_Transpose,
    NvBufSurfTransform_InvTranspose
} NvBufSurfTransform_Flip;

/* How samples between pixels are made. */
typedef enum {
    NvBufSurfTransformInter_Nearest = 0,
    NvBufSurfTransformInter_Bilinear,
    NvBufSurfTransformInter_Algo1,
    NvBufSurfTransformInter_Algo2,
    NvBufSurfTransformInter_Algo3,
    NvBufSurfTransformInter_Algo4,
    NvBufSurfTransformInter_Default
} NvBufSurfTransform_Inter;

/* Bits of transform_flag: which of the parameters count. */
typedef enum {
    NVBUFSURF_TRANSFORM_CROP_SRC = 1,
    NVBUFSURF_TRANSFORM_CROP_DST = 2,
    NVBUFSURF_TRANSFORM_FILTER = 4,
    NVBUFSURF_TRANSFORM_FLIP = 8,
    NVBUFSURF_TRANSFORM_NORMALIZE = 16,
    NVBUFSURF_TRANSFORM_ALLOW_ODD_CROP = 32
} NvBufSurfTransform_Transform_Flag;

/* A rectangle in pixels. */
typedef struct {
    uint32_t top;
    uint32_t left;
    uint32_t width;
    uint32_t height;
    void *reserved[STRUCTURE_PADDING];
} NvBufSurfTransformRect;

/* Where the work is done. */
typedef struct _NvBufSurfTransformConfigParams {
    NvBufSurfTransform_Compute compute_mode;
    int32_t gpu_id;
    cudaStream_t cuda_stream;
    void *reserved[STRUCTURE_PADDING];
} NvBufSurfTransformConfigParams;

/* What is done; one rectangle a surface. */
typedef struct _NvBufSurfaceTransformParams {
    uint32_t transform_flag;
    NvBufSurfTransform_Flip transform_flip;
    NvBufSurfTransform_Inter transform_filter;
    NvBufSurfTransformRect *src_rect;
    NvBufSurfTransformRect *dst_rect;
    void *reserved[STRUCTURE_PADDING];
} NvBufSurfTransformParams;

/* Work that is still going on; never made here. */
typedef struct NvBufSurfTransformSyncObj *NvBufSurfTransformSyncObj_t;

#ifdef __cplusplus
}
#endif

#endif
