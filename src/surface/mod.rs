//! Surfaces with `NvBufSurface`'s ABI: raw structs, host and CUDA memory, mapping, pools, transforms.

pub mod capi;
pub mod caps;
pub mod cuda;
pub mod error;
pub mod ffi;
pub mod format;
mod host;
pub mod map;
pub mod memory;
pub mod pool;
pub mod tint;
pub mod transform;
pub mod values;
pub mod view;

pub use error::SurfaceError;
pub use map::{Surfaces, SurfacesMut};
pub use pool::{Place, Pool, PoolCache};
