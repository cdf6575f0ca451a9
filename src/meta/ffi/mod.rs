//! DeepStream 9.1's metadata structs, `repr(C)`, raw types only.
//!
//! Field names are the C ones, so that a reader of DeepStream's documentation finds them. Nothing here owns or frees
//! anything. `tests/abi` checks every size, alignment and offset against `tests/abi/structs.tsv`.

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

/// Declares constants of the ABI. Their table is `CONSTANTS`.
macro_rules! constants {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $value:expr;)*) => {
        $($(#[$doc])* pub const $name: $type = $value;)*

        /// All of them, for the headers of `include/` and the tests.
        pub const CONSTANTS: &[(&str, u64)] = &[$((stringify!($name), $name as u64)),*];
    };
}

constants! {
    /// Bytes of an inline label, terminator included.
    MAX_LABEL_SIZE: usize = 128;
    /// How many of each kind one display meta holds.
    MAX_ELEMENTS_IN_DISPLAY_META: usize = 16;
    /// The id of an object no tracker has seen.
    UNTRACKED_OBJECT_ID: u64 = u64::MAX;
    /// Words of the user's own in a batch, frame, object or display meta.
    MAX_USER_FIELDS: usize = 4;
    /// Reserved words of the same.
    MAX_RESERVED_FIELDS: usize = 4;
    /// How many dimensions a tensor has at most.
    NVDSINFER_MAX_DIMS: usize = 8;
    /// Bytes of a component's name in a latency record.
    MAX_COMPONENT_LEN: usize = 64;
    /// Bytes of a file name for the object encoder.
    FILE_NAME_SIZE: usize = 1024;
    /// Bytes of a source id in an event message.
    MAX_SOURCE_ID_LEN: usize = 128;
    /// Source and time pairs in an event message.
    MAX_ENTRIES: usize = 100;
    /// Corners of a region of interest.
    DS_MAX_POLYGON_POINTS: usize = 8;
    /// Planes of a surface.
    NVBUF_MAX_PLANES: usize = 4;
    /// Reserved pointers of a surface's structs.
    STRUCTURE_PADDING: usize = 4;
    /// The DeepStream version whose ABI this is.
    NVDS_VERSION_MAJOR: u32 = 9;
    /// See [`NVDS_VERSION_MAJOR`].
    NVDS_VERSION_MINOR: u32 = 1;
    /// See [`NVDS_VERSION_MAJOR`].
    NVDS_VERSION_MICRO: u32 = 0;
}
