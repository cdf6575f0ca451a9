//! `redaction`: the lines, crops, and outputs in which nothing of the covered boxes shows.

use std::path::Path;

use gst::prelude::*;

use crate::world::{World, frames_in};

/// The least and the greatest sample of the red channel in the middle of the first decoded frame of a video or picture.
fn red_range(path: &Path) -> (u8, u8) {
    let launch = format!(
        "filesrc location=\"{}\" ! decodebin ! videoconvert ! video/x-raw,format=RGBA ! \
         fakesink name=out sync=false signal-handoffs=true num-buffers=1",
        path.display()
    );
    let pipeline = gst::parse::launch(&launch).unwrap().downcast::<gst::Pipeline>().unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    pipeline.by_name("out").unwrap().connect("handoff", false, move |values| {
        let caps = values[2].get::<gst::Pad>().unwrap().current_caps().unwrap();
        let side = |name: &str| caps.structure(0).unwrap().get::<i32>(name).unwrap() as usize;
        let (width, height) = (side("width"), side("height"));
        let buffer = values[1].get::<gst::Buffer>().unwrap();
        let map = buffer.map_readable().unwrap();
        let rows = height / 4..height * 3 / 4;
        let red = || rows.clone().flat_map(|y| (width / 4..width * 3 / 4).map(move |x| 4 * (y * width + x)));
        let samples: Vec<u8> = red().map(|at| map[at]).collect();
        let _ = send.send((*samples.iter().min().unwrap(), *samples.iter().max().unwrap()));
        None
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    let range = receive.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    pipeline.set_state(gst::State::Null).unwrap();
    range
}

const RED: &str = "test:red?size=64x64&frames=3";

#[test]
fn covered_in_every_output() {
    let world = World::new();
    let args =
        ["redaction", "--config", "config.txt", "--label", "Vehicle", "--each", "-o", "out.mp4", "--crops", "crops"];
    let ran = world.run(&[&args[..], &[RED, RED]].concat()).ends_with(0);
    assert!(
        ran.stdout.contains("Frame Number=2 Number of Objects=16 Face_count=16 Person_count=0\n"),
        "{}",
        ran.stdout
    );
    for name in ["out_0.mp4", "out_1.mp4"] {
        assert_eq!(frames_in(&world.path(name)), 3);
        let (least, most) = red_range(&world.path(name));
        assert!(most < 24, "{name}: {least}..{most} of the red picture is left");
    }
    let crops = world.path("crops/stream_1");
    assert_eq!(crops.read_dir().unwrap().count(), 16);
    // Encoded pictures and crops are made after the boxes are covered.
    for index in 0..16 {
        let bytes = std::fs::read(crops.join(format!("frame_0_{index}.jpg"))).unwrap();
        assert!(bytes.len() < 800, "a flat picture: {}", bytes.len());
    }
    world.run(&["redaction", "--config", "config.txt", "--label", "vehicle", "-o", "jpeg:frames", RED]).ends_with(0);
    let first = world.path("frames").read_dir().unwrap().next().unwrap().unwrap().path();
    assert!(red_range(&first).1 < 24);
}

#[test]
fn other_labels_and_clear_crops_stay_clear() {
    let world = World::new();
    world.run(&["redaction", "--config", "config.txt", "-o", "out.mp4", RED]).ends_with(0);
    assert!(red_range(&world.path("out.mp4")).0 > 200, "no face is found");
    let args = ["redaction", "--config", "config.txt", "--label", "vehicle", "--crops", "crops", "--clear-crops"];
    world.run(&[&args[..], &["-o", "other.mp4", RED]].concat()).ends_with(0);
    assert!(red_range(&world.path("other.mp4")).1 < 24);
    let crops = world.path("crops/stream_0");
    let middle = (0..16).map(|index| crops.join(format!("frame_0_{index}.jpg"))).find(|path| path.exists()).unwrap();
    assert!(red_range(&middle).0 > 200, "upstream's crops");
}

#[test]
fn mistakes_are_named() {
    let world = World::new();
    let ran = world.run(&["redaction", "--redact", "smear", RED]).ends_with(2);
    assert!(ran.stderr.contains("[possible values: fill, blur, pixelate]"), "{}", ran.stderr);
    let ran = world.run(&["redaction", "--clear-crops", RED]).ends_with(2);
    assert!(ran.stderr.contains("--crops <FOLDER>"), "{}", ran.stderr);
    let ran = world.run(&["redaction", "--margin", "9", RED]).ends_with(2);
    assert!(ran.stderr.contains("--margin"), "{}", ran.stderr);
    let ran = world.run(&["redaction", "--each", "--config", "config.txt", RED]).ends_with(2);
    assert!(ran.stderr.contains("here every stream has an output of its own"), "{}", ran.stderr);
    let ran = world.run(&["redaction", "--config", "config.txt", "--crops", "labels.txt", RED]).ends_with(1);
    assert!(ran.stderr.starts_with("error: labels.txt: is no folder"), "{}", ran.stderr);
}
