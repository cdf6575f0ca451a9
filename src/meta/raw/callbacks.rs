//! The callbacks items of the pools start with, for C code that calls them itself.

use super::pool::{self, Item};
use super::store::Store;
use super::{copy, items};
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
