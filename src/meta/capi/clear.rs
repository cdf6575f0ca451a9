//! Clearing whole lists.

use crate::meta::ffi::batch::*;
use crate::meta::ffi::values::*;
use crate::meta::guard::guard;
use crate::meta::raw::clean;
use crate::meta::raw::pool::{Item, store_of};
use crate::meta::raw::store::Store;
use gst::glib::ffi::GList;
use std::ptr;

/// Releases every item from `list` on. `own` is the owner's list, of which `list` is usually the head; a part of it is
/// cut off its front.
unsafe fn clear<T: Item>(owner: *mut Store, own: *mut *mut GList, list: *mut GList, counter: Option<*mut u32>) {
    if list.is_null() {
        return;
    }
    guard("clearing metadata", (), || {
        // SAFETY: the caller passes a live owner and a list of items.
        unsafe {
            let _locked = Store::lock(owner);
            let mut list = list;
            if ptr::eq(*own, list) {
                *own = ptr::null_mut();
            } else if !(*list).prev.is_null() {
                (*(*list).prev).next = ptr::null_mut();
                (*list).prev = ptr::null_mut();
            }
            let count = clean::list::<T>(owner, &mut list);
            if let Some(counter) = counter {
                *counter = (*counter).saturating_sub(count);
            }
        }
    });
}

/// Releases the frames of a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_clear_frame_meta_list(batch_meta: *mut NvDsBatchMeta, meta_list: *mut GList) {
    if !batch_meta.is_null() {
        // SAFETY: see the module's rule; so below.
        unsafe {
            let counter = Some(&raw mut (*batch_meta).num_frames_in_batch);
            let own = &raw mut (*batch_meta).frame_meta_list;
            clear::<NvDsFrameMeta>(Store::of(batch_meta), own, meta_list, counter);
        }
    }
}

/// Releases the objects of a frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_clear_obj_meta_list(frame_meta: *mut NvDsFrameMeta, meta_list: *mut GList) {
    if !frame_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let counter = Some(&raw mut (*frame_meta).num_obj_meta);
            let own = &raw mut (*frame_meta).obj_meta_list;
            clear::<NvDsObjectMeta>(store_of(frame_meta), own, meta_list, counter);
        }
    }
}

/// Releases the display metas of a frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_clear_display_meta_list(frame_meta: *mut NvDsFrameMeta, meta_list: *mut GList) {
    if !frame_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let own = &raw mut (*frame_meta).display_meta_list;
            clear::<NvDsDisplayMeta>(store_of(frame_meta), own, meta_list, None);
        }
    }
}

/// Releases the classifier metas of an object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_clear_classifier_meta_list(obj_meta: *mut NvDsObjectMeta, meta_list: *mut GList) {
    if !obj_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let own = &raw mut (*obj_meta).classifier_meta_list;
            clear::<NvDsClassifierMeta>(store_of(obj_meta), own, meta_list, None);
        }
    }
}

/// Releases the labels of a classifier meta.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_clear_label_info_meta_list(
    classifier_meta: *mut NvDsClassifierMeta,
    meta_list: *mut GList,
) {
    if !classifier_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let counter = Some(&raw mut (*classifier_meta).num_labels);
            let own = &raw mut (*classifier_meta).label_info_list;
            clear::<NvDsLabelInfo>(store_of(classifier_meta), own, meta_list, counter);
        }
    }
}

/// Releases the user metadata of a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_clear_batch_user_meta_list(batch_meta: *mut NvDsBatchMeta, meta_list: *mut GList) {
    if !batch_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let own = &raw mut (*batch_meta).batch_user_meta_list;
            clear::<NvDsUserMeta>(Store::of(batch_meta), own, meta_list, None);
        }
    }
}

/// Releases the user metadata of a frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_clear_frame_user_meta_list(frame_meta: *mut NvDsFrameMeta, meta_list: *mut GList) {
    if !frame_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let own = &raw mut (*frame_meta).frame_user_meta_list;
            clear::<NvDsUserMeta>(store_of(frame_meta), own, meta_list, None);
        }
    }
}

/// Releases the user metadata of an object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_clear_obj_user_meta_list(object_meta: *mut NvDsObjectMeta, meta_list: *mut GList) {
    if !object_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let own = &raw mut (*object_meta).obj_user_meta_list;
            clear::<NvDsUserMeta>(store_of(object_meta), own, meta_list, None);
        }
    }
}

/// Releases the items of a list of any kind, which the pool tells, and answers the empty list for its owner.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_clear_meta_list(
    batch_meta: *mut NvDsBatchMeta,
    meta_list: *mut GList,
    meta_pool: *mut NvDsMetaPool,
) -> *mut GList {
    if batch_meta.is_null() || meta_pool.is_null() {
        return meta_list;
    }
    let mut own = meta_list;
    let own = &raw mut own;
    // SAFETY: as above; the pool's type is the items' type.
    unsafe {
        let store = Store::of(batch_meta);
        match (*meta_pool).meta_type {
            NVDS_FRAME_META => clear::<NvDsFrameMeta>(store, own, meta_list, None),
            NVDS_OBJ_META => clear::<NvDsObjectMeta>(store, own, meta_list, None),
            NVDS_CLASSIFIER_META => clear::<NvDsClassifierMeta>(store, own, meta_list, None),
            NVDS_DISPLAY_META => clear::<NvDsDisplayMeta>(store, own, meta_list, None),
            NVDS_LABEL_INFO_META => clear::<NvDsLabelInfo>(store, own, meta_list, None),
            NVDS_USER_META => clear::<NvDsUserMeta>(store, own, meta_list, None),
            _ => return meta_list,
        }
    }
    ptr::null_mut()
}
