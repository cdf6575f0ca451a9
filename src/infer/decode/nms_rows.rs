//! The seven-column rows of Caffe's DetectionOutput, TensorRT's NMS plugin, TAO's detectors and OpenVINO:
//! picture, class, score, left, top, right, bottom, the corners as fractions.

use super::rows::{Boxes, class_number, may_be, rows, table};
use super::{Decoder, Thresholds};
use crate::base::geometry::Size;
use crate::infer::InferError;
use crate::infer::detection::{Detection, Tensor, TensorInfo};

const NAME: &str = "NMS rows";
const COLUMNS: usize = 7;

/// `[1,1,N,7]`, and perhaps a count.
#[derive(Debug)]
pub struct NmsRows {
    rows: usize,
    count: Option<usize>,
}

impl NmsRows {
    /// The output whose rows have seven values; another one is the number of rows.
    pub fn new(outputs: &[TensorInfo]) -> Option<Self> {
        let fits =
            |info: &TensorInfo| table(info).is_some_and(|(_, columns)| columns.is_some() && may_be(columns, COLUMNS));
        let rows = outputs.iter().position(fits)?;
        (outputs.len() <= 2).then(|| Self { rows, count: (0..outputs.len()).find(|&index| index != rows) })
    }

    /// The same, if the rows lie one level deeper than other layouts': `[1,1,N,7]`.
    pub fn recognise(outputs: &[TensorInfo]) -> Option<Self> {
        Self::new(outputs).filter(|decoder| outputs[decoder.rows].shape.len() == 4)
    }
}

impl Decoder for NmsRows {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError> {
        let rows = rows(NAME, outputs, self.rows, COLUMNS)?;
        let count = self.count.and_then(|index| outputs.get(index)?.data.first());
        let count = count.map_or(usize::MAX, |&count| class_number(count).unwrap_or(0));
        let mut boxes = Boxes::new(net, thresholds, out);
        // A negative picture number ends the list.
        for row in rows.take(count).take_while(|row| row[0] >= 0.0) {
            if let Some(class) = class_number(row[1]) {
                boxes.fractions(class, row[2], [row[3], row[4], row[5], row[6]]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::decode::testing::{Output, decode, has_corners, info};

    const ROWS: [f32; 21] = [
        0.0, 1.0, 0.9, 0.25, 0.5, 0.5, 0.75, // a box
        0.0, 0.0, 0.3, 0.0, 0.0, 1.0, 1.0, // too weak
        -1.0, 0.0, 0.9, 0.0, 0.0, 1.0, 1.0, // the end
    ];

    #[test]
    fn rows_end_at_a_negative_picture() {
        let outputs = [Output::new("detection_out", &[1, 3, 7], ROWS.to_vec())];
        let decoder = NmsRows::recognise(&outputs.each_ref().map(info)).unwrap();
        let found = decode(&decoder, &outputs, (100, 200), &[0.5, 0.5]);
        assert_eq!((found.len(), found[0].class_id), (1, 1));
        assert!(has_corners(&found[0], [25.0, 100.0, 50.0, 150.0]));
    }

    #[test]
    fn rows_end_at_the_count() {
        let outputs = [Output::new("NMS_1", &[1, 1], vec![0.0]), Output::new("NMS", &[1, 3, 7], ROWS.to_vec())];
        let decoder = NmsRows::recognise(&outputs.each_ref().map(info)).unwrap();
        assert!(decode(&decoder, &outputs, (100, 200), &[0.1, 0.1]).is_empty());
    }
}
