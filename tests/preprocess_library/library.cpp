// A library of custom-lib-path that inverts colours, and misbehaves on demand: `mode` of [user-configs] says how.

#include <cstring>
#include <stdexcept>

#include "nvdspreprocess_interface.h"

struct CustomCtx {
    CustomInitParams params;
    std::string mode;
    float factor;
    int calls = 0;
};

namespace {

constexpr NvDsPreProcessStatus WRONG = NVDSPREPROCESS_INVALID_PARAMS;

// Whether everything that is handed over is what it should be: tests/preprocess_library/main.rs knows the frames.
bool right(const CustomCtx &context, const NvDsPreProcessBatch &batch, const CustomTensorParams &tensor) {
    const std::vector<int> &shape = context.params.tensor_params.network_input_shape;
    size_t whole = 1;
    for (int side : shape) whole *= static_cast<size_t>(side);
    bool params = context.params.unique_id == 15 && shape.size() == 4 && tensor.params.tensor_name == "images" &&
                  context.params.tensor_params.buffer_size == whole * sizeof(float) &&
                  tensor.params.buffer_size == whole * sizeof(float) * batch.units.size() / static_cast<size_t>(shape[0]) &&
                  tensor.params.memory_type == NVBUF_MEM_SYSTEM &&
                  strstr(context.params.config_file_path, "preprocess.txt") != nullptr;
    bool of_batch = batch.inbuf != nullptr && GST_IS_BUFFER(batch.inbuf) && GST_IS_BUFFER(batch.converted_buf) &&
                    batch.inbuf_batch_num == static_cast<gulong>(context.calls - 1) && !batch.push_buffer &&
                    batch.scaling_pool_format == NvDsPreProcessFormat_RGBA && batch.batch_meta != nullptr &&
                    batch.batch_meta->num_frames_in_batch > 0 && batch.sync_objects.empty() &&
                    tensor.seq_params.roi_vector.size() == batch.units.size();
    for (const NvDsPreProcessUnit &unit : batch.units) {
        const NvBufSurfaceParams *scaled = unit.roi_meta.converted_buffer;
        of_batch = of_batch && unit.frame_meta != nullptr && unit.frame_num == static_cast<gulong>(unit.frame_meta->frame_num) &&
                   unit.batch_index == unit.frame_meta->batch_id && unit.input_surf_params->width >= 64 &&
                   unit.roi_meta.frame_meta == unit.frame_meta && unit.roi_meta.object_meta == unit.obj_meta &&
                   scaled->dataPtr == unit.converted_frame_ptr && scaled->width == static_cast<uint32_t>(shape[3]) &&
                   scaled->height == static_cast<uint32_t>(shape[2]) && scaled->planeParams.pitch[0] == batch.pitch;
    }
    return params && of_batch;
}

// Planes of 255 - value, times the factor.
void fill(const CustomCtx &context, const NvDsPreProcessBatch &batch, float *out) {
    const std::vector<int> &shape = context.params.tensor_params.network_input_shape;
    const int height = shape[2], width = shape[3];
    for (const NvDsPreProcessUnit &unit : batch.units) {
        auto *pixels = static_cast<const unsigned char *>(unit.converted_frame_ptr);
        for (int channel = 0; channel < 3; channel++)
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    *out++ = context.factor * static_cast<float>(255 - pixels[static_cast<uint32_t>(y) * batch.pitch + 4 * static_cast<uint32_t>(x) + static_cast<uint32_t>(channel)]);
    }
}

} // namespace

extern "C" {

CustomCtx *initLib(CustomInitParams params) {
    std::string mode = params.user_configs["mode"];
    if (mode == "refuse") return nullptr;
    if (mode == "throw-at-start") throw std::runtime_error("no\nmean file");
    float factor = params.user_configs.count("factor") != 0 ? std::stof(params.user_configs["factor"]) : 1.0F;
    return new CustomCtx{params, mode, factor};
}

void deInitLib(CustomCtx *context) {
    if (context->mode == "throw-at-end") throw std::runtime_error("never mind");
    delete context;
}

NvDsPreProcessStatus CustomTensorPreparation(CustomCtx *context, NvDsPreProcessBatch *batch, NvDsPreProcessCustomBuf *&buf,
                                             CustomTensorParams &tensor, NvDsPreProcessAcquirer *acquirer) {
    const std::string &mode = context->mode;
    context->calls++;
    if (!right(*context, *batch, tensor)) return WRONG;
    if (mode == "not-ready" && context->calls == 1) return NVDSPREPROCESS_TENSOR_NOT_READY;
    if (mode == "throw") throw std::runtime_error("the lens is dirty");
    if (mode == "no-tensor") return NVDSPREPROCESS_SUCCESS;
    buf = acquirer->acquire();
    if (mode == "fail") {
        acquirer->release(buf);
        // As NVIDIA's sample does when two things fail.
        if (acquirer->release(buf)) return WRONG;
        return NVDSPREPROCESS_CUSTOM_TENSOR_FAILED;
    }
    if (mode == "given-back") {
        acquirer->release(buf);
        return NVDSPREPROCESS_SUCCESS;
    }
    if (mode == "leak") acquirer->acquire();
    fill(*context, *batch, static_cast<float *>(buf->memory_ptr));
    tensor.params.network_input_shape[0] = static_cast<int>(batch->units.size());
    if (mode == "overrun") static_cast<char *>(buf->memory_ptr)[context->params.tensor_params.buffer_size] = 1;
    if (mode == "larger") tensor.params.network_input_shape[0] = 3;
    if (mode == "shorter") tensor.params.buffer_size = 4;
    if (mode == "typeless") tensor.params.data_type = static_cast<NvDsDataType>(9);
    if (mode == "stray") tensor.seq_params.roi_vector[0].frame_meta = nullptr;
    if (mode == "negative") tensor.params.network_input_shape[1] = -3;
    if (mode == "bytes") {
        auto *bytes = static_cast<unsigned char *>(buf->memory_ptr);
        auto *floats = static_cast<const float *>(buf->memory_ptr);
        for (size_t i = 0; i < tensor.params.buffer_size / 4; i++) bytes[i] = static_cast<unsigned char>(floats[i]);
        tensor.params.data_type = NvDsDataType_UINT8;
        tensor.params.buffer_size /= 4;
    }
    if (mode == "half") {
        tensor.seq_params.roi_vector.resize(1);
        tensor.params.network_input_shape[0] = 1;
        tensor.params.buffer_size /= batch->units.size();
    }
    return NVDSPREPROCESS_SUCCESS;
}

// Makes every region the colour of where it was: its left edge, its top edge, its number.
NvDsPreProcessStatus Where(NvBufSurface *in, NvBufSurface *out, CustomTransformParams &params) {
    if (in->numFilled != out->numFilled || in->surfaceList[0].width < 64 || params.sync_obj != nullptr) return WRONG;
    for (uint32_t i = 0; i < out->numFilled; i++) {
        const NvBufSurfTransformRect &from = params.transform_params.src_rect[i], &to = params.transform_params.dst_rect[i];
        if (from.width == 13) return NVDSPREPROCESS_CUSTOM_TRANSFORMATION_FAILED;
        auto *pixels = static_cast<unsigned char *>(out->surfaceList[i].dataPtr);
        for (uint32_t y = to.top; y < to.top + to.height; y++)
            for (uint32_t x = to.left; x < to.left + to.width; x++) {
                unsigned char *pixel = pixels + y * out->surfaceList[i].planeParams.pitch[0] + 4 * x;
                pixel[0] = static_cast<unsigned char>(from.left);
                pixel[1] = static_cast<unsigned char>(from.top);
                pixel[2] = static_cast<unsigned char>(i);
            }
    }
    return NVDSPREPROCESS_SUCCESS;
}

} // extern "C"
