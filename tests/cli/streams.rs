//! Many streams at a time, tracking, and networks on objects: `test3`, `test2`, `object-counter`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::{OBJECTS, World, finish, frames_in};

/// `ds-apps test3 ARGS -c config.txt`.
fn test3(world: &World, args: &[&str]) -> crate::world::Ran {
    world.run(&[&["test3"], args, &["-c", "config.txt"]].concat())
}

#[test]
fn every_frame_of_every_stream_is_counted_before_the_tiler() {
    let world = World::new();
    let args = ["test:red?size=64x64&frames=9", "-i", "test:black?size=96x64&frames=4", "test:red?size=32x32&frames=6"];
    let ran = test3(&world, &[&args[..], &["-o", "none"]].concat()).ends_with(0);
    assert_eq!(ran.frames(), 19);
    assert!(ran.stdout.contains("Frame Number=8 Number of Objects=16 Vehicle_count=16 Person_count=0\n"));
    let ran = test3(&world, &[&args[..], &["-o", "none", "--report", "-"]].concat()).ends_with(0);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&report["app"], &report["frames"]), (&"test3".into(), &19.into()));
    let frames: Vec<_> = report["sources"].as_array().unwrap().iter().map(|source| &source["frames"]).collect();
    assert_eq!(frames, [9, 4, 6]);
    assert_eq!(report["objects"]["vehicle"], 15 * OBJECTS);
    assert!(report["latency_ms"]["p50"].as_f64() > Some(0.0));
}

#[test]
fn all_streams_are_in_one_picture() {
    let world = World::new();
    world.video("a.mp4", 12, (160, 120));
    let args = ["a.mp4", "test:black?size=320x180&frames=12", "test:red?size=64x64&frames=12"];
    test3(&world, &[&args[..], &["-o", "all.mp4", "-s"]].concat()).ends_with(0);
    // Sources do not begin together, and batches wait for none of them for long.
    assert!((12..=36).contains(&frames_in(&world.path("all.mp4"))));
    let line = test3(&world, &[&args[..], &["-o", "all.mp4", "--describe"]].concat()).ends_with(0).stdout;
    assert!(line.contains("! nvmultistreamtiler name=tiler rows=2 columns=2 width=1280 height=720 "), "{line}");
    assert!(line.contains("nvinfer name=pgie config-file-path="), "{line}");
    assert!(line.contains(" batch-size=3 "), "{line}");
}

/// What the trace says of each frame of a source, but for what depends on the others and on the clock.
fn metadata(world: &World, args: &[&str]) -> BTreeMap<u64, Vec<Value>> {
    let ran = test3(world, &[args, &["-o", "none", "--meta-out", "-"]].concat()).ends_with(0);
    let mut sources = BTreeMap::<u64, Vec<Value>>::new();
    for line in ran.stdout.lines() {
        let mut frame: Value = serde_json::from_str(line).unwrap();
        let own = frame.as_object_mut().unwrap();
        let id = own.remove("source_id").and_then(|id| id.as_u64()).unwrap();
        own.remove("ntp_ns").unwrap();
        sources.entry(id).or_default().push(frame);
    }
    sources
}

#[test]
fn the_metadata_of_a_stream_is_the_same_alone_and_among_seven_others() {
    let world = World::new();
    let patterns = ["red", "black", "smpte", "ball", "red", "white", "snow", "red"];
    let inputs: Vec<String> = patterns
        .iter()
        .zip(0..)
        .map(|(pattern, index)| {
            format!("test:{pattern}?size={}x{}&frames={}", 64 + 16 * index, 64 + 8 * index, 5 + index % 3)
        })
        .collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let together = metadata(&world, &inputs);
    assert_eq!(together.len(), inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        let alone = metadata(&world, &[input]);
        assert_eq!(alone[&0], together[&(index as u64)], "{input}");
        assert_eq!(alone[&0].len(), 5 + index % 3);
    }
    assert!(together[&7].iter().all(|frame| frame["objects"].as_array().unwrap().len() as u64 == OBJECTS));
}

#[test]
fn rates_are_printed_every_five_seconds_also_in_silence() {
    let args = ["test:red?size=64x64&fps=5", "test:black?size=64x64&fps=5", "-o", "none", "--duration", "6", "-s"];
    let ran = test3(&World::new(), &args).ends_with(0);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("**PERF:  {'stream0': ") && lines[0].contains(", 'stream1': "), "{lines:?}");
    assert!(lines[0].contains("}  total: "), "{lines:?}");
}

#[test]
fn the_logger_stands_in_for_the_probe() {
    let world = World::new();
    let args = ["test:red?size=64x64&frames=3", "-o", "none", "--disable-probe"];
    assert_eq!(test3(&world, &args).ends_with(0).frames(), 0);
    let line = test3(&world, &[&args[..], &["--describe"]].concat()).ends_with(0).stdout;
    assert!(line.contains("! nvdslogger name=logger ! nvmultistreamtiler"), "{line}");
}

#[test]
fn latencies_are_printed_when_the_environment_asks() {
    let world = World::new();
    let args = ["test3", "test:red?size=64x64&frames=2", "-o", "none", "-s", "-c", "config.txt"];
    let mut command = world.command(&args);
    command.env("NVDS_ENABLE_LATENCY_MEASUREMENT", "1").env("NVDS_ENABLE_COMPONENT_LATENCY_MEASUREMENT", "1");
    let ran = finish(command).ends_with(0);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!(lines[0], "************BATCH-NUM = 0**************");
    assert!(lines[1].starts_with("Comp name = nvstreammux-mux in_system_timestamp = "), "{lines:?}");
    assert!(lines[2].starts_with("Comp name = pgie in_system_timestamp = "), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("Source id = 0 Frame_num = 1 Frame latency = ")), "{lines:?}");
}

#[test]
fn the_new_mux_keeps_the_sizes_of_its_sources() {
    let world = World::new();
    let args = ["test3", "test:red?size=128x64&frames=1", "--size", "640x360", "-o", "none", "--meta-out", "-"];
    let mut command = world.command(&[&args[..], &["-c", "config.txt"]].concat());
    command.env("USE_NEW_NVSTREAMMUX", "yes");
    let ran = finish(command).ends_with(0).says("--size has no effect");
    let frame: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&frame["width"], &frame["height"]), (&128.into(), &64.into()));
}

#[test]
fn engines_that_are_not_there_are_a_clear_error() {
    let world = World::new();
    world.run(&["test3", "test:", "-g", "nvinfr"]).ends_with(2).says("nvinferserver-grpc");
    let ran = world.run(&["test3", "test:red?frames=1", "missing.mp4", "-o", "none"]).ends_with(1);
    assert_eq!(ran.stderr, "error: missing.mp4: no such file\n");
}

/// A classifier of the detector's objects that tells red, green and blue apart.
fn classifier(world: &World, lines: &str) {
    let model = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/models/means.onnx");
    let text = format!(
        "[property]\ngie-unique-id=5\nprocess-mode=2\nnetwork-type=1\nonnx-file={}\nlabelfile-path=colours.txt\n\
         net-scale-factor=0.00392157\nclassifier-threshold=0.5\nclassifier-type=colour\n{lines}\n",
        model.display()
    );
    std::fs::write(world.path("classifier.txt"), text).unwrap();
    std::fs::write(world.path("colours.txt"), "red;green;blue\n").unwrap();
}

#[test]
fn objects_are_tracked_and_classified() {
    let world = World::new();
    classifier(&world, "");
    let args =
        ["test2", "test:red?size=320x240&frames=8", "-c", "config.txt", "--classifier", "classifier.txt", "-o", "none"];
    let ran = world.run(&args).ends_with(0);
    assert_eq!(ran.frames(), 8);
    assert!(ran.stdout.contains("Frame Number=7 Number of Objects=16 Vehicle_count=16 Person_count=0\n"));
    let ran = world.run(&[&args[..], &["--meta-out", "-"]].concat()).ends_with(0);
    let frames: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids = |frame: &Value| -> Vec<u64> {
        let ids = frame["objects"].as_array().unwrap().iter().map(|object| object["object_id"].as_u64().unwrap());
        std::collections::BTreeSet::from_iter(ids).into_iter().collect()
    };
    assert_eq!((ids(&frames[7]).len(), ids(&frames[6])), (16, ids(&frames[7])));
    for object in frames[7]["objects"].as_array().unwrap() {
        let classifiers = object["classifiers"].as_array().unwrap();
        assert_eq!((classifiers.len(), &classifiers[0]["component_id"]), (1, &5.into()));
        assert_eq!(classifiers[0]["labels"][0]["label"], "red");
        assert!(object["text"].as_str().unwrap().ends_with(" red"), "{object}");
    }
}

#[test]
fn frames_from_before_an_object_was_believed_are_printed_once_it_is() {
    let world = World::new();
    classifier(&world, "");
    let args =
        ["test2", "test:red?size=320x240&frames=5", "-c", "config.txt", "--classifier", "classifier.txt", "-o", "none"];
    let stdout = world.run(&args).ends_with(0).stdout;
    let count = |line: &str| stdout.lines().filter(|found| *found == line).count() as u64;
    // The shipped tracker believes an object in its third frame; then it tells of the two before.
    assert_eq!((count("streamId= 0"), count("surfaceStreamID= 0")), (1, 1), "{stdout}");
    assert_eq!((count("numobj= 2"), count("classId= 0"), count("objLabel= vehicle")), (OBJECTS, OBJECTS, OBJECTS));
    assert_eq!((0..4).map(|n| count(&format!("frameNum: {n}"))).collect::<Vec<_>>(), [OBJECTS, OBJECTS, 0, 0]);
    assert_eq!((count("age: 1"), count("age: 2")), (OBJECTS, OBJECTS));
    for key in ["tBbox.left:", "tBbox.width:", "tBbox.top:", "tBbox.height:", "confidence:"] {
        let numbers = stdout.lines().filter_map(|line| line.strip_prefix(key)?.trim().parse::<f32>().ok());
        assert_eq!(numbers.count() as u64, 2 * OBJECTS, "{key}");
    }
    let ids = stdout.lines().filter_map(|line| line.strip_prefix("uniqueId= ")?.parse::<u64>().ok());
    assert_eq!(std::collections::BTreeSet::from_iter(ids).len() as u64, OBJECTS);
}

#[test]
fn tracked_objects_have_the_same_numbers_alone_and_among_others() {
    let world = World::new();
    classifier(&world, "");
    let run = |inputs: &[&str]| {
        let fixed = ["-c", "config.txt", "--classifier", "classifier.txt", "-o", "none", "--meta-out", "-"];
        world.run(&[&["test2"], inputs, &fixed].concat()).ends_with(0).stdout
    };
    let of = |text: &str, id: u64| -> Vec<Value> {
        let frames = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        frames.filter(|frame| frame["source_id"] == id).map(|frame| frame["objects"].clone()).collect()
    };
    let inputs =
        ["test:red?size=320x240&frames=9", "test:smpte?size=320x240&frames=7", "test:red?size=160x240&frames=9"];
    let together = run(&inputs);
    for (index, input) in inputs.iter().enumerate() {
        assert_eq!(of(&run(&[input]), 0), of(&together, index as u64), "{input}");
    }
}

#[test]
fn each_object_is_counted_once_or_in_every_frame() {
    let world = World::new();
    let args = ["object-counter", "test:red?size=320x240&frames=10", "-c", "config.txt", "-o", "none"];
    let ran = world.run(&args).ends_with(0);
    assert_eq!(ran.stdout, "10 frames, objects:\n  vehicle      16\n");
    let two = world.run(&[&args[..], &["-i", "test:red?size=160x240&frames=10"]].concat()).ends_with(0);
    assert_eq!(two.stdout, "20 frames, objects:\n  vehicle      32\n");
    let ran = world.run(&[&args[..], &["--no-tracker"]].concat()).ends_with(0);
    assert_eq!(ran.stdout, format!("10 frames, detections:\n  vehicle  {:>6}\n", 10 * OBJECTS));
    let ran = world.run(&[&args[..], &["--no-tracker", "--tracker-config", "x.yml"]].concat()).ends_with(2);
    assert_eq!(ran.stderr, "error: --no-tracker and --tracker-config contradict each other; leave one out\n");
    let ran = world.run(&[&args[..], &["--tracker-config", "x.yml"]].concat());
    assert!(ran.code == 2 && ran.stderr.contains("x.yml"), "{}: {}", ran.code, ran.stderr);
}

#[test]
fn each_stream_leaves_on_its_own() {
    let world = World::new();
    world.video("a.mp4", 21, (160, 120));
    let args =
        ["demux", "a.mp4", "test:black?size=96x64&frames=5", "test:red?size=320x240&frames=13", "-c", "config.txt"];
    let ran = world.run(&[&args[..], &["-o", "out.mp4"]].concat()).ends_with(0);
    assert_eq!(ran.frames(), 39);
    let frames = ["out_0.mp4", "out_1.mp4", "out_2.mp4"].map(|name| frames_in(&world.path(name)));
    assert_eq!(frames, [21, 5, 13]);
    assert_eq!(world.left(&["a.mp4", "out_0.mp4", "out_1.mp4", "out_2.mp4"]), [""; 0]);

    let ran = world.run(&[&args[..], &["-o", "jpeg:d", "--report", "-"]].concat()).ends_with(0);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["frames"], 39);
    let pictures = |folder: &str| world.path(folder).read_dir().unwrap().count();
    assert_eq!([pictures("d/0"), pictures("d/1"), pictures("d/2")], [21, 5, 13]);

    let line = world.run(&[&args[..], &["-o", "out.mp4", "--describe"]].concat()).ends_with(0).stdout;
    assert!(line.contains("! nvstreamdemux name=demux per-stream-eos=true nvurisrcbin"), "{line}");
    assert!(
        line.contains(" demux.src_2 ! queue max-size-buffers=4 max-size-bytes=0 max-size-time=0 ! nvvideoconvert ! "),
        "{line}"
    );
    assert!(line.contains(" location=out_2.mp4"), "{line}");
}

#[test]
fn outputs_of_streams_are_as_careful_as_one() {
    let world = World::new();
    world.video("out_1.mp4", 3, (64, 64));
    let ran = world.run(&["demux", "test:red?frames=1", "out_1.mp4", "-c", "config.txt", "-o", "out.mp4"]).ends_with(2);
    assert!(ran.stderr.contains("out_1.mp4: is also an input"), "{}", ran.stderr);
    let ran = world.run(&["demux", "test:red?frames=1", "-c", "config.txt", "-o", "nowhere/out.mp4"]).ends_with(1);
    assert!(ran.stderr.contains("nowhere/out_0.mp4: cannot be created"), "{}", ran.stderr);
    assert_eq!(world.left(&["out_1.mp4"]), [""; 0]);
}
