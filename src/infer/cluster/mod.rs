//! Many boxes of one object become one: what `cluster-mode` chooses, with the thresholds of each class.
//!
//! Boxes are in pixels of the network's input here. What nvinfer checks in the frame (sizes, regions) is [`frame`].

mod dbscan;
pub mod frame;
mod group;
pub(super) mod nms;

use super::detection::Detection;
use crate::config::nvinfer::{ClassAttributes, ClusterMode, Detector};
use dbscan::Dbscan;
use group::GroupRectangles;

/// Clusters the boxes of frame after frame. Keeps its working memory, so that a steady stream allocates nothing.
#[derive(Debug)]
pub struct Clusterer {
    mode: ClusterMode,
    classes: Vec<Class>,
    dbscan: Dbscan,
    group: GroupRectangles,
}

#[derive(Debug)]
struct Class {
    attributes: ClassAttributes,
    boxes: Vec<Detection>,
}

impl Clusterer {
    /// For a detector of `num-detected-classes` classes.
    pub fn new(detector: &Detector) -> Self {
        let class = |id| Class { attributes: *detector.class(id), boxes: Vec::new() };
        Self {
            mode: detector.cluster_mode,
            classes: (0..detector.classes).map(class).collect(),
            dbscan: Dbscan::default(),
            group: GroupRectangles::default(),
        }
    }

    /// Clusters the boxes of one frame in place. They come out by class; within one, NMS and `topk` put the best first.
    /// Boxes of classes that do not exist and those below `pre-cluster-threshold` are dropped.
    pub fn run(&mut self, detections: &mut Vec<Detection>) {
        for detection in detections.drain(..) {
            if let Some(class) = self.classes.get_mut(detection.class_id as usize)
                && detection.confidence >= class.attributes.pre_cluster_threshold
            {
                class.boxes.push(detection);
            }
        }
        for Class { attributes, boxes } in self.classes.iter_mut().filter(|class| !class.boxes.is_empty()) {
            let post = attributes.post_cluster_threshold;
            match self.mode {
                ClusterMode::GroupRectangles => self.group.run(attributes, boxes),
                ClusterMode::Dbscan => {
                    self.dbscan.merge(attributes, boxes);
                    boxes.retain(|found| found.confidence >= post);
                    keep_best(attributes, boxes);
                }
                ClusterMode::Nms | ClusterMode::Hybrid => {
                    if self.mode == ClusterMode::Hybrid {
                        self.dbscan.remove_noise(attributes, boxes);
                    }
                    nms::run(attributes.nms_iou_threshold, boxes);
                    boxes.retain(|found| found.confidence > post);
                    keep_best(attributes, boxes);
                }
                ClusterMode::None => keep_best(attributes, boxes),
            }
            detections.append(boxes);
        }
    }
}

/// `topk`: the best so many, best first.
fn keep_best(attributes: &ClassAttributes, boxes: &mut Vec<Detection>) {
    if let Some(count) = attributes.top_k {
        boxes.sort_unstable_by(best_first);
        boxes.truncate(count as usize);
    }
}

/// Falling confidence; equals by their place, so that the order they came in does not matter.
pub(super) fn best_first(a: &Detection, b: &Detection) -> std::cmp::Ordering {
    let place = |d: &Detection| [d.rect.left, d.rect.top, d.rect.width, d.rect.height];
    let by_place = || place(a).iter().zip(place(b)).map(|(a, b)| a.total_cmp(&b)).find(|order| order.is_ne());
    b.confidence.total_cmp(&a.confidence).then_with(|| by_place().unwrap_or(std::cmp::Ordering::Equal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Rect;
    use proptest::prelude::*;

    fn found(class_id: u32, confidence: f32, left: f32, top: f32, size: f32) -> Detection {
        Detection { class_id, confidence, rect: Rect { left, top, width: size, height: size } }
    }

    fn cluster(mode: ClusterMode, attributes: ClassAttributes, detections: &[Detection]) -> Vec<Detection> {
        let detector =
            Detector { classes: 2, cluster_mode: mode, attributes: vec![attributes; 2], ..Detector::default() };
        let mut clusterer = Clusterer::new(&detector);
        let mut once = detections.to_vec();
        clusterer.run(&mut once);
        let mut twice = detections.to_vec();
        clusterer.run(&mut twice);
        assert_eq!(once, twice, "nothing is left over from the frame before");
        once
    }

    #[test]
    fn no_clustering_leaves_boxes_of_known_classes_by_class() {
        let all = [
            found(1, 0.9, 0.0, 0.0, 9.0),
            found(0, 0.5, 0.0, 0.0, 9.0),
            found(0, 0.1, 0.0, 0.0, 9.0),
            found(7, 0.9, 0.0, 0.0, 9.0),
        ];
        let attributes = ClassAttributes { post_cluster_threshold: 0.8, ..Default::default() };
        assert_eq!(cluster(ClusterMode::None, attributes, &all), [all[1], all[0]]);
    }

    #[test]
    fn classes_do_not_touch_each_other_and_thresholds_hold() {
        let all = [
            found(0, 0.6, 0.0, 0.0, 10.0),
            found(0, 0.9, 1.0, 0.0, 10.0), // IoU 90 / 110 with the first: takes it
            found(1, 0.7, 0.0, 0.0, 10.0),
            found(0, 0.5, 100.0, 0.0, 10.0), // at the post-cluster threshold: NMS drops it
        ];
        let attributes = ClassAttributes { post_cluster_threshold: 0.5, ..Default::default() };
        assert_eq!(cluster(ClusterMode::Nms, attributes, &all), [all[1], all[2]]);
    }

    #[test]
    fn topk_keeps_the_best() {
        let all = [found(0, 0.3, 0.0, 0.0, 9.0), found(0, 0.9, 50.0, 0.0, 9.0), found(0, 0.5, 90.0, 0.0, 9.0)];
        for mode in [ClusterMode::None, ClusterMode::Nms, ClusterMode::Dbscan] {
            let attributes = ClassAttributes { top_k: Some(2), ..Default::default() };
            assert_eq!(cluster(mode, attributes, &all), [all[1], all[2]]);
            assert!(cluster(mode, ClassAttributes { top_k: Some(0), ..attributes }, &all).is_empty());
        }
    }

    #[test]
    fn hybrid_removes_lonely_boxes_and_leaves_the_best_of_a_crowd() {
        let all = [
            found(0, 0.5, 0.0, 0.0, 10.0),
            found(0, 0.8, 1.0, 0.0, 10.0),
            found(0, 0.6, 0.0, 1.0, 10.0),
            found(0, 0.95, 60.0, 0.0, 10.0),
        ];
        let attributes = ClassAttributes { eps: 0.4, min_boxes: 3, nms_iou_threshold: 0.5, ..Default::default() };
        assert_eq!(cluster(ClusterMode::Hybrid, attributes, &all), [all[1]]);
        assert_eq!(cluster(ClusterMode::Nms, attributes, &all), [all[3], all[1]]);
    }

    #[test]
    fn a_detector_without_classes_finds_nothing() {
        let mut boxes = vec![found(0, 0.9, 0.0, 0.0, 9.0)];
        Clusterer::new(&Detector::default()).run(&mut boxes);
        assert!(boxes.is_empty());
    }

    fn boxes() -> impl Strategy<Value = Vec<Detection>> {
        let one = (0u32..2, 20u32..30, 0u32..12, 0u32..12, 1u32..8)
            .prop_map(|(class, score, x, y, size)| found(class, score as f32 / 30.0, x as f32, y as f32, size as f32));
        proptest::collection::vec(one, 0..60)
    }

    proptest! {
        #[test]
        fn no_two_boxes_of_a_class_overlap_more_than_allowed(all in boxes(), percent in 0u32..100) {
            let limit = percent as f32 / 100.0;
            let attributes = ClassAttributes { nms_iou_threshold: limit, ..Default::default() };
            let kept = cluster(ClusterMode::Nms, attributes, &all);
            for (i, a) in kept.iter().enumerate() {
                prop_assert!(all.contains(a));
                for b in &kept[..i] {
                    prop_assert!(a.class_id != b.class_id || a.rect.iou(&b.rect) <= limit);
                }
            }
            // Whatever was dropped overlaps a better box that was kept.
            for a in &all {
                let taken = kept.iter().any(|b| b.class_id == a.class_id && b.confidence >= a.confidence && b.rect.iou(&a.rect) > limit);
                prop_assert!(taken || kept.contains(a));
            }
        }

        #[test]
        fn nms_again_changes_nothing(all in boxes()) {
            let once = cluster(ClusterMode::Nms, ClassAttributes::default(), &all);
            prop_assert_eq!(cluster(ClusterMode::Nms, ClassAttributes::default(), &once), once);
        }

        #[test]
        fn the_order_of_boxes_does_not_matter_even_for_equals(all in boxes(), seed in any::<u64>()) {
            let mut shuffled = all.clone();
            let mut state = seed | 1;
            for i in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                shuffled.swap(i, (state >> 33) as usize % (i + 1));
            }
            let attributes = ClassAttributes { top_k: Some(5), ..Default::default() };
            prop_assert_eq!(cluster(ClusterMode::Nms, attributes, &all), cluster(ClusterMode::Nms, attributes, &shuffled));
        }

        #[test]
        fn no_mode_makes_boxes_out_of_nothing(all in boxes(), mode in 0i64..5, min in 0u32..4, group in 0u32..3) {
            let mode = ClusterMode::from_number(mode).unwrap();
            let attributes = ClassAttributes { eps: 0.5, min_boxes: min, group_threshold: group, ..Default::default() };
            let kept = cluster(mode, attributes, &all);
            prop_assert!(kept.len() <= all.len());
            for found in kept {
                // A merged box lies within the hull of the boxes of its class; group rectangles rounds to whole pixels.
                let of_class = || all.iter().filter(|a| a.class_id == found.class_id).map(|a| a.rect);
                let left = of_class().map(|r| r.left).fold(f32::INFINITY, f32::min);
                let right = of_class().map(|r| r.right()).fold(0.0, f32::max);
                prop_assert!(found.rect.left >= left - 1.001 && found.rect.right() <= right + 1.001);
            }
        }
    }
}
