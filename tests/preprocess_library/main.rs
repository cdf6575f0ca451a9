//! `custom-lib-path`: a C++ library of DeepStream's interface, compiled here, makes the tensors, up to `nvinfer`; and
//! everything such a library can do wrong is one line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use ds_apps::base::elements::Elements;
use ds_apps::base::geometry::{Rect, Size};
use ds_apps::meta::{self, Batch, OwnedBatch};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, SurfacesMut};
use gst::prelude::*;
use gst_check::Harness;

const SIZE: Size = Size { width: 64, height: 32 };
const CAPS: &str = "video/x-raw(memory:NVMM), format=RGBA, width=64, height=32, framerate=30/1";
const TWO: &str = "8;4;4;4;16;8;8;8";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compiles `source` into a library called `name` beside this test.
fn compiled(name: &str, source: &Path) -> PathBuf {
    let path = std::env::current_exe().unwrap().with_file_name(name);
    let flags = Command::new("pkg-config").args(["--cflags", "gstreamer-1.0"]).output().unwrap();
    let output = Command::new("c++")
        .args(["-shared", "-fPIC", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-o"])
        .arg(&path)
        .arg(source)
        .arg(format!("-I{}", root().join("include").display()))
        .args(String::from_utf8(flags.stdout).unwrap().split_whitespace())
        .args(["-lgstreamer-1.0"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}

static LIBRARY: LazyLock<PathBuf> =
    LazyLock::new(|| compiled("libpreprocess-example.so", &root().join("tests/preprocess_library/library.cpp")));

/// A file for 4x4 regions and the library.
fn text(library: &Path, mode: &str, group: &str) -> String {
    format!(
        "[property]\ntarget-unique-ids=3\nnetwork-input-shape=2;3;4;4\nprocessing-width=4\nprocessing-height=4\n\
         tensor-name=images\nscaling-filter=0\ntensor-buf-pool-size=2\ncustom-lib-path={}\n\
         custom-tensor-preparation-function=CustomTensorPreparation\n[user-configs]\nmode={mode}\nfactor=2\n\
         [group-0]\nsrc-ids=0\nprocess-on-roi=1\n{group}\n",
        library.display()
    )
}

struct Run {
    harness: Harness,
    bus: gst::Bus,
    _folder: tempfile::TempDir,
}

/// An element on a file, started or not.
fn element(text: &str) -> (gst::Element, gst::Bus, tempfile::TempDir) {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("preprocess.txt");
    std::fs::write(&path, text).unwrap();
    let element = gst::ElementFactory::make("nvdspreprocess").build().unwrap();
    element.set_property("config-file", path.to_str().unwrap());
    let bus = gst::Bus::new();
    element.set_bus(Some(&bus));
    (element, bus, folder)
}

fn error(bus: &gst::Bus) -> String {
    let message = bus.pop_filtered(&[gst::MessageType::Error]).expect("an error");
    let gst::MessageView::Error(error) = message.view() else { unreachable!() };
    let text = error.error().to_string();
    assert!(!text.contains('\n'), "one line: {text}");
    text
}

impl Run {
    fn new(mode: &str, group: &str) -> Self {
        let (element, bus, folder) = element(&text(&LIBRARY, mode, group));
        let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
        harness.set_src_caps_str(CAPS);
        Self { harness, bus, _folder: folder }
    }

    fn regions(mode: &str, regions: &str) -> Self {
        Self::new(mode, &format!("roi-params-src-0={regions}"))
    }

    fn fails(mode: &str) -> String {
        let mut run = Self::regions(mode, TWO);
        assert_eq!(run.harness.push(buffer(0)), Err(gst::FlowError::Error), "{mode}");
        error(&run.bus)
    }
}

/// A frame of source 0; red is the pixel's column, green its row, blue 100. An object at 8,4 16x16.
fn buffer(number: i32) -> gst::Buffer {
    let memory = Pool::new(Format::plain(Layout::Rgba), SIZE, 1).acquire().unwrap();
    let mut buffer = gst::Buffer::new();
    let inner = buffer.get_mut().unwrap();
    inner.append_memory(memory);
    let mut surfaces = SurfacesMut::map(inner).unwrap();
    let mut view = surfaces.view_mut(0).unwrap();
    for y in 0..SIZE.height {
        for (x, pixel) in view.row_mut(0, y as usize).as_chunks_mut::<4>().0.iter_mut().take(64).enumerate() {
            *pixel = [x as u8, y as u8, 100, 255];
        }
    }
    let mut batch = OwnedBatch::new(1);
    let frame = batch.add_frame();
    frame.set_frame_num(number);
    frame.set_pipeline_size(SIZE);
    let object = frame.add_object();
    object.set_component_id(1);
    object.set_rect(Rect { left: 8.0, top: 4.0, width: 16.0, height: 16.0 });
    meta::attach(inner, batch);
    buffer
}

/// Values, shape and boxes of the tensors of a buffer; no values where there is no tensor.
fn tensors(buffer: &gst::BufferRef) -> Vec<(Vec<f32>, Vec<i32>, Vec<Rect>)> {
    let all = Batch::of(buffer).unwrap().preprocessed();
    all.map(|found| {
        let tensor = found.tensor();
        let values = tensor.as_ref().map_or(Vec::new(), |tensor| match &tensor.values {
            Elements::Fp32(values) => values.clone(),
            Elements::Uint8(values) => values.iter().map(|value| f32::from(*value)).collect(),
            other => panic!("{:?}", other.kind()),
        });
        let shape = tensor.map_or(Vec::new(), |tensor| tensor.shape.clone());
        (values, shape, found.rois().map(|roi| roi.unwrap().rect).collect())
    })
    .collect()
}

fn rect(left: f32, top: f32, width: f32, height: f32) -> Rect {
    Rect { left, top, width, height }
}

#[test]
fn a_library_makes_the_tensor_of_scaled_regions() {
    let mut run = Run::regions("", &format!("{TWO};0;0;4;4"));
    for number in 0..8 {
        let out = run.harness.push_and_pull(buffer(number)).unwrap();
        let found = tensors(&out);
        assert_eq!(found.len(), 2, "two regions, then one");
        let (values, shape, rois) = &found[0];
        assert_eq!((&shape[..], values.len()), (&[2, 3, 4, 4][..], 96));
        assert_eq!(rois, &[rect(8.0, 4.0, 4.0, 4.0), rect(16.0, 8.0, 8.0, 8.0)]);
        assert_eq!(values[..4], [8.0, 9.0, 10.0, 11.0].map(|red| 2.0 * (255.0 - red)));
        assert_eq!(values[16..20], [2.0 * 251.0; 4]);
        assert_eq!(values[32], 2.0 * 155.0);
        let scaled: Vec<f32> = values[48..52].iter().map(|value| 255.0 - value / 2.0).collect();
        assert!(scaled.iter().zip([16.0, 18.0, 20.0, 22.0]).all(|(a, b)| (a - b).abs() <= 1.0), "{scaled:?}");
        assert_eq!((&found[1].1[..], found[1].0[0]), (&[1, 3, 4, 4][..], 2.0 * 255.0));
    }
}

#[test]
fn what_the_library_answers_is_what_goes_on() {
    let mut late = Run::regions("not-ready", TWO);
    let found = tensors(&late.harness.push_and_pull(buffer(0)).unwrap());
    assert_eq!((found[0].0.len(), found[0].2.len()), (0, 2), "regions without a tensor");
    assert_eq!(tensors(&late.harness.push_and_pull(buffer(1)).unwrap())[0].0.len(), 96);
    let bytes = tensors(&Run::regions("bytes", "40;8;4;4").harness.push_and_pull(buffer(0)).unwrap());
    assert_eq!((bytes[0].0.len(), bytes[0].0[0]), (48, ((2 * 215) % 256) as f32));
    let half = tensors(&Run::regions("half", TWO).harness.push_and_pull(buffer(0)).unwrap());
    assert_eq!((&half[0].1[..], half[0].0.len(), half[0].2.len()), (&[1, 3, 4, 4][..], 48, 1));
    let end = tensors(&Run::regions("throw-at-end", TWO).harness.push_and_pull(buffer(0)).unwrap());
    assert_eq!(end[0].0.len(), 96);
}

#[test]
fn a_transformation_of_the_library_scales_a_group() {
    let group = format!("custom-input-transformation-function=Where\nroi-params-src-0={TWO}");
    let found = tensors(&Run::new("", &group).harness.push_and_pull(buffer(0)).unwrap());
    let values = &found[0].0;
    assert_eq!([values[0], values[16], values[32]], [8.0, 4.0, 0.0].map(|value| 2.0 * (255.0 - value)));
    assert_eq!([values[48], values[64], values[80]], [16.0, 8.0, 1.0].map(|value| 2.0 * (255.0 - value)));
    let mut wrong = Run::new("", "custom-input-transformation-function=Where\nroi-params-src-0=0;0;13;4");
    assert_eq!(wrong.harness.push(buffer(0)), Err(gst::FlowError::Error));
    assert!(error(&wrong.bus).ends_with("Where failed with NVDSPREPROCESS_CUSTOM_TRANSFORMATION_FAILED"));
    // DeepStream's own names are done here where the library does not have them.
    let usual = format!("custom-input-transformation-function=CustomAsyncTransformation\nroi-params-src-0={TWO}");
    assert_eq!(tensors(&Run::new("", &usual).harness.push_and_pull(buffer(0)).unwrap())[0].0[0], 2.0 * 247.0);
}

#[test]
fn a_library_that_misbehaves_is_one_line() {
    let name = "CustomTensorPreparation";
    for (mode, said) in [
        ("fail", format!("{name} failed with NVDSPREPROCESS_CUSTOM_TENSOR_FAILED")),
        ("throw", format!("{name} threw an exception: the lens is dirty")),
        (
            "no-tensor",
            format!(
                "{name} succeeded without a tensor: buf must be one that its acquirer gave, and that was not given back"
            ),
        ),
        (
            "given-back",
            format!(
                "{name} succeeded without a tensor: buf must be one that its acquirer gave, and that was not given back"
            ),
        ),
        ("overrun", format!("{name} wrote beyond the 384 bytes of its tensor")),
        (
            "larger",
            format!(
                "{name} answered a tensor of [3, 3, 4, 4] in 576 bytes; network-input-shape and tensor-data-type announce 384 bytes"
            ),
        ),
        (
            "negative",
            format!(
                "{name} answered a tensor of [2, -3, 4, 4] in {} bytes; network-input-shape and tensor-data-type announce 384 bytes",
                u64::MAX
            ),
        ),
        ("shorter", format!("{name} answered a tensor of [2, 3, 4, 4] with only 4 bytes")),
        ("typeless", format!("{name} answered data_type 9, which is none of 0 to 7")),
        ("stray", format!("{name} answered region 0 of a frame that is not in the batch")),
    ] {
        assert_eq!(Run::fails(mode), format!("custom-lib-path={}: {said}", LIBRARY.display()), "{mode}");
    }
    let mut leak = Run::regions("leak", TWO);
    assert!(leak.harness.push(buffer(0)).is_ok() && leak.harness.push(buffer(1)).is_ok());
    assert_eq!(leak.harness.push(buffer(2)), Err(gst::FlowError::Error));
    let said = "the library holds 3 tensors, tensor-buf-pool-size is 2: release those that are not answered";
    assert!(error(&leak.bus).ends_with(said));
}

#[test]
fn a_library_that_cannot_be_used_stops_the_start() {
    let start = |text: &str| {
        let (element, bus, _folder) = element(text);
        assert!(element.set_state(gst::State::Paused).is_err());
        element.set_state(gst::State::Null).unwrap();
        error(&bus)
    };
    let group = format!("roi-params-src-0={TWO}");
    let missing = start(&text(Path::new("nowhere.so"), "", &group));
    assert!(missing.contains("preprocess.txt: custom-lib-path="), "{missing}");
    assert!(missing.contains("nowhere.so: cannot be loaded: "), "{missing}");
    let file = tempfile::Builder::new().suffix(".so").tempfile().unwrap();
    std::fs::write(file.path(), "no library").unwrap();
    assert!(start(&text(file.path(), "", &group)).contains("cannot be loaded: "));
    let source = tempfile::Builder::new().suffix(".cpp").tempfile().unwrap();
    std::fs::write(source.path(), "extern \"C\" void initLib() {}\n").unwrap();
    let empty = compiled("libpreprocess-empty.so", source.path());
    let symbol = start(&text(&empty, "", &group));
    assert!(
        symbol.contains("has no function deInitLib; a preprocessing library has initLib, deInitLib and"),
        "{symbol}"
    );
    let named = text(&LIBRARY, "", &group).replace("function=CustomTensorPreparation", "function=Prepare");
    assert!(start(&named).contains("has no function Prepare; "));
    let odd = text(&LIBRARY, "", &format!("custom-input-transformation-function=Turn\n{group}"));
    assert!(
        start(&odd).contains("has no function Turn, which custom-input-transformation-function of [group-0] names")
    );
    assert!(start(&text(&LIBRARY, "refuse", &group)).contains("initLib answered no context"));
    assert!(start(&text(&LIBRARY, "throw-at-start", &group)).ends_with("initLib threw an exception: no mean file"));
}

#[test]
fn the_detector_sees_the_librarys_tensor() {
    let world = tempfile::tempdir().unwrap();
    let model = root().join("tests/data/models/detectnet.onnx");
    let write = |name: &str, text: String| std::fs::write(world.path().join(name), text).unwrap();
    write("labels.txt", "vehicle\n".into());
    write(
        "infer.txt",
        format!(
            "[property]\ngie-unique-id=3\nonnx-file={}\nlabelfile-path=labels.txt\nnum-detected-classes=1\ncluster-mode=4\n\
             [class-attrs-all]\npre-cluster-threshold=0.5\n",
            model.display()
        ),
    );
    let usual = text(&LIBRARY, "", "roi-params-src-0=0;0;64;64;64;0;64;64")
        .replace("2;3;4;4", "2;3;64;64")
        .replace("width=4", "width=64")
        .replace("height=4", "height=64")
        .replace("factor=2", "factor=1");
    write("preprocess.txt", usual.clone());
    let without = usual.lines().filter(|line| !line.starts_with("custom-")).collect::<Vec<_>>().join("\n");
    write("plain.txt", without);
    let found = |preprocess: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_ds-apps"))
            .args([
                "preprocess",
                "test:blue?size=128x64&frames=3",
                "-c",
                "infer.txt",
                "-o",
                "none",
                "--preprocess",
                preprocess,
            ])
            .current_dir(world.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // The detector finds what is red: nothing in a blue picture, and everything once the library has inverted it.
    let (plain, inverted) = (found("plain.txt"), found("preprocess.txt"));
    assert_eq!(plain.lines().filter(|line| line.ends_with("Number of Objects=0")).count(), 6, "{plain}");
    assert_eq!(inverted.lines().filter(|line| line.ends_with("Number of Objects=16")).count(), 6, "{inverted}");
}
