//! YOLOX: one row a grid cell with centre, size, objectness and classes, not yet scaled to pixels
//! (Ge et al., "YOLOX: Exceeding YOLO Series in 2021"; the official ONNX export without `--decode_in_inference`).

use std::ops::Range;

use super::rows::{Boxes, best, cells, class_columns, may_be, rows, table, wrong};
use super::{Decoder, Thresholds};
use crate::base::geometry::Size;
use crate::infer::InferError;
use crate::infer::detection::{Detection, Tensor, TensorInfo};

const NAME: &str = "YOLOX";
const STRIDES: &[&[u32]] = &[&[8, 16, 32], &[8, 16, 32, 64]];

/// `[cells, 5 + C]`, the cells of stride 8 first.
#[derive(Debug)]
pub struct Yolox {
    output: usize,
    columns: usize,
    classes: Range<usize>,
}

impl Yolox {
    /// The only output, if it has a row for each cell of the grids.
    pub fn new(outputs: &[TensorInfo], net: Size, classes: usize) -> Option<Self> {
        let [output] = outputs else { return None };
        let (rows, columns) = table(output)?;
        let columns = columns.filter(|&columns| columns > 5)?;
        let fits = STRIDES.iter().any(|strides| may_be(rows, cells(net, strides)));
        fits.then(|| Self { output: 0, columns, classes: class_columns(columns, 5, classes) })
    }
}

impl Decoder for Yolox {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError> {
        let mut rows = rows(NAME, outputs, self.output, self.columns)?;
        let strides = STRIDES.iter().find(|strides| cells(net, strides) == rows.len());
        let strides = strides.ok_or_else(|| wrong(NAME, "a row for each cell of strides 8, 16, 32", outputs))?;
        let mut boxes = Boxes::new(net, thresholds, out);
        for &stride in *strides {
            let width = (net.width / stride) as usize;
            let count = width * (net.height / stride) as usize;
            let stride = stride as f32;
            for (cell, row) in rows.by_ref().take(count).enumerate() {
                // A class is at most 1, so a score is at most the objectness.
                let objectness = row[4];
                if objectness < thresholds.lowest() {
                    continue;
                }
                let (class, probability) = best(&row[self.classes.clone()]);
                let score = objectness * probability;
                if boxes.wants(class, score) {
                    let (x, y) = (row[0] + (cell % width) as f32, row[1] + (cell / width) as f32);
                    let [x, y, w, h] = [x, y, row[2].exp(), row[3].exp()].map(|value| value * stride);
                    boxes.centred(class, score, [x, y, w, h]);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::decode::testing::{Output, decode, has_corners, info};

    /// A 64x32 network: 32 + 8 + 2 cells, 2 classes.
    fn outputs(fill: impl Fn(&mut [f32])) -> [Output; 1] {
        let mut data = vec![0.0; 42 * 7];
        fill(&mut data);
        [Output::new("output", &[42, 7], data)]
    }

    const NET: Size = Size { width: 64, height: 32 };

    #[test]
    fn cells_are_scaled_by_their_stride() {
        // Row 32 + 5 is cell (1, 1) of stride 16, row 40 + 1 cell (1, 0) of stride 32, row 9 cell (1, 1) of stride 8.
        let outputs = outputs(|data| {
            data[37 * 7..38 * 7].copy_from_slice(&[0.5, -0.25, 0.0, 2f32.ln(), 0.9, 0.1, 0.8]);
            data[41 * 7..42 * 7].copy_from_slice(&[0.0, 0.5, 0.0, 0.0, 0.8, 1.0, 0.0]);
            data[9 * 7..10 * 7].copy_from_slice(&[0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5]);
        });
        let decoder = Yolox::new(&outputs.each_ref().map(info), NET, 2).unwrap();
        let found = decode(&decoder, &outputs, (64, 32), &[0.3, 0.3]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].class_id, found[1].class_id), (1, 0));
        assert!((found[0].confidence - 0.72).abs() < 1e-6 && found[1].confidence == 0.8);
        // Centre (24, 12), size 16 by 32, clipped at the top; centre (32, 16), size 32.
        assert!(has_corners(&found[0], [16.0, 0.0, 32.0, 28.0]), "{:?}", found[0]);
        assert!(has_corners(&found[1], [16.0, 0.0, 48.0, 32.0]), "{:?}", found[1]);
    }

    #[test]
    fn thresholds_are_those_of_the_best_class() {
        let outputs = outputs(|data| data[..7].copy_from_slice(&[0.5, 0.5, 0.0, 0.0, 1.0, 0.5, 0.6]));
        let decoder = Yolox::new(&outputs.each_ref().map(info), NET, 2).unwrap();
        assert_eq!(decode(&decoder, &outputs, (64, 32), &[0.9, 0.55]).len(), 1);
        assert_eq!(decode(&decoder, &outputs, (64, 32), &[0.1, 0.7]).len(), 0);
    }

    #[test]
    fn other_row_counts_are_not_its_layout() {
        let outputs = [Output::new("output", &[126, 7], vec![])];
        assert!(Yolox::new(&outputs.each_ref().map(info), NET, 2).is_none());
    }
}
