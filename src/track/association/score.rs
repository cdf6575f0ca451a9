//! How well a detection fits a target.

use super::super::frame::{Detection, TrackState};
use crate::base::geometry::Rect;
use crate::config::tracker::DataAssociator;

/// What association knows of a target.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Index of its class.
    pub class_id: i32,
    /// What it is.
    pub state: TrackState,
    /// Where it is compared: where it should be now, or where it was last seen.
    pub rect: Rect,
}

/// Evidence beside boxes, asked for only where boxes fit. Targets and detections are named by their place.
pub trait Evidence {
    /// Likeness of what is seen at the detection to the target's filter, 0 to 1; `None` without a visual tracker.
    fn visual(&self, target: usize, detection: usize) -> Option<f32>;
    /// Likeness of the embeddings, 0 to 1; `None` without any.
    fn reid(&self, target: usize, detection: usize) -> Option<f32>;
    /// Squared Mahalanobis distance of the detection from the prediction.
    fn distance(&self, target: usize, detection: usize) -> f32;
}

/// Ratio of the smaller to the greater width, times that of the heights: 1 for equal sizes.
pub fn size_similarity(a: &Rect, b: &Rect) -> f32 {
    let ratio = |a: f32, b: f32| if a.max(b) > 0.0 { a.min(b) / a.max(b) } else { 0.0 };
    ratio(a.width, b.width) * ratio(a.height, b.height)
}

/// Whether a target and a detection may be joined at all.
pub fn same_class(config: &DataAssociator, target: &Candidate, detection: &Detection) -> bool {
    !config.check_class_match || target.class_id == detection.class_id
}

/// The weighted sum of all similarities; `None` if one of them, or the sum, is too small.
pub fn joint(
    config: &DataAssociator,
    target: &Candidate,
    detection: &Detection,
    (t, d): (usize, usize),
    evidence: &dyn Evidence,
) -> Option<f32> {
    if !same_class(config, target, detection) {
        return None;
    }
    let iou = target.rect.iou(&detection.rect);
    let size = size_similarity(&target.rect, &detection.rect);
    if iou < config.min_iou || size < config.min_size {
        return None;
    }
    if config.threshold_mahalanobis.is_some_and(|most| evidence.distance(t, d) > most) {
        return None;
    }
    let mut score = config.weight_iou * iou + config.weight_size * size;
    if (config.weight_visual > 0.0 || config.min_visual > 0.0)
        && let Some(visual) = evidence.visual(t, d)
    {
        if visual < config.min_visual {
            return None;
        }
        score += config.weight_visual * visual;
    }
    if (config.weight_reid > 0.0 || config.min_reid > 0.0)
        && let Some(reid) = evidence.reid(t, d)
    {
        if reid < config.min_reid {
            return None;
        }
        score += config.weight_reid * reid;
    }
    // Boxes apart are no pair, even where every minimum is 0, unless motion or looks speak for them.
    let elsewhere = config.threshold_mahalanobis.is_some() || config.weight_reid > 0.0;
    (score >= config.min_overall && (iou > 0.0 || elsewhere)).then_some(score)
}

/// The overlap alone; `None` if it is too small.
pub fn overlap(config: &DataAssociator, target: &Candidate, detection: &Detection, least: f32) -> Option<f32> {
    let iou = target.rect.iou(&detection.rect);
    (same_class(config, target, detection) && iou > 0.0 && iou >= least).then_some(iou)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Evidence for Fixed {
        fn visual(&self, _: usize, detection: usize) -> Option<f32> {
            (detection > 0).then_some(0.5)
        }
        fn reid(&self, _: usize, _: usize) -> Option<f32> {
            None
        }
        fn distance(&self, _: usize, _: usize) -> f32 {
            4.0
        }
    }

    const RECT: Rect = Rect { left: 0.0, top: 0.0, width: 10.0, height: 10.0 };
    const TARGET: Candidate = Candidate { class_id: 0, state: TrackState::Active, rect: RECT };

    fn detection(class_id: i32, left: f32) -> Detection {
        Detection { class_id, confidence: 0.9, rect: Rect { left, ..RECT } }
    }

    #[test]
    fn similarities_are_weighted_and_each_has_its_minimum() {
        let config = DataAssociator { weight_size: 0.5, weight_visual: 2.0, min_visual: 0.4, ..Default::default() };
        let score = |config: &DataAssociator, d: usize| joint(config, &TARGET, &detection(0, 0.0), (0, d), &Fixed);
        assert_eq!((score(&config, 0), score(&config, 1)), (Some(1.5), Some(2.5)));
        assert_eq!(score(&DataAssociator { min_visual: 0.6, ..config.clone() }, 1), None);
        assert_eq!(score(&DataAssociator { min_overall: 2.6, ..config.clone() }, 1), None);
        assert_eq!(score(&DataAssociator { threshold_mahalanobis: Some(3.9), ..config }, 1), None);
    }

    #[test]
    fn classes_and_distant_boxes_stay_apart() {
        let config = DataAssociator::default();
        assert_eq!(joint(&config, &TARGET, &detection(1, 0.0), (0, 0), &Fixed), None);
        assert_eq!(joint(&config, &TARGET, &detection(0, 20.0), (0, 0), &Fixed), None);
        let any = DataAssociator { check_class_match: false, ..config };
        assert_eq!(joint(&any, &TARGET, &detection(1, 0.0), (0, 0), &Fixed), Some(1.0));
        assert_eq!(overlap(&any, &TARGET, &detection(1, 5.0), 0.5), None);
    }

    #[test]
    fn sizes_are_compared_in_both_directions() {
        let wide = Rect { width: 20.0, ..RECT };
        assert_eq!((size_similarity(&RECT, &wide), size_similarity(&wide, &RECT)), (0.5, 0.5));
        assert_eq!(size_similarity(&RECT, &Rect::default()), 0.0);
    }
}
