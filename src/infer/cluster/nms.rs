//! Greedy non-maximum suppression.

use super::best_first;
use crate::infer::detection::Detection;

/// Keeps each box that overlaps no better kept one by more than `threshold` (intersection over union), best first.
pub(super) fn run(threshold: f32, boxes: &mut Vec<Detection>) {
    suppress(threshold, boxes, |found| found);
}

/// As [`run`], for things that have a box among others.
pub fn suppress<T>(threshold: f32, things: &mut Vec<T>, of: impl Fn(&T) -> &Detection) {
    things.sort_unstable_by(|a, b| best_first(of(a), of(b)));
    let mut kept = 0;
    for next in 0..things.len() {
        let rect = of(&things[next]).rect;
        if things[..kept].iter().all(|better| rect.iou(&of(better).rect) <= threshold) {
            things.swap(kept, next);
            kept += 1;
        }
    }
    things.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Rect;

    #[test]
    fn a_box_that_only_overlaps_a_dropped_one_stays() {
        // Ten wide, shifted by four: neighbours overlap by 60 / 140 = 0.43, the outer two by 20 / 180 = 0.11.
        let at = |left: f32, confidence| Detection {
            class_id: 0,
            confidence,
            rect: Rect { left, top: 0.0, width: 10.0, height: 10.0 },
        };
        let mut boxes = vec![at(8.0, 0.7), at(4.0, 0.8), at(0.0, 0.9)];
        run(0.4, &mut boxes);
        assert_eq!(boxes, [at(0.0, 0.9), at(8.0, 0.7)]);
        let mut boxes = vec![at(8.0, 0.7), at(4.0, 0.8), at(0.0, 0.9)];
        run(60.0 / 140.0, &mut boxes);
        assert_eq!(boxes.len(), 3, "an overlap of exactly the threshold is allowed");
    }

    #[test]
    fn empty_boxes_overlap_nothing() {
        let empty = Detection::default();
        let mut boxes = vec![empty, empty];
        run(0.0, &mut boxes);
        assert_eq!(boxes.len(), 2);
    }
}
