//! ONNX Runtime on small models whose outputs follow from their inputs by hand (`tests/data/make_models.py`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::num::NonZero;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use ds_apps::config::nvinfer::TensorOrder;
use ds_apps::infer::InferError;
use ds_apps::infer::detection::Tensor;
use ds_apps::infer::engine::{Batch, Engine, Hints, Provider};
use ds_apps::infer::onnx::Onnx;

const RGB: Hints = Hints { channels: 3, order: TensorOrder::Nchw, dims: None };
const ONE: NonZero<usize> = NonZero::<usize>::MIN;

fn load(name: &str, hints: &Hints) -> Result<Onnx, InferError> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/models").join(name);
    Onnx::load(&path, Provider::Cpu, hints)
}

/// Channel `c` of frame `f` is `100 f + 10 c + 1` everywhere: so is its mean.
fn fill(input: &mut [f32], engine: &dyn Engine, frames: usize) {
    let frame = engine.input().frame_len();
    let pixels = frame / 3;
    for (i, value) in input[..frames * frame].iter_mut().enumerate() {
        let (f, rest) = (i / frame, i % frame);
        let channel = if engine.input().order == TensorOrder::Nhwc { rest % 3 } else { rest / pixels };
        *value = (100 * f + 10 * channel + 1) as f32;
    }
}

fn means(engine: &dyn Engine, frames: usize) -> Vec<Vec<f32>> {
    let mut session = engine.session(ONE).unwrap();
    fill(session.input(frames), engine, frames);
    let outputs = session.run(frames).unwrap();
    let frame = |i| {
        let tensors: Vec<Tensor<'_>> = outputs.frame(engine.outputs(), i).collect();
        assert_eq!(tensors[0].shape, [3]);
        tensors[0].data.to_vec()
    };
    (0..frames).map(frame).collect()
}

#[test]
fn images_of_every_order_and_type_come_out_right() {
    for name in ["means.onnx", "means_nhwc.onnx", "means_half.onnx", "means_bytes.onnx", "means_dynamic.onnx"] {
        let engine = load(name, &RGB).unwrap();
        assert_eq!(means(&engine, 1), [[1.0, 11.0, 21.0]], "{name}");
    }
    let nhwc = load("means_nhwc.onnx", &RGB).unwrap();
    assert_eq!((nhwc.input().name.as_str(), nhwc.outputs()[0].name.as_str()), ("inputs:0", "Identity:0"));
    assert!(nhwc.name().starts_with("ONNX Runtime"));
}

#[test]
fn batches_are_dynamic_or_as_the_model_says() {
    let dynamic = load("means_dynamic.onnx", &RGB).unwrap();
    assert_eq!(dynamic.input().batch, Batch::Dynamic);
    assert_eq!(means(&dynamic, 3), [[1.0, 11.0, 21.0], [101.0, 111.0, 121.0], [201.0, 211.0, 221.0]]);
    let fixed = load("means_batch2.onnx", &RGB).unwrap();
    assert_eq!(fixed.input().batch, Batch::Fixed(NonZero::new(2).unwrap()));
    assert_eq!(means(&fixed, 2), [[1.0, 11.0, 21.0], [101.0, 111.0, 121.0]]);
    assert_eq!(means(&fixed, 1), [[1.0, 11.0, 21.0]]);
}

#[test]
fn weights_among_the_inputs_are_no_inputs() {
    let engine = load("weights_as_inputs.onnx", &RGB).unwrap();
    assert_eq!(means(&engine, 1), [[2.0, 22.0, 42.0]]);
}

#[test]
fn dynamic_sizes_come_from_infer_dims() {
    let engine = load("means_any_size.onnx", &Hints { dims: Some([3, 5, 7]), ..RGB }).unwrap();
    assert_eq!((engine.input().size.width, engine.input().size.height), (7, 5));
    assert_eq!(means(&engine, 2).len(), 2);
    let error = load("means_any_size.onnx", &RGB).err().unwrap().to_string();
    assert!(error.contains("images float32 [?,3,?,?]") && error.contains("infer-dims"), "{error}");
}

#[test]
fn what_cannot_be_used_says_why() {
    let error = |name: &str| load(name, &RGB).err().unwrap_or_else(|| panic!("{name} was loaded")).to_string();
    assert!(
        error("rank3.onnx").starts_with("the model's input is images float32 [3,4,6]; wanted is one of 4 dimensions")
    );
    assert!(error("two_images.onnx").starts_with("the model has 2 inputs"));
    assert!(error("no_outputs.onnx").contains("no_outputs.onnx"));
    assert!(error("not_a_model.onnx").contains("not_a_model.onnx: "));
    assert!(error("missing.onnx").ends_with("missing.onnx not found"));
    let gray = Hints { channels: 1, ..RGB };
    let error = load("means.onnx", &gray).err().unwrap().to_string();
    assert!(error.ends_with("wanted is one of 1 channels, as model-color-format says"), "{error}");
}

#[test]
fn outputs_outlive_their_session() {
    let engine = load("means.onnx", &RGB).unwrap();
    let mut session = engine.session(ONE).unwrap();
    fill(session.input(1), &engine, 1);
    let first = Arc::new(session.run(1).unwrap());
    session.input(1).fill(7.0);
    let second = session.run(1).unwrap();
    drop((session, engine));
    assert_eq!(first.tensors()[0].frame(0), [1.0, 11.0, 21.0]);
    assert_eq!(second.tensors()[0].frame(0), [7.0, 7.0, 7.0]);
}

#[test]
fn sessions_run_side_by_side() {
    let engine = load("means_dynamic.onnx", &RGB).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..50).for_each(|_| assert_eq!(means(&engine, 2)[1], [101.0, 111.0, 121.0])));
        }
    });
}

/// Runs one of the tests below in a process of its own.
fn alone(test: &str, variable: &str, value: &str) -> String {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", test])
        .env(variable, value)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{text}");
    text
}

#[test]
fn a_missing_library_is_said_each_time_and_nothing_hangs() {
    let folder = tempfile::tempdir().unwrap();
    alone("helper_without_library", "ORT_DYLIB_PATH", folder.path().join("libonnxruntime.so").to_str().unwrap());
    let broken = folder.path().join("broken.so");
    std::fs::write(&broken, "no library").unwrap();
    alone("helper_without_library", "ORT_DYLIB_PATH", broken.to_str().unwrap());
}

#[test]
#[ignore = "run by a_missing_library_is_said_each_time_and_nothing_hangs"]
fn helper_without_library() {
    for _ in 0..3 {
        let error = load("means.onnx", &RGB).err().expect("there is no library").to_string();
        assert!(error.contains("looked in $ORT_DYLIB_PATH (/"), "{error}");
        assert!(error.contains("scripts/dev setup"), "{error}");
    }
}
