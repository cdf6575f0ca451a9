//! Items: acquire from a pool, attach, remove.

use crate::meta::ffi::batch::*;
use crate::meta::ffi::roi::NvDsRoiMeta;
use crate::meta::guard::guard;
use crate::meta::raw::items;
use crate::meta::raw::list::End;
use crate::meta::raw::pool::{Item, store_of};
use crate::meta::raw::store::Store;
use gst::glib::ffi::GList;
use std::ptr;

unsafe fn acquire<T: Item>(batch_meta: *mut NvDsBatchMeta) -> *mut T {
    if batch_meta.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the caller passes a batch.
    guard("acquiring metadata", ptr::null_mut(), || unsafe { items::acquire(Store::of(batch_meta)) })
}

/// A zeroed frame meta; it is on no list yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_acquire_frame_meta_from_pool(batch_meta: *mut NvDsBatchMeta) -> *mut NvDsFrameMeta {
    // SAFETY: see the module's rule; so below.
    unsafe { acquire(batch_meta) }
}

/// A zeroed object meta; it is on no list yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_acquire_obj_meta_from_pool(batch_meta: *mut NvDsBatchMeta) -> *mut NvDsObjectMeta {
    // SAFETY: as above.
    unsafe { acquire(batch_meta) }
}

/// A zeroed classifier meta; it is on no list yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_acquire_classifier_meta_from_pool(
    batch_meta: *mut NvDsBatchMeta,
) -> *mut NvDsClassifierMeta {
    // SAFETY: as above.
    unsafe { acquire(batch_meta) }
}

/// A zeroed label; it is on no list yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_acquire_label_info_meta_from_pool(batch_meta: *mut NvDsBatchMeta) -> *mut NvDsLabelInfo {
    // SAFETY: as above.
    unsafe { acquire(batch_meta) }
}

/// A zeroed display meta; it is on no list yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_acquire_display_meta_from_pool(batch_meta: *mut NvDsBatchMeta) -> *mut NvDsDisplayMeta {
    // SAFETY: as above.
    unsafe { acquire(batch_meta) }
}

/// A zeroed user meta; it is on no list yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_acquire_user_meta_from_pool(batch_meta: *mut NvDsBatchMeta) -> *mut NvDsUserMeta {
    // SAFETY: as above.
    unsafe { acquire(batch_meta) }
}

/// Appends a frame to its batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_add_frame_meta_to_batch(batch_meta: *mut NvDsBatchMeta, frame_meta: *mut NvDsFrameMeta) {
    if !batch_meta.is_null() && !frame_meta.is_null() {
        // SAFETY: both are live.
        guard("adding a frame", (), || unsafe { items::add_frame(Store::of(batch_meta), frame_meta) });
    }
}

/// Puts an object in front of a frame's; `parent` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_add_obj_meta_to_frame(
    frame_meta: *mut NvDsFrameMeta,
    obj_meta: *mut NvDsObjectMeta,
    parent: *mut NvDsObjectMeta,
) {
    if !frame_meta.is_null() && !obj_meta.is_null() {
        // SAFETY: all are live.
        guard("adding an object", (), || unsafe { items::add_object(frame_meta, obj_meta, parent) });
    }
}

/// Removes a frame with everything on it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_remove_frame_meta_from_batch(
    batch_meta: *mut NvDsBatchMeta,
    frame_meta: *mut NvDsFrameMeta,
) {
    if !batch_meta.is_null() && !frame_meta.is_null() {
        // SAFETY: both are live.
        guard("removing a frame", (), || unsafe { items::remove_frame(Store::of(batch_meta), frame_meta) });
    }
}

/// Removes an object with everything on it. Its children stay, without a parent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_remove_obj_meta_from_frame(
    frame_meta: *mut NvDsFrameMeta,
    obj_meta: *mut NvDsObjectMeta,
) {
    if !frame_meta.is_null() && !obj_meta.is_null() {
        // SAFETY: both are live.
        guard("removing an object", (), || unsafe { items::remove_object(frame_meta, obj_meta) });
    }
}

/// Puts `item` in front of (or behind) a list of its owner.
unsafe fn add<T: Item>(owner: *mut Store, list: *mut *mut GList, counter: Option<*mut u32>, item: *mut T, end: End) {
    // SAFETY: owner and item were checked by the caller and are live.
    guard("adding metadata", (), || unsafe { items::attach(owner, list, counter, item, end) });
}

/// Takes `item` off a list of its owner and gives it back to its pool.
unsafe fn remove<T: Item>(owner: *mut Store, list: *mut *mut GList, counter: Option<*mut u32>, item: *mut T) {
    // SAFETY: owner and item were checked by the caller and are live.
    guard("removing metadata", (), || unsafe { items::remove(owner, list, counter, item) });
}

/// Puts a classifier meta in front of an object's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_add_classifier_meta_to_object(
    obj_meta: *mut NvDsObjectMeta,
    classifier_meta: *mut NvDsClassifierMeta,
) {
    if !obj_meta.is_null() && !classifier_meta.is_null() {
        // SAFETY: both are live; so below.
        unsafe {
            let list = &raw mut (*obj_meta).classifier_meta_list;
            add(store_of(obj_meta), list, None, classifier_meta, End::Front);
        }
    }
}

/// Removes a classifier meta from an object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_remove_classifier_meta_from_obj(
    obj_meta: *mut NvDsObjectMeta,
    classifier_meta: *mut NvDsClassifierMeta,
) {
    if !obj_meta.is_null() && !classifier_meta.is_null() {
        // SAFETY: as above.
        unsafe { remove(store_of(obj_meta), &raw mut (*obj_meta).classifier_meta_list, None, classifier_meta) }
    }
}

/// Puts a label in front of a classifier meta's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_add_label_info_meta_to_classifier(
    classifier_meta: *mut NvDsClassifierMeta,
    label_info_meta: *mut NvDsLabelInfo,
) {
    if !classifier_meta.is_null() && !label_info_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let counter = Some(&raw mut (*classifier_meta).num_labels);
            let list = &raw mut (*classifier_meta).label_info_list;
            add(store_of(classifier_meta), list, counter, label_info_meta, End::Front);
        }
    }
}

/// Removes a label from a classifier meta.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_remove_label_info_meta_from_classifier(
    classifier_meta: *mut NvDsClassifierMeta,
    label_info_meta: *mut NvDsLabelInfo,
) {
    if !classifier_meta.is_null() && !label_info_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let counter = Some(&raw mut (*classifier_meta).num_labels);
            let list = &raw mut (*classifier_meta).label_info_list;
            remove(store_of(classifier_meta), list, counter, label_info_meta);
        }
    }
}

/// Puts a display meta in front of a frame's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_add_display_meta_to_frame(
    frame_meta: *mut NvDsFrameMeta,
    display_meta: *mut NvDsDisplayMeta,
) {
    if !frame_meta.is_null() && !display_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let list = &raw mut (*frame_meta).display_meta_list;
            add(store_of(frame_meta), list, None, display_meta, End::Front);
        }
    }
}

/// Removes a display meta from a frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_remove_display_meta_from_frame(
    frame_meta: *mut NvDsFrameMeta,
    display_meta: *mut NvDsDisplayMeta,
) {
    if !frame_meta.is_null() && !display_meta.is_null() {
        // SAFETY: as above.
        unsafe { remove(store_of(frame_meta), &raw mut (*frame_meta).display_meta_list, None, display_meta) }
    }
}

/// Appends user metadata to a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_add_user_meta_to_batch(batch_meta: *mut NvDsBatchMeta, user_meta: *mut NvDsUserMeta) {
    if !batch_meta.is_null() && !user_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let list = &raw mut (*batch_meta).batch_user_meta_list;
            add(Store::of(batch_meta), list, None, user_meta, End::Back);
        }
    }
}

/// Removes user metadata from a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_remove_user_meta_from_batch(
    batch_meta: *mut NvDsBatchMeta,
    user_meta: *mut NvDsUserMeta,
) {
    if !batch_meta.is_null() && !user_meta.is_null() {
        // SAFETY: as above.
        unsafe { remove(Store::of(batch_meta), &raw mut (*batch_meta).batch_user_meta_list, None, user_meta) }
    }
}

/// Puts user metadata in front of a frame's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_add_user_meta_to_frame(frame_meta: *mut NvDsFrameMeta, user_meta: *mut NvDsUserMeta) {
    if !frame_meta.is_null() && !user_meta.is_null() {
        // SAFETY: as above.
        unsafe {
            let list = &raw mut (*frame_meta).frame_user_meta_list;
            add(store_of(frame_meta), list, None, user_meta, End::Front);
        }
    }
}

/// Removes user metadata from a frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_remove_user_meta_from_frame(
    frame_meta: *mut NvDsFrameMeta,
    user_meta: *mut NvDsUserMeta,
) {
    if !frame_meta.is_null() && !user_meta.is_null() {
        // SAFETY: as above.
        unsafe { remove(store_of(frame_meta), &raw mut (*frame_meta).frame_user_meta_list, None, user_meta) }
    }
}

/// Puts user metadata in front of an object's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_add_user_meta_to_obj(obj_meta: *mut NvDsObjectMeta, user_meta: *mut NvDsUserMeta) {
    if !obj_meta.is_null() && !user_meta.is_null() {
        // SAFETY: as above.
        unsafe { add(store_of(obj_meta), &raw mut (*obj_meta).obj_user_meta_list, None, user_meta, End::Front) }
    }
}

/// Removes user metadata from an object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_remove_user_meta_from_object(
    obj_meta: *mut NvDsObjectMeta,
    user_meta: *mut NvDsUserMeta,
) {
    if !obj_meta.is_null() && !user_meta.is_null() {
        // SAFETY: as above.
        unsafe { remove(store_of(obj_meta), &raw mut (*obj_meta).obj_user_meta_list, None, user_meta) }
    }
}

/// Puts a classifier meta in front of a region's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_add_classifier_meta_to_roi(
    roi_meta: *mut NvDsRoiMeta,
    classifier_meta: *mut NvDsClassifierMeta,
) {
    if !roi_meta.is_null() && !classifier_meta.is_null() {
        // SAFETY: as above. A region is no item of a pool, so its list nodes are those of the item's batch.
        unsafe {
            let list = &raw mut (*roi_meta).classifier_meta_list;
            add(store_of(classifier_meta), list, None, classifier_meta, End::Front);
        }
    }
}

/// Removes a classifier meta from a region.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_remove_classifier_meta_from_roi(
    roi_meta: *mut NvDsRoiMeta,
    classifier_meta: *mut NvDsClassifierMeta,
) {
    if !roi_meta.is_null() && !classifier_meta.is_null() {
        // SAFETY: as above.
        unsafe { remove(store_of(classifier_meta), &raw mut (*roi_meta).classifier_meta_list, None, classifier_meta) }
    }
}

/// Puts user metadata in front of a region's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_add_user_meta_to_roi(roi_meta: *mut NvDsRoiMeta, user_meta: *mut NvDsUserMeta) {
    if !roi_meta.is_null() && !user_meta.is_null() {
        // SAFETY: as above.
        unsafe { add(store_of(user_meta), &raw mut (*roi_meta).roi_user_meta_list, None, user_meta, End::Front) }
    }
}

/// Removes user metadata from a region.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_remove_user_meta_from_roi(roi_meta: *mut NvDsRoiMeta, user_meta: *mut NvDsUserMeta) {
    if !roi_meta.is_null() && !user_meta.is_null() {
        // SAFETY: as above.
        unsafe { remove(store_of(user_meta), &raw mut (*roi_meta).roi_user_meta_list, None, user_meta) }
    }
}
