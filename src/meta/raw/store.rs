//! A batch as it lies in memory: the ABI struct first, everything of ours behind it.

use super::buffers::{Buffers, capacity};
use super::callbacks::{nvds_batch_meta_copy_func, nvds_batch_meta_release_func};
use super::clean;
use super::home::Home;
use super::list::{self, Links};
use super::lock::{Locked, lock};
use super::pool::{self, Chunk, Item, Kind};
use crate::meta::ffi::batch::*;
use crate::meta::ffi::values::NVDS_BATCH_META;
use gst::glib::ffi::{GList, g_rec_mutex_clear, g_rec_mutex_init};
use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::Arc;

/// What a `NvDsBatchMeta` made here really is. C code sees `batch` only, and the pools through its pointers.
#[repr(C)]
pub(crate) struct Store {
    pub batch: NvDsBatchMeta,
    pub(super) pools: [NvDsMetaPool; Kind::COUNT],
    /// The memory of the pools' items.
    pub(super) chunks: Vec<Chunk>,
    /// Spare list nodes.
    pub(super) links: Links,
    /// Spare texts and other strings.
    pub(super) texts: Buffers,
    /// Spare masks.
    pub(super) masks: Buffers,
    /// Scratch of a copy: (original object, its copy).
    pub(super) twins: Vec<(*const NvDsObjectMeta, *mut NvDsObjectMeta)>,
    /// Where the batch goes when it is released; `None` frees it.
    pub(super) home: Option<Arc<Home>>,
}

/// Texts and masks kept per batch at most; beyond it they are freed.
const SPARE_TEXTS: usize = 8192;
const SPARE_MASKS: usize = 1024;

impl Store {
    /// A batch for `max_frames` frames with filled pools.
    pub fn create(max_frames: u32) -> *mut Store {
        let store = Box::into_raw(Box::new(Store {
            // SAFETY: zero is a valid value of the raw struct: numbers, null pointers, an unused mutex.
            batch: unsafe { std::mem::zeroed() },
            // SAFETY: as above.
            pools: unsafe { std::mem::zeroed() },
            chunks: Vec::new(),
            links: Links::new(),
            texts: Buffers::new(SPARE_TEXTS),
            masks: Buffers::new(SPARE_MASKS),
            twins: Vec::new(),
            home: None,
        }));
        // SAFETY: `store` is live and nobody else knows it.
        unsafe {
            g_rec_mutex_init(&raw mut (*store).batch.meta_mutex);
            for kind in Kind::ALL {
                pool::fill(store, kind, max_frames);
            }
            let pool = move |kind: Kind| pool::pool_of(store, kind);
            let batch = &raw mut (*store).batch;
            (*batch).max_frames_in_batch = max_frames;
            (*batch).frame_meta_pool = pool(Kind::Frame);
            (*batch).obj_meta_pool = pool(Kind::Object);
            (*batch).classifier_meta_pool = pool(Kind::Classifier);
            (*batch).display_meta_pool = pool(Kind::Display);
            (*batch).user_meta_pool = pool(Kind::User);
            (*batch).label_info_meta_pool = pool(Kind::Label);
            Self::set_base(store);
        }
        store
    }

    /// The store a batch is the head of.
    pub fn of(batch: *mut NvDsBatchMeta) -> *mut Store {
        batch.cast()
    }

    /// Takes the lock.
    ///
    /// # Safety
    /// `store` is live and outlives the guard.
    pub unsafe fn lock(store: *mut Store) -> Locked {
        // SAFETY: the caller's promise.
        unsafe { lock(&raw mut (*store).batch) }
    }

    /// Gives every item back to its pool, attached or only acquired, and forgets what the user wrote into the batch.
    ///
    /// # Safety
    /// `store` is live; nobody uses its items.
    pub unsafe fn clear(store: *mut Store) {
        // SAFETY: the caller's promise; the lock is held while lists change.
        unsafe {
            let _locked = Self::lock(store);
            let batch = &raw mut (*store).batch;
            clean::list::<NvDsFrameMeta>(store, &raw mut (*batch).frame_meta_list);
            clean::list::<NvDsUserMeta>(store, &raw mut (*batch).batch_user_meta_list);
            // What was acquired and never attached; parents before children, as releasing them releases these.
            Self::release_all::<NvDsFrameMeta>(store);
            Self::release_all::<NvDsDisplayMeta>(store);
            Self::release_all::<NvDsObjectMeta>(store);
            Self::release_all::<NvDsClassifierMeta>(store);
            Self::release_all::<NvDsLabelInfo>(store);
            Self::release_all::<NvDsUserMeta>(store);
            (*batch).num_frames_in_batch = 0;
            (*batch).misc_batch_info = [0; 4];
            (*batch).reserved = [0; 4];
            Self::set_base(store);
        }
    }

    /// Frees the batch with all it holds. `false`, and everything leaks, if a pool's lists do not add up: some code has
    /// broken them, and following them would do worse.
    ///
    /// # Safety
    /// `store` is live and nobody uses it any more.
    pub unsafe fn destroy(store: *mut Store) -> bool {
        // SAFETY: the caller's promise.
        unsafe {
            if !(*store).pools.iter().all(|pool| pool::adds_up(pool)) {
                tracing::error!("a metadata pool is damaged, its batch is not freed");
                return false;
            }
            Self::clear(store);
            let mut store = Box::from_raw(store);
            for pool in &store.pools {
                gst::glib::ffi::g_list_free(pool.empty_list);
            }
            g_rec_mutex_clear(&mut store.batch.meta_mutex);
        }
        true
    }

    /// Puts a list node that holds `data` into `*list`, in front or behind.
    ///
    /// # Safety
    /// The lock is held, `list` is a valid list of the batch's items.
    pub unsafe fn insert(store: *mut Store, list: *mut *mut GList, data: *mut c_void, end: list::End) {
        // SAFETY: the caller's promise.
        unsafe {
            let node = (*store).links.take(data);
            match end {
                list::End::Front => list::push_front(list, node),
                list::End::Back => list::push_back(list, node),
            }
        }
    }

    /// Takes `data` out of `*list`; `false` if it is not there.
    ///
    /// # Safety
    /// As [`Store::insert`].
    pub unsafe fn remove(store: *mut Store, list: *mut *mut GList, data: *const c_void) -> bool {
        // SAFETY: the caller's promise.
        unsafe {
            let node = list::find(*list, data);
            if node.is_null() {
                return false;
            }
            list::unlink(list, node);
            (*store).links.give(node);
        }
        true
    }

    /// Writes `text` (up to its first NUL) into a heap string of the ABI, in place where it fits.
    ///
    /// # Safety
    /// `*slot` is NULL or a `g_malloc` string that only this slot refers to and `text` does not lie in; `store` is live.
    pub unsafe fn set_text(store: *mut Store, slot: *mut *mut c_char, text: &[u8]) {
        let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
        // SAFETY: the caller's promise; the block holds the text and its terminator.
        unsafe {
            if (*slot).is_null() || capacity((*slot).cast()) <= text.len() {
                let _locked = Self::lock(store);
                (*store).texts.give((*slot).cast());
                *slot = (*store).texts.take(text.len() + 1).cast();
            }
            ptr::copy_nonoverlapping(text.as_ptr(), (*slot).cast(), text.len());
            *(*slot).add(text.len()) = 0;
        }
    }

    /// Makes `*slot` a mask of `values.len()` floats.
    ///
    /// # Safety
    /// As [`Store::set_text`].
    pub unsafe fn set_mask(store: *mut Store, slot: *mut *mut f32, values: &[f32]) {
        let bytes = size_of_val(values);
        // SAFETY: the caller's promise; the block holds the values.
        unsafe {
            if (*slot).is_null() || capacity((*slot).cast()) < bytes {
                let _locked = Self::lock(store);
                (*store).masks.give((*slot).cast());
                *slot = (*store).masks.take(bytes).cast();
            }
            ptr::copy_nonoverlapping(values.as_ptr(), *slot, values.len());
        }
    }

    unsafe fn release_all<T: Item>(store: *mut Store) {
        // SAFETY: nodes of a full list hold items of this store; each release takes the head away.
        unsafe {
            let pool = &raw const (*store).pools[T::KIND as usize];
            while !(*pool).full_list.is_null() {
                clean::release::<T>((*(*pool).full_list).data.cast());
            }
        }
    }

    unsafe fn set_base(store: *mut Store) {
        // SAFETY: `store` is live.
        unsafe {
            let batch = &raw mut (*store).batch;
            (*batch).base_meta = NvDsBaseMeta {
                batch_meta: batch,
                meta_type: NVDS_BATCH_META,
                uContext: ptr::null_mut(),
                copy_func: Some(nvds_batch_meta_copy_func),
                release_func: Some(nvds_batch_meta_release_func),
            };
        }
    }
}
