//! The full schema (`payload-type` 0): a message for one event or one object, with all that is known around it.

use super::object::{OfEvent, OfFrame};
use super::place::{ModulePart, PlacePart, SensorPart};
use super::{Ids, bytes};
use crate::config::msgconv::MsgconvConfig;
use crate::meta::event_message::EventMessage;
use crate::meta::ffi::values::*;
use crate::meta::{Frame, Object, UserMeta};
use serde::Serialize;

#[derive(Serialize)]
struct Full<'a, O: Serialize> {
    messageid: &'a str,
    mdsversion: &'static str,
    #[serde(rename = "@timestamp")]
    timestamp: &'a str,
    place: Option<PlacePart<'a>>,
    sensor: Option<SensorPart<'a>>,
    #[serde(rename = "analyticsModule")]
    module: Option<ModulePart<'a>>,
    object: O,
    event: Event<'a>,
    #[serde(rename = "videoPath")]
    video_path: &'a str,
    #[serde(rename = "customMessage", skip_serializing_if = "Vec::is_empty")]
    custom: Vec<String>,
}

#[derive(Serialize)]
struct Event<'a> {
    id: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
}

/// The message of an event; `time` stands in it where the event has none of its own. Sections that the configuration
/// lacks are `null`.
pub fn of_event(event: &EventMessage, known: &MsgconvConfig, ids: &Ids, time: &str) -> Vec<u8> {
    bytes(&Full {
        messageid: &ids.message,
        mdsversion: "1.0",
        timestamp: event.timestamp.as_deref().unwrap_or(time),
        place: known.places.get(&event.place_id).map(|place| PlacePart::of_event(place, event)),
        sensor: known.sensors.get(&event.sensor_id).map(Into::into),
        module: known.modules.get(&event.module_id).map(Into::into),
        object: OfEvent(event),
        event: Event { id: &ids.event, kind: kind(event.event) },
        video_path: event.video_path.as_deref().unwrap_or_default(),
        custom: Vec::new(),
    })
}

/// The message of an object without an event (`msg2p-newapi`). Sections of the configuration are those with the number of
/// the frame's source.
pub fn of_object(frame: &Frame, object: &Object, known: &MsgconvConfig, ids: &Ids, time: &str) -> Vec<u8> {
    let source = i32::try_from(frame.source_id()).unwrap_or(i32::MAX);
    bytes(&Full {
        messageid: &ids.message,
        mdsversion: "1.0",
        timestamp: time,
        place: known.places.get(&source).map(PlacePart::of_object),
        sensor: known.sensors.get(&source).map(Into::into),
        module: known.modules.get(&source).map(Into::into),
        object: OfFrame(object),
        event: Event { id: &ids.event, kind: Some("") },
        video_path: "",
        custom: custom(frame),
    })
}

/// Texts of the user's own on the frame (`NVDS_CUSTOM_MSG_BLOB`).
pub(super) fn custom(frame: &Frame) -> Vec<String> {
    let blobs = frame.user_metas().filter_map(UserMeta::custom_message);
    blobs.map(|blob| String::from_utf8_lossy(blob).into_owned()).collect()
}

fn kind(event: NvDsEventType) -> Option<&'static str> {
    Some(match event {
        NVDS_EVENT_ENTRY => "entry",
        NVDS_EVENT_EXIT => "exit",
        NVDS_EVENT_MOVING => "moving",
        NVDS_EVENT_STOPPED => "stopped",
        NVDS_EVENT_PARKED => "parked",
        NVDS_EVENT_EMPTY => "empty",
        NVDS_EVENT_RESET => "reset",
        _ => return None,
    })
}
