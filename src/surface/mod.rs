//! Surfaces with `NvBufSurface`'s ABI: raw structs, host memory, mapping, pools, transforms.

pub mod ffi;
pub mod format;
pub mod values;
pub mod view;
