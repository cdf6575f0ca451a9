//! Motion that all objects share, as when the camera turns: found from boxes alone, where the filters did not foresee it.

use super::association::size_similarity;
use super::frame::Detection;
use crate::base::geometry::Rect;

/// Mean overlap of predictions and detections from which there is nothing to explain.
const FORESEEN: f32 = 0.7;
/// How much more overlap a motion has to give, to be believed.
const GAIN: f32 = 1.1;
/// Objects that have to follow it.
const FOLLOWERS: usize = 3;
/// Overlap from which an object follows it.
const FOLLOWS: f32 = 0.3;
/// Sizes of a prediction and a detection that may be the same object.
const ALIKE: f32 = 0.6;
/// Motions that are tried.
const TRIALS: usize = 64;

/// The most a picture is taken to grow or shrink from frame to frame.
const MOST_ZOOM: f32 = 0.2;

/// A prediction: class and box.
pub type Predicted = (i32, Rect);

/// A motion of the whole picture: sideways, and away from or towards a point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Drift {
    shift: (f32, f32),
    about: (f32, f32),
    zoom: f32,
}

impl Drift {
    fn sideways(shift: (f32, f32)) -> Self {
        Self { shift, ..Self::default() }
    }

    /// How far a box moves, in the tracker's pixels.
    pub fn at(&self, rect: &Rect) -> (f32, f32) {
        let (x, y) = rect.centre();
        (self.shift.0 + self.zoom * (x - self.about.0), self.shift.1 + self.zoom * (y - self.about.1))
    }
}

/// The motion that brings predictions best onto detections; `None` where none is much better than no motion.
pub fn drift(predicted: &[Predicted], detections: &[Detection]) -> Option<Drift> {
    let most = predicted.len().min(detections.len());
    let still = support(predicted, detections, &Drift::default());
    if most < FOLLOWERS || still.overlap >= FORESEEN * most as f32 {
        return None;
    }
    let mut best = (still.overlap * GAIN, None);
    for drift in trials(predicted, detections) {
        let support = support(predicted, detections, &drift);
        if support.followers.len() >= FOLLOWERS && support.overlap > best.0 {
            best = (support.overlap, Some((drift, support.followers)));
        }
    }
    let (drift, followers) = best.1?;
    let finer = fit(&followers);
    let better = support(predicted, detections, &finer).overlap > best.0;
    Some(if better { finer } else { drift })
}

/// Motions from a prediction to a detection that may be it, the most alike pairs first.
fn trials(predicted: &[Predicted], detections: &[Detection]) -> impl Iterator<Item = Drift> {
    let mut pairs = Vec::new();
    for (class_id, from) in predicted {
        for to in detections.iter().filter(|to| to.class_id == *class_id) {
            let alike = size_similarity(from, &to.rect);
            if alike >= ALIKE {
                pairs.push((alike, apart(from, &to.rect)));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    pairs.into_iter().take(TRIALS).map(|(_, shift)| Drift::sideways(shift))
}

/// From the middle of one box to that of the other.
fn apart(from: &Rect, to: &Rect) -> (f32, f32) {
    let (a, b) = (from.centre(), to.centre());
    (b.0 - a.0, b.1 - a.1)
}

/// What speaks for a motion.
struct Support {
    /// The overlap that predictions have with detections if all move so.
    overlap: f32,
    /// Predictions that come to lie on a detection, with it.
    followers: Vec<(Rect, Rect)>,
}

fn support(predicted: &[Predicted], detections: &[Detection], drift: &Drift) -> Support {
    let mut support = Support { overlap: 0.0, followers: Vec::new() };
    for (class_id, rect) in predicted {
        let (x, y) = drift.at(rect);
        let moved = Rect { left: rect.left + x, top: rect.top + y, ..*rect };
        let same = detections.iter().filter(|detection| detection.class_id == *class_id);
        let overlaps = same.map(|detection| (moved.iou(&detection.rect), detection.rect));
        if let Some((overlap, found)) = overlaps.max_by(|a, b| a.0.total_cmp(&b.0)) {
            support.overlap += overlap;
            if overlap >= FOLLOWS {
                support.followers.push((*rect, found));
            }
        }
    }
    support
}

/// The motion with the least squares for these boxes.
fn fit(followers: &[(Rect, Rect)]) -> Drift {
    let count = followers.len().max(1) as f32;
    let mean = |of: &dyn Fn(&(Rect, Rect)) -> f32| followers.iter().map(of).sum::<f32>() / count;
    let about = (mean(&|f| f.0.centre().0), mean(&|f| f.0.centre().1));
    let shift = (mean(&|f| apart(&f.0, &f.1).0), mean(&|f| apart(&f.0, &f.1).1));
    let (mut along, mut spread) = (0.0, 0.0);
    for (from, to) in followers {
        let (centre, moved) = (from.centre(), apart(from, to));
        let (x, y) = (centre.0 - about.0, centre.1 - about.1);
        along += x * (moved.0 - shift.0) + y * (moved.1 - shift.1);
        spread += x * x + y * y;
    }
    let zoom = if spread > 0.0 { along / spread } else { 0.0 };
    Drift { shift, about, zoom: zoom.clamp(-MOST_ZOOM, MOST_ZOOM) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(x: f32) -> Vec<Rect> {
        [(10.0, 40.0), (100.0, 60.0), (220.0, 30.0), (400.0, 50.0)]
            .map(|(left, width)| Rect { left: left + x, top: 50.0, width, height: width * 0.8 })
            .to_vec()
    }

    fn found(x: f32) -> Vec<Detection> {
        boxes(x).into_iter().map(|rect| Detection { class_id: 0, confidence: 0.9, rect }).collect()
    }

    #[test]
    fn a_turn_of_the_camera_is_found() {
        let predicted: Vec<Predicted> = boxes(0.0).into_iter().map(|rect| (0, rect)).collect();
        let found = drift(&predicted, &found(70.0)).unwrap().at(&predicted[1].1);
        assert!((found.0 - 70.0).abs() < 0.01 && found.1.abs() < 0.01, "{found:?}");
    }

    #[test]
    fn a_camera_that_moves_forward_is_found() {
        let predicted: Vec<Predicted> = boxes(0.0).into_iter().map(|rect| (0, rect)).collect();
        let mut grown = found(0.0);
        for detection in &mut grown {
            detection.rect.left += 40.0 + 0.1 * (detection.rect.centre().0 - 200.0);
        }
        let drift = drift(&predicted, &grown).unwrap();
        for ((_, from), to) in predicted.iter().zip(&grown) {
            assert!((drift.at(from).0 - apart(from, &to.rect).0).abs() < 3.0, "{drift:?}");
        }
    }

    #[test]
    fn what_was_foreseen_or_is_one_object_is_none() {
        let predicted: Vec<Predicted> = boxes(0.0).into_iter().map(|rect| (0, rect)).collect();
        assert_eq!(drift(&predicted, &found(3.0)), None);
        let mut one = found(0.0);
        one[3].rect.left += 300.0;
        assert_eq!(drift(&predicted, &one), None);
        assert_eq!(drift(&predicted[..2], &found(70.0)), None);
        let others: Vec<Predicted> = predicted.iter().map(|(_, rect)| (1, *rect)).collect();
        assert_eq!(drift(&others, &found(70.0)), None);
    }
}
