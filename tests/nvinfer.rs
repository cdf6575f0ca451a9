//! `nvinfer` with a network of the test's own: order, batches, interval, metadata, errors, flush, end of stream, states.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ds_apps::base::geometry::{Rect, Size};
use ds_apps::config::nvinfer::TensorOrder;
use ds_apps::elements::nvinfer::{NvInfer, PerformanceMode};
use ds_apps::infer::InferError;
use ds_apps::infer::detection::{ElementType, TensorInfo};
use ds_apps::infer::engine::{Batch as ModelBatch, ImageInput};
use ds_apps::infer::fake::{Fake, Network};
use ds_apps::meta::{self, Batch, OwnedBatch};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, SurfacesMut};
use gst::prelude::*;
use gst_check::Harness;

const SIZE: Size = Size { width: 64, height: 48 };
const NET: Size = Size { width: 32, height: 32 };
const CAPS: &str = "video/x-raw(memory:NVMM), format=RGB, width=64, height=48, framerate=30/1";

fn init() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
}

/// A configuration file of one class whose boxes the network gives as rows x1, y1, x2, y2, score, class.
fn config(folder: &tempfile::TempDir, more: &str) -> PathBuf {
    let path = folder.path().join("config.txt");
    std::fs::write(folder.path().join("labels.txt"), "thing\nother\n").unwrap();
    let text = format!(
        "[property]\ngie-unique-id=7\nnum-detected-classes=2\nlabelfile-path=labels.txt\ncluster-mode=4\n{more}\n\
         [class-attrs-all]\npre-cluster-threshold=0.25\nborder-color=0;1;0;1\n"
    );
    std::fs::write(&path, text).unwrap();
    path
}

fn info(name: &str, shape: &[i64]) -> TensorInfo {
    TensorInfo { name: name.into(), shape: shape.to_vec(), kind: ElementType::F32 }
}

/// A network that puts an 8x8 box at a tenth of the first pixel's value, and does `work` before.
fn element(
    config: &std::path::Path,
    batch: ModelBatch,
    work: Arc<dyn Fn(f32) -> Result<(), InferError> + Send + Sync>,
) -> NvInfer {
    init();
    let element = gst::ElementFactory::make("nvinfer").build().unwrap().downcast::<NvInfer>().unwrap();
    element.set_property("config-file-path", config.to_str().unwrap());
    element.use_engine(Arc::new(move |_| {
        let work = Arc::clone(&work);
        let network: Arc<Network> = Arc::new(move |input: &[f32]| {
            work(input[0])?;
            let left = input[0] / 10.0;
            Ok(vec![vec![left, 8.0, left + 8.0, 16.0, 0.9, 0.0, 0.0, 0.0, 1.0, 1.0, 0.1, 1.0]])
        });
        let input = ImageInput {
            name: "images".into(),
            kind: ElementType::F32,
            batch,
            channels: 3,
            size: NET,
            order: TensorOrder::Nchw,
        };
        Ok(Box::new(Fake::new(input, vec![info("output0", &[-1, 2, 6])], network)))
    }));
    element
}

fn quick() -> Arc<dyn Fn(f32) -> Result<(), InferError> + Send + Sync> {
    Arc::new(|_| Ok(()))
}

const ONE: ModelBatch = ModelBatch::Fixed(NonZero::<usize>::MIN);

/// A batch of frames, each filled with one value.
fn buffer(values: &[u8], millis: u64) -> gst::Buffer {
    let memory = Pool::new(Format::plain(Layout::Rgb), SIZE, values.len() as u32).acquire().unwrap();
    let mut buffer = gst::Buffer::new();
    let inner = buffer.get_mut().unwrap();
    inner.append_memory(memory);
    inner.set_pts(gst::ClockTime::from_mseconds(millis));
    let mut batch = OwnedBatch::new(values.len() as u32);
    for (index, value) in values.iter().enumerate() {
        let mut surfaces = SurfacesMut::map(inner).unwrap();
        surfaces.view_mut(index).unwrap().plane_mut(0).fill(*value);
        let frame = batch.add_frame();
        frame.set_batch_id(index as u32);
        frame.set_source_id(index as u32);
    }
    meta::attach(inner, batch);
    buffer
}

fn harness(element: &NvInfer) -> Harness {
    let mut harness = Harness::with_element(element, Some("sink"), Some("src"));
    harness.set_src_caps_str(CAPS);
    harness
}

/// The left edges of the objects of each frame, in pixels of the frame, newest first.
fn lefts(buffer: &gst::BufferRef) -> Vec<Vec<f32>> {
    let batch = Batch::of(buffer).unwrap();
    batch.frames().map(|frame| frame.objects().map(|object| object.rect().left).collect()).collect()
}

#[test]
fn objects_carry_what_deepstream_gives_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = harness(&element(&config(&folder, ""), ONE, quick()));
    let out = harness.push_and_pull(buffer(&[100], 40)).unwrap();
    assert_eq!(out.pts(), Some(gst::ClockTime::from_mseconds(40)));
    let batch = Batch::of(&out).unwrap();
    let frame = batch.frames().next().unwrap();
    assert!(frame.infer_done());
    assert_eq!(frame.num_objects(), 1);
    let object = frame.objects().next().unwrap();
    // Network pixels 10..18 x 8..16 of 32x32 in a frame of 64x48.
    let rect = Rect { left: 20.0, top: 12.0, width: 16.0, height: 12.0 };
    assert_eq!((object.rect(), object.detector_bbox()), (rect, rect));
    assert_eq!((object.object_id(), object.class_id(), object.component_id()), (None, 0, 7));
    assert!((object.confidence() - 0.9).abs() < 1e-6);
    assert_eq!((object.label(), object.text()), ("thing", Some("thing")));
    let text = object.text_params().unwrap();
    assert_eq!((text.x, text.y, text.font, text.size), (20, 2, Some("Serif"), 11));
    assert_eq!((text.colour, text.background), ([1.0; 4], Some([0.0, 0.0, 0.0, 1.0])));
    let params = object.rect_params();
    assert_eq!((params.border_width, params.has_bg_color), (3, 0));
    assert_eq!((params.border_color.red, params.border_color.green, params.border_color.alpha), (0.0, 1.0, 1.0));
}

#[test]
fn buffers_leave_in_the_order_they_came() {
    let folder = tempfile::tempdir().unwrap();
    // Every third frame takes longer than the next ones together.
    let slow = Arc::new(|value: f32| {
        std::thread::sleep(Duration::from_millis(if (value as u32).is_multiple_of(3) { 6 } else { 1 }));
        Ok(())
    });
    let mut harness = harness(&element(&config(&folder, ""), ONE, slow));
    for i in 0..60u8 {
        harness.push(buffer(&[i, 100 + i], u64::from(i) * 10)).unwrap();
    }
    for i in 0..60u8 {
        let out = harness.pull().unwrap();
        assert_eq!(out.pts(), Some(gst::ClockTime::from_mseconds(u64::from(i) * 10)));
        let expected = |value: u8| f32::from(value) / 10.0 * 2.0;
        for (left, value) in lefts(&out).iter().zip([i, 100 + i]) {
            assert!((left[0] - expected(value)).abs() < 1e-3, "frame {i}: {left:?}");
        }
    }
}

#[test]
fn batches_of_any_size_meet_models_of_any_batch() {
    let folder = tempfile::tempdir().unwrap();
    for batch in [ONE, ModelBatch::Dynamic, ModelBatch::Fixed(NonZero::new(4).unwrap())] {
        let mut harness = harness(&element(&config(&folder, ""), batch, quick()));
        for frames in [1usize, 3, 4, 9] {
            let values: Vec<u8> = (0..frames).map(|i| 10 * i as u8).collect();
            let out = harness.push_and_pull(buffer(&values, 0)).unwrap();
            let wanted: Vec<Vec<f32>> = (0..frames).map(|i| vec![2.0 * i as f32]).collect();
            assert_eq!(lefts(&out), wanted, "{batch:?}");
        }
    }
}

#[test]
fn interval_skips_batches_and_starts_over_after_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = harness(&element(&config(&folder, "interval=2"), ONE, quick()));
    let inferred = |harness: &mut Harness| {
        let out = harness.push_and_pull(buffer(&[50], 0)).unwrap();
        let batch = Batch::of(&out).unwrap();
        let frame = batch.frames().next().unwrap();
        assert_eq!(frame.infer_done(), frame.num_objects() == 1);
        frame.infer_done()
    };
    let seen: Vec<bool> = (0..7).map(|_| inferred(&mut harness)).collect();
    assert_eq!(seen, [true, false, false, true, false, false, true]);
}

#[test]
fn properties_win_over_the_file_and_read_back_what_holds() {
    let folder = tempfile::tempdir().unwrap();
    let element = element(&config(&folder, "interval=2\nbatch-size=5"), ONE, quick());
    assert_eq!((element.property::<u32>("batch-size"), element.property::<u32>("interval")), (5, 2));
    element.set_property("unique-id", 3u32);
    element.set_property("interval", 0u32);
    element.set_property("filter-out-class-ids", "0;");
    assert_eq!(element.property::<u32>("unique-id"), 3);
    assert_eq!(element.property::<Option<String>>("filter-out-class-ids").unwrap(), "0;");
    let mut harness = harness(&element);
    for _ in 0..2 {
        let out = harness.push_and_pull(buffer(&[50], 0)).unwrap();
        let batch = Batch::of(&out).unwrap();
        let frame = batch.frames().next().unwrap();
        assert!(frame.infer_done());
        assert_eq!(frame.num_objects(), 0);
    }
    assert_eq!(element.property::<Option<String>>("engine").unwrap(), "fake");
}

#[test]
fn events_and_the_end_of_the_stream_wait_for_frames_in_flight() {
    let folder = tempfile::tempdir().unwrap();
    let slow = Arc::new(|_| {
        std::thread::sleep(Duration::from_millis(20));
        Ok(())
    });
    let mut harness = harness(&element(&config(&folder, ""), ONE, slow));
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&seen);
    let pad = harness.element().unwrap().static_pad("src").unwrap();
    pad.add_probe(gst::PadProbeType::DATA_DOWNSTREAM, move |_, info| {
        match &info.data {
            Some(gst::PadProbeData::Buffer(buffer)) => {
                log.lock().unwrap().push(format!("{}", buffer.pts().unwrap().mseconds()));
            }
            Some(gst::PadProbeData::Event(event)) => log.lock().unwrap().push(event.type_().name().to_string()),
            _ => {}
        }
        gst::PadProbeReturn::Ok
    });
    harness.push(buffer(&[1], 1)).unwrap();
    assert!(harness.push_event(gst::event::CustomDownstream::new(gst::Structure::new_empty("mark"))));
    harness.push(buffer(&[2], 2)).unwrap();
    assert!(harness.push_event(gst::event::Eos::new()));
    assert!(harness.push_event(gst::event::CustomDownstreamOob::new(gst::Structure::new_empty("oob"))));
    for _ in 0..2 {
        harness.pull().unwrap();
    }
    while seen.lock().unwrap().last().map(String::as_str) != Some("eos") {
        std::thread::sleep(Duration::from_millis(2));
    }
    let seen: Vec<String> =
        seen.lock().unwrap().iter().filter(|name| !name.contains("stream-start")).cloned().collect();
    let ordered: Vec<&str> = seen.iter().map(String::as_str).filter(|name| *name != "custom-downstream-oob").collect();
    assert!(ordered.ends_with(&["1", "custom-downstream", "2", "eos"]), "{seen:?}");
    let place = |name: &str| seen.iter().position(|seen| seen == name).unwrap();
    assert!(place("custom-downstream-oob") < place("eos"), "{seen:?}");
}

#[test]
fn flushing_throws_away_what_is_in_flight_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let slow = Arc::new(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(30));
        Ok(())
    });
    let mut harness = harness(&element(&config(&folder, ""), ONE, slow));
    for round in 0..3u64 {
        harness.push(buffer(&[1, 2, 3, 4, 5, 6, 7, 8], 1)).unwrap();
        assert!(harness.push_event(gst::event::FlushStart::new()));
        assert!(harness.push_event(gst::event::FlushStop::new(true)));
        assert!(harness.push_event(gst::event::Segment::new(&gst::FormattedSegment::<gst::ClockTime>::new())));
        harness.push(buffer(&[30], 100 + round)).unwrap();
        let out = harness.pull().unwrap();
        assert_eq!(out.pts(), Some(gst::ClockTime::from_mseconds(100 + round)), "nothing from before the flush");
        assert_eq!(lefts(&out), [[6.0]]);
    }
}

/// Sets an element playing with data flowing, and to NULL after a while: it must come down at any moment.
#[test]
fn stopping_at_any_moment_ends_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let path = config(&folder, "");
    for millis in [0, 1, 5, 12, 25] {
        let slow = Arc::new(|_| {
            std::thread::sleep(Duration::from_millis(4));
            Ok(())
        });
        let element = element(&path, ONE, slow);
        let mut harness = harness(&element);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(millis));
                element.set_state(gst::State::Null).unwrap();
            });
            let results: Vec<_> = (0..40).map(|i| harness.push(buffer(&[1, 2], i))).collect();
            assert!(results.iter().all(|r| matches!(r, Ok(_) | Err(gst::FlowError::Flushing))), "{results:?}");
        });
    }
}

/// The message of the first error on the bus.
fn error_of(bus: &gst::Bus) -> (glib::Error, String) {
    let message = bus.timed_pop_filtered(gst::ClockTime::from_seconds(5), &[gst::MessageType::Error]);
    let message = message.expect("an error on the bus");
    match message.view() {
        gst::MessageView::Error(error) => (error.error(), error.error().message().to_owned()),
        _ => unreachable!(),
    }
}

use gst::glib;

#[test]
fn a_network_that_fails_or_panics_is_an_error_of_the_element() {
    let folder = tempfile::tempdir().unwrap();
    let path = config(&folder, "");
    let fails: Arc<dyn Fn(f32) -> Result<(), InferError> + Send + Sync> = Arc::new(|value| match value as u32 {
        200 => Err(InferError::Run { reason: "out of luck".into() }),
        201 => panic!("on purpose"),
        _ => Ok(()),
    });
    for (value, text) in [(200, "inference failed: out of luck"), (201, "a worker panicked: on purpose")] {
        let element = element(&path, ONE, Arc::clone(&fails));
        let bus = gst::Bus::new();
        element.set_bus(Some(&bus));
        let mut harness = harness(&element);
        harness.push(buffer(&[1], 0)).unwrap();
        harness.push(buffer(&[value], 1)).unwrap();
        let (error, message) = error_of(&bus);
        assert!(error.matches(gst::StreamError::Failed));
        assert_eq!(message, text);
        let later: Vec<_> = (0..3).map(|i| harness.push(buffer(&[1], 2 + i))).collect();
        assert_eq!(later.last(), Some(&Err(gst::FlowError::Error)));
    }
}

#[test]
fn buffers_that_are_no_batches_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let element = element(&config(&folder, ""), ONE, quick());
    let bus = gst::Bus::new();
    element.set_bus(Some(&bus));
    let mut harness = harness(&element);
    let mut plain = buffer(&[1], 0);
    drop(meta::detach(plain.get_mut().unwrap()));
    assert_eq!(harness.push(plain), Err(gst::FlowError::Error));
    assert!(error_of(&bus).1.contains("put nvstreammux before nvinfer"));
}

#[test]
fn what_is_wrong_with_the_set_up_stops_the_start() {
    init();
    let folder = tempfile::tempdir().unwrap();
    let start = |path: Option<PathBuf>| {
        let element = gst::ElementFactory::make("nvinfer").build().unwrap();
        let bus = gst::Bus::new();
        element.set_bus(Some(&bus));
        if let Some(path) = path {
            element.set_property("config-file-path", path.to_str().unwrap());
        }
        assert!(element.set_state(gst::State::Paused).is_err());
        let (error, text) = error_of(&bus);
        assert!(error.matches(gst::ResourceError::Settings), "{error}");
        element.set_state(gst::State::Null).unwrap();
        text
    };
    assert!(start(None).contains("config-file-path is not set"));
    let text = start(Some("/nowhere/config.txt".into()));
    assert!(text.starts_with("/nowhere/config.txt: "), "{text}");
    let text = start(Some(config(&folder, "onnx-file=absent.onnx")));
    assert!(text.ends_with("absent.onnx not found"), "{text}");
    let text = start(Some(config(&folder, "interval=often")));
    assert!(text.contains("config.txt:6: [property] interval: expected "), "{text}");
    let models = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/models");
    let text = start(Some(config(&folder, &format!("onnx-file={}", models.join("means.onnx").display()))));
    assert!(text.contains("fit no known detector: found means float32 [1,3]"), "{text}");
    let text =
        start(Some(config(&folder, &format!("network-type=3\nonnx-file={}", models.join("means.onnx").display()))));
    assert!(text.contains("fit no known instance segmentation: found means float32 [1,3]"), "{text}");
    let text = start(Some(config(&folder, &format!("onnx-file={}", models.join("rank3.onnx").display()))));
    assert!(text.contains("wanted is one of 4 dimensions"), "{text}");
}

#[test]
fn another_model_takes_over_while_playing() {
    let folder = tempfile::tempdir().unwrap();
    let path = config(&folder, "");
    let element = element(&path, ONE, quick());
    let updates: Arc<Mutex<Vec<(i32, String)>>> = Arc::default();
    let log = Arc::clone(&updates);
    element.connect("model-updated", false, move |values| {
        log.lock().unwrap().push((values[1].get().unwrap(), values[2].get().unwrap()));
        None
    });
    let mut harness = harness(&element);
    let id = |harness: &mut Harness| {
        let out = harness.push_and_pull(buffer(&[50], 0)).unwrap();
        Batch::of(&out).unwrap().frames().next().unwrap().objects().next().unwrap().component_id()
    };
    assert_eq!(id(&mut harness), 7);
    let other = folder.path().join("other.txt");
    std::fs::write(&other, std::fs::read_to_string(&path).unwrap().replace("unique-id=7", "unique-id=8")).unwrap();
    element.set_property("config-file-path", other.to_str().unwrap());
    let begin = std::time::Instant::now();
    while id(&mut harness) != 8 {
        assert!(begin.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(2));
    }
    element.set_property("config-file-path", "/nowhere.txt");
    while updates.lock().unwrap().len() < 3 {
        assert!(begin.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(id(&mut harness), 8);
    let text = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    assert_eq!(*updates.lock().unwrap(), [(0, text(&path)), (0, text(&other)), (1, "/nowhere.txt".into())]);
}

#[test]
fn latency_is_reported_and_live_sources_get_all_cores() {
    let folder = tempfile::tempdir().unwrap();
    let slow = Arc::new(|_| {
        std::thread::sleep(Duration::from_millis(10));
        Ok(())
    });
    let element = element(&config(&folder, ""), ONE, slow);
    assert_eq!(element.property::<PerformanceMode>("performance-mode"), PerformanceMode::Auto);
    let mut harness = harness(&element);
    harness.set_upstream_latency(gst::ClockTime::from_mseconds(5));
    harness.push_and_pull(buffer(&[50], 0)).unwrap();
    let latency = harness.query_latency().unwrap();
    assert!((15..500).contains(&latency.mseconds()), "{latency}");
}

#[test]
fn output_tensors_are_attached_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = harness(&element(&config(&folder, "output-tensor-meta=1\nnetwork-type=100"), ONE, quick()));
    let out = harness.push_and_pull(buffer(&[50, 70], 0)).unwrap();
    let batch = Batch::of(&out).unwrap();
    for (frame, value) in batch.frames().zip([5.0, 7.0]) {
        assert!(frame.infer_done() && frame.num_objects() == 0);
        let tensors = frame.user_metas().find_map(meta::UserMeta::tensors).unwrap();
        assert_eq!((tensors.unique_id(), tensors.network_size()), (7, NET));
        let output = tensors.get("output0").unwrap();
        assert_eq!((output.shape, output.data[0], output.data.len()), (&[2, 6][..], value, 12));
    }
}

#[test]
fn a_real_model_finds_the_bright_square() {
    init();
    let folder = tempfile::tempdir().unwrap();
    let model = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/models/detectnet.onnx");
    let path = folder.path().join("config.txt");
    let text = format!(
        "[property]\nonnx-file={}\nnum-detected-classes=1\ncluster-mode=4\nbatch-size=2\n\
         [class-attrs-all]\npre-cluster-threshold=0.5\n",
        model.display()
    );
    std::fs::write(&path, text).unwrap();
    let element = gst::ElementFactory::make("nvinfer").build().unwrap().downcast::<NvInfer>().unwrap();
    element.set_property("config-file-path", path.to_str().unwrap());
    let mut harness = harness(&element);
    let mut dark = buffer(&[0, 0], 0);
    {
        let mut surfaces = SurfacesMut::map(dark.get_mut().unwrap()).unwrap();
        let mut view = surfaces.view_mut(1).unwrap();
        // The cell at column 2, row 1 of the 4x4 grid: 32..48 x 12..24 of 64x48.
        (12..24).for_each(|y| view.row_mut(0, y)[32 * 3..48 * 3].fill(255));
    }
    let out = harness.push_and_pull(dark).unwrap();
    let batch = Batch::of(&out).unwrap();
    let found: Vec<Vec<Rect>> = batch.frames().map(|f| f.objects().map(|o| o.rect()).collect()).collect();
    assert!(found[0].is_empty());
    let rect = found[1][0];
    let near = |a: f32, b: f32| (a - b).abs() < 0.1;
    assert!(
        near(rect.left, 32.0) && near(rect.top, 12.0) && near(rect.width, 16.0) && near(rect.height, 12.0),
        "{rect:?}"
    );
}
