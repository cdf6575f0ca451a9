//! `segmask`: masks in the trace and in a folder, one a box, and what is wrong with a configuration.

use serde_json::Value;

use crate::world::World;

/// The sample street through the shipped network.
const STREET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/streams/sample_720p.mp4");

#[test]
fn masks_are_told_traced_and_saved_at_the_size_of_their_boxes() {
    let world = World::new();
    let args =
        ["segmask", "-o", "none", "--max-frames", "3", "--every", "2", "--masks", "masks", "--meta-out", "meta.jsonl"];
    let ran = world.run(&[&args[..], &[STREET]].concat()).ends_with(0);
    let trace = std::fs::read_to_string(world.path("meta.jsonl")).unwrap();
    let frames: Vec<Value> = trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(frames.len(), 3);
    let mut lines = ran.stdout.lines();
    for (number, frame) in frames.iter().enumerate() {
        let objects = frame["objects"].as_array().unwrap();
        assert!(!objects.is_empty());
        let said = format!("Frame Number={number} Number of Objects={0} Masks={0}", objects.len());
        assert_eq!(lines.next(), Some(said.as_str()));
        for (place, object) in objects.iter().enumerate() {
            assert_eq!(object["mask"]["size"], serde_json::json!([28, 28]));
            let inside: u64 = object["mask"]["counts"]
                .as_array()
                .unwrap()
                .iter()
                .skip(1)
                .step_by(2)
                .map(|n| n.as_u64().unwrap())
                .sum();
            assert!((28 * 28 / 20..28 * 28).contains(&inside), "{inside} points of {}", object["label"]);
            let path = world.path("masks").join("stream_0").join(format!("frame_{number}_{place}.jpg"));
            assert_eq!(path.is_file(), number % 2 == 0, "{}", path.display());
            if number % 2 == 0 {
                let side = |at: usize| object["bbox"][at].as_f64().unwrap().max(1.0) as usize;
                assert_eq!(size_of_jpeg(&std::fs::read(path).unwrap()), (side(2), side(3)));
            }
        }
    }
}

/// Width and height in the header of a baseline JPEG.
fn size_of_jpeg(bytes: &[u8]) -> (usize, usize) {
    let start = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame header");
    let number = |at: usize| usize::from(bytes[start + at]) << 8 | usize::from(bytes[start + at + 1]);
    (number(7), number(5))
}

#[test]
fn what_cannot_be_masks_is_said_before_anything_plays() {
    let world = World::new();
    world.config("merged.txt", "network-type=3\ncluster-mode=2\ncluster-mode=0");
    let run =
        |config| world.run(&["segmask", "-c", config, "-o", "none", "test:?size=64x64&frames=1"]).ends_with(2).stderr;
    assert!(run("merged.txt").contains("cluster-mode=0 makes one box of several"));
    world.config("boxes.txt", "network-type=3");
    assert!(run("boxes.txt").contains("fit no known instance segmentation: found "));
    world.config("named.txt", "network-type=3\nparse-bbox-instance-mask-func-name=NvDsInferParseMrcnn");
    assert!(run("named.txt").contains("the Mask R-CNN decoder wants boxes [N,4]"));
    world.config("detector.txt", "");
    assert!(run("detector.txt").contains("error: -c detector.txt: network-type=0; this command wants network-type=3"));
    assert!(run("absent.txt").starts_with("error: -c absent.txt: "));
}
