//! The functions of `shim.cpp`, and the plain structs they speak in.

use std::ffi::{CStr, c_char, c_int, c_ulong, c_void};
use std::ptr::{null, null_mut};

use gst::ffi::GstBuffer;

use crate::meta::ffi::batch::{NvDsBatchMeta, NvDsFrameMeta, NvDsObjectMeta};
use crate::meta::ffi::roi::NvDsRoiMeta;
use crate::surface::ffi::{NvBufSurface, NvBufSurfaceParams};

/// An open library.
#[repr(C)]
pub(super) struct Library {
    _opaque: [u8; 0],
}

/// Memory of tensors.
#[repr(C)]
pub(super) struct Memory {
    pub pool: *const c_void,
    pub acquire: unsafe extern "C" fn(*const c_void) -> *mut c_void,
    pub release: unsafe extern "C" fn(*const c_void, *mut c_void) -> c_int,
}

/// What the library is told at the start.
#[repr(C)]
pub(super) struct Opening {
    pub path: *const c_char,
    pub function: *const c_char,
    pub config_file: *const c_char,
    pub unique_id: u32,
    pub order: c_int,
    pub color: c_int,
    pub data_type: c_int,
    pub shape: *const c_int,
    pub shape_length: usize,
    pub bytes: u64,
    pub name: *const c_char,
    pub keys: *const *const c_char,
    pub values: *const *const c_char,
    pub configs: usize,
    pub memory: Memory,
}

/// One region.
#[repr(C)]
pub(super) struct Unit {
    pub object: *mut NvDsObjectMeta,
    pub frame: *mut NvDsFrameMeta,
    pub batch_index: u32,
    pub frame_num: c_ulong,
    pub input: *mut NvBufSurfaceParams,
    pub converted: *mut c_void,
    pub roi: NvDsRoiMeta,
}

/// What one tensor is made of.
#[repr(C)]
pub(super) struct Call {
    pub units: *const Unit,
    pub length: usize,
    pub inbuf: *mut GstBuffer,
    pub number: c_ulong,
    pub converted: *mut GstBuffer,
    pub meta: *mut NvDsBatchMeta,
    pub format: c_int,
    pub pitch: u32,
    pub bytes: u64,
}

/// What the library made of it.
#[repr(C)]
pub(super) struct Answer {
    pub status: c_int,
    pub data_type: c_int,
    pub memory: *mut c_void,
    pub bytes: u64,
    pub shape: *const c_int,
    pub shape_length: usize,
    pub name: *const c_char,
    pub name_length: usize,
    pub rois: *const NvDsRoiMeta,
    pub rois_length: usize,
}

/// A rectangle of a surface in pixels.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Rectangle {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

/// How a call ended where it is not the library that says so.
pub(super) mod outcome {
    use std::ffi::c_int;

    pub const DONE: c_int = 0;
    pub const NOT_LOADED: c_int = 1;
    pub const NO_SYMBOL: c_int = 2;
    pub const NO_CONTEXT: c_int = 3;
    pub const NO_TENSOR: c_int = 5;
}

unsafe extern "C" {
    fn ds_apps_custom_open(
        opening: *const Opening,
        opened: *mut *mut Library,
        text: *mut c_char,
        length: usize,
    ) -> c_int;
    fn ds_apps_custom_close(library: *mut Library);
    fn ds_apps_custom_transformation(library: *const Library, name: *const c_char) -> *mut c_void;
    fn ds_apps_custom_transform(
        transform: *mut c_void,
        from: *mut NvBufSurface,
        to: *mut NvBufSurface,
        source: *const Rectangle,
        target: *const Rectangle,
        length: usize,
        filter: c_int,
        status: *mut c_int,
        text: *mut c_char,
        text_length: usize,
    ) -> c_int;
    fn ds_apps_custom_prepare(
        library: *mut Library,
        call: *const Call,
        answer: *mut Answer,
        text: *mut c_char,
        length: usize,
    ) -> c_int;
}

/// What is said with an outcome: at most a line.
struct Line([c_char; 1024]);

impl Line {
    fn text(&self) -> String {
        // SAFETY: the array begins as zeros, and the shim ends what it writes with one.
        let text = unsafe { CStr::from_ptr(self.0.as_ptr()) };
        text.to_string_lossy().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Opens a library, or says how that ended.
///
/// # Safety
/// Every pointer of `opening` leads to as many items as its length says, texts end with a zero; the pool is as long there as
/// the library is open.
pub(super) unsafe fn open(opening: &Opening) -> Result<*mut Library, (c_int, String)> {
    let (mut library, mut line) = (null_mut(), Line([0; 1024]));
    // SAFETY: the caller's promise.
    match unsafe { ds_apps_custom_open(opening, &raw mut library, line.0.as_mut_ptr(), line.0.len()) } {
        outcome::DONE => Ok(library),
        other => Err((other, line.text())),
    }
}

/// Closes a library.
///
/// # Safety
/// [`open`] gave it, and nobody uses it any more.
pub(super) unsafe fn close(library: *mut Library) {
    // SAFETY: the caller's promise.
    unsafe { ds_apps_custom_close(library) }
}

/// A transformation by its name; null if there is none.
///
/// # Safety
/// The library is open.
pub(super) unsafe fn transformation(library: *const Library, name: &CStr) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { ds_apps_custom_transformation(library, name.as_ptr()) }
}

/// Has a transformation scale regions, and answers its status.
///
/// # Safety
/// The library it is of is open; the surfaces have as many entries as there are rectangles.
pub(super) unsafe fn transform(
    transform: *mut c_void,
    [from, to]: [&mut NvBufSurface; 2],
    [source, target]: [&[Rectangle]; 2],
    filter: c_int,
) -> Result<c_int, (c_int, String)> {
    let (mut status, mut line) = (0, Line([0; 1024]));
    let length = source.len().min(target.len());
    let (source, target) = (source.as_ptr(), target.as_ptr());
    // SAFETY: the caller's promise.
    let outcome = unsafe {
        let (text, text_length) = (line.0.as_mut_ptr(), line.0.len());
        ds_apps_custom_transform(
            transform,
            from,
            to,
            source,
            target,
            length,
            filter,
            &raw mut status,
            text,
            text_length,
        )
    };
    if outcome == outcome::DONE { Ok(status) } else { Err((outcome, line.text())) }
}

/// Has the library prepare a tensor. What the answer leads to lives until the next call.
///
/// # Safety
/// The library is open; every pointer of `call` leads to what is live.
pub(super) unsafe fn prepare(library: *mut Library, call: &Call) -> Result<Answer, (c_int, String)> {
    let mut line = Line([0; 1024]);
    let mut answer = Answer {
        status: 0,
        data_type: 0,
        memory: null_mut(),
        bytes: 0,
        shape: null(),
        shape_length: 0,
        name: null(),
        name_length: 0,
        rois: null(),
        rois_length: 0,
    };
    // SAFETY: the caller's promise.
    let outcome = unsafe { ds_apps_custom_prepare(library, call, &raw mut answer, line.0.as_mut_ptr(), line.0.len()) };
    if outcome == outcome::DONE { Ok(answer) } else { Err((outcome, line.text())) }
}

/// # Safety
/// `items` leads to `length` items that live for `'a`, or `length` is 0.
pub(super) unsafe fn slice<'a, T>(items: *const T, length: usize) -> &'a [T] {
    // SAFETY: the caller's promise.
    if length == 0 || items.is_null() { &[] } else { unsafe { std::slice::from_raw_parts(items, length) } }
}
