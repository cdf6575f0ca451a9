// Loads and calls a library of custom-lib-path for Rust: its functions take C++ containers, which only C++ can make, and may
// throw, which must not reach Rust. Knows no configuration; plain structs come in and go out.

#include <dlfcn.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <new>

#include "nvdspreprocess_interface.h"

// Names of its own: a library may have a struct that is called the same.
namespace ds_apps::custom {

namespace {

using Init = CustomCtx *(*)(CustomInitParams);
using Deinit = void (*)(CustomCtx *);
using Prepare = NvDsPreProcessStatus (*)(CustomCtx *, NvDsPreProcessBatch *, NvDsPreProcessCustomBuf *&, CustomTensorParams &,
                                         NvDsPreProcessAcquirer *);
using Transform = NvDsPreProcessStatus (*)(NvBufSurface *, NvBufSurface *, CustomTransformParams &);

// Memory of tensors; Rust makes it.
struct Memory {
    void *pool;
    void *(*acquire)(void *pool);
    int (*release)(void *pool, void *memory);
};

// Hands the pool's memory to the library, from whichever thread it asks.
class Acquirer final : public NvDsPreProcessAcquirer {
  public:
    explicit Acquirer(const Memory &memory) : memory(memory) {}

    NvDsPreProcessCustomBuf *acquire() override {
        void *address = memory.acquire(memory.pool);
        if (address == nullptr) return nullptr;
        auto buffer = std::make_unique<NvDsPreProcessCustomBuf>();
        buffer->memory_ptr = address;
        NvDsPreProcessCustomBuf *key = buffer.get();
        std::lock_guard<std::mutex> guard(lock);
        held[key] = Held{std::move(buffer), address};
        return key;
    }

    gboolean release(NvDsPreProcessCustomBuf *buffer) override {
        void *address = take(buffer);
        return address != nullptr && memory.release(memory.pool, address) != 0;
    }

    // The memory of a tensor the library answers with, which is then no longer its; NULL if it never was.
    void *take(NvDsPreProcessCustomBuf *buffer) {
        std::lock_guard<std::mutex> guard(lock);
        auto found = held.find(buffer);
        if (found == held.end()) return nullptr;
        void *address = found->second.address;
        held.erase(found);
        return address;
    }

  private:
    // The address is kept beside the struct, which the library may write.
    struct Held {
        std::unique_ptr<NvDsPreProcessCustomBuf> buffer;
        void *address;
    };

    Memory memory;
    std::mutex lock;
    std::unordered_map<NvDsPreProcessCustomBuf *, Held> held;
};

} // namespace

// What went wrong where the library is not to be asked; Rust has the same numbers.
enum Outcome { DONE = 0, NOT_LOADED, NO_SYMBOL, NO_CONTEXT, THREW, NO_TENSOR };

// What the library is told at the start; Rust has the same struct.
struct Opening {
    const char *path;
    const char *function;
    const char *config_file;
    guint unique_id;
    int order;
    int color;
    int data_type;
    const int *shape;
    size_t shape_length;
    guint64 bytes;
    const char *name;
    const char *const *keys;
    const char *const *values;
    size_t configs;
    Memory memory;
};

// One region; Rust has the same struct.
struct Unit {
    NvDsObjectMeta *object;
    NvDsFrameMeta *frame;
    guint batch_index;
    gulong frame_num;
    NvBufSurfaceParams *input;
    void *converted;
    NvDsRoiMeta roi;
};

// What one tensor is made of; Rust has the same struct.
struct Call {
    const Unit *units;
    size_t length;
    GstBuffer *inbuf;
    gulong number;
    GstBuffer *converted;
    NvDsBatchMeta *meta;
    int format;
    uint32_t pitch;
    guint64 bytes;
};

// What the library made of it, valid until the next call; Rust has the same struct.
struct Answer {
    int status;
    int data_type;
    void *memory;
    guint64 bytes;
    const int *shape;
    size_t shape_length;
    const char *name;
    size_t name_length;
    const NvDsRoiMeta *rois;
    size_t rois_length;
};

// A rectangle for each of some surfaces; Rust has the same struct.
struct Rectangle {
    uint32_t left, top, width, height;
};

struct Library {
    void *handle = nullptr;
    Init init = nullptr;
    Deinit deinit = nullptr;
    Prepare prepare = nullptr;
    CustomCtx *context = nullptr;
    std::string config_file;
    NvDsPreProcessTensorParams announced;
    std::unique_ptr<Acquirer> acquirer;
    CustomTensorParams answer;

    ~Library() {
        if (handle != nullptr) dlclose(handle);
    }
};

namespace {

void say(char *text, size_t length, const char *what) { snprintf(text, length, "%s", what != nullptr ? what : ""); }

// Runs what the library may throw out of.
template <typename Action> int guarded(char *text, size_t length, Action action) noexcept {
    try {
        return action();
    } catch (const std::exception &error) {
        say(text, length, error.what());
    } catch (...) {
        say(text, length, "not a std::exception");
    }
    return THREW;
}

template <typename Function> bool find(void *handle, const char *name, Function &function, char *text, size_t length) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    if (function == nullptr) say(text, length, name);
    return function != nullptr;
}

CustomInitParams params(const Library &library, const Opening &opening) {
    CustomInitParams params;
    params.unique_id = opening.unique_id;
    params.tensor_params = library.announced;
    for (size_t i = 0; i < opening.configs; i++) params.user_configs[opening.keys[i]] = opening.values[i];
    params.config_file_path = const_cast<gchar *>(library.config_file.c_str());
    return params;
}

} // namespace

extern "C" {

// Loads a library and starts it. `text` then says what is wrong.
int ds_apps_custom_open(const Opening *opening, Library **opened, char *text, size_t length) noexcept {
    // Outside, so that the library is still there when what it throws is looked at.
    std::unique_ptr<Library> library;
    return guarded(text, length, [&]() -> int {
        library = std::make_unique<Library>();
        library->handle = dlopen(opening->path, RTLD_NOW);
        if (library->handle == nullptr) {
            say(text, length, dlerror());
            return NOT_LOADED;
        }
        bool all = find(library->handle, "initLib", library->init, text, length) &&
                   find(library->handle, "deInitLib", library->deinit, text, length) &&
                   find(library->handle, opening->function, library->prepare, text, length);
        if (!all) return NO_SYMBOL;
        NvDsPreProcessTensorParams &tensor = library->announced;
        tensor.network_input_order = static_cast<NvDsPreProcessNetworkInputOrder>(opening->order);
        tensor.network_input_shape.assign(opening->shape, opening->shape + opening->shape_length);
        tensor.network_color_format = static_cast<NvDsPreProcessFormat>(opening->color);
        tensor.buffer_size = opening->bytes;
        tensor.data_type = static_cast<NvDsDataType>(opening->data_type);
        tensor.memory_type = NVBUF_MEM_SYSTEM;
        tensor.tensor_name = opening->name;
        library->config_file = opening->config_file;
        library->acquirer = std::make_unique<Acquirer>(opening->memory);
        library->context = library->init(params(*library, *opening));
        if (library->context == nullptr) return NO_CONTEXT;
        *opened = library.release();
        return DONE;
    });
}

// Stops a library and unloads it.
void ds_apps_custom_close(Library *library) noexcept {
    char text[64];
    guarded(text, sizeof text, [&]() -> int {
        library->deinit(library->context);
        return DONE;
    });
    delete library;
}

// The transformation called `name`; NULL if the library has none.
void *ds_apps_custom_transformation(const Library *library, const char *name) noexcept {
    return dlsym(library->handle, name);
}

// Has `transform` scale `length` regions of `in` into as many surfaces of `out`.
int ds_apps_custom_transform(void *transform, NvBufSurface *in, NvBufSurface *out, const Rectangle *from, const Rectangle *to,
                             size_t length, int filter, int *status, char *text, size_t text_length) noexcept {
    return guarded(text, text_length, [&]() -> int {
        auto rectangles = [length](const Rectangle *from) {
            std::vector<NvBufSurfTransformRect> all(length);
            for (size_t i = 0; i < length; i++) all[i] = {from[i].top, from[i].left, from[i].width, from[i].height, {}};
            return all;
        };
        std::vector<NvBufSurfTransformRect> source = rectangles(from), target = rectangles(to);
        CustomTransformParams params{};
        params.transform_config_params.compute_mode = NvBufSurfTransformCompute_Default;
        params.transform_params.transform_flag =
            NVBUFSURF_TRANSFORM_FILTER | NVBUFSURF_TRANSFORM_CROP_SRC | NVBUFSURF_TRANSFORM_CROP_DST;
        params.transform_params.transform_filter = static_cast<NvBufSurfTransform_Inter>(filter);
        params.transform_params.src_rect = source.data();
        params.transform_params.dst_rect = target.data();
        *status = reinterpret_cast<Transform>(transform)(in, out, params);
        return DONE;
    });
}

// Has the library prepare a tensor.
int ds_apps_custom_prepare(Library *library, const Call *call, Answer *answer, char *text, size_t length) noexcept {
    *answer = Answer{};
    return guarded(text, length, [&]() -> int {
        NvDsPreProcessBatch batch{};
        CustomTensorParams &tensor = library->answer;
        tensor.params = library->announced;
        tensor.params.buffer_size = call->bytes;
        tensor.seq_params.roi_vector.clear();
        for (size_t i = 0; i < call->length; i++) {
            const Unit &from = call->units[i];
            NvDsPreProcessUnit unit{};
            unit.obj_meta = from.object;
            unit.frame_meta = from.frame;
            unit.batch_index = from.batch_index;
            unit.frame_num = from.frame_num;
            unit.input_surf_params = from.input;
            unit.converted_frame_ptr = from.converted;
            unit.roi_meta = from.roi;
            batch.units.push_back(unit);
            tensor.seq_params.roi_vector.push_back(from.roi);
        }
        batch.inbuf = call->inbuf;
        batch.inbuf_batch_num = call->number;
        batch.converted_buf = call->converted;
        batch.scaling_pool_format = static_cast<NvDsPreProcessFormat>(call->format);
        batch.batch_meta = call->meta;
        batch.pitch = call->pitch;
        NvDsPreProcessCustomBuf *buffer = nullptr;
        answer->status = library->prepare(library->context, &batch, buffer, tensor, library->acquirer.get());
        if (answer->status != NVDSPREPROCESS_SUCCESS) return DONE;
        answer->memory = library->acquirer->take(buffer);
        if (answer->memory == nullptr) return NO_TENSOR;
        answer->bytes = tensor.params.buffer_size;
        answer->shape = tensor.params.network_input_shape.data();
        answer->shape_length = tensor.params.network_input_shape.size();
        answer->data_type = tensor.params.data_type;
        answer->name = tensor.params.tensor_name.data();
        answer->name_length = tensor.params.tensor_name.size();
        answer->rois = tensor.seq_params.roi_vector.data();
        answer->rois_length = tensor.seq_params.roi_vector.size();
        return DONE;
    });
}

} // extern "C"

} // namespace ds_apps::custom
