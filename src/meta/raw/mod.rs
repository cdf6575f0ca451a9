//! The machinery below the views: batches, their pools and lists, in raw pointers. Knows no views and no GstMeta.
//!
//! Every function here works on memory that C code shares, so none of them takes or makes references to the ABI
//! structs. Callers hold the batch's lock ([`Store::lock`]) around whatever edits pools or lists.

pub(super) mod buffers;
pub(super) mod callbacks;
pub(super) mod clean;
pub(super) mod copy;
mod foreign;
pub(super) mod home;
pub(super) mod items;
pub(super) mod list;
pub(super) mod lock;
pub(super) mod owner;
pub(super) mod pool;
pub(super) mod store;
