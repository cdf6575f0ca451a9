//! The lock of a batch. It is recursive, so callbacks may call back, and part of the ABI, so C code takes it too.

use crate::meta::ffi::batch::NvDsBatchMeta;
use gst::glib::ffi::{g_rec_mutex_lock, g_rec_mutex_unlock};

/// Holds the lock of a batch.
pub(crate) struct Locked(*mut NvDsBatchMeta);

/// Takes the lock.
///
/// # Safety
/// `batch` is live, whoever made it, and outlives the guard.
pub(crate) unsafe fn lock(batch: *mut NvDsBatchMeta) -> Locked {
    // SAFETY: whoever made the batch has initialised the mutex.
    unsafe { g_rec_mutex_lock(&raw mut (*batch).meta_mutex) };
    Locked(batch)
}

impl Drop for Locked {
    fn drop(&mut self) {
        // SAFETY: made by `lock`, whose caller keeps the batch alive longer than the guard.
        unsafe { g_rec_mutex_unlock(&raw mut (*self.0).meta_mutex) };
    }
}
