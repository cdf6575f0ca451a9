//! Surfaces with `NvBufSurface`'s ABI: raw structs, host and CUDA memory, mapping, pools, transforms.
//!
//! Pixels are looked at as [`view::View`] and [`view::ViewMut`], which are `ndarray` and OpenCV views too.

mod array;
pub mod capi;
pub mod caps;
pub mod cuda;
pub mod error;
pub mod ffi;
pub mod format;
pub mod hash;
mod host;
pub mod map;
mod mat;
pub mod memory;
pub mod pool;
pub mod tint;
pub mod transform;
pub mod values;
pub mod view;

pub use error::SurfaceError;
pub use map::{Surfaces, SurfacesMut};
pub use pool::{Place, Pool, PoolCache};
