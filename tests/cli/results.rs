//! Everything a run writes.

use serde_json::{Value, json};

use crate::world::{OBJECTS, Running, World, frames_in};

fn schema(name: &str) -> jsonschema::Validator {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn assert_valid(schema: &jsonschema::Validator, value: &Value) {
    let errors: Vec<_> = schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

#[test]
fn a_line_per_frame_as_upstream_prints_it() {
    let ran = World::new().test1(&["test:red?size=320x240&frames=3", "-o", "none"]).ends_with(0);
    let expected: String =
        (0..3).map(|n| format!("Frame Number={n} Number of Objects=16 Vehicle_count=16 Person_count=0\n")).collect();
    assert_eq!(ran.stdout, expected);
    let (before, after) = ran.stderr.split_once('\n').unwrap();
    assert_eq!(before, "backend native, device cpu");
    assert!(after.starts_with("3 frames in ") && after.ends_with(" frames/s\n"), "{after}");
}

#[test]
fn silent_prints_nothing_per_frame() {
    let ran = World::new().test1(&["test:red?size=64x64&frames=3", "--no-display", "-s"]).ends_with(0);
    assert_eq!(ran.stdout, "");
}

#[test]
fn the_report_counts_frames_and_objects() {
    let world = World::new();
    let args = ["test:red?size=64x64&frames=9", "test:black?size=64x64&frames=4", "-o", "none", "--report", "-"];
    let ran = world.test1(&args).ends_with(0);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_valid(&schema("report.schema.json"), &report);
    assert_eq!(report["frames"], 13);
    assert_eq!(report["sources"][0]["frames"], 9);
    assert_eq!(report["sources"][1]["frames"], 4);
    assert_eq!(report["objects"], json!({ "vehicle": 9 * OBJECTS }));
    assert_eq!(
        (&report["app"], &report["backend"], &report["device"]),
        (&json!("test1"), &json!("native"), &json!("cpu"))
    );
    assert!(report["engine"].is_string(), "{report}");
    assert!(report["latency_ms"]["p50"].as_f64() <= report["latency_ms"]["p99"].as_f64());
}

#[test]
fn the_trace_has_a_line_per_frame() {
    let world = World::new();
    let args = ["test:red?size=128x64&frames=4", "-o", "none", "--meta-out", "trace.jsonl"];
    let ran = world.test1(&args).ends_with(0);
    assert_eq!(ran.frames(), 4);
    let schema = schema("trace.schema.json");
    let text = std::fs::read_to_string(world.path("trace.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.iter().for_each(|line| assert_valid(&schema, line));
    let numbers: Vec<_> = lines.iter().map(|line| line["frame_num"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [0, 1, 2, 3]);
    assert_eq!((&lines[0]["width"], &lines[0]["height"]), (&json!(128), &json!(64)));
    let objects = lines[0]["objects"].as_array().unwrap();
    assert_eq!(objects.len() as u64, OBJECTS);
    assert!(objects.iter().all(|object| object["label"] == "vehicle" && object["confidence"].as_f64() > Some(0.9)));
    // A cell of the network's 64x64 is 16 wide and high; the picture is twice as wide.
    let mut boxes: Vec<_> = objects.iter().map(|object| object["bbox"].to_string()).collect();
    boxes.sort();
    assert!(boxes.contains(&"[32.0,16.0,32.0,16.0]".to_owned()), "{boxes:?}");
}

#[test]
fn the_trace_on_stdout_is_nothing_but_json() {
    let args = ["test:red?size=64x64&frames=2", "-o", "none", "--meta-out", "-"];
    let ran = World::new().test1(&args).ends_with(0);
    assert_eq!(ran.stdout.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), 2);
    assert_eq!(ran.stdout.lines().count(), 2);
}

#[test]
fn an_mp4_an_mkv_and_jpegs_are_written() {
    let world = World::new();
    for name in ["out.mp4", "out.mkv"] {
        world.test1(&["test:red?size=320x240&frames=20", "-o", name, "-s"]).ends_with(0);
        assert_eq!(frames_in(&world.path(name)), 20);
    }
    world.test1(&["test:red?size=320x240&frames=5", "-o", "jpeg:pictures/of", "-s"]).ends_with(0);
    let names = world.path("pictures/of").read_dir().unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["000000.jpg", "000001.jpg", "000002.jpg", "000003.jpg", "000004.jpg"]);
    assert_eq!(world.left(&["out.mp4", "out.mkv", "pictures"]), [""; 0]);
}

#[test]
fn boxes_and_text_are_in_the_picture() {
    let world = World::new();
    world.test1(&["test:red?size=320x240&frames=1", "-o", "jpeg:p", "-s"]).ends_with(0);
    let launch = format!(
        "filesrc location={} ! jpegdec ! videoconvert ! video/x-raw,format=RGB ! fakesink name=out enable-last-sample=true",
        world.path("p/000000.jpg").display()
    );
    let picture = last_picture(&launch);
    let count = |like: fn(&[u8]) -> bool| picture.chunks_exact(3).filter(|pixel| like(pixel)).count();
    // Upstream's blue boxes, and its white text on black.
    assert!(count(|p| p[2] > 150 && p[0] < 100) > 500);
    assert!(count(|p| p.iter().all(|c| *c > 200)) > 100);
    assert!(count(|p| p.iter().all(|c| *c < 60)) > 1000);
}

fn last_picture(launch: &str) -> Vec<u8> {
    use gst::prelude::*;
    let pipeline = gst::parse::launch(launch).unwrap().downcast::<gst::Pipeline>().unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let filter = [gst::MessageType::Eos, gst::MessageType::Error];
    pipeline.bus().unwrap().timed_pop_filtered(gst::ClockTime::from_seconds(30), &filter).unwrap();
    let sample = pipeline.by_name("out").unwrap().property::<gst::Sample>("last-sample");
    pipeline.set_state(gst::State::Null).unwrap();
    sample.buffer().unwrap().map_readable().unwrap().to_vec()
}

#[test]
fn limits_end_each_source() {
    let world = World::new();
    world.video("in.mp4", 30, (160, 120));
    assert_eq!(world.test1(&["in.mp4", "-o", "none", "--max-frames", "7"]).ends_with(0).frames(), 7);
    let looped = world.test1(&["in.mp4", "-o", "none", "--file-loop", "--max-frames", "75"]).ends_with(0);
    assert_eq!(looped.frames(), 75);
    let all = world.test1(&["-i", "in.mp4", "-o", "none"]).ends_with(0);
    assert_eq!(all.frames(), 30);
    let timed = world.test1(&["test:red?size=64x64", "-o", "none", "--duration", "0.5"]).ends_with(0);
    assert!(timed.frames() > 0);
}

#[test]
fn sources_are_scaled_to_the_size_asked_for() {
    let args = ["test:red?size=320x240&frames=1", "-o", "none", "--size", "640x360", "--meta-out", "-"];
    let ran = World::new().test1(&args).ends_with(0);
    let line: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&line["width"], &line["height"]), (&json!(640), &json!(360)));
}

#[test]
fn a_reader_that_goes_away_ends_the_run_well() {
    let world = World::new();
    let args = ["test1", "test:red?size=64x64", "-c", "config.txt", "-o", "out.mp4"];
    let mut running = Running::start(world.command(&args));
    running.wait_for_frame(3);
    drop(std::mem::replace(&mut running.stdout, no_reader()));
    let output = running.child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(frames_in(&world.path("out.mp4")) >= 4);
}

fn no_reader() -> std::io::BufReader<std::process::ChildStdout> {
    let mut child = std::process::Command::new("true").stdout(std::process::Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    child.wait().unwrap();
    std::io::BufReader::new(stdout)
}

#[test]
fn the_description_is_a_launch_line_that_plays() {
    let world = World::new();
    world.video("a clip.mp4", 12, (160, 120));
    let ran = world.test1(&["a clip.mp4", "-o", "out.mp4", "--describe"]).ends_with(0);
    assert_eq!(world.left(&["a clip.mp4"]), [""; 0]);
    let line = ran.stdout.trim().strip_prefix("gst-launch-1.0 -e ").unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let out = world.path("out.mp4");
    crate::world::play(&line.replace("location=out.mp4", &format!("location={}", out.display())));
    assert_eq!(frames_in(&out), 12);
}

#[test]
fn doctor_names_what_is_there() {
    let ran = World::new().run(&["doctor", "--json"]);
    let findings: Value = serde_json::from_str(&ran.stdout).unwrap();
    let find =
        |name: &str| findings.as_array().unwrap().iter().find(|finding| finding["name"] == name).cloned().unwrap();
    assert_eq!(find("version")["verdict"], "ok");
    assert_eq!(find("window")["verdict"], "optional");
    assert!(find("H.264")["detail"].as_str().unwrap().contains("h264"));
    for finding in findings.as_array().unwrap() {
        assert_eq!(finding["verdict"] == "ok", finding["fix"].is_null(), "{finding}");
    }
}

#[test]
fn completions_complete_commands_and_flags() {
    let ran = World::new().run(&["completions", "bash"]).ends_with(0);
    assert!(ran.stdout.contains("test1") && ran.stdout.contains("--meta-out"));
}
