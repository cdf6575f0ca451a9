/* nvds_analytics_meta.h of DeepStream, as far as ds-apps has it: what nvdsanalytics knows of objects and frames.
 * C++ only, for libstdc++ with its strings of 2015 and later. Written by hand; all other headers are made. */
#ifndef NVDS_ANALYTICS_META_H
#define NVDS_ANALYTICS_META_H
#ifdef __cplusplus

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "nvdsmeta.h"

/* Meta types, as pyds and DeepStream up to 9.0 have them. */
#define NVDS_USER_FRAME_META_NVDSANALYTICS \
    ((NvDsMetaType) nvds_get_user_meta_type((gchar *) "NVIDIA.DSANALYTICSFRAME.USER_META"))
#define NVDS_USER_OBJ_META_NVDSANALYTICS \
    ((NvDsMetaType) nvds_get_user_meta_type((gchar *) "NVIDIA.DSANALYTICSOBJ.USER_META"))

/* What is known of an object. */
struct NvDsAnalyticsObjInfo {
    /* Labels of the regions it is in. */
    std::vector<std::string> roiStatus;
    /* Labels of the overcrowding regions it is in. */
    std::vector<std::string> ocStatus;
    /* Labels of the lines it crossed, told in this frame. */
    std::vector<std::string> lcStatus;
    /* The directions it moves in. */
    std::string dirStatus;
    /* unique-id of the element. */
    guint unique_id;
    /* All of it as text. */
    std::string objStatus;
};

/* What is known of a frame; keys are labels. */
struct NvDsAnalyticsFrameMeta {
    /* Whether a region has too many objects. */
    std::unordered_map<std::string, bool> ocStatus;
    /* Objects in a region. */
    std::unordered_map<std::string, uint32_t> objInROIcnt;
    /* Crossings of a line told in this frame. */
    std::unordered_map<std::string, uint64_t> objLCCurrCnt;
    /* Crossings of a line since the start. */
    std::unordered_map<std::string, uint64_t> objLCCumCnt;
    /* unique-id of the element. */
    guint unique_id;
    /* Objects of each class. */
    std::unordered_map<int, uint32_t> objCnt;
};

#endif
#endif
