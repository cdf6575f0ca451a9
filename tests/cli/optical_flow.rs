//! `optical-flow`: a line per frame, pictures in folders, the metadata in the trace, mistakes.

use serde_json::Value;

use crate::world::World;

#[test]
fn the_motion_of_every_frame_is_printed_and_pictures_are_saved() {
    let world = World::new();
    let args = ["optical-flow", "-o", "none", "--pictures", "flow", "--every", "2"];
    let inputs = ["test:ball?size=160x96&frames=5", "test:black?size=64x64&frames=3"];
    let ran = world.run(&[&args[..], &inputs[..]].concat()).ends_with(0);
    let of = |stream: &str| -> Vec<&str> { ran.stdout.lines().filter(|line| line.contains(stream)).collect() };
    assert_eq!(
        of("Stream=1"),
        ["Frame Number=1 Stream=1 motion mean=0.00 max=0.00", "Frame Number=2 Stream=1 motion mean=0.00 max=0.00"]
    );
    assert_eq!(of("Stream=0").len(), 4, "{}", ran.stdout);
    for name in ["stream_0/frame_2.jpg", "stream_0/frame_4.jpg", "stream_1/frame_2.jpg"] {
        assert_eq!(std::fs::read(world.path("flow").join(name)).unwrap()[..2], [0xff, 0xd8], "{name}");
    }
    assert!(!world.path("flow/stream_0/frame_3.jpg").exists());
    let ran = world.run(&[&args[..], &inputs[..]].concat()).ends_with(1);
    assert_eq!(ran.stderr, "error: flow: holds files already; give a new folder, or remove it first\n");
}

#[test]
fn the_trace_names_the_vectors() {
    let args = ["optical-flow", "-o", "none", "--meta-out", "-", "test:ball?size=162x96&frames=2"];
    let ran = World::new().run(&args).ends_with(0);
    let frames: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(frames[0]["user"], Value::Array(Vec::new()));
    let user = &frames[1]["user"][0];
    assert_eq!(user["type"], "NVDS_OPTICAL_FLOW_META");
    assert_eq!(user["data"], serde_json::json!({"rows": 24, "cols": 41, "frame_num": 1}));
}

#[test]
fn pictures_too_small_for_flow_are_an_error_that_says_so() {
    let ran = World::new().run(&["optical-flow", "-o", "none", "test:ball?size=16x16&frames=3"]).ends_with(1);
    assert!(ran.stderr.contains("no optical flow of source 0: a picture of 16x16 is too small"), "{}", ran.stderr);
}

#[test]
fn an_unknown_preset_is_a_mistake_on_the_command_line() {
    let ran = World::new().run(&["optical-flow", "--preset", "best", "test:"]).ends_with(2);
    assert!(ran.stderr.contains("[possible values: fast, medium, slow]"), "{}", ran.stderr);
}
