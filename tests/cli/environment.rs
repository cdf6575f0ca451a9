//! Machines that lack something, and machines that do two things at once.

use crate::world::{Running, World, finish, frames_in};

#[test]
fn without_a_display_pictures_go_to_a_file_that_is_named() {
    let world = World::new();
    let ran = world.test1(&["test:red?size=64x64&frames=3"]).ends_with(0).says("no display: writing test1_out.mp4");
    assert_eq!(ran.frames(), 3);
    assert_eq!(frames_in(&world.path("test1_out.mp4")), 3);
    assert_eq!(world.left(&["test1_out.mp4"]), [""; 0]);
}

#[test]
fn a_window_without_a_display_says_what_to_use_instead() {
    let ran = World::new().test1(&["test:red?size=64x64&frames=3", "-o", "display"]).ends_with(1);
    assert!(ran.stderr.contains("error: -o display: there is no display"), "{}", ran.stderr);
    assert!(ran.stderr.contains("-o FILE.mp4 or use --no-display"), "{}", ran.stderr);
}

#[test]
fn without_onnx_runtime_it_says_how_to_get_it() {
    let world = World::new();
    let mut command = world.command(&["test1", "test:red?size=64x64&frames=3", "-c", "config.txt", "-o", "out.mp4"]);
    command.env("ORT_DYLIB_PATH", "/nowhere/libonnxruntime.so");
    let ran = finish(command).ends_with(1).says("ONNX Runtime").says("/nowhere/libonnxruntime.so");
    assert!(ran.stderr.contains("scripts/dev"), "{}", ran.stderr);
    assert_eq!(world.left(&[]), [""; 0]);
}

#[test]
fn a_gpu_that_is_not_there_is_not_replaced() {
    if std::path::Path::new("/dev/nvidiactl").exists() {
        eprintln!("skipped: this machine has a GPU");
        return;
    }
    let ran = World::new().test1(&["test:red", "--device", "cuda:0"]).ends_with(1);
    assert!(ran.stderr.contains("error: --device cuda:0: no NVIDIA GPU and driver on this machine"), "{}", ran.stderr);
    let ran = World::new().test1(&["test:red", "--backend", "deepstream"]).ends_with(1);
    assert!(
        ran.stderr.contains("error: --backend deepstream: NVIDIA's DeepStream plugins are not installed"),
        "{}",
        ran.stderr
    );
}

#[test]
fn two_processes_may_write_to_the_same_name() {
    let world = World::new();
    let args = ["test1", "test:red?size=320x240&frames=40", "-c", "config.txt", "-o", "out.mp4"];
    let both = [Running::start(world.command(&args)), Running::start(world.command(&args))];
    for running in both {
        assert_eq!(running.end().ends_with(0).frames(), 40);
    }
    assert_eq!(frames_in(&world.path("out.mp4")), 40);
    assert_eq!(world.left(&["out.mp4"]), [""; 0]);
}

#[test]
fn several_streams_do_not_fit_into_one_picture() {
    let ran = World::new().test1(&["test:red", "test:blue", "-o", "out.mp4"]).ends_with(2);
    assert!(ran.stderr.contains("error: 2 inputs, but -o out.mp4 shows one picture"), "{}", ran.stderr);
}
