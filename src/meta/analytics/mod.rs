//! What `nvdsanalytics` knows of frames and objects: `NvDsAnalyticsFrameMeta` and `NvDsAnalyticsObjInfo`.
//!
//! The structs hold C++ containers; `shim.cpp` makes, reads and frees them. They are attached under the types that pyds
//! asks for by name, and found under DeepStream 9.1's fixed numbers too.

mod shim;

use std::collections::BTreeMap;
use std::ffi::{CStr, c_void};
use std::ptr;

use serde::Serialize;
use shim::Shimmed;

use super::ffi::analytics::{NvDsAnalyticsFrameMeta, NvDsAnalyticsObjInfo};
use super::ffi::batch::NvDsUserMeta;
use super::ffi::values::{NVDS_FRAME_META_NVDSANALYTICS, NVDS_OBJ_META_NVDSANALYTICS};
use super::user::{RawUserMeta, UserMeta, named};
use super::{Frame, Object};

const FRAME_TYPE: &CStr = c"NVIDIA.DSANALYTICSFRAME.USER_META";
const OBJECT_TYPE: &CStr = c"NVIDIA.DSANALYTICSOBJ.USER_META";

/// What is known of a frame. Keys are labels.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FrameAnalytics {
    /// `unique-id` of the element.
    pub unique_id: u32,
    /// Whether a region has too many objects.
    pub overcrowded: BTreeMap<String, bool>,
    /// Objects in a region, also in those that can have too many.
    pub in_region: BTreeMap<String, u32>,
    /// Crossings of a line told in this frame.
    pub crossed_now: BTreeMap<String, u64>,
    /// Crossings of a line since the start.
    pub crossed: BTreeMap<String, u64>,
    /// Objects of each class.
    pub classes: BTreeMap<i32, u32>,
}

/// What is known of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ObjectAnalytics {
    /// `unique-id` of the element.
    pub unique_id: u32,
    /// Labels of the regions it is in.
    pub regions: Vec<String>,
    /// Labels of the regions it is in that can have too many objects.
    pub crowds: Vec<String>,
    /// Labels of the lines it crossed, told in this frame.
    pub lines: Vec<String>,
    /// The directions it moves in, as ` DIR:label `.
    pub direction: String,
    /// All of it as text.
    pub status: String,
}

impl Frame {
    /// What the newest `nvdsanalytics` knows of the frame.
    pub fn analytics(&self) -> Option<FrameAnalytics> {
        self.user_metas().find_map(UserMeta::frame_analytics)
    }

    /// Attaches what is known of the frame.
    pub fn add_analytics(&mut self, analytics: &FrameAnalytics) {
        // SAFETY: the callbacks copy and free what `to_abi` made.
        unsafe { self.add_raw_user(user_meta(named(FRAME_TYPE), analytics.to_abi())) };
    }
}

impl Object {
    /// What the newest `nvdsanalytics` knows of the object; `None` also where there is nothing to say.
    pub fn analytics(&self) -> Option<ObjectAnalytics> {
        self.user_metas().find_map(UserMeta::object_analytics)
    }

    /// Attaches what is known of the object.
    pub fn add_analytics(&mut self, analytics: &ObjectAnalytics) {
        // SAFETY: the callbacks copy and free what `to_abi` made.
        unsafe { self.add_raw_user(user_meta(named(OBJECT_TYPE), analytics.to_abi())) };
    }
}

impl UserMeta {
    /// The data, if it is what `nvdsanalytics` knows of a frame.
    pub fn frame_analytics(&self) -> Option<FrameAnalytics> {
        let is = [named(FRAME_TYPE), NVDS_FRAME_META_NVDSANALYTICS].contains(&self.meta_type());
        // SAFETY: data of these types is this struct; it lives as long as the item.
        is.then(|| unsafe { FrameAnalytics::of(self.analytics_data()?) }).flatten()
    }

    /// The data, if it is what `nvdsanalytics` knows of an object.
    pub fn object_analytics(&self) -> Option<ObjectAnalytics> {
        let is = [named(OBJECT_TYPE), NVDS_OBJ_META_NVDSANALYTICS].contains(&self.meta_type());
        // SAFETY: as above.
        is.then(|| unsafe { ObjectAnalytics::of(self.analytics_data()?) }).flatten()
    }

    fn analytics_data<T>(&self) -> Option<*const T> {
        // SAFETY: a view's struct is live.
        let data = unsafe { (*self.raw()).user_meta_data };
        (!data.is_null()).then(|| data.cast_const().cast())
    }
}

impl FrameAnalytics {
    fn to_abi(&self) -> *mut NvDsAnalyticsFrameMeta {
        let frame = NvDsAnalyticsFrameMeta::make(self.unique_id);
        // SAFETY: the new struct is ours.
        unsafe {
            self.overcrowded.iter().for_each(|(label, is)| shim::set(frame, 0, label, u64::from(*is)));
            self.in_region.iter().for_each(|(label, count)| shim::set(frame, 1, label, u64::from(*count)));
            self.crossed_now.iter().for_each(|(label, count)| shim::set(frame, 2, label, *count));
            self.crossed.iter().for_each(|(label, count)| shim::set(frame, 3, label, *count));
            self.classes.iter().for_each(|(class, count)| shim::set_class(frame, *class, *count));
        }
        frame
    }

    /// # Safety
    /// `frame` is live.
    unsafe fn of(frame: *const NvDsAnalyticsFrameMeta) -> Option<Self> {
        // SAFETY: the caller's promise.
        unsafe {
            Some(Self {
                unique_id: NvDsAnalyticsFrameMeta::unique_id(frame),
                overcrowded: shim::map(frame, 0).into_iter().map(|(label, is)| (label, is != 0)).collect(),
                in_region: shim::map(frame, 1).into_iter().map(|(label, count)| (label, count as u32)).collect(),
                crossed_now: shim::map(frame, 2),
                crossed: shim::map(frame, 3),
                classes: shim::classes(frame),
            })
        }
    }
}

impl ObjectAnalytics {
    fn to_abi(&self) -> *mut NvDsAnalyticsObjInfo {
        let object = NvDsAnalyticsObjInfo::make(self.unique_id);
        for (place, labels) in [&self.regions, &self.crowds, &self.lines].into_iter().enumerate() {
            // SAFETY: the new struct is ours, and there are three lists.
            labels.iter().for_each(|label| unsafe { shim::add(object, place, label) });
        }
        // SAFETY: as above.
        unsafe { shim::set_texts(object, &self.direction, &self.status) };
        object
    }

    /// # Safety
    /// `object` is live.
    unsafe fn of(object: *const NvDsAnalyticsObjInfo) -> Option<Self> {
        // SAFETY: the caller's promise.
        unsafe {
            let [regions, crowds, lines] = [0, 1, 2].map(|place| shim::list(object, place));
            let (direction, status) = shim::texts(object);
            let unique_id = NvDsAnalyticsObjInfo::unique_id(object);
            Some(Self { unique_id, regions, crowds, lines, direction, status })
        }
    }
}

/// User metadata over a struct of the shim, which it owns.
fn user_meta<T: Shimmed>(meta_type: i32, data: *mut T) -> RawUserMeta {
    let (copy, release) = (copy::<T> as _, release::<T> as _);
    RawUserMeta { meta_type, data: data.cast(), copy: Some(copy), release: Some(release), context: ptr::null_mut() }
}

/// # Safety
/// `meta` is user metadata of [`user_meta`] for this type.
unsafe extern "C" fn copy<T: Shimmed>(meta: *mut c_void, _user_data: *mut c_void) -> *mut c_void {
    // SAFETY: the caller's promise. The shim throws nothing and this panics not.
    unsafe {
        let data = (*meta.cast::<NvDsUserMeta>()).user_meta_data;
        if data.is_null() { data } else { T::copy(data.cast()).cast() }
    }
}

/// # Safety
/// As [`copy`].
unsafe extern "C" fn release<T: Shimmed>(meta: *mut c_void, _user_data: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe {
        let data = ptr::replace(&raw mut (*meta.cast::<NvDsUserMeta>()).user_meta_data, ptr::null_mut());
        if !data.is_null() {
            T::free(data.cast());
        }
    }
}
