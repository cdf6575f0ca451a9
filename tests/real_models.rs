//! Public networks on real clips, where the shared data is there: what is found per frame is what its README measured with
//! an implementation of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use ds_apps::pipeline::{Lines, Output, Pipeline, Settings};

fn shared(path: &str) -> Option<PathBuf> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(path);
    file.exists().then_some(file)
}

/// Objects of `label` in a frame, on average.
fn found(clip: &str, model: &str, config: &str, label: &str) -> Option<f64> {
    let (Some(clip), Some(model)) = (shared(clip), shared(model)) else {
        eprintln!("skipped: the shared data is not here");
        return None;
    };
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs").join(config);
    let properties = [("config-file-path", config.to_str().unwrap()), ("onnx-file", model.to_str().unwrap())];
    let report = Pipeline::new("real")
        .sources([clip.to_str().unwrap()])
        .batch(None)
        .element("nvinfer", "pgie", &properties)
        .sink(&Output::None)
        .run(&Settings { lines: Lines::Silent, ..Settings::default() })
        .unwrap()
        .report
        .unwrap();
    assert_eq!(report.frames, if clip.ends_with("carnd_vehicle_test_video.mp4") { 38 } else { 460 });
    Some(report.objects.get(label).copied().unwrap_or(0) as f64 / report.frames as f64)
}

#[track_caller]
fn about(found: Option<f64>, measured: f64, tolerance: f64) {
    if let Some(found) = found {
        assert!((found - measured).abs() <= tolerance, "{found} a frame, measured were {measured}");
    }
}

#[test]
fn yolox_sees_both_cars() {
    let cars = found(
        "videos/carnd_vehicle_test_video.mp4",
        "models/yolox_nano_416x416.onnx",
        "config_infer_yolox_nano.txt",
        "car",
    );
    about(cars, 2.1, 0.15);
}

#[test]
fn fastestdet_sees_both_cars() {
    let cars =
        found("videos/carnd_vehicle_test_video.mp4", "models/FastestDet.onnx", "config_infer_fastestdet.txt", "car");
    about(cars, 2.0, 0.1);
}

#[test]
fn rfb_sees_the_faces_of_a_crowd() {
    let faces =
        found("videos/opencv4nodejs_people.mp4", "models/version-RFB-320.onnx", "config_infer_rfb320.txt", "face");
    about(faces, 4.0, 0.6);
}
