//! YOLO exports that pick the class themselves: rows of box, score and class (DeepStream-Yolo, YOLOv10, YOLO26), or the
//! three apart (older DeepStream-Yolo). Pixels.

use super::rows::{Boxes, class_number, may_be, rows, table};
use super::{Decoder, Thresholds};
use crate::base::geometry::Size;
use crate::infer::InferError;
use crate::infer::detection::{Detection, Tensor, TensorInfo};

const NAME: &str = "YOLO rows";
const COLUMNS: usize = 6;

/// `[N,6]`, or boxes `[N,4]`, scores `[N,1]`, classes `[N,1]`.
#[derive(Debug)]
pub struct YoloRows {
    /// Whether box, score and class are outputs of their own, in this order.
    apart: bool,
    /// Whether a box is centre and size instead of two corners.
    centred: bool,
}

impl YoloRows {
    /// One output of rows of six, which hold corners; or three outputs, whose boxes are centres if `centred`.
    pub fn new(outputs: &[TensorInfo], centred: bool) -> Option<Self> {
        let columns = |index: usize, wanted| table(&outputs[index]).is_some_and(|(_, found)| may_be(found, wanted));
        match outputs.len() {
            1 if columns(0, COLUMNS) => Some(Self { apart: false, centred: false }),
            3 if columns(0, 4) => Some(Self { apart: true, centred }),
            _ => None,
        }
    }

    /// One output of rows of six.
    pub fn recognise(outputs: &[TensorInfo]) -> Option<Self> {
        Self::new(outputs, false)
            .filter(|decoder| !decoder.apart && table(&outputs[0]).is_some_and(|(_, c)| c.is_some()))
    }
}

impl Decoder for YoloRows {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError> {
        let mut found = Boxes::new(net, thresholds, out);
        let mut add = |rect: [f32; 4], score: f32, class: f32| {
            if let Some(class) = class_number(class).filter(|&class| found.wants(class, score)) {
                if self.centred {
                    found.centred(class, score, rect);
                } else {
                    found.corners(class, score, rect);
                }
            }
        };
        if self.apart {
            let (scores, classes) = (rows(NAME, outputs, 1, 1)?, rows(NAME, outputs, 2, 1)?);
            for ((row, score), class) in rows(NAME, outputs, 0, 4)?.zip(scores).zip(classes) {
                add([row[0], row[1], row[2], row[3]], score[0], class[0]);
            }
        } else {
            for row in rows(NAME, outputs, 0, COLUMNS)? {
                add([row[0], row[1], row[2], row[3]], row[4], row[5]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::decode::testing::{Output, decode, has_corners, info};

    #[test]
    fn rows_of_six_hold_corners() {
        let data = vec![10.0, 20.0, 30.0, 40.0, 0.9, 3.0, 0.0, 0.0, 5.0, 5.0, 0.1, 3.0];
        let outputs = [Output::new("output0", &[2, 6], data)];
        let decoder = YoloRows::recognise(&outputs.each_ref().map(info)).unwrap();
        let found = decode(&decoder, &outputs, (100, 100), &[0.25; 4]);
        assert_eq!((found.len(), found[0].class_id), (1, 3));
        assert!(has_corners(&found[0], [10.0, 20.0, 30.0, 40.0]));
    }

    #[test]
    fn three_outputs_hold_centres_or_corners() {
        let outputs = [
            Output::new("boxes", &[1, 4], vec![20.0, 30.0, 20.0, 20.0]),
            Output::new("scores", &[1, 1], vec![0.9]),
            Output::new("classes", &[1, 1], vec![1.0]),
        ];
        let infos = outputs.each_ref().map(info);
        let found = |centred| decode(&YoloRows::new(&infos, centred).unwrap(), &outputs, (100, 100), &[0.25; 2]);
        assert!(has_corners(&found(true)[0], [10.0, 20.0, 30.0, 40.0]));
        assert!(found(false).is_empty(), "as corners this is empty");
    }
}
