//! Metadata with DeepStream 9.1's ABI: raw structs, pools, safe views, the `GstMeta`, the C functions.

pub mod ffi;
