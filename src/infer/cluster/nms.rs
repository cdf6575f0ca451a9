//! Greedy non-maximum suppression.

use super::best_first;
use crate::infer::detection::Detection;

/// Keeps each box that overlaps no better kept one by more than `threshold` (intersection over union), best first.
pub(super) fn run(threshold: f32, boxes: &mut Vec<Detection>) {
    boxes.sort_unstable_by(best_first);
    let mut kept = 0;
    for next in 0..boxes.len() {
        let candidate = boxes[next];
        if boxes[..kept].iter().all(|better| candidate.rect.iou(&better.rect) <= threshold) {
            boxes[kept] = candidate;
            kept += 1;
        }
    }
    boxes.truncate(kept);
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
