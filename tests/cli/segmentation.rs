//! `segmentation`: shares per frame, masks in a folder, the metadata in the trace.

use serde_json::Value;

use crate::world::World;

/// A world whose small network says for every pixel whether it is red.
fn world() -> World {
    let world = World::new();
    let lines = "network-type=2\noutput-blob-names=output_cov/Sigmoid\nsegmentation-threshold=0.5";
    world.config("segment.txt", lines);
    world
}

#[test]
fn the_share_of_each_class_is_printed_and_masks_are_saved() {
    let world = world();
    let args = ["segmentation", "-c", "segment.txt", "-o", "none", "--masks", "masks"];
    let inputs = ["test:red?size=64x64&frames=2", "test:black?size=64x64&frames=1"];
    let ran = world.run(&[&args[..], &inputs[..]].concat()).ends_with(0);
    let mut lines: Vec<&str> = ran.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["Frame Number=0 vehicle=0.000", "Frame Number=0 vehicle=1.000", "Frame Number=1 vehicle=1.000"]);
    for name in ["0_0.jpg", "0_1.jpg", "1_0.jpg"] {
        assert_eq!(std::fs::read(world.path("masks").join(name)).unwrap()[..2], [0xff, 0xd8], "{name}");
    }
    // Masks of another run are not mixed with these.
    let ran = world.run(&[&args[..], &inputs[..]].concat()).ends_with(1);
    assert_eq!(ran.stderr, "error: masks: holds files already; give a new folder, or remove it first\n");
}

#[test]
fn the_trace_names_the_map() {
    let args = ["segmentation", "-c", "segment.txt", "-o", "none", "--meta-out", "-", "test:red?size=64x64&frames=1"];
    let ran = world().run(&args).ends_with(0);
    let frame: Value = serde_json::from_str(&ran.stdout).unwrap();
    let user = &frame["user"][0];
    assert_eq!(user["type"], "NVDSINFER_SEGMENTATION_META");
    assert_eq!(
        (&user["data"]["classes"], &user["data"]["width"], &user["data"]["height"]),
        (&1.into(), &4.into(), &4.into())
    );
}

#[test]
fn a_missing_configuration_is_a_mistake_on_the_command_line() {
    let ran =
        world().run(&["segmentation", "-c", "absent.txt", "-o", "none", "test:?size=64x64&frames=1"]).ends_with(2);
    assert!(ran.stderr.starts_with("error: -c absent.txt: "), "{}", ran.stderr);
}

#[test]
fn a_network_without_a_map_says_what_it_has() {
    let world = world();
    world.config("wrong.txt", "network-type=2\noutput-blob-names=nothing");
    let ran = world.run(&["segmentation", "-c", "wrong.txt", "-o", "none", "test:?size=64x64&frames=1"]).ends_with(2);
    assert!(
        ran.stderr.contains("the segmentation decoder wants scores [batch, classes, height, width]"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("output_cov/Sigmoid"), "{}", ran.stderr);
}
