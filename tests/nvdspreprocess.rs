//! `nvdspreprocess`: the tensors it makes, of regions and of objects, in every type; a preparation of one's own; and
//! `nvinfer` taking them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use ds_apps::base::elements::Elements;
use ds_apps::base::geometry::{Rect, Size};
use ds_apps::elements::nvdspreprocess::NvDsPreprocess;
use ds_apps::infer::prepare::{PrepareError, Prepared, TensorPreparation, Unit};
use ds_apps::infer::preprocess::letterbox::Crop;
use ds_apps::meta::preprocess::{PreparedTensor, Roi};
use ds_apps::meta::{self, Batch, OwnedBatch};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, SurfacesMut};
use gst::prelude::*;
use gst_check::Harness;

const SIZE: Size = Size { width: 64, height: 32 };
const CAPS: &str = "video/x-raw(memory:NVMM), format=RGBA, width=64, height=32, framerate=30/1";
const HEAD: &str = "[property]\ntarget-unique-ids=3;4\nnetwork-input-shape=2;3;4;4\nprocessing-width=4\nprocessing-height=4\n\
                    tensor-name=images\nscaling-filter=0\n";

struct Run {
    harness: Harness,
    element: NvDsPreprocess,
    bus: gst::Bus,
    _folder: tempfile::TempDir,
}

impl Run {
    fn prepared(text: &str, prepare: impl FnOnce(&NvDsPreprocess)) -> Self {
        gst::init().unwrap();
        ds_apps::elements::register_all(None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path: PathBuf = folder.path().join("preprocess.txt");
        std::fs::write(&path, text).unwrap();
        let element =
            gst::ElementFactory::make("nvdspreprocess").build().unwrap().downcast::<NvDsPreprocess>().unwrap();
        element.set_property("config-file", path.to_str().unwrap());
        prepare(&element);
        let bus = gst::Bus::new();
        element.set_bus(Some(&bus));
        let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
        harness.set_src_caps_str(CAPS);
        Self { harness, element, bus, _folder: folder }
    }

    fn new(text: &str) -> Self {
        Self::prepared(text, |_| {})
    }

    fn push(&mut self, sources: &[u32]) -> gst::Buffer {
        self.harness.push_and_pull(buffer(sources)).unwrap()
    }

    fn error(&self) -> String {
        let message = self.bus.pop_filtered(&[gst::MessageType::Error]).expect("an error");
        let gst::MessageView::Error(error) = message.view() else { unreachable!() };
        error.error().to_string()
    }
}

/// One frame a source; red is the pixel's column, green its row, blue ten times the source. An object at 8,4 16x16.
fn buffer(sources: &[u32]) -> gst::Buffer {
    let memory = Pool::new(Format::plain(Layout::Rgba), SIZE, sources.len() as u32).acquire().unwrap();
    let mut buffer = gst::Buffer::new();
    let inner = buffer.get_mut().unwrap();
    inner.append_memory(memory);
    let mut batch = OwnedBatch::new(sources.len() as u32);
    for (place, source) in sources.iter().enumerate() {
        let mut surfaces = SurfacesMut::map(inner).unwrap();
        let mut view = surfaces.view_mut(place).unwrap();
        for y in 0..SIZE.height {
            for (x, pixel) in view.row_mut(0, y as usize).as_chunks_mut::<4>().0.iter_mut().take(64).enumerate() {
                *pixel = [x as u8, y as u8, (source * 10) as u8, 255];
            }
        }
        let frame = batch.add_frame();
        frame.set_batch_id(place as u32);
        frame.set_source_id(*source);
        frame.set_pipeline_size(SIZE);
        let object = frame.add_object();
        object.set_class_id(2);
        object.set_component_id(1);
        object.set_rect(Rect { left: 8.0, top: 4.0, width: 16.0, height: 16.0 });
    }
    meta::attach(inner, batch);
    buffer
}

fn tensors(buffer: &gst::BufferRef) -> Vec<(Option<Arc<PreparedTensor>>, Vec<Roi>)> {
    let batch = Batch::of(buffer).unwrap();
    let all = batch.preprocessed();
    all.map(|found| {
        assert_eq!(found.targets(), [3, 4]);
        (found.tensor(), found.rois().map(Option::unwrap).collect())
    })
    .collect()
}

fn floats(tensor: &PreparedTensor) -> &[f32] {
    match &tensor.values {
        Elements::Fp32(values) => values,
        other => panic!("{:?}", other.kind()),
    }
}

fn rect(left: f32, top: f32, width: f32, height: f32) -> Rect {
    Rect { left, top, width, height }
}

#[test]
fn regions_of_each_source_fill_tensors_of_at_most_the_batch() {
    let text = format!(
        "{HEAD}[user-configs]\npixel-normalization-factor=2\noffsets=1;0;0\n\
         [group-0]\nsrc-ids=0\nprocess-on-roi=1\nroi-params-src-0=8;4;4;4;16;8;8;8\nroi-color=1;0;0;1\n\
         [group-1]\nsrc-ids=-1\nprocess-on-roi=0\ndraw-roi=0\n"
    );
    let mut run = Run::new(&text);
    let out = run.push(&[5, 0]);
    let found = tensors(&out);
    assert_eq!(found.len(), 2, "two regions, then one");
    let (first, rois) = &found[0];
    let first = first.as_ref().unwrap();
    assert_eq!((&first.shape[..], first.name.as_str(), first.meta_id), (&[2, 3, 4, 4][..], "images", 0));
    let red: Vec<f32> = floats(first)[..4].to_vec();
    assert_eq!(red, [14.0, 16.0, 18.0, 20.0], "2 * (column - 1) from column 8 on");
    assert_eq!(floats(first)[16..20], [8.0; 4], "2 * row");
    assert_eq!((rois[0].frame, rois[0].rect, rois[0].scale), (1, rect(8.0, 4.0, 4.0, 4.0), (1.0, 1.0)));
    assert_eq!((rois[1].rect, rois[1].scale, rois[1].offset), (rect(16.0, 8.0, 8.0, 8.0), (0.5, 0.5), (0.0, 0.0)));
    let (second, rois) = &found[1];
    assert_eq!((&second.as_ref().unwrap().shape[..], second.as_ref().unwrap().meta_id), (&[1, 3, 4, 4][..], 1));
    assert_eq!((rois[0].frame, rois[0].rect), (0, rect(0.0, 0.0, 64.0, 32.0)));
    assert_eq!(floats(second.as_ref().unwrap())[32], 100.0, "blue of source 5");
    let batch = Batch::of(&out).unwrap();
    let drawn: Vec<usize> = batch.frames().map(|frame| frame.displays().map(|d| d.rects().len()).sum()).collect();
    assert_eq!(drawn, [0, 2]);
}

#[test]
fn the_aspect_ratio_is_kept_with_padding_on_both_sides() {
    let text = format!(
        "{HEAD}maintain-aspect-ratio=1\nsymmetric-padding=1\n\
         [group-0]\nsrc-ids=0\nprocess-on-roi=1\nroi-params-src-0=0;0;16;8\n"
    );
    let out = Run::new(&text).push(&[0]);
    let (tensor, rois) = &tensors(&out)[0];
    assert_eq!((rois[0].scale, rois[0].offset), ((0.25, 0.25), (0.0, 1.0)));
    let green = &floats(tensor.as_ref().unwrap())[16..32];
    assert_eq!((green[..4].to_vec(), green[12..].to_vec()), (vec![0.0; 4], vec![0.0; 4]));
    assert!(green[8] > 0.0 && tensor.as_ref().unwrap().maintain_aspect_ratio);
}

#[test]
fn tensors_have_the_type_that_is_asked_for() {
    for (number, first) in [(1, 8.0), (2, 8.0), (3, 8.0), (4, 8.0), (5, 8.0), (6, 8.0), (7, 8.0)] {
        let text = format!(
            "{HEAD}tensor-data-type={number}\n[group-0]\nsrc-ids=0\nprocess-on-roi=1\nroi-params-src-0=8;4;4;4\n"
        );
        let out = Run::new(&text).push(&[0]);
        let tensor = tensors(&out)[0].0.clone().unwrap();
        assert_eq!((tensor.values.kind() as i32, tensor.values.len()), (number, 48));
        let mut value = [0.0];
        ds_apps::infer::prepare::decode(&tensor.values, 0, &mut value);
        assert_eq!(value[0], first);
    }
}

#[test]
fn objects_are_chosen_by_network_class_size_and_region() {
    let text = |group: &str| format!("{HEAD}process-on-frame=0\noperate-on-gie-id=1\n[group-0]\nsrc-ids=0\n{group}\n");
    let found = |group: &str| {
        let out = Run::new(&text(group)).push(&[0]);
        let object = Batch::of(&out).unwrap().frames().next().unwrap().objects().next().unwrap().key();
        let rois: Vec<Roi> = tensors(&out).into_iter().flat_map(|(_, rois)| rois).collect();
        assert!(rois.iter().all(|roi| roi.object == Some(object) && roi.rect == rect(8.0, 4.0, 16.0, 16.0)));
        rois.len()
    };
    assert_eq!(found("process-on-all-objects=1"), 1);
    assert_eq!(found("process-on-all-objects=1\noperate-on-class-ids=0;1"), 0);
    assert_eq!(found("process-on-all-objects=1\ninput-object-min-width=17"), 0);
    assert_eq!(found("process-on-all-objects=1\ninput-object-max-height=15"), 0);
    assert_eq!(found("roi-params-src-0=0;0;9;5;10;6;4;4"), 1, "in both regions, but one object");
    assert_eq!(found("roi-params-src-0=24;0;9;9"), 0);
    let mut other =
        Run::prepared(&text("process-on-all-objects=1"), |element| element.set_property("operate-on-gie-id", 9));
    assert!(tensors(&other.push(&[0])).is_empty());
}

#[test]
fn intervals_and_enable_leave_buffers_as_they_are() {
    let group = "[group-0]\nsrc-ids=0\nprocess-on-roi=0\ninterval=1\n";
    let mut run = Run::new(&format!("{HEAD}{group}"));
    let counts: Vec<usize> = (0..4).map(|_| tensors(&run.push(&[0])).len()).collect();
    assert_eq!(counts, [1, 0, 1, 0]);
    let mut off = Run::prepared(&format!("{HEAD}{group}"), |element| element.set_property("enable", false));
    assert!(tensors(&off.push(&[0])).is_empty());
    assert_eq!(off.element.property::<String>("target-unique-ids"), "");
}

#[test]
fn a_source_in_no_group_has_no_tensor() {
    let mut run = Run::new(&format!("{HEAD}[group-0]\nsrc-ids=0;2\nprocess-on-roi=0\n"));
    assert_eq!(tensors(&run.push(&[1, 2]))[0].1.iter().map(|roi| roi.frame).collect::<Vec<_>>(), [1]);
}

/// What a preparation of one's own is called with: regions, room, frame numbers.
type Calls = Arc<Mutex<Vec<(Vec<Crop>, usize)>>>;

/// Fills the tensor with the number of the call, from the second on; fails at the fourth.
struct Own(Calls);

impl TensorPreparation for Own {
    fn prepare(&mut self, units: &[Unit<'_>], values: &mut [f32]) -> Result<Prepared, PrepareError> {
        let mut calls = self.0.lock().unwrap();
        calls.push((units.iter().map(|unit| unit.crop).collect(), values.len()));
        values.fill(calls.len() as f32);
        match calls.len() {
            1 => Ok(Prepared::NotReady),
            4 => Err(PrepareError::Custom("the sequence is broken".into())),
            _ => Ok(Prepared::Ready),
        }
    }
}

#[test]
fn a_preparation_of_ones_own_sees_the_regions_in_order() {
    let calls = Calls::default();
    let own = Arc::clone(&calls);
    let text = format!("{HEAD}[group-0]\nsrc-ids=0\nprocess-on-roi=1\nroi-params-src-0=8;4;4;4\n");
    let mut run = Run::prepared(&text, |element| {
        element.prepare_with(Arc::new(move |config| {
            assert_eq!(config.tensor_name, "images");
            Ok(Box::new(Own(Arc::clone(&own))))
        }));
    });
    let out = run.push(&[0]);
    assert!(tensors(&out)[0].0.is_none() && tensors(&out)[0].1.len() == 1, "regions without a tensor");
    for call in 2..4 {
        let out = run.push(&[0]);
        assert_eq!(floats(tensors(&out)[0].0.as_ref().unwrap()), [call as f32; 48]);
    }
    assert_eq!(calls.lock().unwrap()[0], (vec![Crop { left: 8, top: 4, width: 4, height: 4 }], 48));
    assert_eq!(run.harness.push(buffer(&[0])), Err(gst::FlowError::Error));
    assert_eq!(run.error(), "the tensor cannot be prepared: the sequence is broken");
}

#[test]
fn what_is_wrong_is_said() {
    let start = |text: &str| {
        gst::init().unwrap();
        ds_apps::elements::register_all(None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("p.txt"), text).unwrap();
        let element = gst::ElementFactory::make("nvdspreprocess").build().unwrap();
        let bus = gst::Bus::new();
        element.set_bus(Some(&bus));
        if !text.is_empty() {
            element.set_property("config-file", folder.path().join("p.txt").to_str().unwrap());
        }
        assert!(element.set_state(gst::State::Paused).is_err());
        let message = bus.pop_filtered(&[gst::MessageType::Error]).unwrap();
        element.set_state(gst::State::Null).unwrap();
        let gst::MessageView::Error(error) = message.view() else { unreachable!() };
        error.error().to_string()
    };
    assert!(start("").starts_with("config-file is not set"));
    let group = "[group-0]\nsrc-ids=0\nprocess-on-roi=0\n";
    assert!(
        start(&format!("{HEAD}[user-configs]\noffsets=1;2\n{group}"))
            .contains("offsets: the network has 3 channels, 2 offsets are given")
    );
    let text = start(&format!("{HEAD}{group}custom-input-transformation-function=Mine\n"));
    assert!(
        text.contains(
            "[group-0] custom-input-transformation-function=Mine: there is no custom-lib-path whose function that is"
        ),
        "{text}"
    );
    let mut run = Run::new(&format!("{HEAD}[group-0]\nsrc-ids=0\nprocess-on-roi=1\nroi-params-src-0=0;32;4;4\n"));
    assert_eq!(run.harness.push(buffer(&[0])), Err(gst::FlowError::Error));
    assert!(run.error().contains("the region 0;32;4;4 lies outside of the frames of source 0, which are 64x32"));
}
