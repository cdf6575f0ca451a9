//! YOLOv8, v9, v11: an anchor-free head with centre, size and classes in pixels and no objectness, one column an anchor
//! (`[4 + C, anchors]`, as Ultralytics exports it) or one row an anchor (`[anchors, 4 + C]`).

use std::ops::Range;

use super::rows::{Boxes, best, cells, class_columns, may_be, rows, table, wrong};
use super::{Decoder, Thresholds};
use crate::base::geometry::Size;
use crate::infer::InferError;
use crate::infer::detection::{Detection, Tensor, TensorInfo};

const NAME: &str = "YOLOv8";
/// Columns that are looked at together: their best scores stay in the first-level cache.
const BLOCK: usize = 64;

/// `[4 + C, anchors]`, or its transpose.
#[derive(Debug)]
pub struct Yolov8 {
    output: usize,
    /// Values of an anchor.
    values: usize,
    classes: Range<usize>,
    /// Whether an anchor is a column.
    transposed: bool,
}

impl Yolov8 {
    /// The first output whose shorter side can be a box and classes.
    pub fn new(outputs: &[TensorInfo], classes: usize) -> Option<Self> {
        let fits = |info: &TensorInfo| match table(info)? {
            (Some(rows), Some(columns)) if rows.min(columns) > 4 => Some((rows.min(columns), rows < columns)),
            (Some(rows), None) if rows > 4 => Some((rows, true)),
            (None, Some(columns)) if columns > 4 => Some((columns, false)),
            _ => None,
        };
        let (output, (values, transposed)) = outputs.iter().enumerate().find_map(|(i, info)| Some((i, fits(info)?)))?;
        Some(Self { output, values, classes: class_columns(values, 4, classes), transposed })
    }

    /// The same, if there is an anchor for each cell of the grids, and the values of one are four and the classes (and
    /// masks or key points) when it is a row.
    pub fn recognise(outputs: &[TensorInfo], net: Size, classes: usize) -> Option<Self> {
        let decoder = Self::new(outputs, classes)?;
        let (rows, columns) = table(&outputs[decoder.output])?;
        let anchors = if decoder.transposed { columns } else { rows };
        let strides: [&[u32]; 2] = [&[8, 16, 32], &[8, 16, 32, 64]];
        let grid = strides.iter().any(|strides| may_be(anchors, cells(net, strides)));
        let known = decoder.transposed || decoder.classes.len() == classes;
        (grid && known).then_some(decoder)
    }

    fn columns(&self, tensor: &Tensor<'_>, boxes: &mut Boxes<'_>) {
        let anchors = tensor.data.len() / self.values;
        let line = |value: usize| &tensor.data[value * anchors..][..anchors];
        let mut top = [(0u32, f32::NEG_INFINITY); BLOCK];
        for from in (0..anchors).step_by(BLOCK) {
            let count = BLOCK.min(anchors - from);
            top.fill((0, f32::NEG_INFINITY));
            for (class, value) in self.classes.clone().enumerate() {
                for (best, &score) in top.iter_mut().zip(&line(value)[from..from + count]) {
                    if score > best.1 {
                        *best = (class as u32, score);
                    }
                }
            }
            for (offset, &(class, score)) in top[..count].iter().enumerate() {
                if score >= boxes.thresholds.lowest() {
                    let rect = [0, 1, 2, 3].map(|value| line(value)[from + offset]);
                    boxes.centred(class as usize, score, rect);
                }
            }
        }
    }
}

impl Decoder for Yolov8 {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError> {
        let mut boxes = Boxes::new(net, thresholds, out);
        if !self.transposed {
            for row in rows(NAME, outputs, self.output, self.values)? {
                let (class, score) = best(&row[self.classes.clone()]);
                boxes.centred(class, score, [row[0], row[1], row[2], row[3]]);
            }
            return Ok(());
        }
        let fits = |tensor: &&Tensor<'_>| matches!(tensor.shape, [.., values, _] if *values == self.values);
        match outputs.get(self.output).filter(fits) {
            Some(tensor) => self.columns(tensor, &mut boxes),
            None => return Err(wrong(NAME, &format!("[{},anchors]", self.values), outputs)),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::decode::testing::{Output, decode, has_corners, info};

    const NET: Size = Size { width: 96, height: 64 };
    const ANCHORS: usize = 96 + 24 + 6;

    /// Two boxes, one in the second block of columns.
    fn rows() -> Vec<[f32; 7]> {
        let mut rows = vec![[0.0; 7]; ANCHORS];
        rows[3] = [20.0, 10.0, 8.0, 4.0, 0.1, 0.7, 0.2];
        rows[100] = [40.0, 30.0, 10.0, 20.0, 0.6, 0.1, 0.6];
        rows
    }

    fn check(outputs: [Output; 1]) {
        let decoder = Yolov8::recognise(&outputs.each_ref().map(info), NET, 3).unwrap();
        let found = decode(&decoder, &outputs, (96, 64), &[0.5, 0.5, 0.5]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].class_id, found[0].confidence), (1, 0.7));
        assert_eq!((found[1].class_id, found[1].confidence), (0, 0.6));
        assert!(has_corners(&found[0], [16.0, 8.0, 24.0, 12.0]));
        assert!(has_corners(&found[1], [35.0, 20.0, 45.0, 40.0]));
    }

    #[test]
    fn an_anchor_is_a_column() {
        let rows = rows();
        let data = (0..7).flat_map(|value| rows.iter().map(move |row| row[value])).collect();
        check([Output::new("output0", &[7, ANCHORS], data)]);
    }

    #[test]
    fn an_anchor_is_a_row() {
        check([Output::new("output0", &[ANCHORS, 7], rows().concat())]);
    }

    #[test]
    fn rows_of_other_lengths_are_left_to_others() {
        let outputs = [Output::new("output", &[ANCHORS, 8], vec![])];
        assert!(Yolov8::recognise(&outputs.each_ref().map(info), NET, 3).is_none());
    }
}
