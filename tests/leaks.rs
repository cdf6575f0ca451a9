//! After a run nothing of GStreamer is left: its leaks tracer counts objects, buffers, caps and events.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

use ds_apps::pipeline::{Before, Flow, Lines, Output, Pipeline, Settings};
use gst::prelude::*;

/// The tracer has to be there from the start, so the test runs once more with it.
#[test]
fn nothing_is_left_after_a_run() {
    let itself = std::env::current_exe().unwrap();
    let output = Command::new(itself)
        .args(["--exact", "--ignored", "--nocapture", "traced"])
        .env("GST_TRACERS", "leaks(check-refs=false)")
        .output()
        .unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
    assert!(text.contains("live objects counted"), "{text}");
}

#[test]
#[ignore = "nothing_is_left_after_a_run runs it with a tracer"]
fn traced() {
    gst::init().unwrap();
    let tracers = gst::active_tracers();
    let leaks = tracers.iter().find(|tracer| tracer.type_().name() == "GstLeaksTracer").expect("GST_TRACERS=leaks");
    // Types, factories and pools made on first use stay for ever.
    play();
    let before = live(leaks);
    play();
    let mut after = live(leaks);
    for object in before {
        if let Some(at) = after.iter().position(|other| *other == object) {
            after.swap_remove(at);
        }
    }
    println!("live objects counted");
    assert!(after.is_empty(), "{after:#?}");
}

/// What is alive, by type and description.
fn live(leaks: &gst::Tracer) -> Vec<String> {
    let list = leaks.emit_by_name::<gst::Structure>("get-live-objects", &[]);
    let list = list.get::<gst::List>("live-objects-list").unwrap();
    list.iter().map(|object| object.get::<gst::Structure>().unwrap().name().to_string()).collect()
}

fn play() {
    let dir = tempfile::tempdir().unwrap();
    let file: Output = dir.path().join("out.mp4").to_str().unwrap().parse().unwrap();
    let settings = Settings { lines: Lines::Silent, ..Settings::default() };
    let outcome = Pipeline::new("leaks")
        .sources(["test:?size=320x240&frames=30"])
        .batch(None)
        .osd()
        .probe(Before("osd"), |batch| {
            for frame in batch.frames_mut() {
                frame.add_object().set_label("thing");
            }
            Flow::Continue
        })
        .sink(&file)
        .run(&settings)
        .unwrap();
    assert_eq!(outcome.report.unwrap().frames, 30);
    let input = outcome.written.unwrap();
    Pipeline::new("leaks").sources([input.to_str().unwrap()]).batch(None).sink(&Output::None).run(&settings).unwrap();
}
