//! The minimal schema (`payload-type` 1): a message for one frame, each object a string.

use super::full::custom;
use super::number::{fixed, general};
use super::{bytes, joints};
use crate::base::geometry::Rect;
use crate::config::msgconv::MsgconvConfig;
use crate::meta::event_message::{Detail, EventMessage};
use crate::meta::ffi::values::*;
use crate::meta::{Frame, Object};
use serde::Serialize;

#[derive(Serialize)]
struct Minimal<'a> {
    version: &'static str,
    id: String,
    #[serde(rename = "@timestamp")]
    timestamp: &'a str,
    #[serde(rename = "sensorId")]
    sensor_id: &'a str,
    objects: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    masks: Vec<String>,
    #[serde(rename = "customMessage", skip_serializing_if = "Vec::is_empty")]
    custom: Vec<String>,
}

/// What a message says of its frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head<'a> {
    /// Number of the frame in its source.
    pub frame: i32,
    /// When it was, RFC 3339.
    pub time: &'a str,
    /// What the sensor is called, where somebody said it.
    pub sensor: Option<&'a str>,
    /// Number of the sensor, to look its name up.
    pub sensor_id: i32,
}

/// The message of a frame's events.
pub fn of_events(head: Head<'_>, events: &[EventMessage], known: Option<&MsgconvConfig>) -> Vec<u8> {
    let named = |known: &'_ MsgconvConfig| known.sensors.get(&head.sensor_id).map_or("", |s| &s.id).to_owned();
    let looked_up = known.map_or_else(|| "0".to_owned(), named);
    bytes(&Minimal {
        version: "4.0",
        id: head.frame.to_string(),
        timestamp: head.time,
        sensor_id: head.sensor.unwrap_or(&looked_up),
        objects: events.iter().map(of_event).collect(),
        masks: events.iter().filter(|event| !event.mask.is_empty()).map(outline).collect(),
        custom: Vec::new(),
    })
}

/// The message of a frame's objects (`msg2p-newapi`).
pub fn of_frame(frame: &Frame, known: Option<&MsgconvConfig>, time: &str) -> Vec<u8> {
    let source = i32::try_from(frame.source_id()).unwrap_or(i32::MAX);
    let sensor = known.and_then(|known| known.sensors.get(&source));
    bytes(&Minimal {
        version: "4.0",
        id: frame.frame_num().to_string(),
        timestamp: time,
        sensor_id: sensor.map_or("0", |sensor| &sensor.id),
        objects: frame.objects().map(of_object).collect(),
        masks: Vec::new(),
        custom: custom(frame),
    })
}

/// `id|left|top|right|bottom|type|#|attributes|confidence`
fn of_event(event: &EventMessage) -> String {
    let mut text = String::new();
    if event.object_type != NVDS_OBJECT_TYPE_DUMMY {
        text = format!("{}|{}|{}", event.tracking_id, corners(event.rect), name(event));
        text += &match &event.detail {
            Some(detail) => attributes(detail, event),
            None => "|#||||||".to_owned(),
        };
        text += &format!("|{}", general(event.confidence));
    }
    if !event.embedding.is_empty() {
        let numbers: Vec<_> = event.embedding.iter().map(|number| general(f64::from(*number))).collect();
        text += &format!("|#|embedding|{}|", numbers.join(","));
    }
    if let Some(tracking) = &event.tracking_3d {
        let pair = |[x, y]: [f32; 2]| format!("{},{}", fixed(x), fixed(y));
        let hull: Vec<_> = tracking.hull.iter().map(i32::to_string).collect();
        let (image, world) = (pair(tracking.image_feet), pair(tracking.world_feet));
        text += &format!("#|SV3DT|{}|{image}|{world}|{}|", fixed(tracking.visibility), hull.join(","));
    }
    text
}

fn attributes(detail: &Detail, event: &EventMessage) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let words: Vec<String> = match detail {
        Detail::Vehicle(v) => [&v.kind, &v.make, &v.model, &v.color, &v.license, &v.region].map(text).into(),
        Detail::Person(p) => {
            vec![text(&p.gender), p.age.to_string(), text(&p.hair), text(&p.cap), text(&p.apparel)]
        }
        Detail::Face(f) => {
            let [hair, cap, glasses] = [&f.hair, &f.cap, &f.glasses].map(text);
            let [facial, name, eyes] = [&f.facialhair, &f.name, &f.eyecolor].map(text);
            // DeepStream has an empty field in front of the colour of the eyes.
            vec![text(&f.gender), f.age.to_string(), hair, cap, glasses, facial, name, String::new(), eyes]
        }
        Detail::Product(p) => [&p.brand, &p.kind, &p.shape].map(text).into(),
    };
    let pose = matches!(detail, Detail::Person(_)).then(|| pose(event)).unwrap_or_default();
    format!("|#|{}{pose}", words.join("|"))
}

fn pose(event: &EventMessage) -> String {
    let Some(pose) = &event.pose else { return String::new() };
    let Some((name, names)) = joints::of_kind(pose.kind) else { return String::new() };
    let joint = |(name, &[x, y, z, confidence]): (&&str, &[f32; 4])| match pose.kind {
        0 => format!("{name},{},{},{}|", fixed(x), fixed(y), fixed(confidence)),
        _ => format!("{name},{},{},{},{}|", fixed(x), fixed(y), fixed(z), fixed(confidence)),
    };
    format!("|#|{name}|{}", names.iter().zip(&pose.joints).map(joint).collect::<String>())
}

/// `id|number of polygons|x|y|x|y...|#|x|y...`
fn outline(event: &EventMessage) -> String {
    let polygon = |points: &Vec<f64>| points.iter().map(|number| format!("|{}", general(*number))).collect::<String>();
    let polygons: Vec<_> = event.mask.iter().map(polygon).collect();
    format!("{}|{}{}", event.tracking_id, polygons.len(), polygons.join("|#"))
}

/// `id|left|top|right|bottom|label`, and what classifiers say.
fn of_object(object: &Object) -> String {
    let id = object.object_id().unwrap_or(u64::MAX);
    let mut text = format!("{id}|{}|{}", corners(object.rect()), object.label());
    let mut classifiers = object.classifiers().peekable();
    if classifiers.peek().is_some() {
        text += "|#";
        for label in classifiers.flat_map(|classifier| classifier.labels()) {
            text += &format!("|{}", label.text());
        }
        text += &format!("|{}", general(f64::from(object.confidence())));
    }
    text
}

fn corners(rect: Rect) -> String {
    let numbers = [rect.left, rect.top, rect.left + rect.width, rect.top + rect.height];
    numbers.map(|number| general(f64::from(number))).join("|")
}

/// What a type is called. Objects with a mask are called as those without.
fn name(event: &EventMessage) -> &str {
    match event.object_type {
        NVDS_OBJECT_TYPE_VEHICLE | NVDS_OBJECT_TYPE_VEHICLE_EXT => "Vehicle",
        NVDS_OBJECT_TYPE_PERSON | NVDS_OBJECT_TYPE_PERSON_EXT => "Person",
        NVDS_OBJECT_TYPE_FACE | NVDS_OBJECT_TYPE_FACE_EXT => "Face",
        NVDS_OBJECT_TYPE_BAG => "Bag",
        NVDS_OBJECT_TYPE_BICYCLE => "Bicycle",
        NVDS_OBJECT_TYPE_ROADSIGN => "RoadSign",
        NVDS_OBJECT_TYPE_PRODUCT | NVDS_OBJECT_TYPE_PRODUCT_EXT => "Product",
        NVDS_OBJECT_TYPE_CUSTOM => "Custom",
        NVDS_OBJECT_TYPE_UNKNOWN => event.object_id.as_deref().unwrap_or("Unknown"),
        _ => "Unknown",
    }
}
