//! OpenCV's `groupRectangles`, whose rules are documented with that function: boxes whose edges lie near each other are
//! averaged, groups of few boxes are dropped, and so are small groups inside of large ones. Whole pixels, as there.

use crate::base::geometry::Rect;
use crate::config::nvinfer::ClassAttributes;
use crate::infer::detection::Detection;

/// What nvinfer gives as confidence, for a group has none.
const NO_CONFIDENCE: f32 = -0.1;

/// Groups boxes of one class; keeps its working memory.
#[derive(Debug, Default)]
pub(super) struct GroupRectangles {
    /// The group of each box; `u32::MAX` while it has none.
    labels: Vec<u32>,
    /// Boxes of the group at hand whose neighbours are still to be looked at.
    open: Vec<usize>,
    groups: Vec<Group>,
}

/// A rectangle in whole pixels and how many boxes it stands for.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    rect: [i64; 4],
    boxes: i64,
}

impl GroupRectangles {
    /// Groups in place. `group-threshold` of 0 leaves the boxes where they are.
    pub fn run(&mut self, attributes: &ClassAttributes, boxes: &mut Vec<Detection>) {
        boxes.iter_mut().for_each(|found| {
            found.rect = to_rect(whole(&found.rect));
            found.confidence = NO_CONFIDENCE;
        });
        let least = i64::from(attributes.group_threshold);
        if least == 0 {
            return;
        }
        self.partition(f64::from(attributes.eps), boxes);
        let Some(&first) = boxes.first() else { return };
        boxes.clear();
        let eps = f64::from(attributes.eps);
        for (index, group) in self.groups.iter().enumerate().filter(|(_, group)| group.boxes > least) {
            let mut others = self.groups.iter().enumerate().filter(|(other, g)| *other != index && g.boxes > least);
            if !others.any(|(_, other)| swallows(other, group, eps)) {
                boxes.push(Detection { rect: to_rect(group.rect), ..first });
            }
        }
    }

    /// Boxes that are similar, or similar to similar ones, are one group; `groups` then holds the mean of each.
    fn partition(&mut self, eps: f64, boxes: &[Detection]) {
        self.labels.clear();
        self.labels.resize(boxes.len(), u32::MAX);
        self.groups.clear();
        for seed in 0..boxes.len() {
            if self.labels[seed] != u32::MAX {
                continue;
            }
            let label = self.groups.len() as u32;
            let mut group = Group::default();
            self.labels[seed] = label;
            self.open.push(seed);
            while let Some(at) = self.open.pop() {
                let rect = whole(&boxes[at].rect);
                (0..4).for_each(|i| group.rect[i] += rect[i]);
                group.boxes += 1;
                for (other, label_of) in self.labels.iter_mut().enumerate() {
                    if *label_of == u32::MAX && similar(rect, whole(&boxes[other].rect), eps) {
                        *label_of = label;
                        self.open.push(other);
                    }
                }
            }
            group.rect = group.rect.map(|sum| (sum as f64 / group.boxes as f64).round_ties_even() as i64);
            self.groups.push(group);
        }
    }
}

/// Whether all four edges lie near each other, measured by the smaller sides.
fn similar(a: [i64; 4], b: [i64; 4], eps: f64) -> bool {
    let delta = eps * (a[2].min(b[2]) + a[3].min(b[3])) as f64 * 0.5;
    let near = |a: i64, b: i64| (a - b).abs() as f64 <= delta;
    near(a[0], b[0]) && near(a[1], b[1]) && near(a[0] + a[2], b[0] + b[2]) && near(a[1] + a[3], b[1] + b[3])
}

/// Whether a group lies inside of a larger one that more boxes speak for.
fn swallows(outer: &Group, inner: &Group, eps: f64) -> bool {
    let ([x, y, w, h], [ix, iy, iw, ih]) = (outer.rect, inner.rect);
    let margin = |side: i64| (side as f64 * eps).round_ties_even() as i64;
    let (dx, dy) = (margin(w), margin(h));
    let inside = ix >= x - dx && iy >= y - dy && ix + iw <= x + w + dx && iy + ih <= y + h + dy;
    inside && (outer.boxes > inner.boxes.max(3) || inner.boxes < 3)
}

fn whole(rect: &Rect) -> [i64; 4] {
    [rect.left, rect.top, rect.width, rect.height].map(|value| value as i64)
}

fn to_rect([left, top, width, height]: [i64; 4]) -> Rect {
    Rect { left: left as f32, top: top as f32, width: width as f32, height: height as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(left: f32, top: f32, width: f32, height: f32) -> Detection {
        Detection { class_id: 2, confidence: 0.7, rect: Rect { left, top, width, height } }
    }

    fn group(threshold: u32, eps: f32, boxes: &[Detection]) -> Vec<[i64; 4]> {
        let attributes = ClassAttributes { group_threshold: threshold, eps, ..Default::default() };
        let mut boxes = boxes.to_vec();
        GroupRectangles::default().run(&attributes, &mut boxes);
        assert!(boxes.iter().all(|found| found.class_id == 2 && found.confidence == NO_CONFIDENCE));
        boxes.iter().map(|found| whole(&found.rect)).collect()
    }

    #[test]
    fn near_boxes_are_averaged_and_lonely_ones_dropped() {
        // eps 0.2 on sides of 20: edges may differ by 4 pixels. Fractions are cut off first.
        let boxes = [
            at(10.9, 10.0, 20.0, 20.0),
            at(13.0, 11.0, 20.0, 20.0),
            at(16.0, 10.0, 20.0, 21.0),
            at(80.0, 80.0, 20.0, 20.0),
        ];
        assert_eq!(group(1, 0.2, &boxes), [[13, 10, 20, 20]]);
        assert_eq!(group(0, 0.2, &boxes).len(), 4, "no threshold, no grouping");
        assert!(group(3, 0.2, &boxes).is_empty(), "more boxes than the threshold are needed");
    }

    #[test]
    fn halves_round_to_even() {
        assert_eq!(group(1, 0.5, &[at(10.0, 11.0, 20.0, 20.0), at(11.0, 12.0, 20.0, 20.0)]), [[10, 12, 20, 20]]);
    }

    #[test]
    fn a_small_group_inside_a_large_one_is_dropped() {
        let mut boxes = vec![at(0.0, 0.0, 100.0, 100.0); 4];
        boxes.extend([at(40.0, 40.0, 20.0, 20.0); 2]);
        assert_eq!(group(1, 0.2, &boxes), [[0, 0, 100, 100]]);
        // With as many boxes as the large one it stays.
        boxes.extend([at(40.0, 40.0, 20.0, 20.0); 2]);
        assert_eq!(group(1, 0.2, &boxes).len(), 2);
    }
}
