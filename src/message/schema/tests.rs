//! Messages against the golden files of `tests/data/messages`; `UPDATE_GOLDEN=1` writes them anew.

use std::path::{Path, PathBuf};

use super::*;
use crate::base::geometry::Rect;
use crate::config::msgconv::MsgconvConfig;
use crate::meta::OwnedBatch;
use crate::meta::custom_message::CustomMessage;
use crate::meta::event_message::*;
use crate::meta::ffi::values::*;
use serde_json::Value;

const TIME: &str = "2026-11-21T19:30:00.125Z";

fn ids() -> Ids {
    Ids { message: "00000000-0000-4000-8000-000000000001".into(), event: "00000000-0000-4000-8000-000000000002".into() }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn known() -> MsgconvConfig {
    MsgconvConfig::load(&root().join("configs/config_msgconv.txt")).unwrap().config
}

fn text(text: &str) -> Option<String> {
    Some(text.into())
}

fn event(kind: NvDsEventType, detail: Option<Detail>) -> EventMessage {
    EventMessage {
        event: kind,
        rect: Rect { left: 1834.6, top: 150.2, width: 84.0, height: 65.5 },
        frame_id: 30,
        confidence: 0.8,
        tracking_id: 957,
        timestamp: text(TIME),
        sensor: text("sensor-0"),
        detail,
        ..Default::default()
    }
}

fn vehicle() -> EventMessage {
    let [kind, make, model] = ["sedan", "Maker", "M"].map(text);
    let [color, region, license] = ["blue", "CA", "XX1234"].map(text);
    event(NVDS_EVENT_MOVING, Some(Detail::Vehicle(Vehicle { kind, make, model, color, region, license })))
}

fn person() -> EventMessage {
    let [gender, hair, cap, apparel] = ["male", "black", "none", "formal"].map(text);
    let pose = Pose { kind: 0, joints: vec![[10.9, 20.0, 0.0, 0.5], [1.0, 2.0, 0.0, 0.0]] };
    EventMessage {
        object_type: NVDS_OBJECT_TYPE_PERSON,
        pose: Some(pose),
        embedding: vec![0.5, -1.25],
        signature: vec![0.1, 0.2],
        location: [48.1, 11.5, 519.0],
        tracking_3d: Some(Tracking3d {
            world_feet: [1.5, 2.5],
            image_feet: [640.0, 360.0],
            hull: vec![1, 2, 3, 4, 5, 6],
            visibility: 0.75,
        }),
        ..event(NVDS_EVENT_ENTRY, Some(Detail::Person(Person { gender, hair, cap, apparel, age: 45 })))
    }
}

fn face() -> EventMessage {
    let [gender, hair, cap, glasses] = ["female", "grey", "none", "round"].map(text);
    let [facialhair, name, eyecolor] = ["none", "Ada", "brown"].map(text);
    let face = Face { gender, hair, cap, glasses, facialhair, name, eyecolor, age: 36 };
    let mask = vec![vec![1.0, 2.0, 3.5, 4.0, 5.0, 6.0], vec![7.0, 8.0]];
    EventMessage {
        object_type: NVDS_OBJECT_TYPE_FACE_EXT,
        mask,
        video_path: text("v.mp4"),
        ..event(NVDS_EVENT_PARKED, Some(Detail::Face(face)))
    }
}

fn bare(object_type: NvDsObjectType, kind: NvDsEventType) -> EventMessage {
    EventMessage { object_type, object_id: text("suitcase"), ..event(kind, None) }
}

/// All events of the golden files, by name.
fn events() -> Vec<(&'static str, EventMessage)> {
    let [brand, kind, shape] = ["Acme", "cup", "round"].map(text);
    vec![
        ("vehicle", vehicle()),
        ("person", person()),
        ("face", face()),
        (
            "product",
            EventMessage {
                object_type: NVDS_OBJECT_TYPE_PRODUCT,
                ..event(NVDS_EVENT_EXIT, Some(Detail::Product(Product { brand, kind, shape })))
            },
        ),
        ("vehicle_bare", bare(NVDS_OBJECT_TYPE_VEHICLE, NVDS_EVENT_EXIT)),
        ("person_bare", bare(NVDS_OBJECT_TYPE_PERSON, NVDS_EVENT_STOPPED)),
        ("bicycle", bare(NVDS_OBJECT_TYPE_BICYCLE, NVDS_EVENT_EMPTY)),
        ("unknown", bare(NVDS_OBJECT_TYPE_UNKNOWN, NVDS_EVENT_RESET)),
        (
            "custom",
            EventMessage {
                sensor_id: 9,
                place_id: 9,
                module_id: 9,
                ..bare(NVDS_OBJECT_TYPE_CUSTOM, NVDS_EVENT_CUSTOM)
            },
        ),
    ]
}

/// A frame with a tracked and classified object, one without a number, and a text of the user's own.
fn batch() -> OwnedBatch {
    let mut batch = OwnedBatch::new(1);
    let frame = batch.add_frame();
    frame.set_frame_num(60);
    let second = frame.add_object();
    second.set_label("person");
    second.set_rect(Rect { left: 1.0, top: 2.0, width: 3.0, height: 4.0 });
    second.set_confidence(0.5);
    let first = frame.add_object();
    first.set_object_id(Some(7));
    first.set_label("vehicle");
    first.set_rect(Rect { left: 100.5, top: 50.25, width: 20.0, height: 10.0 });
    first.set_confidence(0.875);
    let classifier = first.add_classifier();
    classifier.set_kind("vehicletype");
    classifier.add_label().set_text("bus");
    frame.add_custom_message(CustomMessage::new(&b"gate 3"[..]).unwrap());
    batch
}

/// Every message of the golden files, by file name.
fn messages() -> Vec<(String, Vec<u8>)> {
    let known = known();
    let mut all = Vec::new();
    for (name, event) in events() {
        all.push((format!("full_{name}.json"), of_event(&event, &known, &ids(), "unused")));
    }
    let events: Vec<_> = events().into_iter().map(|(_, event)| event).collect();
    let head = Head { frame: 30, time: TIME, sensor: Some("sensor-0"), sensor_id: 0 };
    all.push(("minimal_events.json".into(), of_events(head, &events, Some(&known))));
    all.push(("minimal_dummy.json".into(), of_events(Head { sensor: None, ..head }, &[], Some(&known))));
    let batch = batch();
    let frame = batch.frames().next().unwrap();
    all.push(("minimal_frame.json".into(), of_frame(frame, Some(&known), TIME)));
    for (number, object) in frame.objects().enumerate() {
        all.push((format!("full_object_{number}.json"), of_object(frame, object, &known, &ids(), TIME)));
    }
    all
}

#[test]
fn messages_are_the_golden_ones_to_the_byte() {
    let folder = root().join("tests/data/messages");
    for (name, message) in messages() {
        let path = folder.join(&name);
        let line = [message, b"\n".to_vec()].concat();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &line).unwrap();
        }
        let golden = std::fs::read(&path).unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(&line), String::from_utf8_lossy(&golden), "{}", path.display());
    }
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(files, messages().len(), "a golden file that no test makes");
}

fn schema(name: &str) -> jsonschema::Validator {
    let text = std::fs::read_to_string(Path::new(&root()).join("docs").join(name)).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[test]
fn every_message_keeps_to_its_schema() {
    let (full, minimal) = (schema("message-full.schema.json"), schema("message-minimal.schema.json"));
    for (name, message) in messages() {
        let message: Value = serde_json::from_slice(&message).unwrap();
        let schema = if name.starts_with("full") { &full } else { &minimal };
        let wrong: Vec<String> = schema.iter_errors(&message).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
    let mut broken: Value = serde_json::from_slice(&of_event(&vehicle(), &known(), &ids(), TIME)).unwrap();
    broken["object"]["bbox"]["topleftx"] = "left".into();
    assert!(!full.is_valid(&broken));
    assert!(!minimal.is_valid(&broken));
}

#[test]
fn a_time_is_given_to_events_that_have_none_and_ids_differ() {
    let event = EventMessage { timestamp: None, ..vehicle() };
    let message: Value = serde_json::from_slice(&of_event(&event, &known(), &Ids::random(), TIME)).unwrap();
    assert_eq!(message["@timestamp"], TIME);
    let (one, two) = (Ids::random(), Ids::random());
    assert!(one.message != two.message && one.message != one.event && one.message.len() == 36);
}

#[test]
fn a_sensor_is_named_by_the_event_the_file_or_not_at_all() {
    let name = |sensor, sensor_id, known: Option<&MsgconvConfig>| {
        let head = Head { frame: 0, time: TIME, sensor, sensor_id };
        let message: Value = serde_json::from_slice(&of_events(head, &[], known)).unwrap();
        message["sensorId"].as_str().unwrap().to_owned()
    };
    let known = known();
    assert_eq!(name(Some("gate"), 0, Some(&known)), "gate");
    assert_eq!(name(None, 0, Some(&known)), "street-camera");
    assert_eq!(name(None, 5, Some(&known)), "");
    assert_eq!(name(None, 0, None), "0");
    assert_eq!(missing(&known, 5, 0, 6), ["sensor5", "analytics6"]);
}

#[test]
fn ids_are_random_uuids() {
    let ids: std::collections::HashSet<String> = (0..1000).map(|_| super::Ids::random().message).collect();
    assert_eq!(ids.len(), 1000);
    for id in ids {
        assert!(gst::glib::uuid_string_is_valid(&id), "{id}");
        assert_eq!(id.as_bytes()[14], b'4');
        assert!(matches!(id.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{id}");
    }
}
