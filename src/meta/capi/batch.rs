//! Batches: create, copy, destroy, lock.

use crate::meta::batch_pool;
use crate::meta::guard::guard;
use crate::meta::raw::{copy, store::Store};
use std::ffi::c_void;
use std::ptr;

/// Deep copy of a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_batch_meta_copy_func(data: *mut c_void, _user_data: *mut c_void) -> *mut c_void {
    if data.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the caller passes a batch.
    guard("copying a batch", ptr::null_mut(), || unsafe { copy::batch(Store::of(data.cast())).cast() })
}

/// Lets a batch go: back to the pool it came from, or freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_batch_meta_release_func(data: *mut c_void, _user_data: *mut c_void) {
    if !data.is_null() {
        // SAFETY: the caller passes a batch nobody uses any more.
        guard("releasing a batch", false, || unsafe { batch_pool::release(Store::of(data.cast())) });
    }
}
