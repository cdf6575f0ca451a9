// Makes, reads and frees the structs of nvdspreprocess_meta.h for Rust, which cannot handle C++ containers. Nothing throws
// across.

#include "nvdspreprocess_meta.h"

// What a batch's metadata holds, without containers; Rust has the same struct.
struct Parts {
    const guint64 *ids;
    size_t ids_length;
    const NvDsRoiMeta *rois;
    size_t rois_length;
    const void *values; // NULL: no tensor
    guint64 bytes;
    const int *shape;
    size_t shape_length;
    const char *name;
    size_t name_length;
    guint data_type;
    guint gpu_id;
    guint meta_id;
    int maintain_aspect_ratio;
    void *owner;
};

extern "C" {

GstNvDsPreProcessBatchMeta *ds_apps_preprocess_new(const Parts *parts) noexcept {
    auto *batch = new GstNvDsPreProcessBatchMeta();
    batch->target_unique_ids.assign(parts->ids, parts->ids + parts->ids_length);
    batch->roi_vector.assign(parts->rois, parts->rois + parts->rois_length);
    batch->private_data = parts->owner;
    if (parts->values != nullptr) {
        auto *tensor = new NvDsPreProcessTensorMeta();
        tensor->raw_tensor_buffer = const_cast<void *>(parts->values);
        tensor->buffer_size = parts->bytes;
        tensor->tensor_shape.assign(parts->shape, parts->shape + parts->shape_length);
        tensor->data_type = static_cast<NvDsDataType>(parts->data_type);
        tensor->tensor_name.assign(parts->name, parts->name_length);
        tensor->gpu_id = parts->gpu_id;
        tensor->meta_id = parts->meta_id;
        tensor->maintain_aspect_ratio = parts->maintain_aspect_ratio;
        batch->tensor_meta = tensor;
    }
    return batch;
}

void ds_apps_preprocess_read(const GstNvDsPreProcessBatchMeta *batch, Parts *parts) noexcept {
    *parts = Parts{};
    parts->ids = batch->target_unique_ids.data();
    parts->ids_length = batch->target_unique_ids.size();
    parts->rois = batch->roi_vector.data();
    parts->rois_length = batch->roi_vector.size();
    parts->owner = batch->private_data;
    if (const NvDsPreProcessTensorMeta *tensor = batch->tensor_meta) {
        parts->values = tensor->raw_tensor_buffer;
        parts->bytes = tensor->buffer_size;
        parts->shape = tensor->tensor_shape.data();
        parts->shape_length = tensor->tensor_shape.size();
        parts->name = tensor->tensor_name.data();
        parts->name_length = tensor->tensor_name.size();
        parts->data_type = static_cast<guint>(tensor->data_type);
        parts->gpu_id = tensor->gpu_id;
        parts->meta_id = tensor->meta_id;
        parts->maintain_aspect_ratio = tensor->maintain_aspect_ratio;
    }
}

// Frees one that ds_apps_preprocess_new made, with the nodes of the lists others hung on its regions.
void ds_apps_preprocess_free(GstNvDsPreProcessBatchMeta *batch) noexcept {
    for (NvDsRoiMeta &roi : batch->roi_vector) {
        g_list_free(roi.classifier_meta_list);
        g_list_free(roi.roi_user_meta_list);
    }
    delete batch->tensor_meta;
    delete batch;
}

} // extern "C"
