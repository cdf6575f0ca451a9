//! DBSCAN over boxes (Ester et al., 1996), in the variant of nvinfer: the distance of two boxes is one minus their
//! intersection over union, a cluster is a dense box and the dense boxes near it, and it does not grow beyond those.

use crate::base::geometry::Rect;
use crate::config::nvinfer::ClassAttributes;
use crate::infer::detection::Detection;

/// A cluster whose size per box is above this (pixels) is an accident: the area-to-hit ratio of nvinfer.
const AREA_TO_HITS: f32 = 60.0;

/// Clusters boxes of one class; keeps its working memory.
#[derive(Debug, Default)]
pub(super) struct Dbscan {
    /// The cluster of each box.
    labels: Vec<Label>,
    merged: Vec<Detection>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    New,
    Noise,
    Cluster(u32),
}

impl Dbscan {
    /// Makes one box of each cluster: the mean of its boxes weighted by their confidence, with the highest of those.
    /// Clusters of too little confidence in sum, or of few boxes for their size, are dropped, and so are boxes outside of
    /// clusters. `minBoxes` of 0 leaves all boxes alone.
    pub fn merge(&mut self, attributes: &ClassAttributes, boxes: &mut Vec<Detection>) {
        if attributes.min_boxes == 0 {
            return;
        }
        let clusters = self.label(attributes, boxes);
        self.merged.clear();
        for cluster in 0..clusters {
            let members = || boxes.iter().zip(&self.labels).filter(|(_, label)| **label == Label::Cluster(cluster));
            let total: f32 = members().map(|(member, _)| member.confidence).sum();
            let mean = |of: fn(&Rect) -> f32| members().map(|(m, _)| m.confidence * of(&m.rect)).sum::<f32>() / total;
            let rect = Rect {
                left: mean(|r| r.left),
                top: mean(|r| r.top),
                width: mean(|r| r.width),
                height: mean(|r| r.height),
            };
            // One more than the boxes, as nvinfer counts.
            let hits = 1.0 + members().count() as f32;
            let sparse = rect.area().sqrt() / hits > AREA_TO_HITS;
            if total >= attributes.dbscan_min_score && !sparse {
                let best = members().map(|(member, _)| member.confidence).fold(0.0, f32::max);
                self.merged.push(Detection { class_id: boxes[0].class_id, confidence: best, rect });
            }
        }
        // Not swapped: each class keeps a buffer that has grown to its needs.
        boxes.clone_from(&self.merged);
    }

    /// Keeps the boxes that lie in a cluster, as they are.
    pub fn remove_noise(&mut self, attributes: &ClassAttributes, boxes: &mut Vec<Detection>) {
        if attributes.min_boxes == 0 {
            return;
        }
        self.label(attributes, boxes);
        let mut labels = self.labels.iter();
        boxes.retain(|_| matches!(labels.next(), Some(Label::Cluster(_))));
    }

    /// Labels each box; the number of clusters.
    fn label(&mut self, attributes: &ClassAttributes, boxes: &[Detection]) -> u32 {
        let near = |a: usize, b: usize| a != b && 1.0 - boxes[a].rect.iou(&boxes[b].rect) < attributes.eps;
        let dense = |a: usize| {
            let neighbours = (0..boxes.len()).filter(|&b| near(a, b)).count();
            neighbours + 1 >= attributes.min_boxes as usize
        };
        self.labels.clear();
        self.labels.resize(boxes.len(), Label::New);
        let mut clusters = 0;
        for seed in 0..boxes.len() {
            if self.labels[seed] != Label::New {
                continue;
            }
            if !dense(seed) {
                self.labels[seed] = Label::Noise;
                continue;
            }
            self.labels[seed] = Label::Cluster(clusters);
            for other in 0..boxes.len() {
                if self.labels[other] == Label::New && near(seed, other) {
                    self.labels[other] = if dense(other) { Label::Cluster(clusters) } else { Label::Noise };
                }
            }
            clusters += 1;
        }
        clusters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(left: f32, confidence: f32) -> Detection {
        Detection { class_id: 3, confidence, rect: Rect { left, top: 0.0, width: 10.0, height: 10.0 } }
    }

    fn merge(attributes: ClassAttributes, boxes: &[Detection]) -> Vec<Detection> {
        let mut boxes = boxes.to_vec();
        Dbscan::default().merge(&attributes, &mut boxes);
        boxes
    }

    // Shifted by one pixel two boxes overlap by 90 / 110 = 0.82 (distance 0.18), by two 0.67 (0.33), by three 0.54 (0.46).
    const DENSE: ClassAttributes = ClassAttributes {
        eps: 0.4,
        min_boxes: 3,
        pre_cluster_threshold: 0.0,
        post_cluster_threshold: 0.0,
        group_threshold: 0,
        dbscan_min_score: 0.0,
        nms_iou_threshold: 0.3,
        top_k: None,
        roi_top_offset: 0,
        roi_bottom_offset: 0,
        min_width: 0,
        min_height: 0,
        max_width: 0,
        max_height: 0,
        border_color: [0.0; 4],
        background_color: None,
    };

    #[test]
    fn a_crowd_becomes_its_weighted_mean_with_the_best_confidence() {
        let merged = merge(DENSE, &[at(0.0, 0.2), at(1.0, 0.2), at(2.0, 0.6), at(50.0, 0.9)]);
        assert_eq!(merged.len(), 1);
        assert_eq!((merged[0].class_id, merged[0].confidence), (3, 0.6));
        assert!((merged[0].rect.left - 1.4).abs() < 1e-5 && (merged[0].rect.width - 10.0).abs() < 1e-5);
    }

    #[test]
    fn a_box_at_the_edge_of_a_crowd_is_no_part_of_it() {
        // The box at 4 has one neighbour (2) within 0.4 and is not dense.
        let merged = merge(DENSE, &[at(0.0, 0.5), at(1.0, 0.5), at(2.0, 0.5), at(4.0, 0.5)]);
        assert_eq!(merged.len(), 1);
        assert!((merged[0].rect.left - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_cluster_ends_with_the_neighbours_of_its_first_box() {
        // A chain 0, 1, .. 6: all are dense. The first box takes what lies within two pixels, then 3 takes 4 and 5, then 6.
        let chain: Vec<_> = (0..7).map(|left| at(left as f32, 0.5)).collect();
        let lefts: Vec<_> = merge(DENSE, &chain).iter().map(|found| found.rect.left).collect();
        assert_eq!(lefts, [1.0, 4.0, 6.0]);
    }

    #[test]
    fn weak_and_sparse_clusters_are_dropped() {
        let crowd = [at(0.0, 0.3), at(1.0, 0.3), at(2.0, 0.3)];
        assert!(merge(ClassAttributes { dbscan_min_score: 1.0, ..DENSE }, &crowd).is_empty());
        assert_eq!(merge(ClassAttributes { dbscan_min_score: 0.8, ..DENSE }, &crowd).len(), 1);
        // Three boxes of 300 pixels: 300 / 4 = 75 pixels a hit.
        let big = crowd.map(|b| Detection { rect: Rect { width: 300.0, height: 300.0, ..b.rect }, ..b });
        assert!(merge(DENSE, &big).is_empty());
        let fewer = big.map(|b| Detection { rect: Rect { width: 230.0, height: 230.0, ..b.rect }, ..b });
        assert_eq!(merge(DENSE, &fewer).len(), 1, "230 / 4 = 57.5");
    }

    #[test]
    fn no_least_number_of_boxes_leaves_all_alone() {
        let boxes = [at(0.0, 0.3), at(1.0, 0.3)];
        assert_eq!(merge(ClassAttributes { min_boxes: 0, ..DENSE }, &boxes), boxes);
    }
}
