//! `GList` as the ABI uses it: nodes that C code may walk, add and free, and spare nodes that save allocations.
//!
//! Every node is one of `g_list_alloc`: NVIDIA's own elements call `g_list_free` on some of these lists, so a node must
//! never be part of a larger block. What a batch does not need is kept in [`Links`] for the next item.

use gst::glib::ffi::{GList, g_list_alloc, g_list_free_1};
use std::ffi::c_void;
use std::ptr;

/// Which end of a list a node goes to.
#[derive(Clone, Copy)]
pub(crate) enum End {
    Front,
    Back,
}

/// Spare nodes, chained through `next`.
pub(crate) struct Links {
    head: *mut GList,
}

impl Links {
    pub const fn new() -> Self {
        Self { head: ptr::null_mut() }
    }

    /// A single node that holds `data`.
    pub fn take(&mut self, data: *mut c_void) -> *mut GList {
        let node = self.head;
        // SAFETY: spare nodes are live and ours; g_list_alloc never fails (it aborts).
        unsafe {
            let node = if node.is_null() { g_list_alloc() } else { node };
            if !self.head.is_null() {
                self.head = (*node).next;
            }
            *node = GList { data, next: ptr::null_mut(), prev: ptr::null_mut() };
            node
        }
    }

    /// Keeps a node that is on no list any more.
    ///
    /// # Safety
    /// `node` came from `g_list_alloc` and nobody refers to it.
    pub unsafe fn give(&mut self, node: *mut GList) {
        // SAFETY: the caller's promise.
        unsafe { *node = GList { data: ptr::null_mut(), next: self.head, prev: ptr::null_mut() } };
        self.head = node;
    }
}

impl Drop for Links {
    fn drop(&mut self) {
        while !self.head.is_null() {
            let node = self.head;
            // SAFETY: spare nodes are live and ours.
            unsafe {
                self.head = (*node).next;
                (*node).next = ptr::null_mut();
                g_list_free_1(node);
            }
        }
    }
}

/// Puts a single node in front of `*list`.
///
/// # Safety
/// `list` holds a valid list; `node` is on none.
pub(crate) unsafe fn push_front(list: *mut *mut GList, node: *mut GList) {
    // SAFETY: the caller's promise.
    unsafe {
        let head = *list;
        (*node).prev = ptr::null_mut();
        (*node).next = head;
        if !head.is_null() {
            (*head).prev = node;
        }
        *list = node;
    }
}

/// Puts a single node behind the last one of `*list`.
///
/// # Safety
/// As [`push_front`].
pub(crate) unsafe fn push_back(list: *mut *mut GList, node: *mut GList) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut last = *list;
        if last.is_null() {
            return push_front(list, node);
        }
        while !(*last).next.is_null() {
            last = (*last).next;
        }
        (*last).next = node;
        (*node).prev = last;
        (*node).next = ptr::null_mut();
    }
}

/// Takes `node` out of `*list`; its data stays.
///
/// # Safety
/// `node` is on the list that starts at `*list`.
pub(crate) unsafe fn unlink(list: *mut *mut GList, node: *mut GList) {
    // SAFETY: the caller's promise; neighbours of a node are live.
    unsafe {
        let GList { next, prev, .. } = *node;
        if prev.is_null() {
            *list = next;
        } else {
            (*prev).next = next;
        }
        if !next.is_null() {
            (*next).prev = prev;
        }
        (*node).next = ptr::null_mut();
        (*node).prev = ptr::null_mut();
    }
}

/// Turns round the nodes of `*list` that stand before the node `end`; NULL turns the whole list.
///
/// # Safety
/// `list` holds a valid list; `end` is NULL or on it.
pub(crate) unsafe fn reverse_until(list: *mut *mut GList, end: *mut GList) {
    // SAFETY: the caller's promise. Each node is taken off the head and put in front of what was turned already.
    unsafe {
        let mut turned = end;
        let mut node = *list;
        while !node.is_null() && node != end {
            let next = (*node).next;
            (*node).next = turned;
            (*node).prev = ptr::null_mut();
            if !turned.is_null() {
                (*turned).prev = node;
            }
            turned = node;
            node = next;
        }
        *list = turned;
    }
}

/// The node of `list` that holds `data`, or NULL.
///
/// # Safety
/// `list` is NULL or a valid list.
pub(crate) unsafe fn find(list: *mut GList, data: *const c_void) -> *mut GList {
    let mut node = list;
    // SAFETY: the caller's promise.
    unsafe {
        while !node.is_null() && !ptr::eq((*node).data, data) {
            node = (*node).next;
        }
    }
    node
}

/// The data of the nodes of a list. Read one step ahead, so the node just seen may be taken out.
pub(crate) struct Walk<T> {
    node: *mut GList,
    item: std::marker::PhantomData<*mut T>,
}

/// Walks `list`, whose data are `T`.
///
/// # Safety
/// `list` is NULL or a valid list; while the walk lasts only nodes already seen are taken out.
pub(crate) unsafe fn walk<T>(list: *mut GList) -> Walk<T> {
    Walk { node: list, item: std::marker::PhantomData }
}

impl<T> Iterator for Walk<T> {
    type Item = *mut T;

    fn next(&mut self) -> Option<*mut T> {
        while !self.node.is_null() {
            // SAFETY: the promise of `walk`.
            let GList { data, next, .. } = unsafe { *self.node };
            self.node = next;
            if !data.is_null() {
                return Some(data.cast());
            }
        }
        None
    }
}
