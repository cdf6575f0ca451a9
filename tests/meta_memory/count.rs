//! Counters in front of the C library's allocator, per thread.

use std::cell::Cell;
use std::ffi::c_void;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static LIVE: Cell<i64> = const { Cell::new(0) };
}

/// How many blocks this thread has allocated so far.
pub fn allocations() -> u64 {
    ALLOCATIONS.get()
}

/// Blocks allocated less blocks freed by this thread.
pub fn live() -> i64 {
    LIVE.get()
}

fn count(block: *mut c_void) -> *mut c_void {
    if !block.is_null() {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        LIVE.set(LIVE.get() + 1);
    }
    block
}

unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
    fn __libc_free(block: *mut c_void);
}

#[unsafe(no_mangle)]
extern "C" fn malloc(size: usize) -> *mut c_void {
    // SAFETY: the C library's own function, as are those below; arguments are passed on.
    count(unsafe { __libc_malloc(size) })
}

#[unsafe(no_mangle)]
extern "C" fn calloc(number: usize, size: usize) -> *mut c_void {
    // SAFETY: as above.
    count(unsafe { __libc_calloc(number, size) })
}

#[unsafe(no_mangle)]
extern "C" fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: as above.
    let moved = unsafe { __libc_realloc(block, size) };
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
    if block.is_null() {
        LIVE.set(LIVE.get() + 1);
    }
    moved
}

#[unsafe(no_mangle)]
extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    // SAFETY: as above.
    count(unsafe { __libc_memalign(alignment, size) })
}

#[unsafe(no_mangle)]
extern "C" fn posix_memalign(place: *mut *mut c_void, alignment: usize, size: usize) -> i32 {
    // SAFETY: as above; `place` is the caller's.
    unsafe {
        let block = count(__libc_memalign(alignment, size));
        if block.is_null() {
            return 12; // ENOMEM
        }
        *place = block;
    }
    0
}

#[unsafe(no_mangle)]
extern "C" fn free(block: *mut c_void) {
    if !block.is_null() {
        LIVE.set(LIVE.get() - 1);
    }
    // SAFETY: as above.
    unsafe { __libc_free(block) }
}

#[test]
fn allocations_of_rust_and_glib_are_counted() {
    super::isolated("count::allocations_of_rust_and_glib_are_counted", || {
        let (before, live_before) = (allocations(), live());
        drop(std::hint::black_box(Box::new(5)));
        // SAFETY: freed right away.
        unsafe { gst::glib::ffi::g_free(gst::glib::ffi::g_malloc(10)) };
        // SAFETY: as above.
        unsafe { gst::glib::ffi::g_list_free(gst::glib::ffi::g_list_alloc()) };
        assert_eq!((allocations() - before, live()), (3, live_before));
    });
}
