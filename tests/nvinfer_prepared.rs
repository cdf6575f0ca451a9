//! `nvinfer` on tensors of `nvdspreprocess`: results on the right objects, tensors it cannot take; `nvinferserver` on objects;
//! masks with more points than their boxes have pixels, up to the drawn picture; the callback for raw outputs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::ffi::{CStr, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ds_apps::base::elements::Elements;
use ds_apps::base::geometry::{Rect, Size};
use ds_apps::config::nvinfer::TensorOrder;
use ds_apps::elements::nvinfer::NvInfer;
use ds_apps::infer::detection::{ElementType, TensorInfo};
use ds_apps::infer::engine::{Batch as ModelBatch, ImageInput};
use ds_apps::infer::fake::Fake;
use ds_apps::meta::ffi::infer::{NvDsInferLayerInfo, NvDsInferNetworkInfo};
use ds_apps::meta::preprocess::{PreparedTensor, Roi};
use ds_apps::meta::{self, Batch, Object, OwnedBatch};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::transform::{Region, crop_mut};
use ds_apps::surface::{Pool, Surfaces, SurfacesMut};
use gst::glib;
use gst::prelude::*;
use gst_check::Harness;

const SIZE: Size = Size { width: 64, height: 48 };
const CAPS: &str = "video/x-raw(memory:NVMM), format=RGBA, width=64, height=48, framerate=30/1";
const RED: [u8; 4] = [200, 0, 0, 255];
const GREEN: [u8; 4] = [0, 200, 0, 255];
const BLUE: [u8; 4] = [0, 0, 200, 255];

/// Elements one behind the other, with the files that they read.
struct World {
    folder: tempfile::TempDir,
    bus: gst::Bus,
}

impl World {
    fn new() -> Self {
        gst::init().unwrap();
        ds_apps::elements::register_all(None).unwrap();
        let world = Self { folder: tempfile::tempdir().unwrap(), bus: gst::Bus::new() };
        world.write("labels.txt", "red;green;blue\n");
        world
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn element(&self, factory: &str, file: &Path) -> gst::Element {
        let element = gst::ElementFactory::make(factory).build().unwrap();
        let key = if factory == "nvdspreprocess" { "config-file" } else { "config-file-path" };
        element.set_property(key, file.to_str().unwrap());
        element
    }

    /// `nvinfer` with a network that gives the mean of each channel as a classifier's confidence.
    fn classifier(&self, lines: &str) -> gst::Element {
        let text = format!(
            "[property]\nonnx-file={}\nlabelfile-path=labels.txt\nnetwork-type=1\nclassifier-threshold=0.5\n\
             net-scale-factor=0.00392156862745098\ngie-unique-id=3\nbatch-size=4\n{lines}\n",
            model("means_dynamic").display()
        );
        self.element("nvinfer", &self.write("infer.txt", &text))
    }

    fn harness(&self, elements: &[&gst::Element]) -> Harness {
        let bin = gst::Bin::new();
        bin.add_many(elements).unwrap();
        gst::Element::link_many(elements).unwrap();
        for (name, element) in [("sink", elements[0]), ("src", elements[elements.len() - 1])] {
            let pad = element.static_pad(name).unwrap();
            bin.add_pad(&gst::GhostPad::with_target(&pad).unwrap()).unwrap();
        }
        bin.set_bus(Some(&self.bus));
        let mut harness = Harness::with_element(&bin, Some("sink"), Some("src"));
        harness.set_src_caps_str(CAPS);
        harness
    }

    fn error(&self) -> String {
        let message = self.bus.timed_pop_filtered(gst::ClockTime::from_seconds(20), &[gst::MessageType::Error]);
        let message = message.expect("an error");
        let gst::MessageView::Error(error) = message.view() else { unreachable!() };
        error.error().to_string()
    }
}

fn model(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/models/{name}.onnx"))
}

/// An object: the network that found it, its colour, its left edge.
type Thing = (i32, [u8; 4], u32);

/// Black frames, one a source, with objects of 12x8 filled with their colour.
fn buffer(frames: &[&[Thing]]) -> gst::Buffer {
    let memory = Pool::new(Format::plain(Layout::Rgba), SIZE, frames.len() as u32).acquire().unwrap();
    let mut buffer = gst::Buffer::new();
    let inner = buffer.get_mut().unwrap();
    inner.append_memory(memory);
    let mut batch = OwnedBatch::new(frames.len() as u32);
    for (index, things) in frames.iter().enumerate() {
        let mut surfaces = SurfacesMut::map(inner).unwrap();
        let mut view = surfaces.view_mut(index).unwrap();
        view.plane_mut(0).fill(0);
        let frame = batch.add_frame();
        frame.set_batch_id(index as u32);
        frame.set_pad_index(index as u32);
        frame.set_source_id(index as u32);
        frame.set_pipeline_size(SIZE);
        for (id, (component, colour, left)) in things.iter().enumerate() {
            let region = Region { left: *left, top: 20, size: Size { width: 12, height: 8 } };
            let mut part = crop_mut(&mut view, region).unwrap();
            for y in 0..8 {
                part.row_mut(0, y).as_chunks_mut::<4>().0.iter_mut().take(12).for_each(|pixel| *pixel = *colour);
            }
            let object = frame.add_object();
            object.set_component_id(*component);
            object.set_object_id(Some(id as u64));
            object.set_rect(Rect { left: *left as f32, top: 20.0, width: 12.0, height: 8.0 });
        }
    }
    meta::attach(inner, batch);
    buffer
}

/// Of every object of every frame its number and what was said of it.
fn labels(buffer: &gst::BufferRef) -> Vec<Vec<(u64, Vec<String>)>> {
    let said = |object: &Object| {
        let labels = object.classifiers().flat_map(|c| c.labels()).map(|label| label.text().to_owned());
        (object.object_id().unwrap(), labels.collect())
    };
    let of_frame = |frame: &meta::Frame| {
        let mut all: Vec<_> = frame.objects().map(said).collect();
        all.sort();
        all
    };
    Batch::of(buffer).unwrap().frames().map(of_frame).collect()
}

fn named(words: &[&str]) -> Vec<(u64, Vec<String>)> {
    let word = |word: &&str| if word.is_empty() { Vec::new() } else { vec![(*word).to_owned()] };
    words.iter().enumerate().map(|(id, text)| (id as u64, word(text))).collect()
}

const PREPROCESS: &str = "[property]\ntarget-unique-ids=3\nnetwork-input-shape=2;3;4;6\nprocessing-width=6\n\
                          processing-height=4\ntensor-name=images\nprocess-on-frame=0\noperate-on-gie-id=1\n\
                          [user-configs]\npixel-normalization-factor=0.00392156862745098\n\
                          [group-0]\nsrc-ids=0;1\nprocess-on-all-objects=1\n";

#[test]
fn what_a_tensor_of_objects_says_goes_to_those_objects() {
    let world = World::new();
    let preprocess = world.element("nvdspreprocess", &world.write("preprocess.txt", PREPROCESS));
    let classifier = world.classifier("process-mode=2\ninput-tensor-meta=1");
    classifier.set_property("input-tensor-meta", true);
    let mut harness = world.harness(&[&preprocess, &classifier]);
    // Five objects in tensors of two; one of another network, which no tensor is about.
    let frames: [&[Thing]; 2] =
        [&[(1, RED, 0), (1, GREEN, 20), (9, RED, 40)], &[(1, BLUE, 4), (1, RED, 20), (1, GREEN, 50)]];
    let out = harness.push_and_pull(buffer(&frames)).unwrap();
    assert_eq!(Batch::of(&out).unwrap().preprocessed().count(), 3);
    assert_eq!(labels(&out), [named(&["red", "green", ""]), named(&["blue", "red", "green"])]);
    let none = harness.push_and_pull(buffer(&[&[], &[]])).unwrap();
    assert_eq!(labels(&none), [named(&[]), named(&[])]);
}

#[test]
fn objects_in_a_region_are_cut_and_the_others_left_alone() {
    let world = World::new();
    let groups = "[group-0]\nsrc-ids=0\nroi-params-src-0=0;0;30;48;10;10;20;20\n[group-1]\nsrc-ids=1\nroi-params-src-1=40;0;200;200\n";
    let text = format!("{}{groups}", PREPROCESS.split("[group-0]").next().unwrap());
    let preprocess = world.element("nvdspreprocess", &world.write("preprocess.txt", &text));
    let classifier = world.classifier("process-mode=2");
    classifier.set_property("input-tensor-meta", true);
    let mut harness = world.harness(&[&preprocess, &classifier]);
    let frames: [&[Thing]; 2] = [&[(1, RED, 0), (1, GREEN, 25), (1, BLUE, 40)], &[(1, RED, 4), (1, BLUE, 39)]];
    let out = harness.push_and_pull(buffer(&frames)).unwrap();
    assert_eq!(labels(&out), [named(&["red", "green", ""]), named(&["", "blue"])]);
}

/// A tensor somebody else made, of one region of the first frame.
fn with_tensor(values: Elements, shape: &[i32], name: &str, rect: Rect, regions: usize) -> gst::Buffer {
    let mut out = buffer(&[&[(1, BLUE, 0)]]);
    let batch = Batch::of_mut(out.get_mut().unwrap()).unwrap();
    let object = batch.frames().next().unwrap().objects().next().unwrap().key();
    let (shape, name) = (shape.to_vec(), name.to_owned());
    let tensor = PreparedTensor { values, shape, name, gpu_id: 0, meta_id: 0, maintain_aspect_ratio: false };
    let roi = Roi { frame: 0, object: Some(object), rect, scale: (0.5, 0.5), offset: (0.0, 0.0) };
    batch.add_preprocessed(&[3], Some(Arc::new(tensor)), &vec![roi; regions]);
    out
}

const WHERE: Rect = Rect { left: 0.0, top: 20.0, width: 12.0, height: 8.0 };

#[test]
fn tensors_the_network_cannot_take_are_said() {
    let fails = |buffer: gst::Buffer| {
        let world = World::new();
        let classifier = world.classifier("process-mode=2");
        classifier.set_property("input-tensor-meta", true);
        let mut harness = world.harness(&[&classifier]);
        let _ = harness.push(buffer);
        world.error()
    };
    let floats = |count: usize| Elements::Fp32(vec![0.9; count]);
    let rank = fails(with_tensor(floats(72), &[1, 72], "images", WHERE, 1));
    assert!(rank.contains("made a tensor of [1, 72], the network takes [1, 3, 4, 6]"), "{rank}");
    let more = fails(with_tensor(floats(72), &[1, 3, 4, 6, 1], "images", WHERE, 1));
    assert!(more.contains("made a tensor of [1, 3, 4, 6, 1], the network takes [1, 3, 4, 6]"), "{more}");
    assert!(fails(with_tensor(Elements::Fp32(vec![]), &[], "images", WHERE, 1)).contains("made a tensor of []"));
    let few = fails(with_tensor(floats(72), &[1, 3, 4, 6], "images", WHERE, 2));
    assert!(few.contains("made a tensor of [1, 3, 4, 6], the network takes [2, 3, 4, 6]"), "{few}");
    assert!(fails(with_tensor(floats(72), &[1, 3, 4, 6], "pictures", WHERE, 1)).contains("set tensor-name=images"));
    let outside = fails(with_tensor(floats(72), &[1, 3, 4, 6], "images", Rect { left: 64.0, ..WHERE }, 1));
    assert!(outside.contains("region"), "{outside}");
    // Shorter than its shape says.
    let short = fails(with_tensor(floats(71), &[1, 3, 4, 6], "images", WHERE, 1));
    assert!(short.contains("tensor 'images' holds 71 values"), "{short}");
}

#[test]
fn tensors_of_another_type_are_turned_into_the_networks() {
    let world = World::new();
    let classifier = world.classifier("process-mode=2");
    classifier.set_property("input-tensor-meta", true);
    let mut harness = world.harness(&[&classifier]);
    let mut values = vec![0; 72];
    values[24..48].fill(1);
    let out = harness.push_and_pull(with_tensor(Elements::Uint8(values), &[1, 3, 4, 6], "images", WHERE, 1)).unwrap();
    assert_eq!(labels(&out), [named(&["green"])], "the pixels were blue");
}

/// `nvinferserver` on a model of a repository, looking at objects of network 1.
fn server(world: &World, post: &str, input: &str) -> gst::Element {
    std::fs::create_dir_all(world.folder.path().join("repository/colours/1")).unwrap();
    std::fs::copy(model("means_dynamic"), world.folder.path().join("repository/colours/1/model.onnx")).unwrap();
    world.write("repository/colours/config.pbtxt", "platform: \"onnxruntime_onnx\"\nmax_batch_size: 4\n");
    let text = format!(
        "infer_config {{\n  unique_id: 5\n  max_batch_size: 4\n  backend {{ triton {{ model_name: \"colours\" version: -1\n    \
         model_repo {{ root: \"repository\" strict_model_config: true }} }} }}\n  preprocess {{ network_format: \
         IMAGE_FORMAT_RGB normalize {{ scale_factor: 0.00392156862745098 }} }}\n  postprocess {{ labelfile_path: \"labels.txt\"\n    \
         {post} }}\n}}\ninput_control {{ {input} }}\n"
    );
    world.element("nvinferserver", &world.write("server.txt", &text))
}

#[test]
fn a_server_classifies_objects_of_the_network_it_is_told() {
    let post = "classification { threshold: 0.5 }";
    let frames: [&[Thing]; 2] = [&[(1, RED, 0), (9, GREEN, 20), (1, BLUE, 40)], &[(1, GREEN, 4)]];
    let world = World::new();
    let of_file = server(&world, post, "process_mode: PROCESS_MODE_CLIP_OBJECTS operate_on_gie_id: 1");
    let out = world.harness(&[&of_file]).push_and_pull(buffer(&frames)).unwrap();
    assert_eq!(labels(&out), [named(&["red", "", "blue"]), named(&["green"])]);
    let of_properties = server(&world, post, "process_mode: PROCESS_MODE_FULL_FRAME");
    of_properties.set_property("process-mode", 2u32);
    of_properties.set_property("infer-on-gie-id", 9);
    let out = world.harness(&[&of_properties]).push_and_pull(buffer(&frames)).unwrap();
    assert_eq!(labels(&out), [named(&["", "green", ""]), named(&[""])]);
    let unsure = server(
        &world,
        "classification { threshold: 0.9 }",
        "process_mode: PROCESS_MODE_CLIP_OBJECTS operate_on_gie_id: 1",
    );
    let out = world.harness(&[&unsure]).push_and_pull(buffer(&frames)).unwrap();
    assert_eq!(labels(&out), [named(&["", "", ""]), named(&[""])]);
}

/// What a callback saw: frames, network, and of each layer its name, sides, whether it is the input, and its values.
type Seen = Vec<(u32, [u32; 3], Vec<(String, Vec<u32>, bool, Vec<f32>)>)>;

unsafe extern "C" fn look(
    buffer: *mut gst::ffi::GstBuffer,
    network: *mut NvDsInferNetworkInfo,
    layers: *mut NvDsInferLayerInfo,
    count: u32,
    frames: u32,
    data: *mut c_void,
) {
    // SAFETY: the element promises live structs; `data` is the test's own.
    unsafe {
        assert!(Batch::of(gst::BufferRef::from_ptr(buffer)).is_some());
        let seen = &*data.cast::<Mutex<Seen>>();
        let layers = std::slice::from_raw_parts(layers, count as usize).iter().map(|layer| {
            let name = CStr::from_ptr(layer.layerName).to_str().unwrap().to_owned();
            let sides = layer.inferDims.d[..layer.inferDims.numDims as usize].to_vec();
            let values = (layer.inferDims.numElements * frames) as usize;
            let values = std::slice::from_raw_parts(layer.buffer.cast::<f32>(), values).to_vec();
            (name, sides, layer.isInput != 0, values)
        });
        let size = [(*network).width, (*network).height, (*network).channels];
        seen.lock().unwrap().push((frames, size, layers.collect()));
    }
}

#[test]
fn the_callback_sees_every_tensor_of_every_buffer() {
    let world = World::new();
    let classifier = world.classifier("process-mode=2\noperate-on-gie-id=1");
    let seen = Mutex::new(Seen::new());
    let function: *mut c_void = look as *const () as *mut c_void;
    classifier.set_property("raw-output-generated-callback", function);
    classifier.set_property("raw-output-generated-userdata", (&raw const seen).cast_mut().cast::<c_void>());
    assert_eq!(classifier.property::<glib::Pointer>("raw-output-generated-callback"), function);
    let mut harness = world.harness(&[&classifier]);
    harness.push_and_pull(buffer(&[&[(1, RED, 0), (1, GREEN, 20)], &[(1, BLUE, 0)]])).unwrap();
    harness.push_and_pull(buffer(&[&[], &[]])).unwrap();
    drop(harness);
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen.len(), 1, "nothing was looked at in the second buffer");
    let (frames, size, layers) = &seen[0];
    assert_eq!((*frames, *size, layers.len()), (3, [6, 4, 3], 2));
    let (name, sides, is_input, values) = &layers[0];
    assert_eq!((name.as_str(), &sides[..], *is_input, values.len()), ("images", &[3, 4, 6][..], true, 3 * 72));
    let (name, sides, is_input, values) = &layers[1];
    assert_eq!((name.as_str(), &sides[..], *is_input), ("means", &[3][..], false));
    let sure: Vec<usize> =
        values.as_chunks::<3>().0.iter().map(|three| three.iter().position(|v| *v > 0.7).unwrap()).collect();
    assert_eq!(sure.iter().sum::<usize>(), 3, "each object's colour once: {values:?}");
    // Without the property nothing is kept for it.
    let plain = world.classifier("process-mode=2\noperate-on-gie-id=1");
    assert!(plain.property::<glib::Pointer>("raw-output-generated-callback").is_null());
}

/// `nvinfer` whose network finds one box of 8x8 pixels with a mask of 40x40 points, of which the left half counts.
fn masks() -> NvInfer {
    let info =
        |name: &str, shape: &[i64]| TensorInfo { name: name.into(), shape: shape.to_vec(), kind: ElementType::F32 };
    let outputs = vec![
        info("boxes", &[-1, 1, 4]),
        info("labels", &[-1, 1]),
        info("scores", &[-1, 1]),
        info("masks", &[-1, 1, 1, 40, 40]),
    ];
    let element = gst::ElementFactory::make("nvinfer").build().unwrap().downcast::<NvInfer>().unwrap();
    element.use_engine(Arc::new(move |_| {
        let input = ImageInput {
            name: "images".into(),
            kind: ElementType::F32,
            batch: ModelBatch::Dynamic,
            channels: 3,
            size: SIZE,
            order: TensorOrder::Nchw,
        };
        let mask: Vec<f32> = (0..1600).map(|at| if at % 40 < 20 { 1.0 } else { 0.0 }).collect();
        let found = move |_: &[f32]| Ok(vec![vec![20.0, 10.0, 28.0, 18.0], vec![0.0], vec![0.9], mask.clone()]);
        Ok(Box::new(Fake::new(input, outputs.clone(), Arc::new(found))))
    }));
    element
}

#[test]
fn a_mask_with_more_points_than_its_box_has_pixels_is_drawn_inside_the_box() {
    let world = World::new();
    let text = "[property]\nnetwork-type=3\ncluster-mode=4\nnum-detected-classes=1\nsegmentation-threshold=0.5\n\
                output-instance-mask=1\n[class-attrs-all]\npre-cluster-threshold=0.5\n";
    let infer = masks();
    infer.set_property("config-file-path", world.write("masks.txt", text).to_str().unwrap());
    let osd = gst::ElementFactory::make("nvdsosd")
        .property("display-mask", true)
        .property("display-bbox", false)
        .property("display-text", false)
        .build()
        .unwrap();
    let mut harness = world.harness(&[infer.upcast_ref(), &osd]);
    let out = harness.push_and_pull(buffer(&[&[]])).unwrap();
    let object = Batch::of(&out).unwrap().frames().next().unwrap().objects().next().unwrap();
    let mask = object.mask().unwrap();
    assert_eq!((mask.width, mask.height, object.rect().width), (40, 40, 8.0));
    let surfaces = Surfaces::map(&out).unwrap();
    let view = surfaces.view(0).unwrap();
    let tinted: Vec<(usize, usize)> = (0..48)
        .flat_map(|y| (0..64).map(move |x| (x, y)))
        .filter(|(x, y)| view.row(0, *y)[x * 4..x * 4 + 3] != [0, 0, 0])
        .collect();
    let wanted: Vec<(usize, usize)> = (10..18).flat_map(|y| (20..24).map(move |x| (x, y))).collect();
    assert_eq!(tinted, wanted, "the left half of the box, and nothing else");
}
