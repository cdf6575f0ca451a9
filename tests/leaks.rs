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
        // Handing out the registry's own objects makes GStreamer 1.22 warn of the tracer itself.
        .env_remove("G_DEBUG")
        .output()
        .unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
    assert!(text.contains("objects came and went"), "{text}");
}

#[test]
#[ignore = "nothing_is_left_after_a_run runs it with a tracer"]
fn traced() {
    gst::init().unwrap();
    let tracers = gst::active_tracers();
    let leaks = tracers.iter().find(|tracer| tracer.type_().name() == "GstLeaksTracer").expect("GST_TRACERS=leaks");
    // Types, factories and pools made on first use stay for ever.
    play();
    leaks.emit_by_name::<()>("activity-start-tracking", &[]);
    play();
    let changes = leaks.emit_by_name::<gst::Structure>("activity-get-checkpoint", &[]);
    let mut left = objects(&changes, "objects-created-list");
    println!("{} objects came and went", left.len());
    assert!(left.len() > 100);
    for gone in objects(&changes, "objects-removed-list") {
        if let Some(at) = left.iter().position(|object| *object == gone) {
            left.swap_remove(at);
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

/// Type and address of every object in a list of the tracer.
fn objects(changes: &gst::Structure, list: &str) -> Vec<(String, String)> {
    let list = changes.get::<gst::List>(list).unwrap();
    let field = |object: &gst::Structure, name: &str| object.get::<String>(name).unwrap();
    let objects = list.iter().map(|object| object.get::<gst::Structure>().unwrap());
    objects.map(|object| (field(&object, "type-name"), field(&object, "address"))).collect()
}

fn play() {
    let dir = tempfile::tempdir().unwrap();
    let file: Output = dir.path().join("out.mp4").to_str().unwrap().parse().unwrap();
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/models/detectnet.onnx");
    let config = dir.path().join("config.txt");
    let text = format!("[property]\nonnx-file={model}\nnum-detected-classes=1\ncluster-mode=4\n");
    std::fs::write(&config, text).unwrap();
    let settings = Settings { lines: Lines::Silent, ..Settings::default() };
    let outcome = Pipeline::new("leaks")
        .sources(["test:red?size=320x240&frames=30"])
        .batch(None)
        .infer("pgie", &config)
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
    let input = outcome.written.into_iter().next().unwrap();
    Pipeline::new("leaks").sources([input.to_str().unwrap()]).batch(None).sink(&Output::None).run(&settings).unwrap();
}
