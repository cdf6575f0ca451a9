//! `mot-eval`: published figures come out, detections are tracked, bad files are named.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::world::World;

fn data(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mot").join(name).display().to_string()
}

fn config(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("configs").join(name).display().to_string()
}

fn scores(args: &[&str]) -> Value {
    let ran = World::new().run(&[&["mot-eval"], args].concat()).ends_with(0);
    serde_json::from_str(&ran.stdout).unwrap()
}

#[track_caller]
fn assert_near(scores: &Value, key: &str, expected: f64) {
    let found = scores[key].as_f64().unwrap();
    assert!((found - expected).abs() < 5e-5, "{key}: {found}, not {expected}");
}

/// BDD100K's own figures for this pair, by its rules, and those of the same rows without them.
#[test]
fn published_figures_come_out() {
    let (gt, tracks) = (data("gt.txt"), data("tracker.txt"));
    let plain = scores(&["--gt", &gt, "--tracks", &tracks]);
    assert_eq!(
        (&plain["fp"], &plain["fn"], &plain["idsw"], &plain["frames"]),
        (&137.into(), &945.into(), &45.into(), &202.into())
    );
    assert_near(&plain, "mota", 0.6375);
    assert_near(&plain, "idf1", 0.70795);
    let published = scores(&["--gt", &gt, "--tracks", &tracks, "--ignore-regions", "--inclusive"]);
    assert_eq!((&published["fp"], &published["fn"], &published["idsw"]), (&126.into(), &942.into(), &45.into()));
    assert_near(&published, "mota", 0.6420);
    assert_near(&published, "idf1", 0.7101);
}

#[test]
fn a_truth_against_itself_is_perfect() {
    let gt = data("tracker.txt");
    let perfect = scores(&["--gt", &gt, "--tracks", &gt]);
    for key in ["hota", "deta", "assa", "mota", "idf1"] {
        assert_near(&perfect, key, 1.0);
    }
    assert_eq!((&perfect["fp"], &perfect["fps"]), (&0.into(), &0.0.into()));
}

#[test]
fn detections_are_tracked_and_the_tracks_written() {
    let world = World::new();
    let (gt, det) = (data("gt.txt"), data("det.txt"));
    let args = ["mot-eval", "--gt", &gt, "--det", &det, "--size", "1280x720", "--fps", "5", "--out", "tracks.txt"];
    let ran = world.run(&args).ends_with(0);
    let tracked: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(tracked["fps"].as_f64().unwrap() > 0.0);
    // At least the tracker whose boxes these are.
    assert!(tracked["mota"].as_f64().unwrap() >= 0.6375 && tracked["idf1"].as_f64().unwrap() >= 0.7079, "{tracked}");
    let path = world.path("tracks.txt").display().to_string();
    let again = scores(&["--gt", &gt, "--tracks", &path]);
    for key in ["fp", "fn", "idsw"] {
        assert_eq!(again[key], tracked[key], "{key}");
    }
    assert!((again["hota"].as_f64().unwrap() - tracked["hota"].as_f64().unwrap()).abs() < 1e-3);
}

#[test]
fn every_configuration_tracks_and_those_that_look_say_that_they_cannot() {
    let (gt, det) = (data("gt.txt"), data("det.txt"));
    for name in ["IOU", "NvSORT", "NvDCF_perf"] {
        let config = config(&format!("config_tracker_{name}.yml"));
        let ran = World::new().run(&["mot-eval", "--gt", &gt, "--det", &det, "--ll-config", &config]).ends_with(0);
        let tracked: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert!(tracked["mota"].as_f64().unwrap() > 0.4, "{name}: {tracked}");
        assert_eq!(
            ran.stderr.contains("need pixels; only boxes are tracked"),
            name == "NvDCF_perf",
            "{name}: {}",
            ran.stderr
        );
    }
}

/// Each refusal names the file and what is wrong with it.
#[test]
fn bad_input_is_named() {
    let world = World::new();
    let write = |name: &str, text: &[u8]| -> PathBuf {
        std::fs::write(world.path(name), text).unwrap();
        world.path(name)
    };
    write("short.txt", b"1,1,0,0,10,10\n1,2\n");
    write("binary.txt", &[0xff, 0xfe, 0x00]);
    write("empty.txt", b"");
    write("good.txt", b"1,1,0,0,10,10,1,1,1\n");
    write("bad.yml", b"StateEstimator:\n  stateEstimatorType: 9\n");
    for (args, expected) in [
        (&["--gt", "good.txt"][..], "--det <FILE>|--tracks <FILE>"),
        (&["--gt", "good.txt", "--det", "good.txt", "--tracks", "good.txt"], "cannot be used with"),
        (&["--gt", "none.txt", "--tracks", "good.txt"], "none.txt: No such file"),
        (&["--gt", ".", "--tracks", "good.txt"], ".: Is a directory"),
        (&["--gt", "empty.txt", "--tracks", "good.txt"], "empty.txt: no objects to compare with"),
        (&["--gt", "good.txt", "--tracks", "short.txt"], "short.txt: line 2: 2 columns"),
        (&["--gt", "binary.txt", "--tracks", "good.txt"], "binary.txt: not text"),
        (
            &["--gt", "good.txt", "--det", "good.txt", "--ll-config", "bad.yml"],
            "bad.yml:2: [StateEstimator] stateEstimatorType",
        ),
        (&["--gt", "good.txt", "--det", "good.txt", "--size", "big"], "expected WIDTHxHEIGHT"),
        (&["--gt", "good.txt", "--det", "good.txt", "--fps", "0"], "expected a number above 0"),
        (&["--gt", "good.txt", "--det", "good.txt", "--out", "no/such/folder.txt"], "--out no/such/folder.txt"),
    ] {
        let ran = world.run(&[&["mot-eval"], args].concat()).ends_with(2);
        assert!(ran.stderr.contains(expected), "{args:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{args:?}");
    }
}
