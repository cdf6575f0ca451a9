//! DeepStream 9.1's metadata structs, `repr(C)`, raw types only.
//!
//! Field names are the C ones, so that a reader of DeepStream's documentation finds them. Nothing here owns or frees
//! anything. `tests/abi.rs` checks every size, alignment and offset against `tests/abi/structs.tsv`.

#![allow(non_camel_case_types, non_snake_case)]
#![allow(missing_docs)] // fields carry their C meaning; structs are documented

use std::ffi::c_void;

pub mod analytics;
pub mod batch;
pub mod cxx;
pub mod dewarp;
pub mod event;
pub mod gst_meta;
pub mod infer;
pub mod latency;
pub mod object_encode;
pub mod optical_flow;
pub mod osd;
pub mod osd_frame;
pub mod preprocess;
pub mod roi;
pub mod tracker;
pub mod values;

/// Copies an item: `(source, user_data) -> copy`.
pub type NvDsMetaCopyFunc = Option<unsafe extern "C" fn(*mut c_void, *mut c_void) -> *mut c_void>;
/// Releases what an item holds: `(item, user_data)`.
pub type NvDsMetaReleaseFunc = Option<unsafe extern "C" fn(*mut c_void, *mut c_void)>;

/// `MAX_LABEL_SIZE`: bytes of an inline label, terminator included.
pub const MAX_LABEL_SIZE: usize = 128;
/// `MAX_ELEMENTS_IN_DISPLAY_META`: how many of each kind one display meta holds.
pub const MAX_ELEMENTS_IN_DISPLAY_META: usize = 16;
/// `UNTRACKED_OBJECT_ID`: the id of an object no tracker has seen.
pub const UNTRACKED_OBJECT_ID: u64 = u64::MAX;
/// `NVDSINFER_MAX_DIMS`: how many dimensions a tensor has at most.
pub const NVDSINFER_MAX_DIMS: usize = 8;
