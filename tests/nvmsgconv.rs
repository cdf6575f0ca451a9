//! `nvmsgconv`: which messages it makes of a batch, what it leaves alone, what it refuses.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use ds_apps::base::geometry::Rect;
use ds_apps::elements::nvmsgconv::PayloadType;
use ds_apps::meta::event_message::{Detail, EventMessage, Vehicle};
use ds_apps::meta::ffi::values::*;
use ds_apps::meta::{self, Batch, Frame, OwnedBatch};
use gst::prelude::*;
use gst_check::Harness;
use serde_json::Value;

fn config() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/config_msgconv.txt").display().to_string()
}

fn element(properties: &[(&str, &dyn ToValue)]) -> gst::Element {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let element = gst::ElementFactory::make("nvmsgconv").build().unwrap();
    for (name, value) in properties {
        element.set_property_from_value(name, &value.to_value());
    }
    element
}

fn harness(element: &gst::Element) -> Harness {
    let mut harness = Harness::with_element(element, Some("sink"), Some("src"));
    harness.set_src_caps_str("video/x-raw(memory:NVMM), format=NV12, width=64, height=64, framerate=30/1");
    harness
}

fn event(number: i32, component_id: i32) -> EventMessage {
    EventMessage {
        event: NVDS_EVENT_MOVING,
        rect: Rect { left: 1.0, top: 2.0, width: 3.0, height: 4.0 },
        frame_id: number,
        component_id,
        tracking_id: 7,
        confidence: 0.5,
        timestamp: Some("2026-01-02T03:04:05.678Z".into()),
        detail: Some(Detail::Vehicle(Vehicle { kind: Some("bus".into()), ..Default::default() })),
        ..Default::default()
    }
}

/// A buffer of one frame a number; `fill` puts things on it.
fn buffer(numbers: &[i32], fill: impl Fn(&mut Frame)) -> gst::Buffer {
    let mut batch = OwnedBatch::new(numbers.len() as u32);
    for (source, number) in (0..).zip(numbers) {
        let frame = batch.add_frame();
        frame.set_source_id(source);
        frame.set_frame_num(*number);
        frame.set_ntp_timestamp(1_767_323_045_678_000_000);
        fill(frame);
    }
    let mut buffer = gst::Buffer::with_size(8).unwrap();
    meta::attach(buffer.get_mut().unwrap(), batch);
    buffer
}

/// The messages of each frame, and the component they bear.
fn messages(buffer: &gst::BufferRef) -> Vec<Vec<(Value, u32)>> {
    let json = |bytes: &[u8]| serde_json::from_slice(bytes).unwrap();
    let batch = Batch::of(buffer).unwrap();
    batch.frames().map(|frame| frame.payloads().map(|p| (json(p.bytes), p.component_id)).collect()).collect()
}

#[test]
fn defaults_are_deepstreams() {
    let element = element(&[]);
    assert_eq!(element.property::<PayloadType>("payload-type"), PayloadType::Full);
    assert_eq!((element.property::<u32>("comp-id"), element.property::<u32>("frame-interval")), (0, 30));
    for flag in ["multiple-payloads", "msg2p-newapi", "dummy-payload"] {
        assert!(!element.property::<bool>(flag), "{flag}");
    }
    for text in ["config", "msg2p-lib", "debug-payload-dir", "embedding-filter"] {
        assert_eq!(element.property::<Option<String>>(text), None, "{text}");
    }
    element.set_property_from_str("payload-type", "PAYLOAD_DEEPSTREAM_MINIMAL");
    assert_eq!(element.property::<PayloadType>("payload-type") as i32, 1);
}

#[test]
fn every_event_becomes_a_full_message_in_its_order() {
    let element = element(&[("config", &config())]);
    let mut harness = harness(&element);
    let input = buffer(&[30, 31], |frame| {
        frame.add_event_message(&event(frame.frame_num(), 0));
        frame.add_event_message(&EventMessage { tracking_id: 8, ..event(frame.frame_num(), 0) });
    });
    let output = harness.push_and_pull(input).unwrap();
    let made = messages(&output);
    assert_eq!((made.len(), made[0].len(), made[1].len()), (2, 2, 2));
    let (message, component) = &made[0][0];
    assert_eq!((message["object"]["id"].as_str(), *component), (Some("7"), 0));
    assert_eq!(made[0][1].0["object"]["id"], "8");
    assert_eq!(message["@timestamp"], "2026-01-02T03:04:05.678Z");
    assert_eq!(message["sensor"]["id"], "street-camera");
    assert_eq!(message["place"]["aisle"]["level"], "P0");
    assert_eq!(message["object"]["vehicle"]["type"], "bus");
    assert_eq!(message["event"]["type"], "moving");
    assert_ne!(message["messageid"], made[0][1].0["messageid"]);
}

#[test]
fn events_of_a_frame_share_a_minimal_message_which_needs_no_file() {
    let element = element(&[("payload-type", &PayloadType::Minimal), ("comp-id", &5u32)]);
    let mut harness = harness(&element);
    let input = buffer(&[30], |frame| {
        for component in [5, 6, 5] {
            frame.add_event_message(&event(30, component));
        }
    });
    let output = harness.push_and_pull(input).unwrap();
    let made = messages(&output);
    let [(message, 5)] = &made[0][..] else { panic!("{made:?}") };
    assert_eq!(message["objects"].as_array().unwrap().len(), 2);
    assert_eq!(message["objects"][0], "7|1|2|4|6|Vehicle|#|bus||||||0.5");
    assert_eq!((&message["id"], &message["sensorId"]), (&Value::from("30"), &Value::from("0")));
}

#[test]
fn frames_without_events_get_a_dummy_only_where_it_is_asked_for() {
    for (dummy, count) in [(false, 0), (true, 1)] {
        let element =
            element(&[("payload-type", &PayloadType::Minimal), ("dummy-payload", &dummy), ("config", &config())]);
        let mut harness = harness(&element);
        let output = harness.push_and_pull(buffer(&[12], |_| {})).unwrap();
        let made = messages(&output);
        assert_eq!(made[0].len(), count);
        for (message, _) in &made[0] {
            assert_eq!(message["objects"], Value::Array(Vec::new()));
            assert_eq!((&message["id"], &message["sensorId"]), (&"12".into(), &"street-camera".into()));
            assert_eq!(message["@timestamp"], "2026-01-02T03:04:05.678Z");
        }
    }
}

#[test]
fn the_new_api_makes_messages_of_every_so_many_frames() {
    let objects = |frame: &mut Frame| {
        for label in ["car", "person"] {
            frame.add_object().set_label(label);
        }
        frame.add_event_message(&event(0, 0));
    };
    for (kind, count) in [(PayloadType::Full, 2), (PayloadType::Minimal, 1)] {
        let element = element(&[
            ("config", &config()),
            ("payload-type", &kind),
            ("msg2p-newapi", &true),
            ("frame-interval", &4u32),
        ]);
        let mut harness = harness(&element);
        for number in 0..9 {
            let output = harness.push_and_pull(buffer(&[number], objects)).unwrap();
            let made = messages(&output);
            assert_eq!(made[0].len(), if number % 4 == 0 { count } else { 0 }, "{kind:?} {number}");
            if number == 8 && kind == PayloadType::Full {
                assert!(made[0][0].0["object"].get("car").is_some() && made[0][1].0["object"].get("person").is_some());
            }
        }
    }
}

#[test]
fn a_buffer_without_messages_is_passed_on_as_it_is_and_one_with_is_copied_only_if_shared() {
    let element = element(&[("config", &config())]);
    let mut harness = harness(&element);
    let plain = buffer(&[1], |_| {});
    let address = plain.as_ptr();
    let held = plain.clone();
    assert_eq!(harness.push_and_pull(plain).unwrap().as_ptr(), address);
    let shared = buffer(&[1], |frame| frame.add_event_message(&event(1, 0)));
    let other = shared.clone();
    let output = harness.push_and_pull(shared).unwrap();
    assert_ne!(output.as_ptr(), other.as_ptr());
    assert_eq!((messages(&output)[0].len(), messages(&other)[0].len()), (1, 0));
    let own = buffer(&[1], |frame| frame.add_event_message(&event(1, 0)));
    let address = own.as_ptr();
    assert_eq!(harness.push_and_pull(own).unwrap().as_ptr(), address);
    let without = gst::Buffer::with_size(1).unwrap();
    assert_eq!(harness.push_and_pull(without).unwrap().size(), 1);
    drop(held);
}

#[test]
fn messages_are_written_to_the_debug_folder_too() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().to_str().unwrap().to_owned();
    let element = element(&[("config", &config()), ("debug-payload-dir", &name)]);
    let mut harness = harness(&element);
    harness.push_and_pull(buffer(&[1], |frame| frame.add_event_message(&event(1, 0)))).unwrap();
    harness.push_and_pull(buffer(&[2], |_| {})).unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    assert_eq!(file.extension().unwrap(), "txt");
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(text.lines().count(), 1);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["mdsversion"], "1.0");
}

fn refusal(properties: &[(&str, &dyn ToValue)]) -> String {
    let element = element(properties);
    let bus = gst::Bus::new();
    element.set_bus(Some(&bus));
    assert!(element.set_state(gst::State::Paused).is_err());
    let message = bus.pop_filtered(&[gst::MessageType::Error]).unwrap();
    element.set_state(gst::State::Null).unwrap();
    let gst::MessageView::Error(error) = message.view() else { panic!("no error") };
    error.error().to_string()
}

#[test]
fn what_cannot_be_is_refused_with_what_to_do() {
    assert!(refusal(&[]).starts_with("config is not set: full messages"));
    assert!(refusal(&[("config", &"/nowhere/msgconv.txt")]).starts_with("/nowhere/msgconv.txt: "));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.yml");
    std::fs::write(&path, "sensor0:\n  enable: 1\n  location: here\n").unwrap();
    let wrong = refusal(&[("config", &path.to_str().unwrap())]);
    assert!(wrong.contains("c.yml:3: [sensor0] location: expected three numbers"), "{wrong}");
    let minimal: (&str, &dyn ToValue) = ("payload-type", &PayloadType::Minimal);
    let none = refusal(&[minimal, ("debug-payload-dir", &"/nowhere/at/all")]);
    assert!(none.starts_with("debug-payload-dir: /nowhere/at/all: "), "{none}");
    let custom = refusal(&[("payload-type", &PayloadType::Custom)]);
    assert!(custom.starts_with("payload-type=PAYLOAD_CUSTOM is not made here; take "), "{custom}");
}

#[test]
fn deepstreams_library_is_built_in_and_others_are_said_not_to_be_loaded() {
    for (library, warnings) in [("/opt/nvidia/deepstream/deepstream/lib/libnvds_msgconv.so", 0), ("/lib/libmine.so", 1)]
    {
        let element = element(&[("payload-type", &PayloadType::Minimal), ("msg2p-lib", &library)]);
        let bus = gst::Bus::new();
        element.set_bus(Some(&bus));
        element.set_state(gst::State::Paused).unwrap();
        let said = std::iter::from_fn(|| bus.pop_filtered(&[gst::MessageType::Warning])).count();
        assert_eq!(said, warnings, "{library}");
        element.set_state(gst::State::Null).unwrap();
    }
}
