//! How items go: callbacks first, then what they own, then their children, then the item to its pool.

use super::buffers::Buffers;
use super::list::{self as glist};
use super::pool::{self, Item, Kind};
use super::store::Store;
use crate::meta::ffi::batch::*;
use crate::meta::ffi::osd::NvOSD_TextParams;
use gst::glib::ffi::GList;
use std::ffi::{c_char, c_void};
use std::ptr;

/// Releases an item that is on no child list any more: its `release_func`, its own strings and children, its place.
/// An item that is free already is left alone.
///
/// # Safety
/// `item` is one of a pool; its store is locked.
pub(crate) unsafe fn release<T: Item>(item: *mut T) {
    // SAFETY: the caller's promise. The callback gets the item itself, user items too.
    unsafe {
        let store = pool::store_of(item);
        if !pool::retire(item) {
            tracing::warn!("a metadata item was released twice");
            return;
        }
        let callback = (*item.cast::<NvDsBaseMeta>()).release_func;
        let own = (*pool::pool_of(store, T::KIND)).release_func;
        if let Some(callback) = callback {
            // Ours would only do what follows; C code may have put its own in its place.
            if own.is_none_or(|own| !ptr::fn_addr_eq(own, callback)) {
                callback(item.cast(), ptr::null_mut());
            }
        }
        T::clean(item, store);
        pool::put_back(item);
    }
}

/// Releases all items of a child list and leaves it NULL; answers how many there were. Nodes go to `owner`'s spares.
///
/// # Safety
/// `list` is a list of items of `T`, `owner` is locked.
pub(crate) unsafe fn list<T: Item>(owner: *mut Store, list: *mut *mut GList) -> u32 {
    let mut count = 0;
    // SAFETY: the caller's promise. The node leaves the list before its item goes, so a callback sees a valid list.
    unsafe {
        while !(*list).is_null() {
            let node = *list;
            let item: *mut T = (*node).data.cast();
            glist::unlink(list, node);
            (*owner).links.give(node);
            if !item.is_null() {
                let _locked = Store::lock(pool::store_of(item));
                release(item);
                count += 1;
            }
        }
    }
    count
}

/// Keeps a heap string for the next text.
///
/// # Safety
/// `*slot` is NULL or a `g_malloc` string nobody else refers to.
unsafe fn drop_text(store: *mut Store, slot: *mut *mut c_char) {
    // SAFETY: the caller's promise.
    unsafe { keep(&raw mut (*store).texts, slot.cast()) }
}

unsafe fn keep(spares: *mut Buffers, slot: *mut *mut c_void) {
    // SAFETY: as `drop_text`; the store is locked, so the spares are ours alone.
    unsafe { (*spares).give(ptr::replace(slot, ptr::null_mut())) }
}

// SAFETY: repr(C), NvDsBaseMeta first, raw types only; so are the five below.
unsafe impl Item for NvDsFrameMeta {
    const KIND: Kind = Kind::Frame;

    unsafe fn clean(item: *mut Self, store: *mut Store) {
        // SAFETY: the caller's promise; the strings are heap ones by the rules of the ABI.
        unsafe {
            list::<NvDsObjectMeta>(store, &raw mut (*item).obj_meta_list);
            list::<NvDsDisplayMeta>(store, &raw mut (*item).display_meta_list);
            list::<NvDsUserMeta>(store, &raw mut (*item).frame_user_meta_list);
            (*item).num_obj_meta = 0;
            let sensor = &raw mut (*item).sensorInfo_meta;
            drop_text(store, (&raw mut (*sensor).uri).cast());
            drop_text(store, (&raw mut (*sensor).sensor_id).cast());
            drop_text(store, (&raw mut (*sensor).sensor_name).cast());
        }
    }
}

// SAFETY: see above.
unsafe impl Item for NvDsObjectMeta {
    const KIND: Kind = Kind::Object;

    unsafe fn clean(item: *mut Self, store: *mut Store) {
        // SAFETY: the caller's promise.
        unsafe {
            list::<NvDsClassifierMeta>(store, &raw mut (*item).classifier_meta_list);
            list::<NvDsUserMeta>(store, &raw mut (*item).obj_user_meta_list);
            drop_text(store, &raw mut (*item).text_params.display_text);
            keep(&raw mut (*store).masks, (&raw mut (*item).mask_params.data).cast());
        }
    }
}

// SAFETY: see above.
unsafe impl Item for NvDsClassifierMeta {
    const KIND: Kind = Kind::Classifier;

    unsafe fn clean(item: *mut Self, store: *mut Store) {
        // SAFETY: the caller's promise. classifier_type is shared text and not ours to free.
        unsafe {
            list::<NvDsLabelInfo>(store, &raw mut (*item).label_info_list);
            (*item).num_labels = 0;
        }
    }
}

// SAFETY: see above.
unsafe impl Item for NvDsLabelInfo {
    const KIND: Kind = Kind::Label;

    unsafe fn clean(item: *mut Self, store: *mut Store) {
        // SAFETY: the caller's promise.
        unsafe { drop_text(store, &raw mut (*item).pResult_label) }
    }
}

// SAFETY: see above.
unsafe impl Item for NvDsDisplayMeta {
    const KIND: Kind = Kind::Display;

    unsafe fn clean(item: *mut Self, store: *mut Store) {
        // SAFETY: the caller's promise. All 16 are looked at: C code may lower num_labels without freeing.
        unsafe {
            let texts: *mut NvOSD_TextParams = (&raw mut (*item).text_params).cast();
            for index in 0..(*item).text_params.len() {
                drop_text(store, &raw mut (*texts.add(index)).display_text);
            }
        }
    }
}

// SAFETY: see above.
unsafe impl Item for NvDsUserMeta {
    const KIND: Kind = Kind::User;

    /// The data belongs to the release callback, which has run.
    unsafe fn clean(_item: *mut Self, _store: *mut Store) {}
}
