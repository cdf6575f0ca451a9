//! What most decoders share: an output seen as rows, the best class of a row, a box on its way into the list.

use super::Thresholds;
use crate::base::geometry::{Rect, Size};
use crate::infer::InferError;
use crate::infer::detection::{Detection, Tensor, TensorInfo};

/// Rows and columns of an output as the model declares it; `None` for what is dynamic. A batch dimension and ones in
/// front do not count, so `[1,3549,85]`, `[-1,3549,85]` and `[3549,85]` are all 3549 rows of 85.
pub(super) fn table(info: &TensorInfo) -> Option<(Option<usize>, Option<usize>)> {
    let shape = if info.shape.len() > 2 { &info.shape[1..] } else { &info.shape[..] };
    let (columns, rows) = shape.split_last()?;
    let (last, front) = rows.split_last()?;
    let known = |dim: i64| usize::try_from(dim).ok();
    front.iter().all(|&dim| dim == 1).then_some((known(*last), known(*columns)))
}

/// Whether a dimension is `wanted`, or dynamic and so may be.
pub(super) fn may_be(dim: Option<usize>, wanted: usize) -> bool {
    dim.is_none_or(|dim| dim == wanted)
}

/// The output at `index` whose rows have `columns` values each.
pub(super) fn rows<'a>(
    decoder: &'static str,
    outputs: &[Tensor<'a>],
    index: usize,
    columns: usize,
) -> Result<std::slice::ChunksExact<'a, f32>, InferError> {
    let fits =
        |tensor: &&Tensor<'_>| tensor.shape.last() == Some(&columns) && tensor.data.len().is_multiple_of(columns);
    match outputs.get(index).filter(fits) {
        Some(tensor) => Ok(tensor.data.chunks_exact(columns)),
        None => Err(wrong(decoder, &format!("rows of {columns} values in output {index}"), outputs)),
    }
}

/// The error for outputs of a shape that a decoder cannot read.
pub(in crate::infer) fn wrong(decoder: &'static str, expected: &str, outputs: &[Tensor<'_>]) -> InferError {
    let found = outputs.iter().map(|tensor| format!("{} {:?}", tensor.info.name, tensor.shape)).collect::<Vec<_>>();
    InferError::WrongOutputs { decoder, expected: expected.to_owned(), found: found.join(", ") }
}

/// The index of an output whose name holds `part`, whatever its case.
pub(in crate::infer) fn named(outputs: &[TensorInfo], part: &str) -> Option<usize> {
    outputs.iter().position(|output| output.name.to_ascii_lowercase().contains(part))
}

/// The first of the highest scores and its index; `(0, -inf)` for none.
pub(in crate::infer) fn best(scores: &[f32]) -> (usize, f32) {
    // Eight lanes of maxima vectorise; the index is looked up once.
    let mut lanes = [f32::NEG_INFINITY; 8];
    let (blocks, rest) = scores.as_chunks::<8>();
    for block in blocks {
        for (lane, &score) in lanes.iter_mut().zip(block) {
            *lane = if score > *lane { score } else { *lane };
        }
    }
    let top = lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, |a, b| if b > a { b } else { a });
    (scores.iter().position(|&score| score == top).unwrap_or(0), top)
}

/// Takes boxes: checks the threshold of the class, clips to the network's input, drops what is empty.
pub(super) struct Boxes<'a> {
    pub width: f32,
    pub height: f32,
    pub thresholds: &'a Thresholds,
    pub out: &'a mut Vec<Detection>,
}

impl<'a> Boxes<'a> {
    pub fn new(net: Size, thresholds: &'a Thresholds, out: &'a mut Vec<Detection>) -> Self {
        Self { width: net.width as f32, height: net.height as f32, thresholds, out }
    }

    /// Whether a box of this class and score is wanted.
    pub fn wants(&self, class: usize, score: f32) -> bool {
        score >= self.thresholds.of_class(class)
    }

    /// A box by its corners in pixels.
    pub fn corners(&mut self, class: usize, score: f32, [x1, y1, x2, y2]: [f32; 4]) {
        if !self.wants(class, score) {
            return;
        }
        let (x1, x2) = (x1.clamp(0.0, self.width), x2.clamp(0.0, self.width));
        let (y1, y2) = (y1.clamp(0.0, self.height), y2.clamp(0.0, self.height));
        let rect = Rect::from_corners(x1, y1, x2, y2);
        if rect.width > 0.0 && rect.height > 0.0 {
            self.out.push(Detection { class_id: class as u32, confidence: score, rect });
        }
    }

    /// A box by its centre and size in pixels.
    pub fn centred(&mut self, class: usize, score: f32, [x, y, w, h]: [f32; 4]) {
        self.corners(class, score, [x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0]);
    }

    /// A box by its corners as fractions of the network's input.
    pub fn fractions(&mut self, class: usize, score: f32, [x1, y1, x2, y2]: [f32; 4]) {
        let (w, h) = (self.width, self.height);
        self.corners(class, score, [x1 * w, y1 * h, x2 * w, y2 * h]);
    }
}

/// A class number that a network gives as a float; `None` for padding rows (negative or no number).
pub(in crate::infer) fn class_number(value: f32) -> Option<usize> {
    (0.0..1e6).contains(&value).then_some(value as usize)
}

/// The cells of the grids that a network of this size has at these strides.
pub(super) fn cells(net: Size, strides: &[u32]) -> usize {
    strides.iter().map(|s| (net.width / s) as usize * (net.height / s) as usize).sum()
}

/// Where the classes lie in a row whose first `front` values are the box (and its objectness).
///
/// Rows may hold more than boxes and classes: 8 or 10 corner or landmark numbers before the classes (plates, faces), 32
/// mask coefficients or 51 key point numbers behind them. Any other surplus are classes nobody asked for.
pub(super) fn class_columns(columns: usize, front: usize, classes: usize) -> std::ops::Range<usize> {
    match columns.checked_sub(front + classes) {
        Some(landmarks @ (8 | 10)) if classes > 0 => front + landmarks..columns,
        Some(32 | 51) if classes > 0 => front..front + classes,
        _ => front.min(columns)..columns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::detection::ElementType;

    #[test]
    fn the_best_class_is_the_first_of_the_highest() {
        let mut scores = vec![0.0; 21];
        scores[13] = 0.7;
        scores[19] = 0.7;
        assert_eq!(best(&scores), (13, 0.7));
        assert_eq!(best(&[0.2, f32::NAN, 0.3]), (2, 0.3));
        assert_eq!(best(&[]), (0, f32::NEG_INFINITY));
    }

    #[test]
    fn batch_and_leading_ones_are_no_rows() {
        let info = |shape: &[i64]| TensorInfo { name: "o".into(), shape: shape.into(), kind: ElementType::F32 };
        for shape in [&[1, 10, 7][..], &[-1, 10, 7], &[10, 7], &[1, 1, 10, 7]] {
            assert_eq!(table(&info(shape)), Some((Some(10), Some(7))));
        }
        assert_eq!(table(&info(&[1, -1, 7])), Some((None, Some(7))));
        assert_eq!(table(&info(&[1, 85, 22, 22])), None);
        assert_eq!(table(&info(&[5])), None);
    }

    #[test]
    fn boxes_are_clipped_and_dropped_when_nothing_is_left() {
        let thresholds = Thresholds::new(vec![0.5]);
        let mut out = Vec::new();
        let mut boxes = Boxes::new(Size { width: 100, height: 50 }, &thresholds, &mut out);
        boxes.centred(0, 0.5, [0.0, 25.0, 20.0, 200.0]);
        boxes.fractions(0, 0.9, [0.5, 0.5, 1.5, 1.5]);
        boxes.corners(0, 0.9, [10.0, 10.0, 5.0, 20.0]);
        boxes.corners(0, f32::NAN, [0.0, 0.0, 5.0, 5.0]);
        boxes.corners(0, 0.9, [f32::NAN, 0.0, 5.0, 5.0]);
        boxes.corners(0, 0.4, [0.0, 0.0, 5.0, 5.0]);
        boxes.corners(1, 0.9, [0.0, 0.0, 5.0, 5.0]);
        let rects: Vec<_> = out.iter().map(|d| (d.rect.left, d.rect.top, d.rect.width, d.rect.height)).collect();
        assert_eq!(rects, [(0.0, 0.0, 10.0, 50.0), (50.0, 25.0, 50.0, 25.0)]);
    }

    #[test]
    fn classes_are_found_beside_landmarks_and_masks() {
        assert_eq!(class_columns(85, 5, 80), 5..85);
        assert_eq!(class_columns(15, 5, 2), 13..15);
        assert_eq!(class_columns(117, 5, 80), 5..85);
        assert_eq!(class_columns(85, 5, 4), 5..85);
        assert_eq!(class_columns(56, 4, 1), 4..5);
        assert_eq!(class_columns(6, 5, 80), 5..6);
    }
}
