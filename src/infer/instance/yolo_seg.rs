//! YOLO-seg as Ultralytics exports it: anchors with boxes, classes and K coefficients, and K prototypes `[K,h,w]` over the
//! whole input. A mask is the logistic function of the prototypes' sum, weighted with the coefficients (YOLACT,
//! arXiv:1904.02689), inside the box.
//!
//! Anchors are columns or rows of 4+C+K (v8, 9, 11), rows of 5+C+K with an objectness (v5, v7), or, where the network has
//! suppressed overlapping boxes itself, at most a thousand rows of 6+K: corners, score, class.

use super::rows::{best, class_number, wrong};
use super::{Candidate, InstanceDecoder, InstanceMask, candidate};
use crate::base::geometry::{Rect, Size};
use crate::base::grid::Grid;
use crate::infer::InferError;
use crate::infer::decode::Thresholds;
use crate::infer::detection::{Tensor, TensorInfo};

/// More rows than this are anchors.
const MOST_ROWS: usize = 1000;

/// Where anchors and prototypes are among the outputs.
#[derive(Debug)]
pub struct YoloSeg {
    anchors: usize,
    prototypes: usize,
    classes: usize,
}

/// What an anchor's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Centre and size, classes.
    Classes,
    /// Centre and size, objectness, classes.
    Objectness,
    /// Corners, score, class.
    Finished,
}

/// The anchors of one frame.
struct Anchors<'a> {
    data: &'a [f32],
    count: usize,
    values: usize,
    /// Whether an anchor is a column.
    columns: bool,
    form: Form,
    coefficients: usize,
}

impl Anchors<'_> {
    fn value(&self, anchor: usize, value: usize) -> f32 {
        self.data[if self.columns { value * self.count + anchor } else { anchor * self.values + value }]
    }

    fn corners(&self, anchor: usize) -> [f32; 4] {
        let [a, b, c, d] = [0, 1, 2, 3].map(|value| self.value(anchor, value));
        match self.form {
            Form::Finished => [a, b, c, d],
            _ => [a - c / 2.0, b - d / 2.0, a + c / 2.0, b + d / 2.0],
        }
    }
}

impl YoloSeg {
    /// The output of rank 4 has the prototypes; one of rank 3 has the anchors.
    pub fn new(outputs: &[TensorInfo], classes: usize) -> Option<Self> {
        let prototypes = outputs.iter().position(|info| info.shape.len() == 4)?;
        let count = usize::try_from(outputs[prototypes].shape[1]).ok();
        let fits = |info: &TensorInfo| {
            let &[_, a, b] = info.shape.as_slice() else { return false };
            let known = |dim: i64| usize::try_from(dim).ok();
            let Some(count) = count else { return true };
            let may = |dim: Option<usize>| dim.is_none_or(|dim| form(dim, 0, classes, count).is_some());
            may(known(a)) || may(known(b))
        };
        let anchors = outputs.iter().position(fits)?;
        (outputs.len() >= 2 && classes > 0).then_some(Self { anchors, prototypes, classes })
    }

    fn anchors<'a>(&self, outputs: &[Tensor<'a>]) -> Option<Anchors<'a>> {
        let (tensor, prototypes) = (outputs.get(self.anchors)?, outputs.get(self.prototypes)?);
        let (&[a, b], &[coefficients, height, width]) = (tensor.shape, prototypes.shape) else { return None };
        let whole = coefficients.checked_mul(height)?.checked_mul(width)?;
        if tensor.data.len() < a.checked_mul(b)? || prototypes.data.len() < whole || whole == 0 {
            return None;
        }
        let as_columns = form(a, b, self.classes, coefficients).filter(|form| *form != Form::Finished && a < b);
        let (columns, form) = match as_columns {
            Some(form) => (true, form),
            None => (false, form(b, a, self.classes, coefficients)?),
        };
        let (values, count) = if columns { (a, b) } else { (b, a) };
        Some(Anchors { data: tensor.data, count, values, columns, form, coefficients })
    }
}

/// What `values` of an anchor can be when there are `count` of them; 0 for an unknown count.
fn form(values: usize, count: usize, classes: usize, coefficients: usize) -> Option<Form> {
    let left = values.checked_sub(coefficients)?;
    match left {
        left if left == 6 && (1..=MOST_ROWS).contains(&count) => Some(Form::Finished),
        left if left == 4 + classes => Some(Form::Classes),
        left if left == 5 + classes => Some(Form::Objectness),
        6 => Some(Form::Finished),
        _ => None,
    }
}

impl InstanceDecoder for YoloSeg {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Candidate>,
    ) -> Result<(), InferError> {
        let expected = format!("anchors of 4+{0}+K, 5+{0}+K or 6+K values, and prototypes [K,h,w]", self.classes);
        let anchors = self.anchors(outputs).ok_or_else(|| wrong("YOLO-seg", &expected, outputs))?;
        let mut scores = vec![0.0; self.classes];
        for anchor in 0..anchors.count {
            let (class, score) = match anchors.form {
                Form::Finished => {
                    (class_number(anchors.value(anchor, 5)).unwrap_or(usize::MAX), anchors.value(anchor, 4))
                }
                form => {
                    let objectness = if form == Form::Objectness { anchors.value(anchor, 4) } else { 1.0 };
                    if objectness < thresholds.lowest() {
                        continue;
                    }
                    let front = if form == Form::Objectness { 5 } else { 4 };
                    scores.iter_mut().enumerate().for_each(|(at, score)| *score = anchors.value(anchor, front + at));
                    let (class, score) = best(&scores);
                    (class, score * objectness)
                }
            };
            if score >= thresholds.lowest() {
                out.extend(candidate(net, thresholds, anchor, (class, score), anchors.corners(anchor)));
            }
        }
        Ok(())
    }

    fn mask(&self, outputs: &[Tensor<'_>], net: Size, candidate: &Candidate, part: &Rect) -> Option<InstanceMask> {
        let anchors = self.anchors(outputs)?;
        let prototypes = outputs.get(self.prototypes)?;
        let &[count, height, width] = prototypes.shape else { return None };
        let first = anchors.values - anchors.coefficients;
        let weights: Vec<f32> = (0..count).map(|at| anchors.value(candidate.source, first + at)).collect();
        // Prototype cells for one pixel of the input.
        let (sx, sy) = (width as f32 / net.width as f32, height as f32 / net.height as f32);
        let span = |start: f32, end: f32, limit: usize| {
            let low = (start - 0.5).floor().clamp(0.0, (limit - 1) as f32) as usize;
            (low, ((end + 0.5).ceil() as usize).clamp(low + 1, limit))
        };
        let (x0, x1) = span(part.left * sx, part.right() * sx, width);
        let (y0, y1) = span(part.top * sy, part.bottom() * sy, height);
        let (across, down) = (x1 - x0, y1 - y0);
        let mut sums = vec![0.0; across * down];
        for (weight, plane) in weights.iter().zip(prototypes.data.chunks_exact(width * height)) {
            for (y, row) in sums.chunks_exact_mut(across).enumerate() {
                let from = (y0 + y) * width + x0;
                row.iter_mut().zip(&plane[from..from + across]).for_each(|(sum, value)| *sum += weight * value);
            }
        }
        let cells = |pixels: f32, scale: f32| (pixels * scale).ceil().max(1.0) as usize;
        let (columns, rows) = (cells(part.width, sx), cells(part.height, sy));
        let share = |start: f32, scale: f32, low: usize, cells: usize| (start * scale - low as f32) / cells as f32;
        let place = [
            share(part.left, sx, x0, across),
            share(part.top, sy, y0, down),
            part.width * sx / across as f32,
            part.height * sy / down as f32,
        ];
        let mut values = Grid::new(&sums, across, down)?.resized(place, columns, rows);
        values.iter_mut().for_each(|value| *value = 1.0 / (1.0 + (-*value).exp()));
        Some(InstanceMask { size: Size { width: columns as u32, height: rows as u32 }, values })
    }

    fn overlapping(&self) -> bool {
        true
    }
}
