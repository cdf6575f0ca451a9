//! `nvinfer` on objects: which ones, in how many runs, what becomes of their metadata, and what is remembered of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use ds_apps::base::geometry::{Rect, Size};
use ds_apps::config::nvinfer::TensorOrder;
use ds_apps::elements::nvinfer::{NvInfer, PerformanceMode};
use ds_apps::infer::detection::{ElementType, TensorInfo};
use ds_apps::infer::engine::{Batch as ModelBatch, ImageInput};
use ds_apps::infer::fake::{Fake, Network};
use ds_apps::meta::event::SourceEvent;
use ds_apps::meta::{self, Batch, Object, OwnedBatch, TextStyle};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::transform::{Region, crop_mut};
use ds_apps::surface::{Pool, SurfacesMut};
use gst::prelude::*;
use gst_check::Harness;

const SIZE: Size = Size { width: 64, height: 48 };
const NET: Size = Size { width: 8, height: 8 };

/// A classifier of two heads: the kind of an object is bright or dark, its shade the first pixel in steps of 100.
fn classify(input: &[f32]) -> Vec<Vec<f32>> {
    let bright = if input[0] >= 100.0 { 0.75 } else { 0.25 };
    let mut shade = vec![0.0; 3];
    shade[(input[0] / 100.0) as usize] = 0.9;
    vec![vec![1.0 - bright, bright], shade]
}

/// An element on that network, and the runs it has made.
struct Secondary {
    harness: Harness,
    runs: Arc<AtomicUsize>,
    begun: usize,
    _folder: tempfile::TempDir,
}

fn secondary(lines: &str) -> Secondary {
    make(lines, &[("kind", &[-1, 2]), ("shade", &[-1, 3])], Arc::new(|input| Ok(classify(input))))
}

fn make(lines: &str, outputs: &[(&str, &[i64])], network: Arc<Network>) -> Secondary {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("labels.txt"), "dark;bright\nblack;grey;white\n").unwrap();
    let text = format!(
        "[property]\ngie-unique-id=2\nprocess-mode=2\nnetwork-type=1\nlabelfile-path=labels.txt\nbatch-size=16\n\
         classifier-threshold=0.51\nclassifier-type=light\n{lines}\n"
    );
    let path = folder.path().join("config.txt");
    std::fs::write(&path, text).unwrap();
    let element = gst::ElementFactory::make("nvinfer").build().unwrap().downcast::<NvInfer>().unwrap();
    element.set_property("config-file-path", path.to_str().unwrap());
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = runs.clone();
    let info = |(name, shape): &(&str, &[i64])| TensorInfo {
        name: (*name).into(),
        shape: shape.to_vec(),
        kind: ElementType::F32,
    };
    let outputs: Vec<_> = outputs.iter().map(info).collect();
    element.use_engine(Arc::new(move |_| {
        let input = ImageInput {
            name: "images".into(),
            kind: ElementType::F32,
            batch: ModelBatch::Dynamic,
            channels: 3,
            size: NET,
            order: TensorOrder::Nchw,
        };
        Ok(Box::new(Fake::new(input, outputs.clone(), network.clone()).counting(counter.clone())))
    }));
    // A harness is live; the workers for that would be others.
    element.set_property("performance-mode", PerformanceMode::Throughput);
    let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
    harness.set_src_caps_str("video/x-raw(memory:NVMM), format=RGB, width=64, height=48, framerate=30/1");
    harness.play();
    let begun = runs.load(Ordering::Acquire);
    Secondary { harness, runs, begun, _folder: folder }
}

impl Secondary {
    fn runs(&self) -> usize {
        self.runs.load(Ordering::Acquire) - self.begun
    }
}

/// An object: id, brightness, left edge.
type Thing = (Option<u64>, u8, u32);

/// A batch of black frames, each with objects of 10x12 pixels filled with their brightness, all of component 1, class 0.
fn batch(number: i32, frames: &[&[Thing]]) -> gst::Buffer {
    let memory = Pool::new(Format::plain(Layout::Rgb), SIZE, frames.len() as u32).acquire().unwrap();
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
        frame.set_frame_num(number);
        for (id, brightness, left) in *things {
            let region = Region { left: *left, top: 20, size: Size { width: 10, height: 12 } };
            let mut part = crop_mut(&mut view, region).unwrap();
            (0..12).for_each(|y| part.row_mut(0, y).fill(*brightness));
            let object = frame.add_object();
            object.set_component_id(1);
            object.set_object_id(*id);
            object.set_rect(Rect { left: *left as f32, top: 20.0, width: 10.0, height: 12.0 });
            object.set_text("thing", TextStyle::default());
        }
    }
    meta::attach(inner, batch);
    buffer
}

fn labels(object: &Object) -> Vec<String> {
    object.classifiers().flat_map(|c| c.labels()).map(|label| label.text().to_owned()).collect()
}

/// The labels of every object of every frame, newest first each.
fn all_labels(buffer: &gst::BufferRef) -> Vec<Vec<Vec<String>>> {
    Batch::of(buffer).unwrap().frames().map(|frame| frame.objects().map(labels).collect()).collect()
}

#[test]
fn every_head_of_a_classifier_labels_the_object() {
    let mut secondary = secondary("operate-on-gie-id=1");
    let out = secondary.harness.push_and_pull(batch(0, &[&[(None, 250, 3), (None, 120, 30)]])).unwrap();
    let batch = Batch::of(&out).unwrap();
    let objects: Vec<_> = batch.frames().next().unwrap().objects().collect();
    assert_eq!(objects[0].text(), Some("thing bright grey"));
    let classifiers: Vec<_> = objects[1].classifiers().collect();
    assert_eq!(classifiers.len(), 1);
    let classifier = classifiers[0];
    assert_eq!((classifier.component_id(), classifier.kind(), classifier.num_labels()), (2, Some("light"), 2));
    let shown: Vec<_> = classifier
        .labels()
        .map(|l| (l.text(), l.class_id(), l.label_id(), l.num_classes(), (100.0 * l.probability()).round() as u32))
        .collect();
    assert_eq!(shown, [("white", 2, 1, 3, 90), ("bright", 1, 0, 2, 75)]);
    assert_eq!(objects[1].text(), Some("thing bright white"));
}

#[test]
fn only_objects_that_are_meant_are_looked_at() {
    for (lines, wanted) in [
        ("operate-on-gie-id=1\noperate-on-class-ids=0;2", true),
        ("operate-on-gie-id=3", false),
        ("operate-on-class-ids=1", false),
        ("input-object-min-width=10\ninput-object-max-height=12", true),
        ("input-object-min-height=13", false),
        ("input-object-max-width=9", false),
    ] {
        let mut secondary = secondary(lines);
        let out = secondary.harness.push_and_pull(batch(0, &[&[(None, 250, 3)]])).unwrap();
        assert_eq!((!all_labels(&out)[0][0].is_empty(), secondary.runs()), (wanted, usize::from(wanted)), "{lines}");
    }
}

#[test]
fn the_objects_of_a_batch_go_through_in_as_few_runs_as_possible() {
    let things: [Thing; 3] = [(None, 250, 2), (None, 120, 20), (None, 10, 40)];
    for (size, runs) in [(16, 1), (4, 3), (1, 9)] {
        let mut secondary = secondary(&format!("batch-size={size}"));
        let out = secondary.harness.push_and_pull(batch(0, &[&things, &things, &[], &things])).unwrap();
        assert_eq!(secondary.runs(), runs, "batch-size={size}");
        let each = [["black", "dark"], ["grey", "bright"], ["white", "bright"]];
        assert_eq!(all_labels(&out), [&each[..], &each[..], &[], &each[..]].map(<[_]>::to_vec));
    }
    let mut secondary = secondary("");
    assert_eq!(all_labels(&secondary.harness.push_and_pull(batch(1, &[&[]])).unwrap()), [[[""; 0]; 0]]);
    assert_eq!(secondary.runs(), 0);
}

#[test]
fn what_was_said_of_a_tracked_object_is_said_again() {
    // The object darkens; it is looked at again only when it is due.
    for (lines, runs, last) in
        [("", 1, "white"), ("secondary-reinfer-interval=1", 3, "black"), ("secondary-reinfer-interval=0", 6, "black")]
    {
        let mut secondary = secondary(lines);
        for number in 0..6 {
            let brightness = if number < 2 { 250 } else { 10 };
            secondary.harness.push(batch(number, &[&[(Some(7), brightness, 3)]])).unwrap();
        }
        let said: Vec<_> = (0..6).map(|_| all_labels(&secondary.harness.pull().unwrap())[0][0][0].clone()).collect();
        assert_eq!((secondary.runs(), said[0].as_str(), said[5].as_str()), (runs, "white", last), "{lines}: {said:?}");
    }
    let mut secondary = secondary("");
    for number in 0..3 {
        let out = secondary.harness.push_and_pull(batch(number, &[&[(None, 250, 3)]])).unwrap();
        assert_eq!(all_labels(&out)[0][0], ["white", "bright"]);
    }
    assert_eq!(secondary.runs(), 3, "nobody knows who it is");
}

#[test]
fn a_source_that_begins_anew_has_other_objects() {
    let mut secondary = secondary("");
    secondary.harness.push_and_pull(batch(5, &[&[(Some(7), 250, 3)]])).unwrap();
    secondary.harness.push_event(SourceEvent::PadDeleted.event(0));
    secondary.harness.push_event(SourceEvent::PadAdded.event(0));
    let out = secondary.harness.push_and_pull(batch(6, &[&[(Some(7), 10, 3)]])).unwrap();
    assert_eq!((all_labels(&out)[0][0][0].as_str(), secondary.runs()), ("black", 2));
}

#[test]
fn an_asynchronous_classifier_holds_nothing_up() {
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let own = gate.clone();
    let slow: Arc<Network> = Arc::new(move |input| {
        // The first run of each session, over zeros, is not held up.
        if input[0] > 0.0 {
            let (open, changed) = &*own;
            drop(changed.wait_while(open.lock().unwrap(), |open| !*open).unwrap());
        }
        Ok(classify(input))
    });
    let outputs: [(&str, &[i64]); 2] = [("kind", &[-1, 2]), ("shade", &[-1, 3])];
    let mut secondary = make("classifier-async-mode=1", &outputs, slow);
    for number in 0..20 {
        let out = secondary.harness.push_and_pull(batch(number, &[&[(Some(7), 250, 3), (None, 250, 30)]])).unwrap();
        assert_eq!(all_labels(&out), [[[""; 0]; 2]], "nothing is known yet");
    }
    *gate.0.lock().unwrap() = true;
    gate.1.notify_all();
    let mut number = 20;
    let known = loop {
        let out = secondary.harness.push_and_pull(batch(number, &[&[(Some(7), 10, 3), (None, 250, 30)]])).unwrap();
        let [frame] = <[_; 1]>::try_from(all_labels(&out)).unwrap();
        if !frame[1].is_empty() {
            break frame;
        }
        number += 1;
        std::thread::yield_now();
    };
    assert_eq!(known, [vec![], vec!["white".to_owned(), "bright".to_owned()]], "untracked ones are never looked at");
    assert_eq!(secondary.runs(), 1);
}

#[test]
fn a_secondary_detector_finds_children() {
    let network: Arc<Network> =
        Arc::new(|_| Ok(vec![vec![2.0, 4.0, 6.0, 8.0, 0.9, 0.0, 0.0, 0.0, 1.0, 1.0, 0.1, 0.0]]));
    let lines = "network-type=0\nnum-detected-classes=1\ncluster-mode=4\n[class-attrs-all]\npre-cluster-threshold=0.2";
    let mut secondary = make(lines, &[("output0", &[-1, 2, 6])], network);
    let out = secondary.harness.push_and_pull(batch(0, &[&[(Some(3), 250, 30)]])).unwrap();
    let batch = Batch::of(&out).unwrap();
    let frame = batch.frames().next().unwrap();
    assert_eq!(frame.num_objects(), 2);
    let child = frame.objects().next().unwrap();
    // Network pixels 2..6 x 4..8 of 8x8, in an object of 10x12 at 30,20.
    assert_eq!(child.rect(), Rect { left: 32.5, top: 26.0, width: 5.0, height: 6.0 });
    assert_eq!((child.component_id(), child.object_id(), child.label()), (2, None, "dark"));
    assert_eq!(frame.parent_of(child).unwrap().object_id(), Some(3));
    assert!(!frame.infer_done(), "that is for detectors of whole frames");
}

#[test]
fn a_classifier_of_whole_frames_adds_an_object() {
    let mut secondary = secondary("process-mode=1");
    let mut whole = batch(0, &[&[]]);
    {
        let inner = whole.get_mut().unwrap();
        SurfacesMut::map(inner).unwrap().view_mut(0).unwrap().plane_mut(0).fill(200);
        Batch::of_mut(inner).unwrap().frames_mut().next().unwrap().set_pipeline_size(SIZE);
    }
    let out = secondary.harness.push_and_pull(whole).unwrap();
    let batch = Batch::of(&out).unwrap();
    let object = batch.frames().next().unwrap().objects().next().unwrap();
    assert_eq!((object.class_id(), object.component_id(), object.text()), (-1, 2, Some("bright white")));
    assert_eq!(object.rect(), Rect { left: 0.0, top: 0.0, width: 64.0, height: 48.0 });
    assert_eq!(labels(object), ["white", "bright"]);
}
