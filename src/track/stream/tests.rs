//! A tracker over made-up frames.

use super::*;
use crate::base::geometry::Rect;
use crate::config::tracker::{EstimatorKind, Matcher};
use crate::track::{History, TrackState};

const SIZE: (f32, f32) = (640.0, 480.0);

fn config(edit: impl FnOnce(&mut TrackerConfig)) -> Arc<TrackerConfig> {
    let mut config = TrackerConfig::default();
    config.target.probation_age = 0;
    edit(&mut config);
    config.into()
}

fn at(left: f32) -> Detection {
    Detection { class_id: 1, confidence: 0.9, rect: Rect { left, top: 100.0, width: 40.0, height: 80.0 } }
}

fn step(tracker: &mut StreamTracker, frame: u32, detections: &[Detection]) -> FrameResult {
    tracker.update(&FrameInput::new(frame, SIZE, detections), None)
}

fn ids(result: &FrameResult) -> Vec<u64> {
    result.tracked.iter().map(|tracked| tracked.id).collect()
}

#[test]
fn ids_stay_with_their_objects_whatever_the_order() {
    let mut tracker = StreamTracker::new(config(|_| {}));
    assert_eq!(ids(&step(&mut tracker, 0, &[at(10.0), at(300.0)])), [0, 1]);
    let result = step(&mut tracker, 1, &[at(304.0), at(14.0), at(500.0)]);
    let pairs: Vec<_> = result.tracked.iter().map(|t| (t.id, t.detection.unwrap())).collect();
    assert_eq!(pairs, [(0, 1), (1, 0), (2, 2)]);
    assert_eq!(result.tracked[0].rect, at(14.0).rect);
}

#[test]
fn a_target_on_probation_is_not_shown_and_its_past_follows() {
    let mut tracker = StreamTracker::new(config(|c| c.target.probation_age = 2));
    for frame in 0..2 {
        assert_eq!(step(&mut tracker, frame, &[at(10.0)]), FrameResult::default());
    }
    let result = step(&mut tracker, 2, &[at(10.0)]);
    assert_eq!(ids(&result), [0]);
    let [History { id: 0, class_id: 1, points }] = &result.past[..] else { panic!("{:?}", result.past) };
    let seen: Vec<_> = points.iter().map(|p| (p.frame_num, p.age, p.state)).collect();
    assert_eq!(seen, [(0, 1, TrackState::Tentative), (1, 2, TrackState::Tentative)]);
    assert!(step(&mut tracker, 3, &[at(10.0)]).past.is_empty());
}

#[test]
fn a_target_lost_on_probation_ends_early_and_takes_no_id() {
    let mut tracker = StreamTracker::new(config(|c| {
        c.target.probation_age = 3;
        c.target.early_termination_age = 1;
    }));
    step(&mut tracker, 0, &[at(10.0)]);
    step(&mut tracker, 1, &[]);
    assert_eq!(tracker.num_targets(), 0);
    for frame in 2..5 {
        assert!(step(&mut tracker, frame, &[at(300.0)]).tracked.is_empty());
    }
    assert_eq!(ids(&step(&mut tracker, 5, &[at(300.0)])), [0]);
}

#[test]
fn a_lost_target_is_hidden_found_again_and_in_the_end_gone() {
    let mut tracker = StreamTracker::new(config(|c| {
        c.target.max_shadow_tracking_age = 2;
        c.target.output_shadow_tracks = true;
        c.target.output_terminated_tracks = true;
    }));
    step(&mut tracker, 0, &[at(10.0)]);
    let hidden = step(&mut tracker, 1, &[]);
    assert!(hidden.tracked.is_empty());
    assert_eq!((hidden.shadow[0].id, hidden.shadow[0].points[0].state), (0, TrackState::Inactive));
    let back = step(&mut tracker, 2, &[at(12.0)]);
    assert_eq!(ids(&back), [0]);
    assert_eq!(back.past[0].points.iter().map(|p| p.frame_num).collect::<Vec<_>>(), [1]);
    step(&mut tracker, 3, &[]);
    step(&mut tracker, 4, &[]);
    let over = step(&mut tracker, 5, &[]);
    assert_eq!(over.terminated[0].points.iter().map(|p| p.frame_num).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert_eq!(tracker.num_targets(), 0);
    assert_eq!(ids(&step(&mut tracker, 6, &[at(10.0)])), [1]);
}

#[test]
fn frames_without_a_detector_carry_targets_on() {
    let mut tracker = StreamTracker::new(config(|c| c.estimator.kind = EstimatorKind::Simple));
    for frame in 0..20 {
        step(&mut tracker, frame, &[at(10.0 + 5.0 * frame as f32)]);
    }
    for frame in 20..23 {
        let input = FrameInput { detected: false, ..FrameInput::new(frame, SIZE, &[]) };
        let result = tracker.update(&input, None);
        let left = 10.0 + 5.0 * frame as f32;
        assert_eq!((ids(&result), result.tracked[0].detection), (vec![0], None));
        assert!((result.tracked[0].rect.left - left).abs() < 1.5, "{left}: {:?}", result.tracked[0].rect);
    }
}

#[test]
fn a_detection_on_top_of_a_target_begins_no_other() {
    let mut tracker = StreamTracker::new(config(|c| c.target.min_iou_diff_4_new_target = 0.5));
    assert_eq!(ids(&step(&mut tracker, 0, &[at(10.0), at(12.0)])), [0]);
    let mut tracker = StreamTracker::new(config(|c| c.target.max_targets = 2));
    assert_eq!(step(&mut tracker, 0, &[at(0.0), at(100.0), at(200.0)]).tracked.len(), 2);
}

#[test]
fn weak_detections_keep_a_target_and_begin_none() {
    let weak = |left| Detection { confidence: 0.3, ..at(left) };
    let mut tracker = StreamTracker::new(config(|c| {
        c.associator.matcher = Matcher::Cascaded;
        c.min_detector_confidence = 0.2;
    }));
    assert!(step(&mut tracker, 0, &[weak(10.0)]).tracked.is_empty());
    assert_eq!(ids(&step(&mut tracker, 1, &[at(10.0)])), [0]);
    assert_eq!(ids(&step(&mut tracker, 2, &[weak(12.0)])), [0]);
    assert!(step(&mut tracker, 3, &[Detection { confidence: 0.1, ..at(12.0) }]).tracked.is_empty());
}

#[test]
fn boxes_that_are_none_are_passed_over() {
    let mut tracker = StreamTracker::new(config(|_| {}));
    let broken = |width| Detection { rect: Rect { width, ..at(0.0).rect }, ..at(0.0) };
    let result = step(&mut tracker, 0, &[broken(f32::NAN), broken(0.0), broken(f32::INFINITY), at(50.0)]);
    assert_eq!(result.tracked[0].detection, Some(3));
    assert_eq!(result.tracked.len(), 1);
}

/// Sees the embedding of an object in its left edge: two objects on either side of 200.
struct Sides;

impl Embedder for Sides {
    fn embed(&mut self, boxes: &[Rect]) -> Vec<Embedding> {
        boxes.iter().map(|rect| if rect.left < 200.0 { [1.0, 0.0].into() } else { [0.0, 1.0].into() }).collect()
    }
}

#[test]
fn an_object_that_was_lost_is_found_again_behind_a_gap() {
    let run = |reassociate: bool| {
        let mut tracker = StreamTracker::new(config(|c| {
            c.target.probation_age = 2;
            c.target.max_shadow_tracking_age = 3;
            c.estimator.kind = EstimatorKind::Simple;
            c.trajectory.enable_reassociation = reassociate;
            c.trajectory.min_tracklet = 0.3;
        }));
        let mut seen = Vec::new();
        for frame in 0..60 {
            let left = 10.0 + 4.0 * frame as f32;
            let found = if (30..44).contains(&frame) { vec![] } else { vec![at(left)] };
            seen.extend(ids(&step(&mut tracker, frame, &found)));
        }
        seen.dedup();
        (seen, tracker.num_targets())
    };
    assert_eq!(run(false), (vec![0, 1], 1));
    assert_eq!(run(true), (vec![0], 1));
}

#[test]
fn looks_keep_objects_apart_that_boxes_do_not() {
    let config = config(|c| {
        c.associator.matcher = Matcher::Cascaded;
        c.associator.weight_reid = 5.0;
        c.associator.min_reid = 0.5;
        c.reid.uses = crate::config::tracker::ReIdUse::Association;
    });
    let mut tracker = StreamTracker::new(config);
    let mut step =
        |frame, detections: &[Detection]| tracker.update(&FrameInput::new(frame, SIZE, detections), Some(&mut Sides));
    let first = step(0, &[at(190.0), at(225.0)]);
    assert_eq!((ids(&first), first.tracked[0].embedding.as_deref()), (vec![0, 1], Some(&[1.0, 0.0][..])));
    // By overlap alone, 0 would take the box at 201.
    let second = step(1, &[at(201.0), at(160.0)]);
    assert_eq!(second.tracked.iter().map(|t| (t.id, t.detection.unwrap())).collect::<Vec<_>>(), [(0, 1), (1, 0)]);
}

#[test]
fn an_object_on_probation_is_looked_at_in_every_frame_and_then_at_intervals() {
    struct Count(Vec<usize>);
    impl Embedder for Count {
        fn embed(&mut self, boxes: &[Rect]) -> Vec<Embedding> {
            self.0.push(boxes.len());
            boxes.iter().map(|_| [1.0, 0.0].into()).collect()
        }
    }
    let looks = |interval: Option<u32>| {
        let mut tracker = StreamTracker::new(config(|c| {
            c.target.probation_age = 3;
            c.trajectory.reid_interval = interval;
            c.reid.uses = crate::config::tracker::ReIdUse::Reassociation;
        }));
        let mut count = Count(Vec::new());
        let frames = (0..20).map(|frame| {
            count.0.clear();
            tracker.update(&FrameInput::new(frame, SIZE, &[at(10.0)]), Some(&mut count));
            count.0.iter().sum::<usize>()
        });
        frames.enumerate().filter(|(_, looks)| *looks > 0).map(|(frame, _)| frame).collect::<Vec<_>>()
    };
    assert_eq!(looks(Some(8)), [0, 1, 2, 3, 12]);
    assert_eq!(looks(None), [0], "-1: the first frame only");
}
