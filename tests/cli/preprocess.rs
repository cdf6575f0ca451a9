//! `preprocess`: what is found in each region, in pixels of the frame, and wrong regions.

use serde_json::Value;

use crate::world::{Ran, World};

/// Two regions of a frame of 128x64 for the small detector: the left half, and the lower right quarter.
const REGIONS: &str = "\
[property]
target-unique-ids=1
network-input-shape=2;3;64;64
processing-width=64
processing-height=64
tensor-name=images
[group-0]
src-ids=-1
process-on-roi=1
roi-params-src-0=0;0;64;64;96;32;32;32
";

fn preprocess(regions: &str, args: &[&str]) -> Ran {
    let world = World::new();
    world.config("config.txt", "gie-unique-id=1");
    std::fs::write(world.path("regions.txt"), regions).unwrap();
    world.run(&[&["preprocess", "-c", "config.txt", "--preprocess", "regions.txt", "-o", "none"], args].concat())
}

#[test]
fn each_region_is_looked_at_by_itself_and_boxes_are_in_the_frame() {
    let args = ["test:red?size=128x64&frames=2", "-i", "test:red?size=128x64&frames=1", "--meta-out", "-"];
    let ran = preprocess(REGIONS, &args).ends_with(0);
    let frames: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(frames.len(), 3);
    for frame in frames {
        let objects = frame["objects"].as_array().unwrap();
        let boxes: Vec<[f64; 4]> =
            objects.iter().map(|object| [0, 1, 2, 3].map(|side| object["bbox"][side].as_f64().unwrap())).collect();
        let (left, right): (Vec<_>, Vec<_>) = boxes.into_iter().partition(|sides| sides[0] < 64.0);
        // The detector finds one object in each of 16 cells, whatever the size of the region.
        assert_eq!((left.len(), right.len()), (16, 16));
        assert!(left.iter().all(|[x, y, w, h]| *x >= 0.0 && x + w <= 64.0 && *y >= 0.0 && y + h <= 64.0), "{left:?}");
        assert!(
            right.iter().all(|[x, y, w, h]| *x >= 96.0 && x + w <= 128.0 && *y >= 32.0 && y + h <= 64.0),
            "{right:?}"
        );
        assert_eq!(frame["display"].as_array().unwrap().len(), 4, "two regions drawn, and what is in them");
    }
    let said = preprocess(REGIONS, &["test:red?size=128x64&frames=1"]).ends_with(0).stdout;
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "Frame Number=0 Source=0 ROI=0;0;64;64 Number of Objects=16");
    assert_eq!(lines[1], "Frame Number=0 Source=0 ROI=96;32;32;32 Number of Objects=16");
}

#[test]
fn regions_that_overlap_or_reach_over_the_edge_are_looked_at_as_far_as_they_go() {
    let regions = REGIONS.replace("0;0;64;64;96;32;32;32", "0;0;64;64;32;0;64;64;96;32;320;320");
    let said = preprocess(&regions, &["test:red?size=128x64&frames=1", "--meta-out", "-"]).ends_with(0).stdout;
    let frame: Value = serde_json::from_str(&said).unwrap();
    let objects = frame["objects"].as_array().unwrap();
    assert_eq!(objects.len(), 48);
    assert!(
        objects.iter().all(|object| object["bbox"][0].as_f64().unwrap() + object["bbox"][2].as_f64().unwrap() <= 128.0)
    );
}

#[test]
fn wrong_regions_are_said_with_what_is_wrong() {
    let source = "test:red?size=128x64&frames=2";
    let before = |from: &str, to: &str| preprocess(&REGIONS.replace(from, to), &[source]).ends_with(2).stderr;
    assert!(
        before("96;32;32;32", "96;32;0;32")
            .contains("--preprocess regions.txt:10: [group-0] roi-params-src-0: expected left;top")
    );
    assert!(before("96;32;32;32", "96;32").contains("none of them empty"));
    assert!(before("[property]", "[properties]").contains("no [property] section"));
    assert!(before("network-input-shape=2;3;64;64", "network-input-shape=2;3;64;32").contains("it is N;3;64;64"));
    let running = |from: &str, to: &str| preprocess(&REGIONS.replace(from, to), &[source]);
    let outside = running("96;32;32;32", "128;0;32;32");
    assert_ne!(outside.code, 0);
    assert!(
        outside
            .stderr
            .contains("[group-0]: the region 128;0;32;32 lies outside of the frames of source 0, which are 128x64"),
        "{}",
        outside.stderr
    );
    let named = running("tensor-name=images", "tensor-name=input_1");
    assert_ne!(named.code, 0);
    assert!(named.stderr.contains("the network's input is 'images': set tensor-name=images"), "{}", named.stderr);
    let shaped = running("processing-width=64\nprocessing-height=64", "processing-width=32\nprocessing-height=64");
    assert!(shaped.stderr.contains("it is N;3;64;32"), "{}", shaped.stderr);
    let fits = REGIONS.replace("processing-width=64", "processing-width=32").replace("3;64;64", "3;64;32");
    let wrong = preprocess(&fits, &[source]);
    assert!(
        wrong.stderr.contains("made a tensor of [2, 3, 64, 32], the network takes [2, 3, 64, 64]"),
        "{}",
        wrong.stderr
    );
    assert!(before("target-unique-ids=1", "target-unique-ids=7").contains(
        "--preprocess regions.txt: target-unique-ids names no network of this command: -c config.txt has gie-unique-id=1"
    ));
    let library = before("[group-0]", "custom-lib-path=libmine.so\n[group-0]");
    assert!(library.contains("error: --preprocess regions.txt: custom-lib-path="), "{library}");
    assert!(library.contains("libmine.so: cannot be loaded: cannot open shared object file"), "{library}");
}
