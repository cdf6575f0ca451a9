/* nvdspreprocess_meta.h of DeepStream, as far as ds-apps has it: regions of a batch and the tensor prepared of them.
 * C++ only, for libstdc++ with its strings of 2015 and later. Written by hand; most other headers are made. */
#ifndef NVDSPREPROCESS_META_H
#define NVDSPREPROCESS_META_H
#ifdef __cplusplus

#include <string>
#include <vector>

#include "nvds_roi_meta.h"

/* A tensor for a network. */
struct NvDsPreProcessTensorMeta {
    /* The values, row by row. */
    void *raw_tensor_buffer;
    /* Bytes of them. */
    guint64 buffer_size;
    /* Sides; regions first. */
    std::vector<int> tensor_shape;
    /* What a value is. */
    NvDsDataType data_type;
    /* The network's input. */
    std::string tensor_name;
    guint gpu_id;
    /* The element's own. */
    void *private_data;
    /* Tensors of a buffer with the same number belong together. */
    guint meta_id;
    /* Whether regions keep their aspect ratio in the tensor. */
    gboolean maintain_aspect_ratio;
};

/* What a user metadata of type NVDS_PREPROCESS_BATCH_META on a batch holds. */
struct GstNvDsPreProcessBatchMeta {
    /* unique-id of the networks it is for. */
    std::vector<guint64> target_unique_ids;
    /* The tensor; NULL if none was prepared. */
    NvDsPreProcessTensorMeta *tensor_meta;
    /* The regions, in the order they have in the tensor. */
    std::vector<NvDsRoiMeta> roi_vector;
    /* The element's own. */
    void *private_data;
};

#endif
#endif
