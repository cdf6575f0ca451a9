//! Average precision as COCO defines it, and counts of truth against answer. The same rules as `models/training/metrics.py`.

use ds_apps::base::geometry::Rect;

const OVERLAPS: usize = 10;

/// A box that was found.
#[derive(Clone, Copy)]
pub struct Found {
    pub class: usize,
    pub score: f32,
    pub rect: Rect,
}

/// A box that is there; finding one that does not count is neither right nor wrong.
#[derive(Clone, Copy)]
pub struct There {
    pub class: usize,
    pub rect: Rect,
    pub counts: bool,
}

struct Row {
    score: f32,
    hit: [bool; OVERLAPS],
    spared: bool,
}

/// Collects boxes of frames, per class.
pub struct AveragePrecision {
    rows: Vec<Vec<Row>>,
    counted: Vec<usize>,
}

impl AveragePrecision {
    pub fn new(classes: usize) -> Self {
        Self { rows: (0..classes).map(|_| Vec::new()).collect(), counted: vec![0; classes] }
    }

    /// One frame.
    pub fn add(&mut self, found: &[Found], there: &[There]) {
        for class in 0..self.rows.len() {
            let mut mine: Vec<_> = found.iter().filter(|found| found.class == class).collect();
            mine.sort_by(|a, b| b.score.total_cmp(&a.score));
            let (real, free): (Vec<&There>, Vec<&There>) =
                there.iter().filter(|there| there.class == class).partition(|t| t.counts);
            self.counted[class] += real.len();
            let mut taken = vec![[false; OVERLAPS]; real.len()];
            for found in mine {
                let overlaps: Vec<f32> = real.iter().map(|there| found.rect.iou(&there.rect)).collect();
                let mut hit = [false; OVERLAPS];
                for (step, hit) in hit.iter_mut().enumerate() {
                    let open = (0..real.len()).filter(|&index| !taken[index][step]);
                    let best = open.max_by(|&a, &b| overlaps[a].total_cmp(&overlaps[b]));
                    if let Some(best) = best.filter(|&best| overlaps[best] >= 0.5 + 0.05 * step as f32) {
                        taken[best][step] = true;
                        *hit = true;
                    }
                }
                let spared = free.iter().any(|there| inside(&found.rect, &there.rect) > 0.5);
                self.rows[class].push(Row { score: found.score, hit, spared });
            }
        }
    }

    /// Precision and recall after each box, best first, at the overlap of index `step`.
    fn curve(&self, class: usize, step: usize) -> Vec<(f64, f64, f32)> {
        let mut rows: Vec<_> = self.rows[class].iter().filter(|row| row.hit[step] || !row.spared).collect();
        rows.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut hits = 0;
        let point = |(index, row): (usize, &&Row)| {
            hits += usize::from(row.hit[step]);
            (hits as f64 / (index + 1) as f64, hits as f64 / self.counted[class].max(1) as f64, row.score)
        };
        rows.iter().enumerate().map(point).collect()
    }

    fn average(&self, class: usize, step: usize) -> f64 {
        let mut curve = self.curve(class, step);
        for index in (1..curve.len()).rev() {
            curve[index - 1].0 = curve[index - 1].0.max(curve[index].0);
        }
        let at = |recall: f64| curve.iter().find(|point| point.1 >= recall).map_or(0.0, |point| point.0);
        (0..=100).map(|step| at(f64::from(step) / 100.0)).sum::<f64>() / 101.0
    }

    /// Average precision at overlap 0.5 and over all ten, of a class; `None` where there was nothing to find.
    pub fn class(&self, class: usize) -> Option<(f64, f64)> {
        let all: Vec<f64> = (0..OVERLAPS).map(|step| self.average(class, step)).collect();
        (self.counted[class] > 0).then(|| (all[0], all.iter().sum::<f64>() / OVERLAPS as f64))
    }

    /// The means over the classes: mAP@0.5 and mAP@0.5:0.95.
    pub fn mean(&self) -> (f64, f64) {
        let all: Vec<_> = (0..self.rows.len()).filter_map(|class| self.class(class)).collect();
        let mean = |part: fn(&(f64, f64)) -> f64| all.iter().map(part).sum::<f64>() / all.len().max(1) as f64;
        (mean(|pair| pair.0), mean(|pair| pair.1))
    }

    /// Precision and recall of boxes that score `least` or more.
    pub fn point(&self, class: usize, least: f32) -> (f64, f64) {
        let curve = self.curve(class, 0);
        curve.iter().take_while(|point| point.2 >= least).last().map_or((1.0, 0.0), |point| (point.0, point.1))
    }

    /// How many had to be found.
    pub fn counted(&self, class: usize) -> usize {
        self.counted[class]
    }
}

/// The share of `a` that lies in `b`.
fn inside(a: &Rect, b: &Rect) -> f32 {
    let across = a.right().min(b.right()) - a.left.max(b.left);
    let down = a.bottom().min(b.bottom()) - a.top.max(b.top);
    across.max(0.0) * down.max(0.0) / a.area().max(1e-9)
}

/// Counts of (truth, answer) over pixels or objects.
pub struct Confusion(Vec<Vec<u64>>);

impl Confusion {
    pub fn new(classes: usize) -> Self {
        Self(vec![vec![0; classes]; classes])
    }

    pub fn add(&mut self, truth: usize, answer: usize) {
        self.0[truth][answer] += 1;
    }

    /// Intersection over union of each class that is there.
    pub fn overlaps(&self) -> Vec<f64> {
        let classes = 0..self.0.len();
        let one = |class: usize| {
            let (both, truth): (u64, u64) = (self.0[class][class], self.0[class].iter().sum());
            let answer: u64 = self.0.iter().map(|row| row[class]).sum();
            (truth > 0).then(|| both as f64 / (truth + answer - both) as f64)
        };
        classes.filter_map(one).collect()
    }

    /// The share of right answers.
    pub fn accuracy(&self) -> f64 {
        let right: u64 = (0..self.0.len()).map(|class| self.0[class][class]).sum();
        right as f64 / self.total().max(1) as f64
    }

    pub fn total(&self) -> u64 {
        self.0.iter().flatten().sum()
    }
}

/// The mean of some numbers.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
