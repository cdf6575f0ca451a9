//! `nvinferserver` from a model repository: `test3 -g nvinferserver` and `ssd-parser`, and what is wrong with repositories.

use std::path::Path;

use crate::world::{OBJECTS, World};

/// A world whose small detector lies in a repository, and a configuration of nvinferserver for it with `post` processing.
fn world(versions: &[&str], version: i64, post: &str) -> World {
    let world = World::new();
    for version in versions {
        let folder = world.path("repository/small").join(version);
        std::fs::create_dir_all(&folder).unwrap();
        let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/models/detectnet.onnx");
        std::fs::copy(model, folder.join("model.onnx")).unwrap();
    }
    std::fs::create_dir_all(world.path("repository/small")).unwrap();
    std::fs::write(world.path("repository/small/config.pbtxt"), "platform: \"onnxruntime_onnx\"\n").unwrap();
    let text = format!(
        "infer_config {{\n  unique_id: 1\n  backend {{ triton {{ model_name: \"small\" version: {version}\n    model_repo {{ root: \
         \"repository\" strict_model_config: true }} }} }}\n  postprocess {{ labelfile_path: \"labels.txt\"\n    {post}\n  }}\n}}\n\
         output_control {{ output_tensor_meta: true }}\n"
    );
    std::fs::write(world.path("server.txt"), text).unwrap();
    world
}

const DETECTION: &str = "detection { num_detected_classes: 1 simple_cluster { threshold: 0.5 } }";
const INPUT: &str = "test:red?size=64x64&frames=3";

#[test]
fn a_model_of_a_repository_finds_what_nvinfer_finds() {
    let world = world(&["1", "2"], -1, DETECTION);
    let args = ["test3", INPUT, "-o", "none", "--report", "-"];
    let ours = world.run(&[&args[..], &["-g", "nvinferserver", "-c", "server.txt"]].concat()).ends_with(0);
    let theirs = world.run(&[&args[..], &["-c", "config.txt"]].concat()).ends_with(0);
    let objects = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["objects"].clone();
    assert_eq!(objects(&ours.stdout), serde_json::json!({ "vehicle": 3 * OBJECTS }));
    assert_eq!(objects(&ours.stdout), objects(&theirs.stdout));
}

#[test]
fn a_missing_version_names_those_there() {
    let ran = world(&["1", "3"], 2, DETECTION).run(&[
        "test3",
        INPUT,
        "-g",
        "nvinferserver",
        "-c",
        "server.txt",
        "-o",
        "none",
    ]);
    ran.ends_with(2).says("error: -c server.txt: model repository ").says("small: has no version 2; there are 3, 1");
}

#[test]
fn a_mistake_in_the_file_is_named_with_its_line() {
    let world = world(&["1"], -1, "detecton { }");
    let ran = world.run(&["test3", INPUT, "-g", "nvinferserver", "-c", "server.txt", "-o", "none"]).ends_with(2);
    ran.says("server.txt:6: field 'detecton' not found").says("; is detection meant?");
    let ran = world.run(&["test3", INPUT, "-g", "nvinferserver", "-c", "config.txt", "-o", "none"]).ends_with(2);
    ran.says("config.txt:1: is a file for nvinfer; nvinferserver reads");
    let ran = world.run(&["ssd-parser", INPUT, "-c", "absent.txt", "-o", "none"]).ends_with(2);
    ran.says("absent.txt: ");
}

#[test]
fn tensors_that_are_no_ssd_end_the_run() {
    let world = world(&["1"], -1, "other {}");
    let ran = world.run(&["ssd-parser", INPUT, "-c", "server.txt", "-o", "out.mp4"]).ends_with(1);
    ran.says("error: pgie: the network gives no tensor detection_scores; it gives ");
}

#[test]
fn the_apps_own_parser_finds_the_street() {
    let world = World::new();
    let ran = world.run(&["ssd-parser", "--max-frames", "4", "--report", "report.json"]).ends_with(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[3].starts_with("Frame Number=3 Number of Objects="), "{}", lines[3]);
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(world.path("report.json")).unwrap()).unwrap();
    let count = |label: &str| report["objects"][label].as_u64().unwrap_or(0);
    assert!(count("Vehicle") >= 4 * 5 && count("Person") >= 4 && count("background") == 0, "{report}");
    assert!(std::fs::metadata(world.path("ssd-parser_out.mp4")).unwrap().len() > 1000);
}
