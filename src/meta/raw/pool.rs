//! The six pools of a batch: what an item is, where its memory comes from, how it goes out and comes back.

use super::callbacks;
use super::list::{push_front, unlink};
use super::store::Store;
use crate::meta::ffi::batch::*;
use crate::meta::ffi::values::*;
use crate::meta::ffi::{NvDsMetaCopyFunc, NvDsMetaReleaseFunc};
use gst::glib::ffi::{GList, g_list_alloc};
use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ffi::c_void;
use std::ptr;

/// The kinds of items, in the order of [`Store::pools`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Kind {
    Frame,
    Object,
    Classifier,
    Display,
    User,
    Label,
}

impl Kind {
    pub const COUNT: usize = 6;
    pub const ALL: [Kind; Self::COUNT] =
        [Kind::Frame, Kind::Object, Kind::Classifier, Kind::Display, Kind::User, Kind::Label];

    /// `NvDsMetaType` of the kind.
    const fn meta_type(self) -> i32 {
        match self {
            Kind::Frame => NVDS_FRAME_META,
            Kind::Object => NVDS_OBJ_META,
            Kind::Classifier => NVDS_CLASSIFIER_META,
            Kind::Display => NVDS_DISPLAY_META,
            Kind::User => NVDS_USER_META,
            Kind::Label => NVDS_LABEL_INFO_META,
        }
    }

    /// Bytes of the ABI struct.
    const fn size(self) -> usize {
        match self {
            Kind::Frame => size_of::<NvDsFrameMeta>(),
            Kind::Object => size_of::<NvDsObjectMeta>(),
            Kind::Classifier => size_of::<NvDsClassifierMeta>(),
            Kind::Display => size_of::<NvDsDisplayMeta>(),
            Kind::User => size_of::<NvDsUserMeta>(),
            Kind::Label => size_of::<NvDsLabelInfo>(),
        }
    }

    /// How many items a new batch of `max_frames` has.
    const fn initial(self, max_frames: u32) -> u32 {
        match self {
            Kind::Frame => max_frames,
            Kind::Object | Kind::Classifier | Kind::Label => max_frames.saturating_mul(8),
            Kind::Display | Kind::User => 8,
        }
    }

    /// The callbacks every item of the kind starts with; user items have none.
    fn callbacks(self) -> (NvDsMetaCopyFunc, NvDsMetaReleaseFunc) {
        match self {
            Kind::Frame => (Some(callbacks::frame_copy), Some(callbacks::frame_release)),
            Kind::Object => (Some(callbacks::object_copy), Some(callbacks::object_release)),
            Kind::Classifier => (Some(callbacks::classifier_copy), Some(callbacks::classifier_release)),
            Kind::Display => (Some(callbacks::display_copy), Some(callbacks::display_release)),
            Kind::Label => (Some(callbacks::label_copy), Some(callbacks::label_release)),
            Kind::User => (None, None),
        }
    }
}

/// An ABI struct that lives in a pool.
///
/// # Safety
/// `Self` is `repr(C)`, starts with an `NvDsBaseMeta`, is as large as `KIND.size()`, and all zeros are valid.
pub(crate) unsafe trait Item: Sized {
    const KIND: Kind;

    /// Frees what the item owns and releases its children; harmless when done twice.
    ///
    /// # Safety
    /// The item is one of a pool and in use, the lock is held.
    unsafe fn clean(item: *mut Self, store: *mut Store);
}

/// What stands behind each item's ABI struct.
pub(super) struct Tail {
    store: *mut Store,
    /// The item's node in its pool's lists.
    link: *mut GList,
    /// Whether the node is in the full list.
    used: bool,
}

/// Memory of some items of one kind.
pub(super) struct Chunk {
    start: *mut u8,
    layout: Layout,
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // SAFETY: allocated by `grow` with this layout.
        unsafe { dealloc(self.start, self.layout) };
    }
}

/// The tail of an item.
///
/// # Safety
/// `item` is one of a pool of this file.
unsafe fn tail<T: Item>(item: *mut T) -> *mut Tail {
    const { assert!(size_of::<T>() == T::KIND.size() && size_of::<T>().is_multiple_of(align_of::<Tail>())) };
    // SAFETY: the caller's promise; the tail follows the struct.
    unsafe { item.add(1).cast() }
}

/// The store an item belongs to, whatever C code wrote into its base.
///
/// # Safety
/// `item` is one of a pool.
pub(crate) unsafe fn store_of<T: Item>(item: *mut T) -> *mut Store {
    // SAFETY: the caller's promise.
    unsafe { (*tail(item)).store }
}

/// Whether this copy of this library made a batch, so that there are a store around it and tails behind its items.
///
/// # Safety
/// `batch` is live.
pub(crate) unsafe fn is_ours(batch: *const NvDsBatchMeta) -> bool {
    let pools = batch.wrapping_byte_add(std::mem::offset_of!(Store, pools)).cast::<NvDsMetaPool>();
    let ours: NvDsMetaReleaseFunc = Kind::Frame.callbacks().1;
    // SAFETY: the caller's promise. Where pool and batch are one allocation of ours, the pool's function tells whether it
    // is this copy's.
    unsafe {
        let pool = (*batch).frame_meta_pool;
        ptr::addr_eq(pool, pools)
            && (*pool).release_func.zip(ours).is_some_and(|(theirs, ours)| ptr::fn_addr_eq(theirs, ours))
    }
}

/// Makes the first items of a pool.
///
/// # Safety
/// `store` is live; the pool is still empty.
pub(super) unsafe fn fill(store: *mut Store, kind: Kind, max_frames: u32) {
    // SAFETY: the caller's promise.
    unsafe {
        let pool = &raw mut (*store).pools[kind as usize];
        (*pool).meta_type = kind.meta_type();
        (*pool).element_size = kind.size() as u32;
        ((*pool).copy_func, (*pool).release_func) = kind.callbacks();
        grow(store, kind, kind.initial(max_frames));
    }
}

/// Adds `count` free items.
unsafe fn grow(store: *mut Store, kind: Kind, count: u32) {
    if count == 0 {
        return;
    }
    let stride = kind.size() + size_of::<Tail>();
    let Ok(layout) = Layout::from_size_align(stride.saturating_mul(count as usize), align_of::<Tail>()) else {
        return;
    };
    // SAFETY: the layout is not empty; items lie `stride` apart inside the block, each with its tail.
    unsafe {
        let start = alloc_zeroed(layout);
        if start.is_null() {
            handle_alloc_error(layout);
        }
        (*store).chunks.push(Chunk { start, layout });
        let pool = &raw mut (*store).pools[kind as usize];
        // Backwards, so that the first one acquired is the first in memory.
        for index in (0..count as usize).rev() {
            let item = start.add(index * stride);
            let link = g_list_alloc();
            (*link).data = item.cast();
            item.add(kind.size()).cast::<Tail>().write(Tail { store, link, used: false });
            push_front(&raw mut (*pool).empty_list, link);
        }
        (*pool).max_elements_in_pool += count;
        (*pool).num_empty_elements += count;
    }
}

/// Takes a zeroed item out of its pool, which grows when it is empty.
///
/// # Safety
/// `store` is live and locked.
pub(crate) unsafe fn acquire<T: Item>(store: *mut Store) -> *mut T {
    // SAFETY: the caller's promise; nodes of the empty list hold free items.
    unsafe {
        let pool = &raw mut (*store).pools[T::KIND as usize];
        if (*pool).empty_list.is_null() {
            let current = (*pool).max_elements_in_pool;
            grow(store, T::KIND, current.saturating_mul(2).clamp(1, 128));
        }
        let link = (*pool).empty_list;
        let item: *mut T = (*link).data.cast();
        unlink(&raw mut (*pool).empty_list, link);
        push_front(&raw mut (*pool).full_list, link);
        (*pool).num_empty_elements -= 1;
        (*pool).num_full_elements += 1;
        (*tail(item)).used = true;
        ptr::write_bytes(item, 0, 1);
        let (copy_func, release_func) = ((*pool).copy_func, (*pool).release_func);
        item.cast::<NvDsBaseMeta>().write(NvDsBaseMeta {
            batch_meta: &raw mut (*store).batch,
            meta_type: T::KIND.meta_type(),
            uContext: ptr::null_mut(),
            copy_func,
            release_func,
        });
        item
    }
}

/// Marks an item as free; `false` if it was.
///
/// # Safety
/// `item` is one of a pool, its store is locked.
pub(super) unsafe fn retire<T: Item>(item: *mut T) -> bool {
    // SAFETY: the caller's promise.
    unsafe { std::mem::replace(&mut (*tail(item)).used, false) }
}

/// Puts a retired item back. Everything but its base is zeroed.
///
/// # Safety
/// `item` was just retired and owns nothing any more; its store is locked.
pub(super) unsafe fn put_back<T: Item>(item: *mut T) {
    // SAFETY: the caller's promise; the node of an item not yet put back is in the full list.
    unsafe {
        let Tail { store, link, .. } = *tail(item);
        let pool = &raw mut (*store).pools[T::KIND as usize];
        let base = size_of::<NvDsBaseMeta>();
        ptr::write_bytes(item.cast::<u8>().add(base), 0, size_of::<T>() - base);
        (*item.cast::<NvDsBaseMeta>()).uContext = ptr::null_mut();
        unlink(&raw mut (*pool).full_list, link);
        push_front(&raw mut (*pool).empty_list, link);
        (*pool).num_full_elements -= 1;
        (*pool).num_empty_elements += 1;
    }
}

/// Whether the lists of a pool are as long as its counters say.
///
/// # Safety
/// The lists can be walked.
pub(super) unsafe fn adds_up(pool: &NvDsMetaPool) -> bool {
    // SAFETY: the caller's promise.
    let (empty, full) = unsafe { (length(pool.empty_list), length(pool.full_list)) };
    empty == pool.num_empty_elements
        && full == pool.num_full_elements
        && empty.checked_add(full) == Some(pool.max_elements_in_pool)
}

unsafe fn length(list: *mut GList) -> u32 {
    // SAFETY: as `adds_up`.
    unsafe { gst::glib::ffi::g_list_length(list) }
}

/// The pool of `kind`, for callers that look at its counters.
///
/// # Safety
/// `store` is live.
pub(crate) unsafe fn pool_of(store: *mut Store, kind: Kind) -> *mut NvDsMetaPool {
    // SAFETY: the caller's promise.
    unsafe { &raw mut (*store).pools[kind as usize] }
}

/// Erased pointer of an item, for lists and callbacks.
pub(crate) fn erase<T: Item>(item: *mut T) -> *mut c_void {
    item.cast()
}
