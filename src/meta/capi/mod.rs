//! The C functions of `libds_apps.so` under DeepStream's names.
//!
//! Each one checks its pointers for NULL and lets no panic out. A NULL where DeepStream wants a struct is a call that
//! does nothing and answers NULL, 0 or FALSE.

#![allow(clippy::missing_safety_doc)] // one rule for all: pointers are NULL or live structs of this library

mod batch;

pub use batch::*;
