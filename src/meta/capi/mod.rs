//! The C functions of `libds_apps.so` under DeepStream's names.
//!
//! Each one checks its pointers for NULL and lets no panic out. A NULL where DeepStream wants a struct is a call that
//! does nothing and answers NULL, 0 or FALSE.

#![allow(clippy::missing_safety_doc)] // one rule for all: pointers are NULL or live structs of this library

mod batch;
mod buffer;
mod clear;
mod copies;
mod events;
mod items;
mod latency;
mod ntp;

pub use super::latency::{nvds_copy_latency_meta, nvds_release_latency_meta};
pub use super::raw::callbacks::{nvds_batch_meta_copy_func, nvds_batch_meta_release_func};
pub use batch::*;
pub use buffer::*;
pub use clear::*;
pub use copies::*;
pub use events::*;
pub use items::*;
pub use latency::*;
pub use ntp::*;
