//! The functions of another library that made a batch: DeepStream's own, or a second copy of this one (the plugin beside
//! a program that links this crate). Its items are its own to acquire, attach and release.

use crate::meta::ffi::batch::*;
use std::ffi::{CStr, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::{Mutex, PoisonError};

/// Declares the functions that are looked up.
macro_rules! functions {
    ($($name:ident($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// What a library that makes batches offers, under DeepStream's names.
        pub(crate) struct Functions {
            $(pub $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Functions {
            /// All functions; `None` if one is missing.
            unsafe fn find(library: *mut c_void) -> Option<Self> {
                Some(Self {
                    $($name: {
                        let name = concat!(stringify!($name), "\0");
                        // SAFETY: the handle is one of dlopen and the name ends in a NUL.
                        let symbol = unsafe { libc::dlsym(library, name.as_ptr().cast()) };
                        if symbol.is_null() {
                            return None;
                        }
                        // SAFETY: a function of this name has this signature: it is DeepStream's C interface.
                        unsafe {
                            std::mem::transmute::<*mut c_void, unsafe extern "C" fn($($argument),*) $(-> $result)?>(symbol)
                        }
                    },)*
                })
            }
        }
    };
}

functions! {
    nvds_acquire_frame_meta_from_pool(*mut NvDsBatchMeta) -> *mut NvDsFrameMeta;
    nvds_acquire_obj_meta_from_pool(*mut NvDsBatchMeta) -> *mut NvDsObjectMeta;
    nvds_acquire_classifier_meta_from_pool(*mut NvDsBatchMeta) -> *mut NvDsClassifierMeta;
    nvds_acquire_label_info_meta_from_pool(*mut NvDsBatchMeta) -> *mut NvDsLabelInfo;
    nvds_acquire_display_meta_from_pool(*mut NvDsBatchMeta) -> *mut NvDsDisplayMeta;
    nvds_acquire_user_meta_from_pool(*mut NvDsBatchMeta) -> *mut NvDsUserMeta;
    nvds_add_frame_meta_to_batch(*mut NvDsBatchMeta, *mut NvDsFrameMeta);
    nvds_add_obj_meta_to_frame(*mut NvDsFrameMeta, *mut NvDsObjectMeta, *mut NvDsObjectMeta);
    nvds_add_classifier_meta_to_object(*mut NvDsObjectMeta, *mut NvDsClassifierMeta);
    nvds_add_label_info_meta_to_classifier(*mut NvDsClassifierMeta, *mut NvDsLabelInfo);
    nvds_add_display_meta_to_frame(*mut NvDsFrameMeta, *mut NvDsDisplayMeta);
    nvds_add_user_meta_to_batch(*mut NvDsBatchMeta, *mut NvDsUserMeta);
    nvds_add_user_meta_to_frame(*mut NvDsFrameMeta, *mut NvDsUserMeta);
    nvds_add_user_meta_to_obj(*mut NvDsObjectMeta, *mut NvDsUserMeta);
    nvds_remove_frame_meta_from_batch(*mut NvDsBatchMeta, *mut NvDsFrameMeta);
    nvds_remove_obj_meta_from_frame(*mut NvDsFrameMeta, *mut NvDsObjectMeta);
    nvds_remove_user_meta_from_batch(*mut NvDsBatchMeta, *mut NvDsUserMeta);
    nvds_remove_user_meta_from_frame(*mut NvDsFrameMeta, *mut NvDsUserMeta);
    nvds_remove_user_meta_from_object(*mut NvDsObjectMeta, *mut NvDsUserMeta);
}

/// The functions of the library that made `batch`; `None` if it does not offer them.
///
/// # Safety
/// `batch` is live and not ours.
pub(crate) unsafe fn functions(batch: *const NvDsBatchMeta) -> Option<&'static Functions> {
    static KNOWN: Mutex<Vec<(usize, Option<&'static Functions>)>> = Mutex::new(Vec::new());
    // SAFETY: the caller's promise. A pool's release function lies in the library that made the pool.
    let inside = unsafe { (*(*batch).frame_meta_pool).release_func }.map_or(0, |function| function as usize);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, functions)) = known.iter().find(|(address, _)| *address == inside) {
        return *functions;
    }
    // SAFETY: see `library`.
    let found = unsafe { Functions::find(library(inside as *const c_void)) };
    if found.is_none() {
        tracing::error!("metadata was made by a library without DeepStream's functions; it cannot be edited");
    }
    // Libraries are few and their functions are needed as long as their batches live.
    let functions = found.map(|functions| &*Box::leak(Box::new(functions)));
    known.push((inside, functions));
    functions
}

/// A handle of the library in which `address` lies; of the whole process if that cannot be said.
unsafe fn library(address: *const c_void) -> *mut c_void {
    let mut info = MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: dladdr takes any address and fills the struct if it answers more than 0; the name is a C string. The library
    // is loaded already and stays so, as the handle is never closed.
    unsafe {
        if libc::dladdr(address, info.as_mut_ptr()) != 0 {
            let file = info.assume_init().dli_fname;
            if !file.is_null() && !CStr::from_ptr(file).is_empty() {
                let handle = libc::dlopen(file, libc::RTLD_LAZY | libc::RTLD_NOLOAD);
                if !handle.is_null() {
                    return handle;
                }
            }
        }
    }
    libc::RTLD_DEFAULT
}

/// Whether a batch can be edited, though another library made it.
///
/// # Safety
/// As [`functions`].
pub(crate) unsafe fn is_known(batch: *const NvDsBatchMeta) -> bool {
    // SAFETY: the caller's promise; a batch has its pools.
    unsafe { !ptr::addr_eq((*batch).frame_meta_pool, ptr::null::<NvDsMetaPool>()) && functions(batch).is_some() }
}
