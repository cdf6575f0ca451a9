//! Copying items and lists from one owner to another.

use crate::meta::ffi::batch::*;
use crate::meta::ffi::values::{NVDS_INVALID_META, NvDsMetaType};
use crate::meta::guard::guard;
use crate::meta::raw::list::End;
use crate::meta::raw::pool::store_of;
use crate::meta::raw::{copy, store::Store};
use crate::meta::user::named;
use gst::glib::ffi::GList;
use std::ffi::{CStr, c_char};
use std::ptr;

/// Runs a copy unless a pointer is NULL or both are the same.
fn copied<A, B>(from: *mut A, to: *mut B, work: impl FnOnce()) {
    if !from.is_null() && !to.is_null() && !ptr::addr_eq(from, to) {
        guard("copying metadata", (), work);
    }
}

/// Makes a frame a copy of another one, children included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_frame_meta(src: *mut NvDsFrameMeta, dst: *mut NvDsFrameMeta) {
    // SAFETY: see the module's rule; so below.
    copied(src, dst, || unsafe { copy::frame(src, dst) });
}

/// Makes an object a copy of another one, children included, without a parent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_obj_meta(src: *mut NvDsObjectMeta, dst: *mut NvDsObjectMeta) {
    // SAFETY: as above.
    copied(src, dst, || unsafe { copy::object(src, dst) });
}

/// Makes a classifier meta a copy of another one, labels included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_classifier_meta(src: *mut NvDsClassifierMeta, dst: *mut NvDsClassifierMeta) {
    // SAFETY: as above.
    copied(src, dst, || unsafe { copy::classifier(src, dst) });
}

/// Makes a label a copy of another one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_label_info_meta(src: *mut NvDsLabelInfo, dst: *mut NvDsLabelInfo) {
    // SAFETY: as above.
    copied(src, dst, || unsafe { copy::label(src, dst) });
}

/// Makes a display meta a copy of another one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_display_meta(src: *mut NvDsDisplayMeta, dst: *mut NvDsDisplayMeta) {
    // SAFETY: as above.
    copied(src, dst, || unsafe { copy::display(src, dst) });
}

/// Copies frames to the end of a batch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_frame_meta_list(src: *mut GList, dst_batch_meta: *mut NvDsBatchMeta) {
    // SAFETY: as above.
    copied(src, dst_batch_meta, || unsafe { copy::frames(src, Store::of(dst_batch_meta)) });
}

/// Copies objects in front of a frame's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_obj_meta_list(src: *mut GList, dst_frame_meta: *mut NvDsFrameMeta) {
    // SAFETY: as above.
    copied(src, dst_frame_meta, || unsafe { copy::objects(src, dst_frame_meta) });
}

/// Copies display metas in front of a frame's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_display_meta_list(src: *mut GList, dst_frame_meta: *mut NvDsFrameMeta) {
    // SAFETY: as above.
    copied(src, dst_frame_meta, || unsafe { copy::displays(src, dst_frame_meta) });
}

/// Copies classifier metas in front of an object's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_classification_list(src: *mut GList, dst_object_meta: *mut NvDsObjectMeta) {
    // SAFETY: as above.
    copied(src, dst_object_meta, || unsafe { copy::classifiers(src, dst_object_meta) });
}

/// Copies labels in front of a classifier meta's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_label_info_list(src: *mut GList, dst_classifier_meta: *mut NvDsClassifierMeta) {
    // SAFETY: as above.
    copied(src, dst_classifier_meta, || unsafe { copy::labels(src, dst_classifier_meta) });
}

/// Copies user metadata to the end of a batch's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_batch_user_meta_list(src: *mut GList, dst_batch_meta: *mut NvDsBatchMeta) {
    // SAFETY: as above.
    copied(src, dst_batch_meta, || unsafe { copy::batch_users(src, Store::of(dst_batch_meta)) });
}

/// Copies user metadata in front of a frame's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_frame_user_meta_list(src: *mut GList, dst_frame_meta: *mut NvDsFrameMeta) {
    // SAFETY: as above.
    copied(src, dst_frame_meta, || unsafe {
        copy::users(src, store_of(dst_frame_meta), &raw mut (*dst_frame_meta).frame_user_meta_list, End::Front);
    });
}

/// Copies user metadata in front of an object's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_copy_obj_user_meta_list(src: *mut GList, dst_object_meta: *mut NvDsObjectMeta) {
    // SAFETY: as above.
    copied(src, dst_object_meta, || unsafe {
        copy::users(src, store_of(dst_object_meta), &raw mut (*dst_object_meta).obj_user_meta_list, End::Front);
    });
}

/// The meta type of user data called `meta_descriptor`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_get_user_meta_type(meta_descriptor: *mut c_char) -> NvDsMetaType {
    if meta_descriptor.is_null() {
        return NVDS_INVALID_META;
    }
    // SAFETY: the caller passes a C string.
    let name = unsafe { CStr::from_ptr(meta_descriptor) };
    guard("naming a meta type", NVDS_INVALID_META, || named(name))
}
