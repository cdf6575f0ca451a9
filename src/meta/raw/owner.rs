//! Whose memory a batch is, and how it is edited: directly if it is ours, through the maker's functions if not.

use super::foreign::{self, Functions};
use super::list::{End, walk};
use super::pool::{Item, Kind, is_ours};
use super::store::Store;
use super::{items, lock};
use crate::meta::ffi::batch::*;
use gst::glib::ffi::{GList, g_free, g_malloc};
use std::ffi::{c_char, c_void};
use std::ptr;

/// The maker of a batch.
#[derive(Clone, Copy)]
pub(crate) enum Owner {
    Ours(*mut Store),
    Other(*mut NvDsBatchMeta, &'static Functions),
}

/// What user metadata hangs on.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Batch(*mut NvDsBatchMeta),
    Frame(*mut NvDsFrameMeta),
    Object(*mut NvDsObjectMeta),
}

impl Place {
    /// The list, and the end new items go to.
    unsafe fn list(self) -> (*mut *mut GList, End) {
        // SAFETY: the place is live.
        unsafe {
            match self {
                Place::Batch(batch) => (&raw mut (*batch).batch_user_meta_list, End::Back),
                Place::Frame(frame) => (&raw mut (*frame).frame_user_meta_list, End::Front),
                Place::Object(object) => (&raw mut (*object).obj_user_meta_list, End::Front),
            }
        }
    }
}

/// In all functions pointers are live, items belong to the owner's batch, and new ones are on no list yet.
impl Owner {
    /// Whether a batch can be edited here.
    pub unsafe fn is_known(batch: *mut NvDsBatchMeta) -> bool {
        // SAFETY: see above.
        unsafe { is_ours(batch) || foreign::is_known(batch) }
    }

    /// The maker of a batch.
    pub unsafe fn of(batch: *mut NvDsBatchMeta) -> Self {
        // SAFETY: see above.
        unsafe {
            if is_ours(batch) {
                return Owner::Ours(Store::of(batch));
            }
            match foreign::functions(batch) {
                Some(functions) => Owner::Other(batch, functions),
                // Views to edit are given out for known batches only; to go on would destroy memory.
                None => std::process::abort(),
            }
        }
    }

    /// The maker of an item.
    pub unsafe fn of_item<T: Item>(item: *mut T) -> Self {
        // SAFETY: see above; an item starts with its base.
        unsafe { Self::of((*item.cast::<NvDsBaseMeta>()).batch_meta) }
    }

    pub unsafe fn acquire<T: Item>(self) -> *mut T {
        // SAFETY: see above; the kind says what the maker's function answers.
        unsafe {
            match self {
                Owner::Ours(store) => items::acquire(store),
                Owner::Other(batch, f) => match T::KIND {
                    Kind::Frame => (f.nvds_acquire_frame_meta_from_pool)(batch).cast(),
                    Kind::Object => (f.nvds_acquire_obj_meta_from_pool)(batch).cast(),
                    Kind::Classifier => (f.nvds_acquire_classifier_meta_from_pool)(batch).cast(),
                    Kind::Display => (f.nvds_acquire_display_meta_from_pool)(batch).cast(),
                    Kind::User => (f.nvds_acquire_user_meta_from_pool)(batch).cast(),
                    Kind::Label => (f.nvds_acquire_label_info_meta_from_pool)(batch).cast(),
                },
            }
        }
    }

    pub unsafe fn add_frame(self, frame: *mut NvDsFrameMeta) {
        // SAFETY: see above.
        unsafe {
            match self {
                Owner::Ours(store) => items::add_frame(store, frame),
                Owner::Other(batch, f) => (f.nvds_add_frame_meta_to_batch)(batch, frame),
            }
        }
    }

    pub unsafe fn remove_frame(self, frame: *mut NvDsFrameMeta) {
        // SAFETY: see above.
        unsafe {
            match self {
                Owner::Ours(store) => items::remove_frame(store, frame),
                Owner::Other(batch, f) => (f.nvds_remove_frame_meta_from_batch)(batch, frame),
            }
        }
    }

    pub unsafe fn add_object(
        self,
        frame: *mut NvDsFrameMeta,
        object: *mut NvDsObjectMeta,
        parent: *mut NvDsObjectMeta,
    ) {
        // SAFETY: see above.
        unsafe {
            match self {
                Owner::Ours(_) => items::add_object(frame, object, parent),
                Owner::Other(_, f) => (f.nvds_add_obj_meta_to_frame)(frame, object, parent),
            }
        }
    }

    pub unsafe fn remove_object(self, frame: *mut NvDsFrameMeta, object: *mut NvDsObjectMeta) {
        // SAFETY: see above.
        unsafe {
            match self {
                Owner::Ours(_) => items::remove_object(frame, object),
                Owner::Other(batch, f) => {
                    let _locked = lock::lock(batch);
                    items::orphan(frame, object);
                    (f.nvds_remove_obj_meta_from_frame)(frame, object);
                }
            }
        }
    }

    /// Removes the objects `keep` says no to.
    pub unsafe fn retain_objects(self, frame: *mut NvDsFrameMeta, mut keep: impl FnMut(*mut NvDsObjectMeta) -> bool) {
        // SAFETY: see above; the walk is one step ahead of the object that may go.
        unsafe {
            match self {
                Owner::Ours(_) => items::retain_objects(frame, keep),
                Owner::Other(batch, _) => {
                    let _locked = lock::lock(batch);
                    for object in walk((*frame).obj_meta_list) {
                        if !keep(object) {
                            self.remove_object(frame, object);
                        }
                    }
                }
            }
        }
    }

    pub unsafe fn add_display(self, frame: *mut NvDsFrameMeta, display: *mut NvDsDisplayMeta) {
        // SAFETY: see above.
        unsafe {
            match self {
                Owner::Ours(store) => {
                    items::attach(store, &raw mut (*frame).display_meta_list, None, display, End::Front);
                }
                Owner::Other(_, f) => (f.nvds_add_display_meta_to_frame)(frame, display),
            }
        }
    }

    pub unsafe fn add_classifier(self, object: *mut NvDsObjectMeta, classifier: *mut NvDsClassifierMeta) {
        // SAFETY: see above.
        unsafe {
            match self {
                Owner::Ours(store) => {
                    items::attach(store, &raw mut (*object).classifier_meta_list, None, classifier, End::Front);
                }
                Owner::Other(_, f) => (f.nvds_add_classifier_meta_to_object)(object, classifier),
            }
        }
    }

    pub unsafe fn add_label(self, classifier: *mut NvDsClassifierMeta, label: *mut NvDsLabelInfo) {
        // SAFETY: see above.
        unsafe {
            match self {
                Owner::Ours(store) => {
                    let counter = Some(&raw mut (*classifier).num_labels);
                    items::attach(store, &raw mut (*classifier).label_info_list, counter, label, End::Front);
                }
                Owner::Other(_, f) => (f.nvds_add_label_info_meta_to_classifier)(classifier, label),
            }
        }
    }

    pub unsafe fn add_user(self, place: Place, user: *mut NvDsUserMeta) {
        // SAFETY: see above.
        unsafe {
            match (self, place) {
                (Owner::Ours(store), place) => {
                    let (list, end) = place.list();
                    items::attach(store, list, None, user, end);
                }
                (Owner::Other(_, f), Place::Batch(batch)) => (f.nvds_add_user_meta_to_batch)(batch, user),
                (Owner::Other(_, f), Place::Frame(frame)) => (f.nvds_add_user_meta_to_frame)(frame, user),
                (Owner::Other(_, f), Place::Object(object)) => (f.nvds_add_user_meta_to_obj)(object, user),
            }
        }
    }

    pub unsafe fn remove_user(self, place: Place, user: *mut NvDsUserMeta) {
        // SAFETY: see above.
        unsafe {
            match (self, place) {
                (Owner::Ours(store), place) => items::remove(store, place.list().0, None, user),
                (Owner::Other(_, f), Place::Batch(batch)) => (f.nvds_remove_user_meta_from_batch)(batch, user),
                (Owner::Other(_, f), Place::Frame(frame)) => (f.nvds_remove_user_meta_from_frame)(frame, user),
                (Owner::Other(_, f), Place::Object(object)) => (f.nvds_remove_user_meta_from_object)(object, user),
            }
        }
    }

    /// Removes the user metadata of a place that `keep` says no to.
    pub unsafe fn retain_users(self, place: Place, mut keep: impl FnMut(*mut NvDsUserMeta) -> bool) {
        // SAFETY: see above; the walk is one step ahead of the item that may go.
        unsafe {
            for user in walk(*place.list().0) {
                if !keep(user) {
                    self.remove_user(place, user);
                }
            }
        }
    }

    /// Removes all frames and user metadata of the batch.
    pub unsafe fn clear(self) {
        // SAFETY: see above.
        unsafe {
            match self {
                Owner::Ours(store) => Store::clear(store),
                Owner::Other(batch, _) => {
                    let _locked = lock::lock(batch);
                    for frame in walk((*batch).frame_meta_list) {
                        self.remove_frame(frame);
                    }
                    self.retain_users(Place::Batch(batch), |_| false);
                }
            }
        }
    }

    /// Writes `text` (up to its first NUL) into a heap string of an item.
    pub unsafe fn set_text(self, slot: *mut *mut c_char, text: &str) {
        // SAFETY: see above.
        unsafe {
            match self {
                Owner::Ours(store) => Store::set_text(store, slot, text.as_bytes()),
                Owner::Other(..) => {
                    let text = text.split('\0').next().unwrap_or_default().as_bytes();
                    let block = refill(slot.cast(), text.as_ptr().cast(), text.len(), 1).cast::<u8>();
                    *block.add(text.len()) = 0;
                }
            }
        }
    }

    /// Makes a slot of an item a mask of these values.
    pub unsafe fn set_mask(self, slot: *mut *mut f32, values: &[f32]) {
        // SAFETY: see above.
        unsafe {
            match self {
                Owner::Ours(store) => Store::set_mask(store, slot, values),
                Owner::Other(..) => _ = refill(slot.cast(), values.as_ptr().cast(), size_of_val(values), 0),
            }
        }
    }
}

/// Puts a new heap block with a copy of `bytes` bytes, and room for `more`, in the place of the one in `slot`.
unsafe fn refill(slot: *mut *mut c_void, from: *const c_void, bytes: usize, more: usize) -> *mut c_void {
    // SAFETY: the slot's block is its owner's alone; g_malloc aborts rather than fail.
    unsafe {
        let block = g_malloc((bytes + more).max(1));
        ptr::copy_nonoverlapping(from.cast::<u8>(), block.cast::<u8>(), bytes);
        g_free(ptr::replace(slot, block));
        block
    }
}
