//! Heap blocks kept for the next text or mask, so that a steady stream allocates none.
//!
//! The ABI wants strings and masks that `g_free` can free, one block each. A released block is not freed but chained
//! through its own first bytes; its capacity is what the allocator says, so blocks that C code made are as good as ours.

use gst::glib::ffi::{g_free, g_malloc};
use std::ffi::c_void;
use std::ptr;

/// A stack of free blocks.
pub(crate) struct Buffers {
    head: *mut Free,
    count: usize,
    limit: usize,
}

/// A free block; the rest of it is unused.
#[repr(C)]
struct Free {
    next: *mut Free,
}

/// Blocks looked at before a new one is made: what fits is nearly always the first.
const LOOK: usize = 8;
/// The least that is allocated, so that texts of usual lengths can take each other's blocks: the ABI's own labels have
/// as much.
const SMALLEST: usize = 128;

impl Buffers {
    /// No blocks; at most `limit` are kept.
    pub const fn new(limit: usize) -> Self {
        Self { head: ptr::null_mut(), count: 0, limit }
    }

    /// A block of at least `bytes` bytes, for `g_free` or [`Buffers::give`]. Its content is arbitrary.
    pub fn take(&mut self, bytes: usize) -> *mut c_void {
        let mut at: *mut *mut Free = &mut self.head;
        for _ in 0..LOOK {
            // SAFETY: `at` points to the head or to the `next` of a block on the stack; all are ours.
            unsafe {
                let block = *at;
                if block.is_null() {
                    break;
                }
                if capacity(block.cast()) >= bytes {
                    *at = (*block).next;
                    self.count -= 1;
                    return block.cast();
                }
                at = &mut (*block).next;
            }
        }
        // Blocks that are too small make room for one that is not, else they would stay for ever.
        if let Some(small) = self.pop() {
            // SAFETY: the block came from malloc and is on no list any more.
            unsafe { g_free(small) };
        }
        // Powers of two, so that larger ones fit each other too.
        // SAFETY: g_malloc aborts rather than return NULL for a size above 0.
        unsafe { g_malloc(bytes.max(SMALLEST).checked_next_power_of_two().unwrap_or(bytes)) }
    }

    /// Takes a block made by `g_malloc`; NULL is ignored.
    ///
    /// # Safety
    /// `block` is NULL or a live `g_malloc` block that nobody uses any more.
    pub unsafe fn give(&mut self, block: *mut c_void) {
        if block.is_null() {
            return;
        }
        // SAFETY: the caller's promise; a block is used only if the link fits.
        unsafe {
            if self.count >= self.limit || capacity(block) < size_of::<Free>() {
                return g_free(block);
            }
            let free: *mut Free = block.cast();
            (*free).next = self.head;
            self.head = free;
        }
        self.count += 1;
    }

    /// Removes the first block.
    fn pop(&mut self) -> Option<*mut c_void> {
        if self.head.is_null() {
            return None;
        }
        let block = self.head;
        // SAFETY: blocks on the stack are live and start with their link.
        self.head = unsafe { (*block).next };
        self.count -= 1;
        Some(block.cast())
    }
}

impl Drop for Buffers {
    fn drop(&mut self) {
        while let Some(block) = self.pop() {
            // SAFETY: as in `take`.
            unsafe { g_free(block) };
        }
    }
}

/// Bytes that may be written to a `g_malloc` block (GLib's allocator is the system's).
///
/// # Safety
/// `block` is live and came from `g_malloc` or `malloc`.
pub(crate) unsafe fn capacity(block: *mut c_void) -> usize {
    // SAFETY: the caller's promise.
    unsafe { libc::malloc_usable_size(block) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_returned_block_serves_the_next_text_that_fits() {
        let mut buffers = Buffers::new(2);
        let (a, b) = (buffers.take(10), buffers.take(200));
        // SAFETY: blocks of this test, each given once.
        unsafe {
            buffers.give(b);
            buffers.give(a);
            assert_eq!(buffers.take(150), b);
            assert_eq!(buffers.take(SMALLEST), a);
            buffers.give(g_malloc(100));
            buffers.give(a);
            buffers.give(b); // over the limit: freed
            assert_eq!(buffers.count, 2);
            buffers.give(ptr::null_mut());
        }
        assert_eq!(buffers.count, 2);
    }
}
