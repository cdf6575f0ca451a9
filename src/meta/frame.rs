//! One frame of a batch.

use super::display::Display;
use super::error::MetaError;
use super::ffi::UNTRACKED_OBJECT_ID;
use super::ffi::batch::{NvDsDisplayMeta, NvDsFrameMeta, NvDsObjectMeta};
use super::object::{Object, ObjectKey};
use super::raw::list::find as find_node;
use super::raw::owner::{Owner, Place};
use super::user::{AbiData, RawUserMeta, UserData, UserMeta, find, put, put_abi, put_raw};
use super::view::{self, Items, ItemsMut, View, fields, view};
use crate::base::geometry::Size;
use std::ptr;

view! {
    /// Metadata of one frame (`NvDsFrameMeta`). Boxes on it are in pixels of the surface `batch_id` of the buffer.
    Frame of NvDsFrameMeta
}

impl Frame {
    fields! {
        /// Which source the frame came from; not necessarily in order.
        source_id, set_source_id: u32 = source_id;
        /// Number of the mux's sink pad.
        pad_index, set_pad_index: u32 = pad_index;
        /// Index of the frame's surface in the buffer.
        batch_id, set_batch_id: u32 = batch_id;
        /// Number of the frame in its source, from 0.
        frame_num, set_frame_num: i32 = frame_num;
        /// Presentation time in nanoseconds.
        buf_pts, set_buf_pts: u64 = buf_pts;
        /// Wall-clock time of the frame in nanoseconds since 1970, 0 if unknown.
        ntp_timestamp, set_ntp_timestamp: u64 = ntp_timestamp;
        /// How many surfaces the frame has (above 1 only behind a dewarper).
        num_surfaces, set_num_surfaces: i32 = num_surfaces_per_frame;
        /// `NvDsSurfaceType` of the surface.
        surface_type, set_surface_type: u32 = surface_type;
        /// Which of the frame's surfaces this is.
        surface_index, set_surface_index: u32 = surface_index;
    }

    /// Size of the frame where it entered the mux.
    pub fn source_size(&self) -> Size {
        // SAFETY: a view's struct is live.
        unsafe { Size { width: (*self.raw()).source_frame_width, height: (*self.raw()).source_frame_height } }
    }

    /// Sets [`source_size`](Self::source_size).
    pub fn set_source_size(&mut self, size: Size) {
        // SAFETY: a view's struct is live.
        unsafe {
            (*self.raw()).source_frame_width = size.width;
            (*self.raw()).source_frame_height = size.height;
        }
    }

    /// Size of the frame where it left the mux: the size boxes refer to, unless an element scaled it since.
    pub fn pipeline_size(&self) -> Size {
        // SAFETY: a view's struct is live.
        unsafe { Size { width: (*self.raw()).pipeline_width, height: (*self.raw()).pipeline_height } }
    }

    /// Sets [`pipeline_size`](Self::pipeline_size).
    pub fn set_pipeline_size(&mut self, size: Size) {
        // SAFETY: a view's struct is live.
        unsafe {
            (*self.raw()).pipeline_width = size.width;
            (*self.raw()).pipeline_height = size.height;
        }
    }

    /// Whether an inference ran on the frame.
    pub fn infer_done(&self) -> bool {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).bInferDone != 0 }
    }

    /// Sets [`infer_done`](Self::infer_done).
    pub fn set_infer_done(&mut self, done: bool) {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).bInferDone = i32::from(done) }
    }

    /// Id, name and URI of the sensor, where the mux was told.
    pub fn sensor(&self) -> Sensor<'_> {
        // SAFETY: the strings belong to the frame.
        unsafe {
            let sensor = &raw const (*self.raw()).sensorInfo_meta;
            Sensor {
                id: view::text((*sensor).sensor_id),
                name: view::text((*sensor).sensor_name),
                uri: view::text((*sensor).uri),
            }
        }
    }

    /// Sets what is `Some`.
    pub fn set_sensor(&mut self, sensor: Sensor<'_>) {
        // SAFETY: the slots hold heap strings of the frame.
        unsafe {
            let own = &raw mut (*self.raw()).sensorInfo_meta;
            (*own).source_id = self.source_id();
            for (slot, text) in [
                (&raw mut (*own).sensor_id, sensor.id),
                (&raw mut (*own).sensor_name, sensor.name),
                (&raw mut (*own).uri, sensor.uri),
            ] {
                if let Some(text) = text {
                    self.owner().set_text(slot.cast(), text);
                }
            }
        }
    }

    /// The objects, the newest first.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        // SAFETY: the list cannot change while `self` is borrowed.
        unsafe { Items::<Object>::new((*self.raw()).obj_meta_list) }
    }

    /// The objects to edit, the newest first.
    pub fn objects_mut(&mut self) -> impl Iterator<Item = &mut Object> {
        // SAFETY: as above, and `&mut self` is the only way to the objects.
        unsafe { ItemsMut::<Object>::new((*self.raw()).obj_meta_list) }
    }

    /// How many objects there are.
    pub fn num_objects(&self) -> u32 {
        // SAFETY: a view's struct is live.
        unsafe { (*self.raw()).num_obj_meta }
    }

    /// The object of a key, if it is on this frame.
    pub fn object(&self, key: ObjectKey) -> Option<&Object> {
        // SAFETY: an address found in the list is an object's.
        self.holds(key).then(|| unsafe { Object::from_raw(key.address()) })
    }

    /// The object of a key to edit, if it is on this frame.
    pub fn object_mut(&mut self, key: ObjectKey) -> Option<&mut Object> {
        // SAFETY: as above.
        self.holds(key).then(|| unsafe { Object::from_raw_mut(key.address()) })
    }

    /// The object another one was found in.
    pub fn parent_of(&self, object: &Object) -> Option<&Object> {
        self.object(object.parent_key()?)
    }

    /// Adds an object in front of the others, with no tracking id and no parent.
    pub fn add_object(&mut self) -> &mut Object {
        self.add(ptr::null_mut())
    }

    /// Adds an object that was found in another one of this frame.
    pub fn add_child_object(&mut self, parent: ObjectKey) -> Result<&mut Object, MetaError> {
        if !self.holds(parent) {
            return Err(MetaError::NoSuchObject { objects: self.num_objects() });
        }
        Ok(self.add(parent.address()))
    }

    fn add(&mut self, parent: *mut NvDsObjectMeta) -> &mut Object {
        // SAFETY: the new object is reached through `self` alone.
        unsafe {
            let object: *mut NvDsObjectMeta = self.owner().acquire();
            (*object).object_id = UNTRACKED_OBJECT_ID;
            self.owner().add_object(self.raw(), object, parent);
            Object::from_raw_mut(object)
        }
    }

    /// Keeps the objects `keep` says yes to. Children of removed ones stay, without a parent.
    pub fn retain_objects(&mut self, mut keep: impl FnMut(&mut Object) -> bool) {
        // SAFETY: `keep` gets one object at a time and nothing that reaches the frame.
        unsafe { self.owner().retain_objects(self.raw(), |object| keep(Object::from_raw_mut(object))) }
    }

    /// Removes one object; `false` if it is not on this frame. Its children stay, without a parent.
    pub fn remove_object(&mut self, key: ObjectKey) -> bool {
        let found = self.holds(key);
        if found {
            // SAFETY: the object is on this frame and no view of it is left.
            unsafe { self.owner().remove_object(self.raw(), key.address()) };
        }
        found
    }

    /// The display metas, the newest first.
    pub fn displays(&self) -> impl Iterator<Item = &Display> {
        // SAFETY: as in `objects`.
        unsafe { Items::<Display>::new((*self.raw()).display_meta_list) }
    }

    /// The display metas to edit.
    pub fn displays_mut(&mut self) -> impl Iterator<Item = &mut Display> {
        // SAFETY: as in `objects_mut`.
        unsafe { ItemsMut::<Display>::new((*self.raw()).display_meta_list) }
    }

    /// Adds an empty display meta in front of the others.
    pub fn add_display(&mut self) -> &mut Display {
        // SAFETY: the new item is reached through `self` alone.
        unsafe {
            let display: *mut NvDsDisplayMeta = self.owner().acquire();
            self.owner().add_display(self.raw(), display);
            Display::from_raw_mut(display)
        }
    }

    /// The frame's user metadata, the newest first.
    pub fn user_metas(&self) -> impl Iterator<Item = &UserMeta> {
        // SAFETY: as in `objects`.
        unsafe { Items::<UserMeta>::new((*self.raw()).frame_user_meta_list) }
    }

    /// The frame's user metadata to edit.
    pub fn user_metas_mut(&mut self) -> impl Iterator<Item = &mut UserMeta> {
        // SAFETY: as in `objects_mut`.
        unsafe { ItemsMut::<UserMeta>::new((*self.raw()).frame_user_meta_list) }
    }

    /// Attaches data of a type of the caller's own.
    pub fn add_user<T: UserData>(&mut self, data: T) {
        // SAFETY: `&mut self`: nobody else edits the list.
        unsafe { put(self.owner(), Place::Frame(self.raw()), data) }
    }

    /// Attaches a struct of the ABI under its own meta type.
    pub fn add_abi<T: AbiData>(&mut self, data: T) {
        // SAFETY: as above.
        unsafe { put_abi(self.owner(), Place::Frame(self.raw()), data) }
    }

    /// Attaches data with callbacks of its own.
    ///
    /// # Safety
    /// The callbacks can be called with the data from any thread; release frees it, copy answers data of the same kind.
    pub unsafe fn add_raw_user(&mut self, raw: RawUserMeta) {
        // SAFETY: the caller's promise.
        unsafe { put_raw(self.owner(), Place::Frame(self.raw()), raw) }
    }

    /// The newest attached data of type `T`.
    pub fn user<T: UserData>(&self) -> Option<&T> {
        find(self.user_metas())
    }

    /// Releases the user metadata `keep` says no to.
    pub fn retain_users(&mut self, mut keep: impl FnMut(&UserMeta) -> bool) {
        // SAFETY: `keep` gets nothing that reaches the frame.
        unsafe { self.owner().retain_users(Place::Frame(self.raw()), |meta| keep(UserMeta::from_raw(meta))) }
    }

    fn holds(&self, key: ObjectKey) -> bool {
        // SAFETY: the list is valid while `self` is borrowed.
        unsafe { !find_node((*self.raw()).obj_meta_list, key.address().cast()).is_null() }
    }

    fn owner(&self) -> Owner {
        // SAFETY: frames of a view are items of a batch.
        unsafe { Owner::of_item(self.raw()) }
    }
}

/// What is known of a source (`NvDsSensorInfo_meta`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sensor<'a> {
    /// The user's id of the sensor.
    pub id: Option<&'a str>,
    /// Its name.
    pub name: Option<&'a str>,
    /// Where it is read from.
    pub uri: Option<&'a str>,
}
