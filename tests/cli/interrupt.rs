//! Ctrl-C and its relatives.

use crate::world::{Running, World, frames_in};

const ENDLESS: &str = "test:red?size=320x240";

fn start(world: &World) -> Running {
    let args = ["test1", ENDLESS, "-c", "config.txt", "-o", "out.mp4", "--report", "r.json", "--meta-out", "t.jsonl"];
    Running::start(world.command(&args))
}

#[test]
fn the_first_signal_finishes_every_file() {
    for signal in ["INT", "TERM"] {
        let world = World::new();
        let mut running = start(&world);
        running.wait_for_frame(20);
        running.signal(signal);
        running.end().ends_with(130).says("a second Ctrl-C stops at once");
        let frames = frames_in(&world.path("out.mp4"));
        assert!(frames > 20, "{frames}");
        let report: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(world.path("r.json")).unwrap()).unwrap();
        assert_eq!(report["frames"], frames);
        assert_eq!(std::fs::read_to_string(world.path("t.jsonl")).unwrap().lines().count() as u64, frames);
        assert_eq!(world.left(&["out.mp4", "r.json", "t.jsonl"]), [""; 0]);
    }
}

#[test]
fn the_second_signal_leaves_nothing_behind() {
    let world = World::new();
    let mut running = start(&world);
    running.wait_for_frame(20);
    // Two of the same kind may arrive as one.
    running.signal("INT");
    running.signal("TERM");
    running.end().ends_with(130);
    let left = world.left(&[]);
    assert!(left.is_empty() || left == ["out.mp4", "r.json", "t.jsonl"], "{left:?}");
    assert!(!left.iter().any(|name| name.ends_with(".part")));
}

#[test]
fn a_looping_file_is_finished_too() {
    let world = World::new();
    world.video("in.mp4", 15, (160, 120));
    let mut running =
        Running::start(world.command(&["test1", "in.mp4", "--file-loop", "-c", "config.txt", "-o", "out.mp4"]));
    running.wait_for_frame(40);
    running.signal("INT");
    running.end().ends_with(130);
    assert!(frames_in(&world.path("out.mp4")) > 40);
}
