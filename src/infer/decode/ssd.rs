//! Detectors that end in their own non-maximum suppression with four outputs: how many boxes, the boxes, their scores and
//! their classes (TensorFlow's SSD, TensorRT's BatchedNMS and EfficientNMS, TAO's EfficientDet).

use super::rows::{Boxes, class_number, named, wrong};
use super::{Decoder, Thresholds};
use crate::base::geometry::Size;
use crate::infer::InferError;
use crate::infer::detection::{Detection, Tensor, TensorInfo};

const NAME: &str = "SSD";

/// What the four numbers of a box are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coordinates {
    /// Top, left, bottom, right as fractions: TensorFlow.
    FractionsTopLeft,
    /// Left, top, right, bottom as fractions: BatchedNMS.
    FractionsLeftTop,
    /// Top, left, bottom, right in pixels: TAO EfficientDet.
    PixelsTopLeft,
    /// Left, top, right, bottom in pixels: EfficientNMS.
    PixelsLeftTop,
}

/// `count`, boxes `[N,4]`, scores `[N]`, classes `[N]`.
#[derive(Debug)]
pub struct Ssd {
    /// Absent where padding is told by a score of 0.
    count: Option<usize>,
    boxes: usize,
    scores: usize,
    classes: usize,
    coordinates: Coordinates,
}

impl Ssd {
    /// The outputs called `*box*`, `*score*`, `*class*` and perhaps `*num*`; the name of the boxes tells what they hold:
    /// `detection_boxes` TensorFlow's, `det_boxes` EfficientNMS's, others BatchedNMS's.
    pub fn recognise(outputs: &[TensorInfo]) -> Option<Self> {
        let boxes = named(outputs, "box")?;
        let coordinates = match outputs[boxes].name.to_ascii_lowercase() {
            name if name.contains("detection_boxes") => Coordinates::FractionsTopLeft,
            name if name.contains("det_boxes") => Coordinates::PixelsLeftTop,
            _ => Coordinates::FractionsLeftTop,
        };
        Self::by_name(outputs, coordinates)
    }

    /// The four outputs by their names, or else in TensorRT's order: count, boxes, scores, classes.
    pub fn new(outputs: &[TensorInfo], coordinates: Coordinates) -> Option<Self> {
        Self::by_name(outputs, coordinates).or_else(|| {
            (outputs.len() == 4).then_some(Self { count: Some(0), boxes: 1, scores: 2, classes: 3, coordinates })
        })
    }

    fn by_name(outputs: &[TensorInfo], coordinates: Coordinates) -> Option<Self> {
        let (boxes, scores) = (named(outputs, "box")?, named(outputs, "score")?);
        let classes = named(outputs, "class").or_else(|| named(outputs, "label"))?;
        Some(Self { count: named(outputs, "num"), boxes, scores, classes, coordinates })
    }
}

impl Decoder for Ssd {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError> {
        let data = |index: usize| outputs.get(index).map(|tensor| tensor.data);
        let (Some(boxes), Some(scores), Some(classes)) = (data(self.boxes), data(self.scores), data(self.classes))
        else {
            return Err(wrong(NAME, "boxes, scores and classes", outputs));
        };
        if boxes.len() != 4 * scores.len() || classes.len() != scores.len() {
            return Err(wrong(NAME, "four box values and one class for each score", outputs));
        }
        let count = match self.count.and_then(data) {
            Some(count) => count.first().and_then(|&count| class_number(count)).unwrap_or(0),
            None => scores.len(),
        };
        let mut found = Boxes::new(net, thresholds, out);
        let all = scores.iter().zip(classes).zip(boxes.as_chunks::<4>().0);
        for ((&score, &class), &[a, b, c, d]) in all.take(count) {
            let Some(class) = class_number(class) else { continue };
            match self.coordinates {
                Coordinates::FractionsTopLeft => found.fractions(class, score, [b, a, d, c]),
                Coordinates::FractionsLeftTop => found.fractions(class, score, [a, b, c, d]),
                Coordinates::PixelsTopLeft => found.corners(class, score, [b, a, d, c]),
                Coordinates::PixelsLeftTop => found.corners(class, score, [a, b, c, d]),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::decode::testing::{Output, decode, has_corners, info};

    fn outputs(names: [&str; 4], boxes: [f32; 12], count: f32) -> [Output; 4] {
        [
            Output::new(names[0], &[], vec![count]),
            Output::new(names[1], &[3, 4], boxes.to_vec()),
            Output::new(names[2], &[3], vec![0.9, 0.6, 0.8]),
            Output::new(names[3], &[3], vec![2.0, 1.0, -1.0]),
        ]
    }

    #[test]
    fn tensorflow_gives_fractions_top_first() {
        let names = ["num_detections:0", "detection_boxes:0", "detection_scores:0", "detection_classes:0"];
        let boxes = [0.1, 0.2, 0.3, 0.4, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0];
        let mut outputs = outputs(names, boxes, 2.0);
        outputs.rotate_left(1);
        let decoder = Ssd::recognise(&outputs.each_ref().map(info)).unwrap();
        let found = decode(&decoder, &outputs, (200, 100), &[0.5; 4]);
        assert_eq!(found.iter().map(|d| d.class_id).collect::<Vec<_>>(), [2, 1]);
        assert!(has_corners(&found[0], [40.0, 10.0, 80.0, 30.0]));
    }

    #[test]
    fn tensorrt_gives_the_left_edge_first_and_its_order_is_known() {
        let names = ["BatchedNMS", "BatchedNMS_1", "BatchedNMS_2", "BatchedNMS_3"];
        let boxes = [0.2, 0.1, 0.4, 0.3, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0];
        let outputs = outputs(names, boxes, 1.0);
        let infos = outputs.each_ref().map(info);
        assert!(Ssd::recognise(&infos).is_none());
        let decoder = Ssd::new(&infos, Coordinates::FractionsLeftTop).unwrap();
        let found = decode(&decoder, &outputs, (200, 100), &[0.5; 4]);
        assert_eq!(found.len(), 1, "the count holds");
        assert!(has_corners(&found[0], [40.0, 10.0, 80.0, 30.0]));
    }

    #[test]
    fn efficient_nms_gives_pixels_and_padding_rows_are_skipped() {
        let names = ["num_dets", "det_boxes", "det_scores", "det_classes"];
        let boxes = [40.0, 10.0, 80.0, 30.0, 0.0, 0.0, 5.0, 5.0, 0.0, 0.0, 5.0, 5.0];
        let outputs = outputs(names, boxes, 3.0);
        let decoder = Ssd::recognise(&outputs.each_ref().map(info)).unwrap();
        let found = decode(&decoder, &outputs, (200, 100), &[0.5; 4]);
        assert_eq!(found.len(), 2, "class -1 is padding");
        assert!(has_corners(&found[0], [40.0, 10.0, 80.0, 30.0]));
    }
}
