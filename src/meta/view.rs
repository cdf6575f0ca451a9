//! What the typed views have in common.
//!
//! A view is a reference to an ABI struct in a batch's memory. Three things make it safe to hand out as a plain `&` or
//! `&mut`: it borrows from the buffer (or [`OwnedBatch`](super::OwnedBatch)) it was reached through; it is unsized, so
//! nobody can swap or copy one struct over another; and it claims no exclusive memory from the compiler, because
//! items of a batch point at each other and C code may hold the same pointers.

use super::ffi::osd::NvBbox_Coords;
use super::raw::list::{Walk, walk};
use crate::base::geometry::Rect;
use gst::glib::ffi::GList;
use std::ffi::{CStr, c_char};
use std::marker::PhantomData;

/// A view over an ABI struct.
pub(crate) trait View {
    /// The ABI struct.
    type Raw;

    /// # Safety
    /// `raw` is live and its batch is borrowed for `'a`.
    unsafe fn from_raw<'a>(raw: *mut Self::Raw) -> &'a Self;

    /// # Safety
    /// As `from_raw`; no other view of the struct is used during `'a`.
    unsafe fn from_raw_mut<'a>(raw: *mut Self::Raw) -> &'a mut Self;
}

/// Declares a view: an unsized wrapper over a raw struct.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident of $raw:ty) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $name {
            raw: std::cell::UnsafeCell<$raw>,
            /// No `noalias` for `&mut`: see the module's text.
            _shared: std::marker::PhantomPinned,
            /// Makes the type unsized; the length is always 0.
            _unsized: [()],
        }

        // SAFETY: shared views only read (the lock aside), and user data is Send + Sync; edits of pools and lists through
        // two different `&mut` views happen under the batch's lock.
        unsafe impl Send for $name {}
        // SAFETY: see above.
        unsafe impl Sync for $name {}

        impl $crate::meta::view::View for $name {
            type Raw = $raw;

            unsafe fn from_raw<'a>(raw: *mut $raw) -> &'a Self {
                // SAFETY: the caller's promise; the wrapper has the struct's layout.
                unsafe { &*(std::ptr::slice_from_raw_parts_mut(raw.cast::<()>(), 0) as *const Self) }
            }

            unsafe fn from_raw_mut<'a>(raw: *mut $raw) -> &'a mut Self {
                // SAFETY: the caller's promise; the wrapper has the struct's layout.
                unsafe { &mut *(std::ptr::slice_from_raw_parts_mut(raw.cast::<()>(), 0) as *mut Self) }
            }
        }

        impl $name {
            /// The view of a struct that C code passed.
            ///
            /// # Safety
            /// `raw` is live for `'a`, comes from a pool of this library and is not edited meanwhile.
            pub unsafe fn from_ptr<'a>(raw: *const $raw) -> &'a Self {
                // SAFETY: the caller's promise.
                unsafe { <Self as $crate::meta::view::View>::from_raw(raw.cast_mut()) }
            }

            /// The view of a struct that C code passed, to edit.
            ///
            /// # Safety
            /// `raw` is live for `'a`, comes from a pool of this library and is used through this view alone meanwhile.
            pub unsafe fn from_ptr_mut<'a>(raw: *mut $raw) -> &'a mut Self {
                // SAFETY: the caller's promise.
                unsafe { <Self as $crate::meta::view::View>::from_raw_mut(raw) }
            }

            /// The ABI struct.
            pub(crate) fn raw(&self) -> *mut $raw {
                self.raw.get()
            }
        }
    };
}

/// Getters and setters of plain fields.
macro_rules! fields {
    ($($(#[$doc:meta])* $get:ident, $set:ident: $type:ty = $field:ident;)*) => {$(
        $(#[$doc])*
        pub fn $get(&self) -> $type {
            // SAFETY: a view's struct is live.
            unsafe { (*self.raw()).$field }
        }

        #[doc = concat!("Sets [`", stringify!($get), "`](Self::", stringify!($get), ").")]
        pub fn $set(&mut self, value: $type) {
            // SAFETY: a view's struct is live.
            unsafe { (*self.raw()).$field = value }
        }
    )*};
}

pub(crate) use {fields, view};

/// Items of a list, in list order.
pub(crate) struct Items<'a, V: View + ?Sized> {
    walk: Walk<V::Raw>,
    views: PhantomData<&'a V>,
}

/// Items of a list to edit, in list order.
pub(crate) struct ItemsMut<'a, V: View + ?Sized> {
    walk: Walk<V::Raw>,
    views: PhantomData<&'a mut V>,
}

impl<'a, V: View + ?Sized> Items<'a, V> {
    /// # Safety
    /// `list` holds structs of `V`, unchanged while `'a` lasts.
    pub(crate) unsafe fn new(list: *mut GList) -> Self {
        // SAFETY: the caller's promise.
        Self { walk: unsafe { walk(list) }, views: PhantomData }
    }
}

impl<'a, V: View + ?Sized> ItemsMut<'a, V> {
    /// # Safety
    /// As [`Items::new`]; no item is reached otherwise during `'a`, and none stands in the list twice.
    pub(crate) unsafe fn new(list: *mut GList) -> Self {
        // SAFETY: the caller's promise.
        Self { walk: unsafe { walk(list) }, views: PhantomData }
    }
}

impl<'a, V: View + ?Sized + 'a> Iterator for Items<'a, V> {
    type Item = &'a V;

    fn next(&mut self) -> Option<&'a V> {
        // SAFETY: the promise of `new`.
        self.walk.next().map(|raw| unsafe { V::from_raw(raw) })
    }
}

impl<'a, V: View + ?Sized + 'a> Iterator for ItemsMut<'a, V> {
    type Item = &'a mut V;

    fn next(&mut self) -> Option<&'a mut V> {
        // SAFETY: the promise of `new`.
        self.walk.next().map(|raw| unsafe { V::from_raw_mut(raw) })
    }
}

/// The text of a C string as far as it is UTF-8; `None` for NULL.
///
/// # Safety
/// `text` is NULL or a C string that lives and stays as it is for `'a`.
pub(crate) unsafe fn text<'a>(text: *const c_char) -> Option<&'a str> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| valid(unsafe { CStr::from_ptr(text) }.to_bytes()))
}

/// The text of an inline label: up to its NUL or its end.
pub(crate) fn inline_text(label: &[c_char]) -> &str {
    // SAFETY: c_char and u8 have the same layout.
    let bytes = unsafe { std::slice::from_raw_parts(label.as_ptr().cast::<u8>(), label.len()) };
    valid(bytes.split(|byte| *byte == 0).next().unwrap_or_default())
}

/// The longest beginning of `bytes` that is UTF-8.
fn valid(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes)
        .unwrap_or_else(|error| std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default())
}

/// Writes `text` into an inline label, cut at a character so that it fits with its NUL; answers whether it was cut.
pub(crate) fn set_inline_text(label: &mut [c_char], text: &str) -> bool {
    let text = text.split('\0').next().unwrap_or_default();
    let end = text.floor_char_boundary(label.len() - 1);
    label.fill(0);
    for (to, from) in label.iter_mut().zip(&text.as_bytes()[..end]) {
        *to = *from as c_char;
    }
    end < text.len()
}

/// A box of the ABI.
pub(crate) fn rect_of(bbox: &NvBbox_Coords) -> Rect {
    Rect { left: bbox.left, top: bbox.top, width: bbox.width, height: bbox.height }
}

/// A box for the ABI.
pub(crate) fn bbox_of(rect: Rect) -> NvBbox_Coords {
    NvBbox_Coords { left: rect.left, top: rect.top, width: rect.width, height: rect.height }
}
