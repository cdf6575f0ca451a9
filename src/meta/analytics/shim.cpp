// Makes, copies, reads and frees the two structs of nvds_analytics_meta.h for Rust, which cannot handle C++ containers.
// Every function gets a struct this file made, and texts with their length; nothing throws across.

#include "nvds_analytics_meta.h"

namespace {

using Labels = std::vector<std::string>;
using Tell = void (*)(void *context, const char *text, size_t length, uint64_t value);

std::string text(const char *bytes, size_t length) { return std::string(bytes, length); }

template <class Map> void tell_all(const Map &map, Tell tell, void *context) {
    for (const auto &[label, value] : map) tell(context, label.data(), label.size(), value);
}

Labels NvDsAnalyticsObjInfo::*const LISTS[] = {
    &NvDsAnalyticsObjInfo::roiStatus, &NvDsAnalyticsObjInfo::ocStatus, &NvDsAnalyticsObjInfo::lcStatus};

} // namespace

extern "C" {

NvDsAnalyticsObjInfo *ds_apps_analytics_object_new(uint32_t unique_id) noexcept {
    auto *object = new NvDsAnalyticsObjInfo();
    object->unique_id = unique_id;
    return object;
}

NvDsAnalyticsObjInfo *ds_apps_analytics_object_copy(const NvDsAnalyticsObjInfo *object) noexcept {
    return new NvDsAnalyticsObjInfo(*object);
}

void ds_apps_analytics_object_free(NvDsAnalyticsObjInfo *object) noexcept { delete object; }

uint32_t ds_apps_analytics_object_id(const NvDsAnalyticsObjInfo *object) noexcept { return object->unique_id; }

// list: 0 roiStatus, 1 ocStatus, 2 lcStatus.
void ds_apps_analytics_object_add(NvDsAnalyticsObjInfo *object, size_t list, const char *label, size_t length) noexcept {
    (object->*LISTS[list]).push_back(text(label, length));
}

void ds_apps_analytics_object_list(const NvDsAnalyticsObjInfo *object, size_t list, Tell tell, void *context) noexcept {
    for (const std::string &label : object->*LISTS[list]) tell(context, label.data(), label.size(), 0);
}

void ds_apps_analytics_object_set(NvDsAnalyticsObjInfo *object, const char *direction, size_t direction_length,
                                  const char *status, size_t status_length) noexcept {
    object->dirStatus = text(direction, direction_length);
    object->objStatus = text(status, status_length);
}

// Tells dirStatus, then objStatus.
void ds_apps_analytics_object_texts(const NvDsAnalyticsObjInfo *object, Tell tell, void *context) noexcept {
    tell(context, object->dirStatus.data(), object->dirStatus.size(), 0);
    tell(context, object->objStatus.data(), object->objStatus.size(), 1);
}

NvDsAnalyticsFrameMeta *ds_apps_analytics_frame_new(uint32_t unique_id) noexcept {
    auto *frame = new NvDsAnalyticsFrameMeta();
    frame->unique_id = unique_id;
    return frame;
}

NvDsAnalyticsFrameMeta *ds_apps_analytics_frame_copy(const NvDsAnalyticsFrameMeta *frame) noexcept {
    return new NvDsAnalyticsFrameMeta(*frame);
}

void ds_apps_analytics_frame_free(NvDsAnalyticsFrameMeta *frame) noexcept { delete frame; }

uint32_t ds_apps_analytics_frame_id(const NvDsAnalyticsFrameMeta *frame) noexcept { return frame->unique_id; }

// map: 0 ocStatus, 1 objInROIcnt, 2 objLCCurrCnt, 3 objLCCumCnt.
void ds_apps_analytics_frame_set(NvDsAnalyticsFrameMeta *frame, size_t map, const char *label, size_t length,
                                 uint64_t value) noexcept {
    const std::string key = text(label, length);
    switch (map) {
    case 0: frame->ocStatus[key] = value != 0; break;
    case 1: frame->objInROIcnt[key] = static_cast<uint32_t>(value); break;
    case 2: frame->objLCCurrCnt[key] = value; break;
    default: frame->objLCCumCnt[key] = value;
    }
}

void ds_apps_analytics_frame_map(const NvDsAnalyticsFrameMeta *frame, size_t map, Tell tell, void *context) noexcept {
    switch (map) {
    case 0: tell_all(frame->ocStatus, tell, context); break;
    case 1: tell_all(frame->objInROIcnt, tell, context); break;
    case 2: tell_all(frame->objLCCurrCnt, tell, context); break;
    default: tell_all(frame->objLCCumCnt, tell, context);
    }
}

void ds_apps_analytics_frame_set_class(NvDsAnalyticsFrameMeta *frame, int32_t class_id, uint32_t count) noexcept {
    frame->objCnt[class_id] = count;
}

void ds_apps_analytics_frame_classes(const NvDsAnalyticsFrameMeta *frame,
                                     void (*tell)(void *context, int32_t class_id, uint32_t count),
                                     void *context) noexcept {
    for (const auto &[class_id, count] : frame->objCnt) tell(context, class_id, count);
}

} // extern "C"
