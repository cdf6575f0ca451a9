//! The functions of `shim.cpp`, and what they tell collected into Rust's containers.

use std::collections::BTreeMap;
use std::ffi::{c_char, c_void};

use crate::meta::ffi::analytics::{NvDsAnalyticsFrameMeta, NvDsAnalyticsObjInfo};

/// Called with a text that lives as long as the call, its length, and a value.
type Tell = unsafe extern "C" fn(context: *mut c_void, text: *const c_char, length: usize, value: u64);
/// Called with a class and a number.
type TellClass = unsafe extern "C" fn(context: *mut c_void, class_id: i32, count: u32);

unsafe extern "C" {
    fn ds_apps_analytics_object_new(unique_id: u32) -> *mut NvDsAnalyticsObjInfo;
    fn ds_apps_analytics_object_copy(object: *const NvDsAnalyticsObjInfo) -> *mut NvDsAnalyticsObjInfo;
    fn ds_apps_analytics_object_free(object: *mut NvDsAnalyticsObjInfo);
    fn ds_apps_analytics_object_id(object: *const NvDsAnalyticsObjInfo) -> u32;
    fn ds_apps_analytics_object_add(
        object: *mut NvDsAnalyticsObjInfo,
        list: usize,
        label: *const c_char,
        length: usize,
    );
    fn ds_apps_analytics_object_list(
        object: *const NvDsAnalyticsObjInfo,
        list: usize,
        tell: Tell,
        context: *mut c_void,
    );
    fn ds_apps_analytics_object_set(
        object: *mut NvDsAnalyticsObjInfo,
        direction: *const c_char,
        direction_length: usize,
        status: *const c_char,
        status_length: usize,
    );
    fn ds_apps_analytics_object_texts(object: *const NvDsAnalyticsObjInfo, tell: Tell, context: *mut c_void);
    fn ds_apps_analytics_frame_new(unique_id: u32) -> *mut NvDsAnalyticsFrameMeta;
    fn ds_apps_analytics_frame_copy(frame: *const NvDsAnalyticsFrameMeta) -> *mut NvDsAnalyticsFrameMeta;
    fn ds_apps_analytics_frame_free(frame: *mut NvDsAnalyticsFrameMeta);
    fn ds_apps_analytics_frame_id(frame: *const NvDsAnalyticsFrameMeta) -> u32;
    fn ds_apps_analytics_frame_set(
        frame: *mut NvDsAnalyticsFrameMeta,
        map: usize,
        label: *const c_char,
        length: usize,
        value: u64,
    );
    fn ds_apps_analytics_frame_map(frame: *const NvDsAnalyticsFrameMeta, map: usize, tell: Tell, context: *mut c_void);
    fn ds_apps_analytics_frame_set_class(frame: *mut NvDsAnalyticsFrameMeta, class_id: i32, count: u32);
    fn ds_apps_analytics_frame_classes(frame: *const NvDsAnalyticsFrameMeta, tell: TellClass, context: *mut c_void);
}

/// A struct of the ABI with C++ containers inside, reached through the shim only.
///
/// # Safety
/// The functions make, copy and free `Self`.
pub(super) unsafe trait Shimmed: Sized {
    /// A new one, to be freed.
    fn make(unique_id: u32) -> *mut Self;
    /// A deep copy, to be freed.
    ///
    /// # Safety
    /// `data` is live.
    unsafe fn copy(data: *const Self) -> *mut Self;
    /// Frees one that `make` or `copy` made.
    ///
    /// # Safety
    /// Nobody uses it any more.
    unsafe fn free(data: *mut Self);
    /// `unique_id`.
    ///
    /// # Safety
    /// `data` is live.
    unsafe fn unique_id(data: *const Self) -> u32;
}

macro_rules! shimmed {
    ($type:ty: $make:ident, $copy:ident, $free:ident, $id:ident) => {
        // SAFETY: the shim's functions of this type.
        unsafe impl Shimmed for $type {
            fn make(unique_id: u32) -> *mut Self {
                // SAFETY: takes any number; running out of memory ends the process, as in Rust.
                unsafe { $make(unique_id) }
            }
            unsafe fn copy(data: *const Self) -> *mut Self {
                // SAFETY: the caller's promise.
                unsafe { $copy(data) }
            }
            unsafe fn free(data: *mut Self) {
                // SAFETY: the caller's promise.
                unsafe { $free(data) }
            }
            unsafe fn unique_id(data: *const Self) -> u32 {
                // SAFETY: the caller's promise.
                unsafe { $id(data) }
            }
        }
    };
}

shimmed!(NvDsAnalyticsObjInfo: ds_apps_analytics_object_new, ds_apps_analytics_object_copy, ds_apps_analytics_object_free, ds_apps_analytics_object_id);
shimmed!(NvDsAnalyticsFrameMeta: ds_apps_analytics_frame_new, ds_apps_analytics_frame_copy, ds_apps_analytics_frame_free, ds_apps_analytics_frame_id);

/// Adds a label to a list: 0 roiStatus, 1 ocStatus, 2 lcStatus.
///
/// # Safety
/// `object` is live and the caller's own.
pub(super) unsafe fn add(object: *mut NvDsAnalyticsObjInfo, list: usize, label: &str) {
    // SAFETY: the caller's promise; the text is copied.
    unsafe { ds_apps_analytics_object_add(object, list, label.as_ptr().cast(), label.len()) }
}

/// The labels of a list.
///
/// # Safety
/// `object` is live.
pub(super) unsafe fn list(object: *const NvDsAnalyticsObjInfo, list: usize) -> Vec<String> {
    let mut told = Told::new();
    // SAFETY: the caller's promise; `collect` gets the vector it expects.
    unsafe { ds_apps_analytics_object_list(object, list, collect, (&raw mut told).cast()) };
    told.into_iter().map(|(label, _)| label).collect()
}

/// Sets dirStatus and objStatus.
///
/// # Safety
/// As [`add`].
pub(super) unsafe fn set_texts(object: *mut NvDsAnalyticsObjInfo, direction: &str, status: &str) {
    let (to, about) = (direction.as_ptr().cast(), status.as_ptr().cast());
    // SAFETY: the caller's promise; the texts are copied.
    unsafe { ds_apps_analytics_object_set(object, to, direction.len(), about, status.len()) }
}

/// dirStatus and objStatus.
///
/// # Safety
/// `object` is live.
pub(super) unsafe fn texts(object: *const NvDsAnalyticsObjInfo) -> (String, String) {
    let mut told = Told::new();
    // SAFETY: as in `list`.
    unsafe { ds_apps_analytics_object_texts(object, collect, (&raw mut told).cast()) };
    let mut texts = told.into_iter().map(|(text, _)| text);
    (texts.next().unwrap_or_default(), texts.next().unwrap_or_default())
}

/// Sets a value of a map: 0 ocStatus, 1 objInROIcnt, 2 objLCCurrCnt, 3 objLCCumCnt.
///
/// # Safety
/// `frame` is live and the caller's own.
pub(super) unsafe fn set(frame: *mut NvDsAnalyticsFrameMeta, map: usize, label: &str, value: u64) {
    // SAFETY: the caller's promise; the text is copied.
    unsafe { ds_apps_analytics_frame_set(frame, map, label.as_ptr().cast(), label.len(), value) }
}

/// A map.
///
/// # Safety
/// `frame` is live.
pub(super) unsafe fn map(frame: *const NvDsAnalyticsFrameMeta, map: usize) -> BTreeMap<String, u64> {
    let mut told = Told::new();
    // SAFETY: as in `list`.
    unsafe { ds_apps_analytics_frame_map(frame, map, collect, (&raw mut told).cast()) };
    told.into_iter().collect()
}

/// Sets the number of objects of a class.
///
/// # Safety
/// As [`set`].
pub(super) unsafe fn set_class(frame: *mut NvDsAnalyticsFrameMeta, class_id: i32, count: u32) {
    // SAFETY: the caller's promise.
    unsafe { ds_apps_analytics_frame_set_class(frame, class_id, count) }
}

/// The number of objects of each class.
///
/// # Safety
/// `frame` is live.
pub(super) unsafe fn classes(frame: *const NvDsAnalyticsFrameMeta) -> BTreeMap<i32, u32> {
    let mut told: BTreeMap<i32, u32> = BTreeMap::new();
    // SAFETY: the caller's promise; `collect_class` gets the map it expects.
    unsafe { ds_apps_analytics_frame_classes(frame, collect_class, (&raw mut told).cast()) };
    told
}

/// What the shim told.
type Told = Vec<(String, u64)>;

/// # Safety
/// `context` is a [`Told`] nobody else uses, `text` has `length` bytes.
unsafe extern "C" fn collect(context: *mut c_void, text: *const c_char, length: usize, value: u64) {
    // SAFETY: the caller's promise; a string without bytes may have no memory.
    let (told, bytes) = unsafe {
        let bytes = if length == 0 { &[] } else { std::slice::from_raw_parts(text.cast::<u8>(), length) };
        (&mut *context.cast::<Told>(), bytes)
    };
    told.push((String::from_utf8_lossy(bytes).into_owned(), value));
}

/// # Safety
/// `context` is a map nobody else uses.
unsafe extern "C" fn collect_class(context: *mut c_void, class_id: i32, count: u32) {
    // SAFETY: the caller's promise.
    unsafe { (*context.cast::<BTreeMap<i32, u32>>()).insert(class_id, count) };
}
