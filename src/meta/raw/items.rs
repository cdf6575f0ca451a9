//! Acquiring, attaching and removing items: what the C functions and the views share.
//!
//! Order as in DeepStream: frames and user metadata of a batch are appended, everything else is put in front.

use super::clean;
use super::list::{End, find, push_front, unlink, walk};
use super::pool::{self, Item, erase, store_of};
use super::store::Store;
use crate::meta::ffi::batch::*;
use gst::glib::ffi::GList;
use std::ptr;

/// Takes an item of a batch's pool.
///
/// # Safety
/// `store` is live.
pub(crate) unsafe fn acquire<T: Item>(store: *mut Store) -> *mut T {
    // SAFETY: the caller's promise.
    unsafe {
        let _locked = Store::lock(store);
        pool::acquire(store)
    }
}

/// Puts an acquired item into a list of an owner; `counter` counts the list.
///
/// # Safety
/// `owner` is the store of the list's owner; the list holds items of `T`; `item` is acquired and on no list.
pub(crate) unsafe fn attach<T: Item>(
    owner: *mut Store,
    list: *mut *mut GList,
    counter: Option<*mut u32>,
    item: *mut T,
    end: End,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let _locked = Store::lock(owner);
        Store::insert(owner, list, erase(item), end);
        if let Some(counter) = counter {
            *counter = (*counter).wrapping_add(1);
        }
    }
}

/// Takes an item out of a list and gives it back to its pool. An item that was acquired and is not on the list is only
/// given back; a free one is left alone.
///
/// # Safety
/// As [`attach`], but `item` may be anywhere.
pub(crate) unsafe fn remove<T: Item>(
    owner: *mut Store,
    list: *mut *mut GList,
    counter: Option<*mut u32>,
    item: *mut T,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let _locked = Store::lock(owner);
        if Store::remove(owner, list, erase(item))
            && let Some(counter) = counter
        {
            *counter = (*counter).saturating_sub(1);
        }
        let _its_lock = Store::lock(store_of(item));
        clean::release(item);
    }
}

/// Appends a frame to its batch.
///
/// # Safety
/// Both are live, the frame is on no list.
pub(crate) unsafe fn add_frame(store: *mut Store, frame: *mut NvDsFrameMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        let batch = &raw mut (*store).batch;
        let counter = Some(&raw mut (*batch).num_frames_in_batch);
        attach(store, &raw mut (*batch).frame_meta_list, counter, frame, End::Back);
    }
}

/// Removes a frame from its batch with everything on it.
///
/// # Safety
/// Both are live.
pub(crate) unsafe fn remove_frame(store: *mut Store, frame: *mut NvDsFrameMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        let batch = &raw mut (*store).batch;
        let counter = Some(&raw mut (*batch).num_frames_in_batch);
        remove(store, &raw mut (*batch).frame_meta_list, counter, frame);
    }
}

/// Puts an object in front of a frame's objects.
///
/// # Safety
/// All are live, the object is on no list, `parent` is NULL or an object of the frame.
pub(crate) unsafe fn add_object(frame: *mut NvDsFrameMeta, object: *mut NvDsObjectMeta, parent: *mut NvDsObjectMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        (*object).parent = parent;
        let counter = Some(&raw mut (*frame).num_obj_meta);
        attach(store_of(frame), &raw mut (*frame).obj_meta_list, counter, object, End::Front);
    }
}

/// Removes an object from a frame. Its children stay, without a parent.
///
/// # Safety
/// Both are live.
pub(crate) unsafe fn remove_object(frame: *mut NvDsFrameMeta, object: *mut NvDsObjectMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        let _locked = Store::lock(store_of(frame));
        orphan(frame, object);
        let counter = Some(&raw mut (*frame).num_obj_meta);
        remove(store_of(frame), &raw mut (*frame).obj_meta_list, counter, object);
    }
}

/// Takes their parent from the children of an object.
///
/// # Safety
/// The frame is live and locked.
pub(super) unsafe fn orphan(frame: *mut NvDsFrameMeta, parent: *const NvDsObjectMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        for object in walk::<NvDsObjectMeta>((*frame).obj_meta_list) {
            if ptr::eq((*object).parent, parent) {
                (*object).parent = ptr::null_mut();
            }
        }
    }
}

/// Removes the objects `keep` says no to, in one walk. Children of removed ones stay, without a parent.
///
/// # Safety
/// The frame is live; `keep` edits no list of the frame.
pub(crate) unsafe fn retain_objects(frame: *mut NvDsFrameMeta, mut keep: impl FnMut(*mut NvDsObjectMeta) -> bool) {
    // SAFETY: the caller's promise. Removed nodes are gathered on a list of their own, so that nothing is reused while
    // children still point to it, and so that a panic in `keep` leaves whole lists behind.
    unsafe {
        let _locked = Store::lock(store_of(frame));
        let mut gone = Gone { frame, list: ptr::null_mut() };
        let mut node = (*frame).obj_meta_list;
        while !node.is_null() {
            let GList { data, next, .. } = *node;
            if data.is_null() || !keep(data.cast()) {
                unlink(&raw mut (*frame).obj_meta_list, node);
                push_front(&mut gone.list, node);
                (*frame).num_obj_meta = (*frame).num_obj_meta.saturating_sub(1);
            }
            node = next;
        }
    }
}

/// Objects taken off a frame and not yet released.
struct Gone {
    frame: *mut NvDsFrameMeta,
    list: *mut GList,
}

impl Drop for Gone {
    fn drop(&mut self) {
        if self.list.is_null() {
            return;
        }
        // SAFETY: the list holds objects that were the frame's; `retain_objects` holds the lock.
        unsafe {
            for object in walk::<NvDsObjectMeta>((*self.frame).obj_meta_list) {
                if !(*object).parent.is_null() && !find(self.list, (*object).parent.cast()).is_null() {
                    (*object).parent = ptr::null_mut();
                }
            }
            clean::list::<NvDsObjectMeta>(store_of(self.frame), &mut self.list);
        }
    }
}
