//! The callbacks batches and items of the pools start with; C code may call them itself. Those of batches are exported,
//! so that a pointer C code compares is the one it finds.

use super::pool::{self, Item};
use super::store::Store;
use super::{copy, home, items};
use crate::meta::ffi::batch::*;
use crate::meta::guard::guard;
use std::ffi::c_void;
use std::ptr;

/// A copy of an item in the same batch, not attached to anything.
unsafe fn copied<T: Item>(data: *mut c_void, copy: unsafe fn(*const T, *mut T)) -> *mut c_void {
    if data.is_null() {
        return ptr::null_mut();
    }
    guard("copying metadata", ptr::null_mut(), || {
        // SAFETY: a callback gets an item of its own pool.
        unsafe {
            let twin: *mut T = items::acquire(pool::store_of(data.cast::<T>()));
            copy(data.cast(), twin);
            twin.cast()
        }
    })
}

/// Frees what an item owns and releases its children; the item stays where it is.
unsafe fn emptied<T: Item>(data: *mut c_void) {
    if data.is_null() {
        return;
    }
    guard("releasing metadata", (), || {
        // SAFETY: a callback gets an item of its own pool.
        unsafe {
            let store = pool::store_of(data.cast::<T>());
            let _locked = Store::lock(store);
            T::clean(data.cast(), store);
        }
    });
}

macro_rules! callbacks {
    ($($meta:ty: $copy:ident, $release:ident = $function:path;)*) => {$(
        pub(super) unsafe extern "C" fn $copy(data: *mut c_void, _user_data: *mut c_void) -> *mut c_void {
            // SAFETY: the promise of whoever calls a copy function of this type.
            unsafe { copied::<$meta>(data, $function) }
        }

        pub(super) unsafe extern "C" fn $release(data: *mut c_void, _user_data: *mut c_void) {
            // SAFETY: the promise of whoever calls a release function of this type.
            unsafe { emptied::<$meta>(data) }
        }
    )*};
}

callbacks! {
    NvDsFrameMeta: frame_copy, frame_release = copy::frame;
    NvDsObjectMeta: object_copy, object_release = copy::object;
    NvDsClassifierMeta: classifier_copy, classifier_release = copy::classifier;
    NvDsDisplayMeta: display_copy, display_release = copy::display;
    NvDsLabelInfo: label_copy, label_release = copy::label;
}

/// Deep copy of a batch. The second argument is not used.
///
/// # Safety
/// `data` is NULL or a live batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_batch_meta_copy_func(data: *mut c_void, _user_data: *mut c_void) -> *mut c_void {
    if data.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the caller passes a batch.
    guard("copying a batch", ptr::null_mut(), || unsafe { copy::batch(Store::of(data.cast())).cast() })
}

/// Lets a batch go: back to the pool it came from, or freed. The second argument is not used.
///
/// # Safety
/// `data` is NULL or a batch nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_batch_meta_release_func(data: *mut c_void, _user_data: *mut c_void) {
    if !data.is_null() {
        // SAFETY: the caller passes a batch nobody uses any more.
        guard("releasing a batch", false, || unsafe { home::release(Store::of(data.cast())) });
    }
}
