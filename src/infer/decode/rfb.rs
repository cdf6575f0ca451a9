//! The light face detectors RFB-320/640 and slim (Ultra-Light-Fast-Generic-Face-Detector-1MB), and other SSDs exported
//! with their boxes decoded but not yet clustered: class probabilities and corners as fractions.

use super::rows::{Boxes, best, may_be, named, rows, table};
use super::{Decoder, Thresholds};
use crate::base::geometry::Size;
use crate::infer::InferError;
use crate::infer::detection::{Detection, Tensor, TensorInfo};

const NAME: &str = "RFB";

/// Scores `[N, 1 + C]`, the first column the background, and boxes `[N, 4]`.
#[derive(Debug)]
pub struct Rfb {
    scores: usize,
    boxes: usize,
    columns: usize,
    /// Added to the index among the classes behind the background: 1 when the labels count the background as class 0.
    first: usize,
}

impl Rfb {
    /// Two outputs of equally many rows, of which one has four columns and the other one for each class and, unless the
    /// labels name it, the background.
    pub fn new(outputs: &[TensorInfo], classes: usize) -> Option<Self> {
        let [a, b] = outputs else { return None };
        let (a, b) = (table(a)?, table(b)?);
        let (scores, boxes) = match (named(outputs, "score"), named(outputs, "box")) {
            (Some(scores), Some(boxes)) if scores != boxes => (scores, boxes),
            _ if a.1 == Some(4) && b.1 != Some(4) => (1, 0),
            _ if b.1 == Some(4) => (0, 1),
            _ => return None,
        };
        let (of_scores, of_boxes) = if scores == 0 { (a, b) } else { (b, a) };
        let columns = of_scores.1.filter(|&columns| columns >= 2)?;
        let fits = of_boxes.1 == Some(4) && of_scores.0.is_none_or(|rows| may_be(of_boxes.0, rows));
        let first = usize::from(columns == classes);
        (fits && (columns == classes + 1 || columns == classes)).then_some(Self { scores, boxes, columns, first })
    }
}

impl Decoder for Rfb {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError> {
        let scores = rows(NAME, outputs, self.scores, self.columns)?;
        let corners = rows(NAME, outputs, self.boxes, 4)?;
        let mut boxes = Boxes::new(net, thresholds, out);
        for (scores, corners) in scores.zip(corners) {
            let (class, score) = best(&scores[1..]);
            if score >= thresholds.lowest() {
                boxes.fractions(class + self.first, score, [corners[0], corners[1], corners[2], corners[3]]);
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
    fn the_column_behind_the_background_is_class_0() {
        let scores = vec![0.9, 0.1, 0.2, 0.8, 0.3, 0.7];
        let corners = vec![0.0, 0.0, 1.0, 1.0, 0.25, 0.5, 0.5, 0.75, -0.1, 0.0, 0.1, 0.1];
        let outputs = [Output::new("scores", &[3, 2], scores), Output::new("boxes", &[3, 4], corners)];
        let decoder = Rfb::new(&outputs.each_ref().map(info), 1).unwrap();
        let found = decode(&decoder, &outputs, (320, 240), &[0.7]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].class_id, found[0].confidence), (0, 0.8));
        assert!(has_corners(&found[0], [80.0, 120.0, 160.0, 180.0]));
        assert!(has_corners(&found[1], [0.0, 0.0, 32.0, 24.0]));
    }

    #[test]
    fn labels_that_name_the_background_shift_the_classes() {
        let outputs =
            [Output::new("b", &[1, 4], vec![0.0, 0.0, 1.0, 1.0]), Output::new("a", &[1, 3], vec![0.1, 0.2, 0.7])];
        let decoder = Rfb::new(&outputs.each_ref().map(info), 3).unwrap();
        assert_eq!(decode(&decoder, &outputs, (10, 10), &[0.1, 0.5, 0.5])[0].class_id, 2);
    }
}
