//! `redaction` on the shipped stream with the shipped detector: no face that it finds can be recognised in the file that is
//! written, as decoded by GStreamer's own elements and held against the ground truth.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use ds_apps::base::geometry::Rect;
use gst::prelude::*;
use serde_json::Value;

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
const FRAMES: usize = 24;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The luma of the first frames of a video.
fn luma(path: &Path) -> Vec<Vec<u8>> {
    gst::init().unwrap();
    let launch = format!(
        "filesrc location=\"{}\" ! decodebin ! videoconvert ! video/x-raw,format=GRAY8,width={WIDTH},height={HEIGHT} ! \
         fakesink name=out sync=false signal-handoffs=true num-buffers={FRAMES}",
        path.display()
    );
    let pipeline = gst::parse::launch(&launch).unwrap().downcast::<gst::Pipeline>().unwrap();
    let frames = Arc::new(Mutex::new(Vec::new()));
    let own = frames.clone();
    pipeline.by_name("out").unwrap().connect("handoff", false, move |values| {
        let buffer = values[1].get::<gst::Buffer>().unwrap();
        own.lock().unwrap().push(buffer.map_readable().unwrap().to_vec());
        None
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    let ends = [gst::MessageType::Eos, gst::MessageType::Error];
    let end = pipeline.bus().unwrap().timed_pop_filtered(gst::ClockTime::from_seconds(120), &ends);
    assert!(matches!(end.as_ref().map(|end| end.view()), Some(gst::MessageView::Eos(_))), "{end:?}");
    pipeline.set_state(gst::State::Null).unwrap();
    std::mem::take(&mut *frames.lock().unwrap())
}

/// Boxes of the objects of a label on each of the first frames of a trace.
fn boxes(trace: &str, label: &str) -> Vec<Vec<Rect>> {
    let number = |value: &Value| value.as_f64().unwrap() as f32;
    let of = |line: &str| {
        let frame: Value = serde_json::from_str(line).unwrap();
        let objects = frame["objects"].as_array().unwrap().iter();
        let wanted = objects.filter(|object| object["label"].as_str().unwrap().eq_ignore_ascii_case(label));
        let rect = |object: &Value| {
            let side = |index: usize| number(&object["bbox"][index]);
            Rect { left: side(0), top: side(1), width: side(2), height: side(3) }
        };
        wanted.map(rect).collect()
    };
    trace.lines().take(FRAMES).map(of).collect()
}

/// The samples of a box that lie inside the picture, row by row, and how many a row has.
fn samples(frame: &[u8], rect: &Rect) -> (Vec<f32>, usize) {
    let rect = rect.clipped(WIDTH as f32, HEIGHT as f32);
    let (columns, rows) = (rect.left as usize..rect.right() as usize, rect.top as usize..rect.bottom() as usize);
    (rows.flat_map(|y| columns.clone().map(move |x| f32::from(frame[y * WIDTH + x]))).collect(), columns.len())
}

fn spread(samples: &[f32]) -> f32 {
    let mean = samples.iter().sum::<f32>() / samples.len() as f32;
    (samples.iter().map(|sample| (sample - mean).powi(2)).sum::<f32>() / samples.len() as f32).sqrt()
}

/// How alike the detail of two boxes is, -1 to 1: the correlation of what each sample differs by from its neighbours to the
/// right and below, where eyes, mouth and outlines are.
fn likeness((a, width): &(Vec<f32>, usize), (b, _): &(Vec<f32>, usize)) -> f32 {
    let detail = |samples: &[f32]| -> Vec<f32> {
        let inner = (0..samples.len() - width).filter(|at| at % width + 1 < *width);
        inner.flat_map(|at| [samples[at + 1] - samples[at], samples[at + width] - samples[at]]).collect()
    };
    let (a, b) = (detail(a), detail(b));
    let product = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
    product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt().max(1e-6)
}

/// Truth, detections, the original and the redacted picture of every frame.
struct Played {
    truth: Vec<Vec<Rect>>,
    found: Vec<Vec<Rect>>,
    original: Vec<Vec<u8>>,
    written: Vec<Vec<u8>>,
}

fn play(how: &str) -> Option<Played> {
    let stream = root().join("streams/sample_people_720p.mp4");
    if std::env::var_os("ORT_DYLIB_PATH").is_none() && !root().join(".runtime/onnxruntime").exists() {
        eprintln!("skipped: no ONNX Runtime here");
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let (out, meta) = (dir.path().join("out.mp4"), dir.path().join("meta.jsonl"));
    let mut program = Command::new(env!("CARGO_BIN_EXE_ds-apps"));
    program.arg("redaction").arg(&stream).args(["-s", "--redact", how, "--max-frames", &FRAMES.to_string()]);
    let ran = program.arg("-o").arg(&out).arg("--meta-out").arg(&meta).env_remove("DISPLAY").output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let mut truth = String::new();
    let packed = std::fs::File::open(root().join("streams/sample_people_720p.truth.jsonl.gz")).unwrap();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut truth).unwrap();
    Some(Played {
        truth: boxes(&truth, "face"),
        found: boxes(&std::fs::read_to_string(&meta).unwrap(), "face"),
        original: luma(&stream),
        written: luma(&out),
    })
}

/// The original and what was written of every ground-truth face that the detector finds.
fn faces(played: &Played) -> Vec<[(Vec<f32>, usize); 2]> {
    let mut faces = Vec::new();
    let mut missed = 0;
    for index in 0..FRAMES {
        for truth in &played.truth[index] {
            if truth.width < 12.0 || truth.height < 12.0 {
                continue;
            }
            if played.found[index].iter().any(|found| found.iou(truth) >= 0.5) {
                faces.push([&played.original, &played.written].map(|frames| samples(&frames[index], truth)));
            } else {
                missed += 1;
            }
        }
    }
    eprintln!("{} faces found, {missed} not", faces.len());
    assert_eq!((played.written.len(), played.original.len()), (FRAMES, FRAMES));
    assert!(faces.len() >= 2 * FRAMES && missed * 10 < faces.len(), "{} found, {missed} not", faces.len());
    faces
}

#[test]
fn filled_faces_are_flat() {
    let Some(played) = play("fill") else { return };
    for [original, written] in faces(&played) {
        let (before, after) = (spread(&original.0), spread(&written.0));
        assert!(after < 3.0, "of {before:.1} grey levels {after:.1} are left");
    }
}

#[test]
fn blurred_and_pixelated_faces_have_lost_their_detail() {
    for how in ["blur", "pixelate"] {
        let Some(played) = play(how) else { return };
        let faces = faces(&played);
        let most = faces.iter().map(|[original, written]| likeness(original, written)).fold(-1.0, f32::max);
        let mean =
            faces.iter().map(|[original, written]| likeness(original, written)).sum::<f32>() / faces.len() as f32;
        eprintln!("{how}: detail correlates by {mean:.3}, {most:.3} at most");
        assert!(mean < 0.25 && most < 0.5, "{how}: {mean:.3} {most:.3}");
    }
}

#[test]
fn what_is_no_face_stays_as_it_was() {
    let Some(played) = play("fill") else { return };
    let sky = Rect { left: 400.0, top: 20.0, width: 480.0, height: 100.0 };
    let clear = |index: &usize| played.found[*index].iter().all(|found| found.iou(&sky) == 0.0);
    let index = (0..FRAMES).find(clear).unwrap();
    let [original, written] = [&played.original, &played.written].map(|frames| samples(&frames[index], &sky).0);
    let error = original.iter().zip(&written).map(|(a, b)| (a - b).abs()).sum::<f32>() / original.len() as f32;
    assert!(error < 3.0, "{error}");
}
