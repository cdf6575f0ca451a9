//! Results of `nvdsanalytics`. Its containers are libstdc++ ones and stay opaque here.

use super::cxx::{CxxString, CxxUnorderedMap, CxxVector};

/// `NvDsAnalyticsObjInfo` of `nvds_analytics_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsAnalyticsObjInfo {
    pub roiStatus: CxxVector,
    pub ocStatus: CxxVector,
    pub lcStatus: CxxVector,
    pub dirStatus: CxxString,
    pub unique_id: u32,
    pub objStatus: CxxString,
}

/// `NvDsAnalyticsFrameMeta` of `nvds_analytics_meta.h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NvDsAnalyticsFrameMeta {
    pub ocStatus: CxxUnorderedMap,
    pub objInROIcnt: CxxUnorderedMap,
    pub objLCCurrCnt: CxxUnorderedMap,
    pub objLCCumCnt: CxxUnorderedMap,
    pub unique_id: u32,
    pub objCnt: CxxUnorderedMap,
}
