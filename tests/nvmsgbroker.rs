//! `nvmsgbroker` with the file broker: what it sends, counts and refuses. Real brokers are in `tests/brokers`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use ds_apps::meta::payload::Payload;
use ds_apps::meta::{OwnedBatch, attach};
use gst::prelude::*;
use gst_check::Harness;

fn element(properties: &[(&str, &str)]) -> gst::Element {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let element = gst::ElementFactory::make("nvmsgbroker").property("sync", false).build().unwrap();
    properties.iter().for_each(|(name, value)| element.set_property_from_str(name, value));
    element
}

/// A buffer with frames of sources 0 and 1; each has these messages by component.
fn buffer(messages: &[(&str, u32)]) -> gst::Buffer {
    let mut batch = OwnedBatch::new(2);
    for source in 0..2 {
        let frame = batch.add_frame();
        frame.set_source_id(source);
        for (text, component) in messages {
            frame.add_payload(Payload::new(format!("{text}{source}").into_bytes(), *component).unwrap());
        }
    }
    let mut buffer = gst::Buffer::new();
    attach(buffer.make_mut(), batch);
    buffer
}

/// Sends buffers to their end.
fn send(element: &gst::Element, buffers: Vec<gst::Buffer>) {
    let mut harness = Harness::with_element(element, Some("sink"), None);
    harness.set_src_caps_str("video/x-raw(memory:NVMM), format=NV12, width=64, height=48");
    buffers.into_iter().for_each(|buffer| assert_eq!(harness.push(buffer), Ok(gst::FlowSuccess::Ok)));
    assert!(harness.push_event(gst::event::Eos::new()));
}

fn stat(element: &gst::Element, name: &str) -> u64 {
    element.property::<gst::Structure>("stats").get(name).unwrap()
}

/// The error on the bus of an element that does not start.
fn refusal(properties: &[(&str, &str)]) -> String {
    let (element, bus) = (element(properties), gst::Bus::new());
    element.set_bus(Some(&bus));
    assert!(element.set_state(gst::State::Paused).is_err());
    let message = bus.pop_filtered(&[gst::MessageType::Error]).unwrap();
    element.set_state(gst::State::Null).unwrap();
    let gst::MessageView::Error(error) = message.view() else { unreachable!() };
    error.error().message().to_owned()
}

fn lines(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn messages_of_all_frames_go_to_the_file_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m.jsonl");
    let element = element(&[("proto-lib", "libnvds_file_proto.so"), ("conn-str", path.to_str().unwrap())]);
    send(&element, vec![buffer(&[("a", 1), ("b", 2)]), buffer(&[]), buffer(&[("c", 1)])]);
    assert_eq!(lines(&path), ["a0", "b0", "a1", "b1", "c0", "c1"]);
    for (name, count) in [("accepted", 6), ("sent", 6), ("acknowledged", 6), ("dropped", 0), ("spooled", 0)] {
        assert_eq!(stat(&element, name), count, "{name}");
    }
}

#[test]
fn only_messages_of_the_component_asked_for_are_sent() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m.jsonl");
    let element = element(&[("proto-lib", "file"), ("conn-str", path.to_str().unwrap()), ("comp-id", "2")]);
    send(&element, vec![buffer(&[("a", 1), ("b", 2), ("c", 0)])]);
    assert_eq!(lines(&path), ["b0", "b1"]);
}

#[test]
fn what_the_file_does_not_take_stays_in_the_spool_for_the_next_run() {
    let dir = tempfile::tempdir().unwrap();
    let (spool, path, missing) = (dir.path().join("spool"), dir.path().join("m.jsonl"), dir.path().join("missing"));
    // The file is on something that is not there yet.
    std::os::unix::fs::symlink(missing.join("m.jsonl"), &path).unwrap();
    let properties =
        [("proto-lib", "file"), ("conn-str", path.to_str().unwrap()), ("spool-dir", spool.to_str().unwrap())];
    let first = element(&[&properties[..], &[("flush-timeout", "50")]].concat());
    let bus = gst::Bus::new();
    first.set_bus(Some(&bus));
    send(&first, vec![buffer(&[("a", 0)])]);
    first.set_state(gst::State::Null).unwrap();
    assert_eq!((stat(&first, "spooled"), stat(&first, "acknowledged")), (2, 0));
    let said: Vec<String> = std::iter::from_fn(|| bus.pop_filtered(&[gst::MessageType::Warning]))
        .filter_map(|message| match message.view() {
            gst::MessageView::Warning(warning) => Some(warning.error().message().to_owned()),
            _ => None,
        })
        .collect();
    assert!(
        said[0].ends_with("No such file or directory (os error 2); messages wait in the spool, and it is tried again")
    );
    let stays = format!("2 messages are not delivered; they wait in {} for the next start", spool.display());
    assert_eq!(said.last(), Some(&stays));

    std::fs::create_dir(missing).unwrap();
    let second = element(&properties);
    send(&second, vec![buffer(&[("b", 0)])]);
    assert_eq!(lines(&path), ["a0", "a1", "b0", "b1"]);
    assert_eq!((stat(&second, "recovered"), stat(&second, "acknowledged")), (2, 4));
}

#[test]
fn what_is_wrong_is_said_before_anything_plays() {
    assert!(refusal(&[]).starts_with("no proto-lib: which broker's client? there are kafka"));
    assert!(refusal(&[("proto-lib", "kafkaa")]).ends_with("; is kafka meant?"));
    assert!(refusal(&[("proto-lib", "file")]).contains("expected the path of a file"));
    let missing = [("proto-lib", "file"), ("conn-str", "/tmp/x"), ("config", "/nowhere/cfg.txt")];
    assert_eq!(refusal(&missing), "/nowhere/cfg.txt: No such file or directory (os error 2)");
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let spool = file.join("spool");
    let message = refusal(&[("proto-lib", "file"), ("conn-str", "/tmp/x"), ("spool-dir", spool.to_str().unwrap())]);
    assert!(message.contains("choose another spool-dir"), "{message}");
}

#[test]
fn two_elements_do_not_share_a_spool() {
    let dir = tempfile::tempdir().unwrap();
    let spool = dir.path().to_str().unwrap();
    let properties = [("proto-lib", "file"), ("conn-str", "/dev/null"), ("spool-dir", spool)];
    let first = element(&properties);
    first.set_state(gst::State::Ready).unwrap();
    first.set_state(gst::State::Paused).unwrap();
    assert!(refusal(&properties).contains("another process uses it"));
    first.set_state(gst::State::Null).unwrap();
}
