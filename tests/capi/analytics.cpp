// A reader of nvdsanalytics' metadata as DeepStream's C++ apps are: compiled against the header, given the pointers that
// stand in user metadata.

#include "nvds_analytics_meta.h"

#include <algorithm>
#include <cstddef>

static_assert(sizeof(NvDsAnalyticsObjInfo) == 144, "NvDsAnalyticsObjInfo");
static_assert(offsetof(NvDsAnalyticsObjInfo, dirStatus) == 72, "dirStatus");
static_assert(offsetof(NvDsAnalyticsObjInfo, objStatus) == 112, "objStatus");
static_assert(sizeof(NvDsAnalyticsFrameMeta) == 288, "NvDsAnalyticsFrameMeta");
static_assert(offsetof(NvDsAnalyticsFrameMeta, unique_id) == 224, "unique_id");
static_assert(offsetof(NvDsAnalyticsFrameMeta, objCnt) == 232, "objCnt");

extern "C" bool reads_object(const NvDsAnalyticsObjInfo *object) {
    const std::string longer(60, 'x');
    return object->unique_id == 17 && object->roiStatus == std::vector<std::string>{"RF", longer} &&
           object->ocStatus.empty() && object->lcStatus == std::vector<std::string>{"Exit"} &&
           object->dirStatus == " DIR:South " && object->objStatus == " ROI:RF DIR:South  LC:Exit ";
}

// Reads, and edits as an app might: the library frees what C++ put in.
extern "C" bool reads_and_edits_frame(NvDsAnalyticsFrameMeta *frame) {
    const bool fine = frame->unique_id == 17 && frame->ocStatus.at("OC") && frame->objInROIcnt.at("RF") == 3 &&
                      frame->objLCCurrCnt.at("Exit") == 1 && frame->objLCCumCnt.at("Exit") == 1ull << 40 &&
                      frame->objCnt.at(2) == 5 && frame->objCnt.size() == 1;
    for (int n = 0; n < 100; n++) frame->objInROIcnt["another region with a long name " + std::to_string(n)] = n;
    return fine;
}
