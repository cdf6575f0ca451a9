//! YOLOv5 and YOLOv7: one row an anchor with centre, size, objectness and classes, already in pixels. Rows of plates and
//! faces hold landmarks before the classes. YOLOX exported with `--decode_in_inference` has these rows too.

use std::ops::Range;

use super::rows::{Boxes, best, cells, class_columns, may_be, rows, table};
use super::{Decoder, Thresholds};
use crate::base::geometry::Size;
use crate::infer::InferError;
use crate::infer::detection::{Detection, Tensor, TensorInfo};

const NAME: &str = "YOLOv5";
/// Anchors of a grid cell.
const ANCHORS: usize = 3;

/// `[anchors, 5 + C]`.
#[derive(Debug)]
pub struct Yolov5 {
    output: usize,
    columns: usize,
    classes: Range<usize>,
}

impl Yolov5 {
    /// The first output of rows of more than five values; further ones (raw grids, masks) are left alone.
    pub fn new(outputs: &[TensorInfo], classes: usize) -> Option<Self> {
        let columns = |info: &TensorInfo| table(info)?.1.filter(|&columns| columns > 5);
        let (output, columns) = outputs.iter().enumerate().find_map(|(i, info)| Some((i, columns(info)?)))?;
        Some(Self { output, columns, classes: class_columns(columns, 5, classes) })
    }

    /// The same, if there are three rows for each cell of the grids.
    pub fn recognise(outputs: &[TensorInfo], net: Size, classes: usize) -> Option<Self> {
        let decoder = Self::new(outputs, classes)?;
        let (rows, _) = table(&outputs[decoder.output])?;
        let strides: [&[u32]; 2] = [&[8, 16, 32], &[8, 16, 32, 64]];
        strides.iter().any(|strides| may_be(rows, ANCHORS * cells(net, strides))).then_some(decoder)
    }
}

impl Decoder for Yolov5 {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError> {
        let mut boxes = Boxes::new(net, thresholds, out);
        for row in rows(NAME, outputs, self.output, self.columns)? {
            // A class is at most 1, so a score is at most the objectness.
            let objectness = row[4];
            if objectness >= thresholds.lowest() {
                let (class, probability) = best(&row[self.classes.clone()]);
                boxes.centred(class, objectness * probability, [row[0], row[1], row[2], row[3]]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::decode::testing::{Output, decode, has_corners, info};

    const NET: Size = Size { width: 64, height: 32 };

    #[test]
    fn rows_are_centres_and_sizes_in_pixels() {
        let mut data = vec![0.0; 126 * 7];
        data[70 * 7..71 * 7].copy_from_slice(&[20.0, 10.0, 8.0, 4.0, 0.9, 0.2, 0.8]);
        data[71 * 7..72 * 7].copy_from_slice(&[20.0, 10.0, 8.0, 4.0, 0.1, 1.0, 1.0]);
        let outputs = [Output::new("output0", &[126, 7], data)];
        let decoder = Yolov5::recognise(&outputs.each_ref().map(info), NET, 2).unwrap();
        let found = decode(&decoder, &outputs, (64, 32), &[0.25, 0.25]);
        assert_eq!((found.len(), found[0].class_id), (1, 1));
        assert!((found[0].confidence - 0.72).abs() < 1e-6);
        assert!(has_corners(&found[0], [16.0, 8.0, 24.0, 12.0]));
    }

    #[test]
    fn corner_points_before_the_classes_are_passed_over() {
        let mut data = vec![0.0; 126 * 15];
        data[..15].copy_from_slice(&[20.0, 10.0, 8.0, 4.0, 0.9, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 0.1, 0.6]);
        let outputs = [Output::new("output", &[126, 15], data)];
        let decoder = Yolov5::recognise(&outputs.each_ref().map(info), NET, 2).unwrap();
        let found = decode(&decoder, &outputs, (64, 32), &[0.25, 0.25]);
        assert_eq!((found.len(), found[0].class_id), (1, 1));
        assert!((found[0].confidence - 0.54).abs() < 1e-6);
    }
}
