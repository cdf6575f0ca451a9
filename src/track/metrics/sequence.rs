//! Truth and result of one video, frame by frame, with identities numbered from 0.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::matching;
use super::mot::MotRow;
use crate::base::geometry::Rect;

/// Overlap from which an object counts as found, for MOTA and IDF1.
pub const FOUND: f64 = 0.5;

/// How rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// Truth with flag 0 marks regions in which results without an object are no mistakes (BDD100K's crowds: a result is
    /// passed over if more than half of it lies in one). Otherwise such rows are left out.
    pub ignore_regions: bool,
    /// Boxes contain their last row and column: one pixel more each way, as BDD100K's evaluation counts them.
    pub inclusive: bool,
}

/// One object or result: its identity's number and its box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Number of the identity.
    pub id: usize,
    class_id: i32,
    rect: [f64; 4],
}

/// One frame.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The objects.
    pub truth: Vec<Item>,
    /// What a tracker said.
    pub result: Vec<Item>,
}

/// Truth and result of one video.
#[derive(Debug, Clone, Default)]
pub struct Sequence {
    /// The frames that have anything, in order.
    pub frames: Vec<Frame>,
    /// How many identities the truth has.
    pub truth_ids: usize,
    /// How many the result has.
    pub result_ids: usize,
}

impl Frame {
    /// Overlap (intersection over union) of an object and a result, 0 between classes.
    pub fn overlap(&self, truth: usize, result: usize) -> f64 {
        let (a, b) = (&self.truth[truth], &self.result[result]);
        if a.class_id != b.class_id {
            return 0.0;
        }
        let both = common(&a.rect, &b.rect);
        let all = area(&a.rect) + area(&b.rect) - both;
        if all > 0.0 { both / all } else { 0.0 }
    }
}

impl Sequence {
    /// Puts rows side by side. If one file has no classes, those of the other do not count.
    pub fn new(truth: &[MotRow], result: &[MotRow], rules: Rules) -> Self {
        let classed = |rows: &[MotRow]| rows.iter().any(|row| row.class_id >= 0);
        let class = |row: &MotRow| if classed(truth) && classed(result) { row.class_id } else { -1 };
        let (mut truth_ids, mut result_ids) = (Numbers::default(), Numbers::default());
        let mut frames: BTreeMap<u32, (Frame, Vec<[f64; 4]>)> = BTreeMap::new();
        for row in truth {
            let (frame, regions) = frames.entry(row.frame).or_default();
            let rect = edges(&row.rect, rules);
            match row.confidence == 0.0 {
                true if rules.ignore_regions => regions.push(rect),
                true => {}
                false => frame.truth.push(item(&mut truth_ids, class(row), row.id, rect)),
            }
        }
        for row in result {
            let frame = &mut frames.entry(row.frame).or_default().0;
            frame.result.push(item(&mut result_ids, class(row), row.id, edges(&row.rect, rules)));
        }
        let frames = frames.into_values().map(|(frame, regions)| pass_over(frame, &regions)).collect();
        Self { frames, truth_ids: truth_ids.0.len(), result_ids: result_ids.0.len() }
    }

    /// How many objects there are in all frames together.
    pub fn objects(&self) -> usize {
        self.frames.iter().map(|frame| frame.truth.len()).sum()
    }

    /// How many results.
    pub fn results(&self) -> usize {
        self.frames.iter().map(|frame| frame.result.len()).sum()
    }
}

#[derive(Default)]
struct Numbers(HashMap<(i32, i64), usize>);

fn item(numbers: &mut Numbers, class_id: i32, id: i64, rect: [f64; 4]) -> Item {
    let next = numbers.0.len();
    Item { id: *numbers.0.entry((class_id, id)).or_insert(next), class_id, rect }
}

/// Takes out results that match no object and lie in a region that is not counted.
fn pass_over(mut frame: Frame, regions: &[[f64; 4]]) -> Frame {
    if regions.is_empty() {
        return frame;
    }
    let pairs = (0..frame.truth.len()).flat_map(|t| (0..frame.result.len()).map(move |r| (t, r)));
    let scored = pairs.map(|(t, r)| (t, r, frame.overlap(t, r))).filter(|(_, _, overlap)| *overlap >= FOUND);
    let found: BTreeSet<usize> =
        matching::most_then_best(&scored.collect::<Vec<_>>()).into_iter().map(|(_, result)| result).collect();
    let hidden = |item: &Item| regions.iter().any(|region| common(&item.rect, region) > 0.5 * area(&item.rect));
    let mut place = 0;
    frame.result.retain(|item| {
        place += 1;
        found.contains(&(place - 1)) || !hidden(item)
    });
    frame
}

fn edges(rect: &Rect, rules: Rules) -> [f64; 4] {
    let more = if rules.inclusive { 1.0 } else { 0.0 };
    let [left, top, width, height] = [rect.left, rect.top, rect.width, rect.height].map(f64::from);
    [left, top, left + width + more, top + height + more]
}

fn area([x1, y1, x2, y2]: &[f64; 4]) -> f64 {
    (x2 - x1) * (y2 - y1)
}

fn common(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    let (width, height) = (a[2].min(b[2]) - a[0].max(b[0]), a[3].min(b[3]) - a[1].max(b[1]));
    width.max(0.0) * height.max(0.0)
}
