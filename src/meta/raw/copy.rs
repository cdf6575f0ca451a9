//! Deep copies. As in DeepStream, lists that grow at the head come out reversed; unlike there, nothing is lost: parents
//! are found wherever they stand in the list, and every field is carried.

use super::items::{acquire, add_frame, add_object, attach};
use super::list::{End, walk};
use super::pool::{Item, store_of};
use super::store::Store;
use crate::meta::ffi::batch::*;
use crate::meta::ffi::osd::{NvOSD_MaskParams, NvOSD_TextParams};
use gst::glib::ffi::GList;
use std::ffi::{CStr, c_char};
use std::ptr;

/// A copy of a batch with all that hangs on it, from where the original came from. User metadata without a copy
/// function stays behind.
///
/// # Safety
/// `source` is live.
pub(crate) unsafe fn batch(source: *mut Store) -> *mut Store {
    // SAFETY: the caller's promise; nobody else knows the copy yet, so holding the source's lock cannot deadlock.
    unsafe {
        let _locked = Store::lock(source);
        let from = &raw const (*source).batch;
        let copy = match &(*source).home {
            Some(home) => home.take(),
            None => Store::create((*from).max_frames_in_batch),
        };
        let to = &raw mut (*copy).batch;
        (*to).base_meta.uContext = (*from).base_meta.uContext;
        (*to).base_meta.meta_type = (*from).base_meta.meta_type;
        (*to).misc_batch_info = (*from).misc_batch_info;
        (*to).reserved = (*from).reserved;
        frames((*from).frame_meta_list, copy);
        batch_users((*from).batch_user_meta_list, copy);
        copy
    }
}

/// Copies frames to the end of a batch.
///
/// # Safety
/// `list` is a list of frames, `to` is live.
pub(crate) unsafe fn frames(list: *mut GList, to: *mut Store) {
    // SAFETY: the caller's promise.
    unsafe {
        for source in walk::<NvDsFrameMeta>(list) {
            let copy = acquire(to);
            frame(source, copy);
            add_frame(to, copy);
        }
    }
}

/// Makes `to` a copy of the struct `from` but for its base; what `to` owned goes. Pointers to owned things are shared
/// until the caller replaces them, which it must do before anything else happens.
unsafe fn overwrite<T: Item>(from: *const T, to: *mut T) -> *mut Store {
    // SAFETY: both are live, `to` is an item of a pool.
    unsafe {
        let store = store_of(to);
        {
            let _locked = Store::lock(store);
            T::clean(to, store);
        }
        let base = to.cast::<NvDsBaseMeta>().read();
        ptr::copy(from, to, 1);
        to.cast::<NvDsBaseMeta>().write(base);
        store
    }
}

/// Gives a slot its own copy of the string in it.
unsafe fn own_text(store: *mut Store, slot: *mut *mut c_char) {
    // SAFETY: the slot holds NULL or a string of the source.
    unsafe {
        let text = ptr::replace(slot, ptr::null_mut());
        if !text.is_null() {
            Store::set_text(store, slot, CStr::from_ptr(text).to_bytes());
        }
    }
}

/// Makes an acquired frame a copy of another one.
///
/// # Safety
/// `from` is live and not `to`; `to` is an item of a pool.
pub(crate) unsafe fn frame(from: *const NvDsFrameMeta, to: *mut NvDsFrameMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        let store = overwrite(from, to);
        (*to).obj_meta_list = ptr::null_mut();
        (*to).display_meta_list = ptr::null_mut();
        (*to).frame_user_meta_list = ptr::null_mut();
        (*to).num_obj_meta = 0;
        let sensor = &raw mut (*to).sensorInfo_meta;
        own_text(store, (&raw mut (*sensor).uri).cast());
        own_text(store, (&raw mut (*sensor).sensor_id).cast());
        own_text(store, (&raw mut (*sensor).sensor_name).cast());
        objects((*from).obj_meta_list, to);
        displays((*from).display_meta_list, to);
        users((*from).frame_user_meta_list, store, &raw mut (*to).frame_user_meta_list, End::Front);
    }
}

/// Copies objects in front of a frame's. A parent among them becomes the copy's parent; one that is not is dropped.
///
/// # Safety
/// `list` is a list of objects, `to` an item of a pool.
pub(crate) unsafe fn objects(list: *mut GList, to: *mut NvDsFrameMeta) {
    // SAFETY: the caller's promise. The lock protects the scratch list of twins.
    unsafe {
        let store = store_of(to);
        let _locked = Store::lock(store);
        let twins = &raw mut (*store).twins;
        (*twins).clear();
        let mut children = false;
        for source in walk::<NvDsObjectMeta>(list) {
            let copy = acquire(store);
            object(source, copy);
            add_object(to, copy, ptr::null_mut());
            children |= !(*source).parent.is_null();
            (*twins).push((source, copy));
        }
        if children {
            (*twins).sort_unstable_by_key(|twin| twin.0);
            for (source, copy) in &*twins {
                let parent = (**source).parent.cast_const();
                if let Ok(at) = (*twins).binary_search_by_key(&parent, |twin| twin.0) {
                    (**copy).parent = (&*twins)[at].1;
                }
            }
        }
        (*twins).clear();
    }
}

/// Makes an acquired object a copy of another one, without a parent.
///
/// # Safety
/// As [`frame`].
pub(crate) unsafe fn object(from: *const NvDsObjectMeta, to: *mut NvDsObjectMeta) {
    // SAFETY: the caller's promise; a mask has `size` bytes.
    unsafe {
        let store = overwrite(from, to);
        (*to).parent = ptr::null_mut();
        (*to).classifier_meta_list = ptr::null_mut();
        (*to).obj_user_meta_list = ptr::null_mut();
        own_text(store, &raw mut (*to).text_params.display_text);
        own_mask(store, &raw mut (*to).mask_params);
        classifiers((*from).classifier_meta_list, to);
        users((*from).obj_user_meta_list, store, &raw mut (*to).obj_user_meta_list, End::Front);
    }
}

/// Gives mask parameters their own copy of the mask.
unsafe fn own_mask(store: *mut Store, mask: *mut NvOSD_MaskParams) {
    // SAFETY: `data` is NULL or holds `size` bytes of floats.
    unsafe {
        let data = ptr::replace(&raw mut (*mask).data, ptr::null_mut());
        if !data.is_null() {
            let values = std::slice::from_raw_parts(data, (*mask).size as usize / size_of::<f32>());
            Store::set_mask(store, &raw mut (*mask).data, values);
        }
    }
}

/// Copies classifier results in front of an object's.
///
/// # Safety
/// `list` is a list of classifier metas, `to` an item of a pool.
pub(crate) unsafe fn classifiers(list: *mut GList, to: *mut NvDsObjectMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        let store = store_of(to);
        for source in walk::<NvDsClassifierMeta>(list) {
            let copy = acquire(store);
            classifier(source, copy);
            attach(store, &raw mut (*to).classifier_meta_list, None, copy, End::Front);
        }
    }
}

/// Makes an acquired classifier meta a copy of another one. The type's name is shared.
///
/// # Safety
/// As [`frame`].
pub(crate) unsafe fn classifier(from: *const NvDsClassifierMeta, to: *mut NvDsClassifierMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        overwrite(from, to);
        (*to).label_info_list = ptr::null_mut();
        (*to).num_labels = 0;
        labels((*from).label_info_list, to);
    }
}

/// Copies labels in front of a classifier meta's.
///
/// # Safety
/// `list` is a list of labels, `to` an item of a pool.
pub(crate) unsafe fn labels(list: *mut GList, to: *mut NvDsClassifierMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        let store = store_of(to);
        for source in walk::<NvDsLabelInfo>(list) {
            let copy = acquire(store);
            label(source, copy);
            attach(store, &raw mut (*to).label_info_list, Some(&raw mut (*to).num_labels), copy, End::Front);
        }
    }
}

/// Makes an acquired label a copy of another one.
///
/// # Safety
/// As [`frame`].
pub(crate) unsafe fn label(from: *const NvDsLabelInfo, to: *mut NvDsLabelInfo) {
    // SAFETY: the caller's promise.
    unsafe {
        let store = overwrite(from, to);
        own_text(store, &raw mut (*to).pResult_label);
    }
}

/// Copies display metas in front of a frame's.
///
/// # Safety
/// `list` is a list of display metas, `to` an item of a pool.
pub(crate) unsafe fn displays(list: *mut GList, to: *mut NvDsFrameMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        let store = store_of(to);
        for source in walk::<NvDsDisplayMeta>(list) {
            let copy = acquire(store);
            display(source, copy);
            attach(store, &raw mut (*to).display_meta_list, None, copy, End::Front);
        }
    }
}

/// Makes an acquired display meta a copy of another one. Font names are shared.
///
/// # Safety
/// As [`frame`].
pub(crate) unsafe fn display(from: *const NvDsDisplayMeta, to: *mut NvDsDisplayMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        let store = overwrite(from, to);
        let texts: *mut NvOSD_TextParams = (&raw mut (*to).text_params).cast();
        for index in 0..(*to).text_params.len() {
            own_text(store, &raw mut (*texts.add(index)).display_text);
        }
    }
}

/// Copies the user metadata that has a copy function into a list. What its function could not copy is left out, and that is
/// said: nobody downstream is made to look at user metadata without data.
///
/// # Safety
/// `list` is a list of user metas, `into` one of `store`.
pub(crate) unsafe fn users(list: *mut GList, store: *mut Store, into: *mut *mut GList, end: End) {
    // SAFETY: the caller's promise; a copy function takes the user meta and answers the new data.
    unsafe {
        for source in walk::<NvDsUserMeta>(list) {
            let Some(copy_func) = (*source).base_meta.copy_func else { continue };
            let data = copy_func(source.cast(), ptr::null_mut());
            if data.is_null() && !(*source).user_meta_data.is_null() {
                let kind = (*source).base_meta.meta_type;
                tracing::warn!("user metadata of type {kind} could not be copied: the copy goes without it");
                continue;
            }
            let copy: *mut NvDsUserMeta = acquire(store);
            let from = &raw const (*source).base_meta;
            (*copy).base_meta = NvDsBaseMeta { batch_meta: &raw mut (*store).batch, ..*from };
            (*copy).user_meta_data = data;
            attach(store, into, None, copy, end);
        }
    }
}

/// Copies user metadata to the end of a batch's.
///
/// # Safety
/// As [`users`].
pub(crate) unsafe fn batch_users(list: *mut GList, store: *mut Store) {
    // SAFETY: the caller's promise.
    unsafe { users(list, store, &raw mut (*store).batch.batch_user_meta_list, End::Back) }
}
