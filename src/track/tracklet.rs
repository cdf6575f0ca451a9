//! Joining a new target to one that was lost: does its short path go on where the lost one's would have?

use super::association::size_similarity;
use super::clip::at_border;
use super::estimator::{Estimator, Source};
use super::frame::{Point, TrackState};
use super::gallery::Gallery;
use crate::base::geometry::Rect;
use crate::config::tracker::TrackerConfig;

/// Slower than this, in the tracker's pixels a frame, a target has no direction.
const STANDING: f32 = 0.5;

/// What is kept of a target that was lost.
pub struct Lost<'a> {
    /// Index of the class.
    pub class_id: i32,
    /// Its frames, the oldest first; those in which it was lost do not count.
    pub history: &'a [Point],
    /// Its embeddings.
    pub gallery: &'a Gallery,
}

/// A new target, as it is at the end of its probation.
pub struct Found<'a> {
    /// Index of the class.
    pub class_id: i32,
    /// Its frames, the oldest first.
    pub points: &'a [Point],
    /// Its embeddings.
    pub gallery: &'a Gallery,
}

/// Where a lost target would be: one box a frame, from the frame after it was last seen.
struct Projection {
    last_seen: u32,
    boxes: Vec<Rect>,
}

/// How well a new target goes on with a lost one; `None` if not well enough. Where a target was lost, or a new one begins, at
/// the border of the frame, it left or came: that is another object.
pub fn continues(config: &TrackerConfig, lost: &Lost<'_>, found: &Found<'_>, frame: (f32, f32)) -> Option<f32> {
    let Found { class_id, points, gallery } = *found;
    let wanted = &config.trajectory;
    let seen: Vec<&Point> = lost.history.iter().filter(|point| point.state != TrackState::Inactive).collect();
    let (first, last) = (points.first()?, *seen.last()?);
    let away = first.frame_num.checked_sub(last.frame_num)? as usize;
    if (config.associator.check_class_match && lost.class_id != class_id)
        || seen.len() < wanted.min_length_4_projection.max(1)
        || away == 0
        || away > wanted.projection_length
        || at_border(&last.rect, frame)
        || at_border(&first.rect, frame)
    {
        return None;
    }
    if size_similarity(&last.rect, &first.rect) < wanted.min_size_similarity || !same_motion(config, &seen, points) {
        return None;
    }
    let projection = project(config, &seen, away + points.len() + wanted.max_time_search_range);
    let tracklet = overlap(&projection, points, wanted.max_time_search_range, wanted.search_region_scale);
    let reid = lost.gallery.likeness(gallery);
    if tracklet < wanted.min_tracklet || reid.is_some_and(|reid| reid < wanted.min_reid) {
        return None;
    }
    let score = wanted.weight_tracklet * tracklet + wanted.weight_reid * reid.unwrap_or(0.0);
    (score >= wanted.min_overall).then_some(score)
}

/// Whether direction and speed agree, where both move at all.
fn same_motion(config: &TrackerConfig, seen: &[&Point], points: &[Point]) -> bool {
    let wanted = &config.trajectory;
    let recent = &seen[seen.len() - wanted.preparation_length.clamp(1, seen.len())..];
    let (before, after) =
        (velocity(recent[0], recent[recent.len() - 1]), velocity(&points[0], &points[points.len() - 1]));
    let (fast, slow) = (before.0.hypot(before.1), after.0.hypot(after.1));
    if points.len() < 2 || fast.min(slow) < STANDING {
        return true;
    }
    let cosine = (before.0 * after.0 + before.1 * after.1) / (fast * slow);
    let alike = fast.min(slow) / fast.max(slow);
    cosine.clamp(-1.0, 1.0).acos().to_degrees() <= wanted.max_angle && alike >= wanted.min_speed_similarity
}

fn velocity(from: &Point, to: &Point) -> (f32, f32) {
    let frames = to.frame_num.saturating_sub(from.frame_num).max(1) as f32;
    let (a, b) = (from.rect.centre(), to.rect.centre());
    ((b.0 - a.0) / frames, (b.1 - a.1) / frames)
}

/// Learns the motion of the last frames and goes on with it.
fn project(config: &TrackerConfig, seen: &[&Point], frames: usize) -> Projection {
    let (wanted, model) = (&config.trajectory, &config.estimator);
    let recent = &seen[seen.len() - wanted.preparation_length.clamp(1, seen.len())..];
    let process = f64::from(wanted.process_noise_scale);
    let measurement = f64::from(wanted.measurement_noise_scale).max(1e-6);
    let mut estimator = Estimator::new(model, &recent[0].rect);
    for pair in recent.windows(2) {
        for _ in pair[0].frame_num..pair[1].frame_num {
            estimator.predict_scaled(model, process);
        }
        estimator.update_scaled(model, &pair[1].rect, Source::Detector, measurement);
    }
    let last = recent[recent.len() - 1];
    // Much noise makes a smooth path that lags behind; it goes on from where the target was.
    let (here, there) = (estimator.rect(model).centre(), last.rect.centre());
    estimator.shift((there.0 - here.0, there.1 - here.1));
    let next = |_| {
        estimator.predict_scaled(model, process);
        estimator.rect(model)
    };
    Projection { last_seen: last.frame_num, boxes: (0..frames).map(next).collect() }
}

/// The greatest mean overlap of the path with the projection, moved in time by at most `range` frames. Boxes of the
/// projection are grown by `scale` of their size.
fn overlap(projection: &Projection, points: &[Point], range: usize, scale: f32) -> f32 {
    let range = range as i64;
    let mean = |moved: i64| {
        let overlap = |point: &Point| {
            let at = i64::from(point.frame_num) - i64::from(projection.last_seen) - 1 + moved;
            let expected = usize::try_from(at).ok().and_then(|at| projection.boxes.get(at));
            expected.map_or(0.0, |expected| grown(expected, scale).iou(&point.rect))
        };
        points.iter().map(overlap).sum::<f32>() / points.len() as f32
    };
    (-range..=range).map(mean).fold(0.0, f32::max)
}

fn grown(rect: &Rect, scale: f32) -> Rect {
    let (x, y) = (rect.width * scale, rect.height * scale);
    Rect { left: rect.left - x / 2.0, top: rect.top - y / 2.0, width: rect.width + x, height: rect.height + y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tracker::EstimatorKind;

    const FRAME: (f32, f32) = (640.0, 480.0);

    fn path(frames: std::ops::Range<u32>, speed: f32) -> Vec<Point> {
        let point = |frame_num: u32| Point {
            frame_num,
            rect: Rect { left: 10.0 + speed * frame_num as f32, top: 50.0, width: 40.0, height: 60.0 },
            confidence: 1.0,
            age: frame_num + 1,
            state: TrackState::Active,
            visibility: 1.0,
        };
        frames.map(point).collect()
    }

    fn config() -> TrackerConfig {
        let mut config = TrackerConfig::default();
        config.trajectory.min_tracklet = 0.3;
        config.estimator.kind = EstimatorKind::Simple;
        config
    }

    fn score(config: &TrackerConfig, before: &[Point], after: &[Point], class_id: i32) -> Option<f32> {
        let gallery = Gallery::default();
        let found = Found { class_id, points: after, gallery: &gallery };
        continues(config, &Lost { class_id: 1, history: before, gallery: &gallery }, &found, FRAME)
    }

    #[test]
    fn a_path_that_goes_on_behind_a_gap_is_the_same() {
        let whole = path(0..60, 3.0);
        assert!(score(&config(), &whole[..30], &whole[45..48], 1).unwrap() > 0.8);
        assert_eq!(score(&config(), &whole[..30], &whole[45..48], 2), None, "another class");
        assert_eq!(score(&config(), &whole[..10], &whole[25..28], 1), None, "too short");
        assert_eq!(score(&config(), &whole[..30], &whole[29..32], 1), None, "both at once");
        let mut gone = whole.clone();
        gone.iter_mut().for_each(|point| point.rect.left += 640.0 - 10.0 - 3.0 * 29.0 - 40.0);
        assert_eq!(score(&config(), &gone[..30], &gone[45..48], 1), None, "it left");
    }

    #[test]
    fn a_path_that_comes_back_or_is_elsewhere_is_another() {
        let (before, mut after) = (path(0..30, 3.0), path(40..43, 3.0));
        after.reverse();
        for (index, point) in after.iter_mut().enumerate() {
            point.frame_num = 40 + index as u32;
        }
        assert_eq!(score(&config(), &before, &after, 1), None);
        let mut elsewhere = path(40..43, 3.0);
        elsewhere.iter_mut().for_each(|point| point.rect.top += 200.0);
        assert_eq!(score(&config(), &before, &elsewhere, 1), None);
    }

    #[test]
    fn embeddings_have_their_say() {
        let mut config = config();
        (config.trajectory.weight_reid, config.trajectory.min_reid) = (1.0, 0.5);
        let (mut same, mut other) = (Gallery::default(), Gallery::default());
        same.add([1.0, 0.0].into(), 5);
        other.add([0.0, 1.0].into(), 5);
        let (before, after) = (path(0..30, 3.0), path(40..43, 3.0));
        let lost = Lost { class_id: 1, history: &before, gallery: &same };
        let found = |gallery| Found { class_id: 1, points: &after, gallery };
        assert!(continues(&config, &lost, &found(&same), FRAME).unwrap() > 1.5);
        assert_eq!(continues(&config, &lost, &found(&other), FRAME), None);
    }
}
