//! Event messages (`NvDsEventMsgMeta`): something happened to an object of a frame, and a message shall say so.
//!
//! Apps and detectors attach them to frames; `nvmsgconv` makes payloads of them.

mod abi;
mod walk;

use super::Frame;
use super::ffi::batch::NvDsUserMeta;
use super::ffi::event::NvDsEventMsgMeta;
use super::ffi::values::*;
use super::guard::guard;
use super::user::{RawUserMeta, UserMeta};
use crate::base::geometry::Rect;
use serde::Serialize;
use std::ffi::c_void;
use std::ptr;

/// An event with the object it is about.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct EventMessage {
    /// `NVDS_EVENT_...`.
    pub event: NvDsEventType,
    /// `NVDS_OBJECT_TYPE_...`; where there is a [`detail`](Self::detail), that one says it.
    pub object_type: NvDsObjectType,
    /// The object's box in pixels of the frame.
    #[serde(serialize_with = "abi::rect")]
    pub rect: Rect,
    /// Latitude, longitude, altitude of the object.
    pub location: [f64; 3],
    /// x, y, z of the object.
    pub coordinate: [f64; 3],
    /// What tells the object from others.
    pub signature: Vec<f64>,
    /// Index of its class.
    pub class_id: i32,
    /// Number of the sensor, as in `[sensorN]` of nvmsgconv's configuration.
    pub sensor_id: i32,
    /// Number of the analytics module, as in `[analyticsN]`.
    pub module_id: i32,
    /// Number of the place, as in `[placeN]`.
    pub place_id: i32,
    /// The component that found the event; `comp-id` of `nvmsgconv` asks for it.
    pub component_id: i32,
    /// Number of the frame in its source.
    pub frame_id: i32,
    /// Confidence of the detection, 0 to 1.
    pub confidence: f64,
    /// The object's number.
    pub tracking_id: u64,
    /// When it happened, RFC 3339.
    pub timestamp: Option<String>,
    /// What the object is called where its type does not say it.
    pub object_id: Option<String>,
    /// What the sensor is called.
    pub sensor: Option<String>,
    /// Anything else.
    pub other: Option<String>,
    /// The video it was seen in.
    pub video_path: Option<String>,
    /// What is known of the object.
    pub detail: Option<Detail>,
    /// The object's outline: polygons as x, y, x, y... Only with a detail.
    pub mask: Vec<Vec<f64>>,
    /// Joints of a person.
    pub pose: Option<Pose>,
    /// What a re-identification network made of the object.
    pub embedding: Vec<f32>,
    /// Where the object stands in the world.
    pub tracking_3d: Option<Tracking3d>,
}

/// What is known of an object, by its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Detail {
    /// `NvDsVehicleObject`, with a mask `NvDsVehicleObjectExt`.
    Vehicle(Vehicle),
    /// `NvDsPersonObject` or `NvDsPersonObjectExt`.
    Person(Person),
    /// `NvDsFaceObject` or `NvDsFaceObjectExt`.
    Face(Face),
    /// `NvDsProductObject` or `NvDsProductObjectExt`.
    Product(Product),
}

/// What is known of a vehicle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[allow(missing_docs)] // words of the trade
pub struct Vehicle {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub make: Option<String>,
    pub model: Option<String>,
    pub color: Option<String>,
    /// Where its licence is from.
    pub region: Option<String>,
    pub license: Option<String>,
}

/// What is known of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[allow(missing_docs)] // words of everyday
pub struct Person {
    pub gender: Option<String>,
    pub hair: Option<String>,
    pub cap: Option<String>,
    pub apparel: Option<String>,
    pub age: u32,
}

/// What is known of a face.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[allow(missing_docs)] // words of everyday
pub struct Face {
    pub gender: Option<String>,
    pub hair: Option<String>,
    pub cap: Option<String>,
    pub glasses: Option<String>,
    pub facialhair: Option<String>,
    pub name: Option<String>,
    pub eyecolor: Option<String>,
    pub age: u32,
}

/// What is known of a product.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[allow(missing_docs)] // words of everyday
pub struct Product {
    pub brand: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub shape: Option<String>,
}

/// Joints of a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pose {
    /// 0: 18 joints in the picture; 1: 34 in the picture with a depth; 2: 34 in space.
    pub kind: i32,
    /// x, y, z and confidence of each, in the order of its kind.
    pub joints: Vec<[f32; 4]>,
}

/// Where an object stands in the world, as a tracker with a camera model sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tracking3d {
    /// Where it stands on the ground, in the world.
    pub world_feet: [f32; 2],
    /// Where it stands, in pixels of the frame.
    pub image_feet: [f32; 2],
    /// Corners of its outline, x, y in turn.
    pub hull: Vec<i32>,
    /// How much of it is to be seen, 0 to 1.
    pub visibility: f32,
}

impl UserMeta {
    /// The event message, if this is one, whoever attached it.
    pub fn event_message(&self) -> Option<EventMessage> {
        if self.meta_type() != NVDS_EVENT_MSG_META {
            return None;
        }
        // SAFETY: a view's struct is live, and data of this type is this struct.
        unsafe { (*self.raw()).user_meta_data.cast::<NvDsEventMsgMeta>().as_ref().map(|raw| abi::read(raw)) }
    }
}

impl Frame {
    /// The frame's event messages, in the order they were attached in.
    pub fn event_messages(&self) -> impl Iterator<Item = EventMessage> {
        let newest_first: Vec<_> = self.user_metas().filter_map(UserMeta::event_message).collect();
        newest_first.into_iter().rev()
    }

    /// Attaches an event message.
    pub fn add_event_message(&mut self, event: &EventMessage) {
        let data = abi::write(event).cast();
        let (copy, release) = (copy as _, release as _);
        let meta_type = NVDS_EVENT_MSG_META;
        let raw = RawUserMeta { meta_type, data, copy: Some(copy), release: Some(release), context: ptr::null_mut() };
        // SAFETY: the callbacks copy and free what `write` made, also after a program in C edited it.
        unsafe { self.add_raw_user(raw) };
    }
}

/// # Safety
/// `meta` is user metadata over an event message.
unsafe extern "C" fn copy(meta: *mut c_void, _user_data: *mut c_void) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe {
        let data = (*meta.cast::<NvDsUserMeta>()).user_meta_data;
        guard("copying an event message", ptr::null_mut(), || match data.is_null() {
            true => data,
            false => walk::copy(data.cast_const().cast()).cast(),
        })
    }
}

/// # Safety
/// As [`copy`].
unsafe extern "C" fn release(meta: *mut c_void, _user_data: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe {
        let data = ptr::replace(&raw mut (*meta.cast::<NvDsUserMeta>()).user_meta_data, ptr::null_mut());
        if !data.is_null() {
            guard("releasing an event message", (), || walk::free(data.cast()));
        }
    }
}

#[cfg(test)]
mod tests;
