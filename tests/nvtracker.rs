//! `nvtracker`: ids that stay, streams that do not know of each other, what is hidden and what is attached.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::geometry::{Rect, Size};
use ds_apps::meta::event::SourceEvent;
use ds_apps::meta::ffi::values::{INACTIVE, TENTATIVE};
use ds_apps::meta::tracker::{StreamTargets, TargetList};
use ds_apps::meta::{self, Batch, OwnedBatch, TextStyle, UserMeta};
use ds_apps::surface::Pool;
use ds_apps::surface::format::{Format, Layout};
use gst::prelude::*;
use gst_check::Harness;
use std::path::PathBuf;

const SIZE: Size = Size { width: 640, height: 480 };

fn init() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
}

/// A configuration of its own for a test, in a folder that lives as long as the answer.
fn config(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tracker.yml");
    std::fs::write(&path, format!("%YAML:1.0\n{text}")).unwrap();
    (folder, path)
}

fn harness(text: &str, props: &[(&str, &str)]) -> (tempfile::TempDir, Harness) {
    init();
    let (folder, path) = config(text);
    let element = gst::ElementFactory::make("nvtracker").build().unwrap();
    element.set_property("ll-config-file", path.to_str().unwrap());
    for (name, value) in props {
        element.set_property_from_str(name, value);
    }
    let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
    harness.set_src_caps_str("video/x-raw(memory:NVMM), format=I420, width=640, height=480, framerate=30/1");
    (folder, harness)
}

/// An object: class and left edge.
type Seen = (i32, f32);

fn rect(left: f32) -> Rect {
    Rect { left, top: 100.0, width: 60.0, height: 90.0 }
}

/// One frame a source; `None`: no detector looked at it.
fn buffer(number: i32, sources: &[(u32, Option<&[Seen]>)]) -> gst::Buffer {
    let pool = Pool::new(Format::plain(Layout::I420), SIZE, sources.len() as u32);
    let mut buffer = gst::Buffer::new();
    let inner = buffer.get_mut().unwrap();
    inner.append_memory(pool.acquire().unwrap());
    let mut batch = OwnedBatch::new(sources.len() as u32);
    for (source, seen) in sources {
        let frame = batch.add_frame();
        frame.set_pad_index(*source);
        frame.set_source_id(*source);
        frame.set_frame_num(number);
        frame.set_infer_done(seen.is_some());
        for &(class, left) in seen.unwrap_or_default() {
            let object = frame.add_object();
            object.set_class_id(class);
            object.set_label(if class == 0 { "car" } else { "person" });
            object.set_confidence(0.9);
            object.set_component_id(1);
            object.set_rect(rect(left));
            object.set_detector_bbox(rect(left));
            object.set_text(if class == 0 { "car" } else { "person" }, TextStyle::default());
            object.rect_params_mut().border_width = 3;
        }
    }
    meta::attach(inner, batch);
    buffer
}

/// Ids and left edges of each frame's objects, by left edge.
fn shown(buffer: &gst::BufferRef) -> Vec<Vec<(Option<u64>, i32)>> {
    let frame = |frame: &meta::Frame| {
        let mut objects: Vec<_> =
            frame.objects().map(|object| (object.object_id(), object.rect().left.round() as i32)).collect();
        objects.sort_by_key(|object| object.1);
        objects
    };
    Batch::of(buffer).unwrap().frames().map(frame).collect()
}

fn lists(buffer: &gst::BufferRef) -> Vec<(TargetList, Vec<StreamTargets>)> {
    Batch::of(buffer).unwrap().user_metas().filter_map(UserMeta::target_list).collect()
}

const QUICK: &str = "TargetManagement:\n  probationAge: 0\n";

#[test]
fn objects_keep_their_ids_and_say_so() {
    let (_folder, mut harness) = harness(QUICK, &[]);
    let out = harness.push_and_pull(buffer(0, &[(0, Some(&[(0, 10.0), (0, 300.0)]))])).unwrap();
    // The list grows at its head: the object at 300 comes first.
    assert_eq!(shown(&out), [[(Some(1), 10), (Some(0), 300)]]);
    let out = harness.push_and_pull(buffer(1, &[(0, Some(&[(0, 306.0), (0, 16.0)]))])).unwrap();
    assert_eq!(shown(&out), [[(Some(1), 16), (Some(0), 306)]]);
    let batch = Batch::of(&out).unwrap();
    let object = batch.frames().next().unwrap().objects().find(|object| object.object_id() == Some(1)).unwrap();
    assert_eq!((object.label(), object.text(), object.tracker_confidence()), ("car", Some("car 1"), 1.0));
    let text = object.text_params().unwrap();
    assert_eq!((text.x, text.y, text.size), (16, 80, 10));
    let near = |a: Rect, b: Rect| a.iou(&b) > 0.9999;
    assert!(near(object.rect(), rect(16.0)) && near(object.tracker_bbox(), rect(16.0)));
    assert_eq!(object.detector_bbox(), rect(16.0));
}

#[test]
fn texts_stay_without_ids_when_they_are_not_wanted() {
    let (_folder, mut harness) = harness(QUICK, &[("display-tracking-id", "false")]);
    let out = harness.push_and_pull(buffer(0, &[(0, Some(&[(0, 10.0)]))])).unwrap();
    let batch = Batch::of(&out).unwrap();
    assert_eq!(batch.frames().next().unwrap().objects().next().unwrap().text(), Some("car"));
}

#[test]
fn streams_count_for_themselves() {
    let (_folder, mut both) = harness(QUICK, &[]);
    let (_other_folder, mut alone) = harness(QUICK, &[]);
    for number in 0..20 {
        let left = 10.0 + 5.0 * number as f32;
        let (here, there) = ([(0, left)], [(0, 400.0 - left), (1, left), (1, 200.0 + left)]);
        let together = both.push_and_pull(buffer(number, &[(0, Some(&here)), (4, Some(&there))])).unwrap();
        let single = alone.push_and_pull(buffer(number, &[(4, Some(&there))])).unwrap();
        assert_eq!(shown(&together)[0], [(Some(0), left as i32)]);
        assert_eq!(shown(&together)[1], shown(&single)[0]);
    }
}

#[test]
fn what_is_on_probation_is_never_shown_and_reported_later() {
    let (_folder, mut harness) = harness("TargetManagement:\n  probationAge: 2\n", &[]);
    for number in 0..2 {
        let out = harness.push_and_pull(buffer(number, &[(3, Some(&[(0, 10.0)]))])).unwrap();
        assert_eq!(shown(&out), [[]]);
        assert_eq!(Batch::of(&out).unwrap().frames().next().unwrap().num_objects(), 0);
        assert!(lists(&out).is_empty());
    }
    let out = harness.push_and_pull(buffer(2, &[(3, Some(&[(0, 10.0)]))])).unwrap();
    assert_eq!(shown(&out), [[(Some(0), 10)]]);
    let [(TargetList::Past, streams)] = &lists(&out)[..] else { panic!("{:?}", lists(&out)) };
    assert_eq!((streams[0].pad_index, streams[0].surface_stream_id), (3, 3 << 32));
    let target = &streams[0].targets[0];
    assert_eq!((target.id, target.class_id, target.label.as_str()), (0, 0, "car"));
    assert_eq!(
        target.frames.iter().map(|f| (f.frame_num, f.state)).collect::<Vec<_>>(),
        [(0, TENTATIVE), (1, TENTATIVE)]
    );
    assert!(target.frames[0].rect.iou(&rect(10.0)) > 0.999, "{:?}", target.frames[0].rect);
}

#[test]
fn shadow_and_terminated_targets_are_attached_when_asked_for() {
    let text = "TargetManagement:\n  probationAge: 0\n  maxShadowTrackingAge: 1\n  outputShadowTracks: 1\n  \
                outputTerminatedTracks: 1\n";
    let (_folder, mut harness) = harness(text, &[]);
    let mut step = |number, seen: &[Seen]| lists(&harness.push_and_pull(buffer(number, &[(0, Some(seen))])).unwrap());
    assert!(step(0, &[(0, 10.0)]).is_empty());
    let shadow = step(1, &[]);
    assert_eq!((shadow[0].0, shadow[0].1[0].targets[0].frames[0].state), (TargetList::Shadow, INACTIVE));
    let over = step(2, &[]);
    let [(TargetList::Terminated, streams)] = &over[..] else { panic!("{over:?}") };
    assert_eq!(streams[0].targets[0].frames.iter().map(|f| f.frame_num).collect::<Vec<_>>(), [0, 1]);
    assert!(step(3, &[]).is_empty());
}

#[test]
fn frames_without_a_detector_show_what_was_there() {
    let text = "TargetManagement:\n  probationAge: 0\nStateEstimator:\n  stateEstimatorType: 1\n";
    let (_folder, mut harness) = harness(text, &[]);
    for number in 0..20 {
        harness.push_and_pull(buffer(number, &[(0, Some(&[(1, 10.0 + 6.0 * number as f32)]))])).unwrap();
    }
    let out = harness.push_and_pull(buffer(20, &[(0, None)])).unwrap();
    let batch = Batch::of(&out).unwrap();
    let object = batch.frames().next().unwrap().objects().next().unwrap();
    assert!((object.rect().left - 130.0).abs() < 2.0, "{:?}", object.rect());
    assert_eq!((object.object_id(), object.class_id(), object.label()), (Some(0), 1, "person"));
    assert_eq!((object.text(), object.component_id()), (Some("person 0"), 1));
    assert!((object.confidence() + 0.1).abs() < 1e-6);
    assert_eq!((object.detector_bbox(), object.rect_params().border_width), (Rect::default(), 3));
}

#[test]
fn a_box_that_leaves_is_cut_at_the_border_and_kept_whole_beside() {
    let (_folder, mut harness) = harness(QUICK, &[]);
    let out = harness.push_and_pull(buffer(0, &[(0, Some(&[(0, -20.0), (0, 700.0)]))])).unwrap();
    assert_eq!(shown(&out), [[(Some(1), 0)]]);
    let batch = Batch::of(&out).unwrap();
    let object = batch.frames().next().unwrap().objects().next().unwrap();
    assert!((object.rect().width - 40.0).abs() < 0.01 && (object.tracker_bbox().left + 20.0).abs() < 0.01);
}

#[test]
fn a_removed_source_takes_its_targets_along_and_its_ids_never_come_back() {
    let (_folder, mut harness) = harness(QUICK, &[]);
    let step = |number: i32, harness: &mut Harness| {
        shown(&harness.push_and_pull(buffer(number, &[(2, Some(&[(0, 10.0)]))])).unwrap())[0][0].0
    };
    assert_eq!(step(0, &mut harness), Some(0));
    harness.push_event(SourceEvent::Eos.event(2));
    assert_eq!(step(1, &mut harness), Some(0), "the end of a stream resets nothing by default");
    harness.push_event(SourceEvent::PadDeleted.event(1));
    assert_eq!(step(2, &mut harness), Some(0));
    harness.push_event(SourceEvent::PadDeleted.event(2));
    assert_eq!(step(3, &mut harness), Some(1));
}

#[test]
fn ids_begin_anew_when_the_reset_mode_says_so() {
    let (_folder, mut harness) = harness(QUICK, &[("tracking-id-reset-mode", "3")]);
    let step = |number: i32, harness: &mut Harness| {
        shown(&harness.push_and_pull(buffer(number, &[(0, Some(&[(0, 10.0)]))])).unwrap())[0][0].0
    };
    assert_eq!(step(0, &mut harness), Some(0));
    harness.push_event(SourceEvent::Reset.event(0));
    assert_eq!(step(1, &mut harness), Some(1));
    harness.push_event(SourceEvent::Eos.event(0));
    assert_eq!(step(2, &mut harness), Some(0));
}

#[test]
fn other_classes_pass_untouched() {
    let (_folder, mut harness) = harness("TargetManagement:\n  probationAge: 1\n", &[("operate-on-class-ids", "0")]);
    let out = harness.push_and_pull(buffer(0, &[(0, Some(&[(0, 10.0), (1, 300.0)]))])).unwrap();
    assert_eq!(shown(&out), [[(None, 300)]]);
    let out = harness.push_and_pull(buffer(1, &[(0, Some(&[(0, 10.0), (1, 300.0)]))])).unwrap();
    assert_eq!(shown(&out), [[(Some(0), 10), (None, 300)]]);
}

#[test]
fn sub_batches_have_their_own_configurations() {
    init();
    let (_quick, quick) = config(QUICK);
    let (_slow, slow) = config("TargetManagement:\n  probationAge: 5\n");
    let element = gst::ElementFactory::make("nvtracker").build().unwrap();
    element.set_property("ll-config-file", format!("{};{}", quick.display(), slow.display()));
    element.set_property("sub-batches", "0,2;1");
    let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
    harness.set_src_caps_str("video/x-raw(memory:NVMM), format=I420, width=640, height=480, framerate=30/1");
    let seen: &[Seen] = &[(0, 10.0)];
    let out = harness.push_and_pull(buffer(0, &[(0, Some(seen)), (1, Some(seen)), (2, Some(seen))])).unwrap();
    assert_eq!(shown(&out).iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 1]);
}

#[test]
fn without_a_file_it_is_the_iou_tracker_and_nvidias_library_is_not_needed() {
    init();
    let element = gst::ElementFactory::make("nvtracker").build().unwrap();
    element.set_property("ll-lib-file", "/opt/nvidia/deepstream/deepstream/lib/libnvds_nvmultiobjecttracker.so");
    let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
    harness.set_src_caps_str("video/x-raw(memory:NVMM), format=I420, width=640, height=480, framerate=30/1");
    let counts: Vec<_> = (0..7)
        .map(|number| shown(&harness.push_and_pull(buffer(number, &[(0, Some(&[(0, 10.0)]))])).unwrap())[0].len())
        .collect();
    assert_eq!(counts, [0, 0, 0, 0, 0, 1, 1]);
}

#[test]
fn properties_are_deepstreams() {
    init();
    let element = gst::ElementFactory::make("nvtracker").build().unwrap();
    let uint = |name: &str| element.property::<u32>(name);
    assert_eq!((uint("tracker-width"), uint("tracker-height"), uint("gpu-id")), (960, 544, 0));
    assert_eq!((uint("tracking-surface-type"), uint("tracking-id-reset-mode")), (0, 0));
    assert_eq!((uint("tensor-meta-gie-id"), uint("user-meta-pool-size")), (0, 32));
    assert!(element.property::<bool>("display-tracking-id") && !element.property::<bool>("input-tensor-meta"));
    assert_eq!(element.property::<i32>("sub-batch-err-recovery-trial-cnt"), 0);
    for name in ["ll-lib-file", "ll-config-file", "sub-batches", "operate-on-class-ids"] {
        assert_eq!(element.property::<Option<String>>(name), None, "{name}");
    }
    assert!(element.find_property("compute-hw").is_some());
}

#[test]
fn nonsense_in_a_file_stops_the_start_with_its_line() {
    init();
    let (_folder, path) = config("DataAssociator:\n  associationMatcherType: greedy\n");
    let pipeline = gst::Pipeline::new();
    let element = gst::ElementFactory::make("nvtracker").build().unwrap();
    element.set_property("ll-config-file", path.to_str().unwrap());
    pipeline.add(&element).unwrap();
    assert!(pipeline.set_state(gst::State::Paused).is_err());
    let message = pipeline.bus().unwrap().pop_filtered(&[gst::MessageType::Error]).unwrap();
    let gst::MessageView::Error(error) = message.view() else { panic!() };
    let text = error.error().to_string();
    assert!(
        text.ends_with("tracker.yml:3: [DataAssociator] associationMatcherType: expected one of 0, 1, found 'greedy'"),
        "{text}"
    );
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn a_buffer_without_a_batch_is_an_error_that_says_why() {
    let (_folder, mut harness) = harness(QUICK, &[]);
    let mut plain = gst::Buffer::new();
    plain.get_mut().unwrap().append_memory(Pool::new(Format::plain(Layout::I420), SIZE, 1).acquire().unwrap());
    assert_eq!(harness.push(plain), Err(gst::FlowError::Error));
}

#[test]
fn configurations_that_come_with_the_program_have_no_warnings() {
    let configs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("configs");
    let mut count = 0;
    for entry in std::fs::read_dir(configs).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with("config_tracker_") {
            assert_eq!(
                ds_apps::config::tracker::TrackerConfig::load(&path).unwrap().warnings,
                [],
                "{}",
                path.display()
            );
            count += 1;
        }
    }
    assert!(count >= 2);
}

/// A square of a network that answers the mean of each channel, as ReID: embeddings of the colour of a box.
#[test]
fn embeddings_are_attached_when_asked_for() {
    let model = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/models/means_dynamic.onnx");
    let text = format!(
        "{QUICK}ReID:\n  reidType: 1\n  batchSize: 8\n  outputReidTensor: 1\n  keepAspc: 0\n  onnxFile: {}\n",
        model.display()
    );
    let (_folder, mut harness) = harness(&text, &[]);
    let out = harness.push_and_pull(buffer(0, &[(0, Some(&[(0, 10.0), (0, 300.0)]))])).unwrap();
    let batch = Batch::of(&out).unwrap();
    let object = batch.frames().next().unwrap().objects().next().unwrap();
    let embedding = object.user_metas().find_map(UserMeta::embedding).unwrap();
    let length: f32 = embedding.iter().map(|value| value * value).sum();
    assert!((length - 1.0).abs() < 1e-4, "{embedding:?}");
    assert_eq!(batch.user_metas().filter(|meta| meta.type_name().is_none()).count(), 1);
}

#[test]
fn a_missing_reid_model_stops_the_start_and_names_both_files() {
    init();
    let (_folder, path) = config("ReID:\n  reidType: 2\n  onnxFile: nowhere.onnx\n");
    let element = gst::ElementFactory::make("nvtracker").build().unwrap();
    let pipeline = gst::Pipeline::new();
    pipeline.add(&element).unwrap();
    element.set_property("ll-config-file", path.to_str().unwrap());
    assert!(pipeline.set_state(gst::State::Paused).is_err());
    let message = pipeline.bus().unwrap().pop_filtered(&[gst::MessageType::Error]).unwrap();
    let gst::MessageView::Error(error) = message.view() else { panic!() };
    let text = error.error().to_string();
    assert!(text.contains("tracker.yml") && text.contains("nowhere.onnx"), "{text}");
    pipeline.set_state(gst::State::Null).unwrap();
}

/// A red square on gray moves while the detector is silent.
#[test]
fn a_visual_tracker_follows_pixels_where_no_detector_looks() {
    let text = format!(
        "{QUICK}  minTrackerConfidence: 0.1\nStateEstimator:\n  stateEstimatorType: 1\nVisualTracker:\n  visualTrackerType: 1\n  \
         useColorNames: 1\n"
    );
    let (_folder, mut harness) = harness(&text, &[]);
    let mut last = 0.0;
    for number in 0..12 {
        let left = 100 + 4 * number as usize;
        let seen: &[Seen] = &[(0, left as f32)];
        let mut buffer = buffer(number, &[(0, (number < 3).then_some(seen))]);
        let mut surfaces = ds_apps::surface::SurfacesMut::map(buffer.get_mut().unwrap()).unwrap();
        let mut view = surfaces.view_mut(0).unwrap();
        for plane in 0..3 {
            let (scale, inside, outside) = [(1, 80, 120), (2, 100, 128), (2, 210, 128)][plane];
            for y in 0..480 / scale {
                let row = view.row_mut(plane, y);
                row.fill(outside);
                if (100 / scale..190 / scale).contains(&y) {
                    row[left / scale..(left + 60) / scale].fill(inside);
                }
            }
        }
        let out = harness.push_and_pull(buffer).unwrap();
        let batch = Batch::of(&out).unwrap();
        let object = batch.frames().next().unwrap().objects().next().unwrap();
        last = object.rect().left - left as f32;
        assert_eq!(object.object_id(), Some(0));
    }
    assert!(last.abs() < 8.0, "{last} pixels off");
}
