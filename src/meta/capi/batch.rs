//! Batches: create, copy, destroy, lock, look into.

use crate::meta::ffi::batch::*;
use crate::meta::guard::guard;
use crate::meta::raw::list::walk;
use crate::meta::raw::{home, store::Store};
use gst::glib::ffi::{GFALSE, GList, g_list_nth_data, g_rec_mutex_lock, g_rec_mutex_unlock, gboolean};
use std::io::Write;
use std::ptr;

/// A new batch with its six pools, for up to `max_batch_size` frames.
#[unsafe(no_mangle)]
pub extern "C" fn nvds_create_batch_meta(max_batch_size: u32) -> *mut NvDsBatchMeta {
    guard("creating a batch", ptr::null_mut(), || Store::create(max_batch_size).cast())
}

/// Frees a batch with all it holds. FALSE, and it leaks, if the lists of a pool do not add up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_destroy_batch_meta(batch_meta: *mut NvDsBatchMeta) -> gboolean {
    if batch_meta.is_null() {
        return GFALSE;
    }
    // SAFETY: the caller passes a batch nobody uses any more.
    guard("destroying a batch", GFALSE, || i32::from(unsafe { home::release(Store::of(batch_meta)) }))
}

/// Takes the lock of a batch; the thread that has it may take it again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_acquire_meta_lock(batch_meta: *mut NvDsBatchMeta) {
    if !batch_meta.is_null() {
        // SAFETY: the caller passes a batch, whose mutex is initialised.
        unsafe { g_rec_mutex_lock(&raw mut (*batch_meta).meta_mutex) };
    }
}

/// Gives the lock of a batch back, once for each time it was taken.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_release_meta_lock(batch_meta: *mut NvDsBatchMeta) {
    if !batch_meta.is_null() {
        // SAFETY: the caller passes a batch it has locked.
        unsafe { g_rec_mutex_unlock(&raw mut (*batch_meta).meta_mutex) };
    }
}

/// The frame at `index` of a list, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_get_nth_frame_meta(frame_meta_list: *mut GList, index: u32) -> *mut NvDsFrameMeta {
    // SAFETY: the caller passes a list; NULL is the empty one.
    unsafe { g_list_nth_data(frame_meta_list, index).cast() }
}

/// Prints what a batch holds to stdout, for debugging.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvds_get_current_metadata_info(batch_meta: *mut NvDsBatchMeta) -> gboolean {
    if batch_meta.is_null() {
        return GFALSE;
    }
    guard("printing metadata", GFALSE, || {
        // SAFETY: the caller passes a batch.
        let text = unsafe { describe(batch_meta) };
        i32::from(std::io::stdout().lock().write_all(text.as_bytes()).is_ok())
    })
}

/// One line for the batch, one for each pool and frame.
unsafe fn describe(batch_meta: *mut NvDsBatchMeta) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    // SAFETY: the caller's promise; the lists cannot change while the lock is held.
    unsafe {
        let _locked = Store::lock(Store::of(batch_meta));
        let batch = &raw const *batch_meta;
        let (frames, max) = ((*batch).num_frames_in_batch, (*batch).max_frames_in_batch);
        let _ = writeln!(text, "batch: {frames} of {max} frames");
        for (name, pool) in [
            ("frame", (*batch).frame_meta_pool),
            ("object", (*batch).obj_meta_pool),
            ("classifier", (*batch).classifier_meta_pool),
            ("display", (*batch).display_meta_pool),
            ("user", (*batch).user_meta_pool),
            ("label", (*batch).label_info_meta_pool),
        ] {
            let (used, all) = ((*pool).num_full_elements, (*pool).max_elements_in_pool);
            let _ = writeln!(text, "{name} pool: {used} of {all} in use");
        }
        for frame in walk::<NvDsFrameMeta>((*batch).frame_meta_list) {
            let (source, number, objects) = ((*frame).source_id, (*frame).frame_num, (*frame).num_obj_meta);
            let _ = writeln!(text, "source {source} frame {number}: {objects} objects");
        }
    }
    text
}
