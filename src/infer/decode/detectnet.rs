//! DetectNet_v2, the layout nvinfer reads by default (TrafficCamNet, PeopleNet): a grid of coverage for each class, and the
//! distances from a cell to the four edges of its box.

use super::{Decoder, Thresholds};
use crate::base::geometry::{Rect, Size};
use crate::infer::InferError;
use crate::infer::decode::rows::{named, wrong};
use crate::infer::detection::{Detection, Tensor, TensorInfo};

const NAME: &str = "DetectNet_v2";

/// Distances are in units of this many pixels.
const BOX_NORM: f32 = 35.0;
/// A cell's reference point lies this far behind its first pixel.
const OFFSET: f32 = 0.5;

/// Coverage `[C,h,w]` and boxes `[4C,h,w]`.
#[derive(Debug)]
pub struct DetectNet {
    coverage: usize,
    boxes: usize,
}

impl DetectNet {
    /// The outputs called `*cov*` and `*bbox*`, or two maps of which one has four times the other's channels.
    pub fn new(outputs: &[TensorInfo]) -> Option<Self> {
        let channels = |index: usize| match outputs[index].shape[..] {
            [_, channels, _, _] if channels > 0 => Some(channels),
            _ => None,
        };
        if let (Some(coverage), Some(boxes)) = (named(outputs, "cov"), named(outputs, "bbox")) {
            return Some(Self { coverage, boxes });
        }
        let [first, second] = outputs else { return None };
        let same_grid = first.shape.get(2..) == second.shape.get(2..);
        match (same_grid, channels(0)?, channels(1)?) {
            (true, a, b) if b == 4 * a => Some(Self { coverage: 0, boxes: 1 }),
            (true, a, b) if a == 4 * b => Some(Self { coverage: 1, boxes: 0 }),
            _ => None,
        }
    }
}

impl Decoder for DetectNet {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError> {
        let shape = |index: usize| match outputs.get(index).map(|tensor| tensor.shape) {
            Some(&[channels, height, width]) => Some((channels, height, width)),
            _ => None,
        };
        let (Some((classes, height, width)), Some(boxes)) = (shape(self.coverage), shape(self.boxes)) else {
            return Err(wrong(NAME, "coverage [C,h,w] and boxes [4C,h,w]", outputs));
        };
        if boxes != (4 * classes, height, width) || width == 0 || height == 0 {
            return Err(wrong(NAME, "coverage [C,h,w] and boxes [4C,h,w]", outputs));
        }
        let cells = width * height;
        let stride = (net.width.div_ceil(width as u32) as f32, net.height.div_ceil(height as u32) as f32);
        for class in 0..classes.min(thresholds.classes()) {
            let threshold = thresholds.of_class(class);
            let coverage = &outputs[self.coverage].data[class * cells..][..cells];
            let edges = &outputs[self.boxes].data[4 * class * cells..][..4 * cells];
            for (cell, &score) in coverage.iter().enumerate() {
                if score >= threshold {
                    let at = (cell % width, cell / width);
                    let distances = [0, 1, 2, 3].map(|edge| edges[edge * cells + cell]);
                    let rect = rect(at, stride, distances, net);
                    out.extend(rect.map(|rect| Detection { class_id: class as u32, confidence: score, rect }));
                }
            }
        }
        Ok(())
    }
}

/// The box whose edges lie `[left, top, right, bottom]` from a cell, inside the network's input; `None` if there is none.
fn rect(at: (usize, usize), stride: (f32, f32), [left, top, right, bottom]: [f32; 4], net: Size) -> Option<Rect> {
    let (x, y) = (at.0 as f32 * stride.0 + OFFSET, at.1 as f32 * stride.1 + OFFSET);
    let (last_x, last_y) = (net.width as f32 - 1.0, net.height as f32 - 1.0);
    let (x1, x2) = ((x - left * BOX_NORM).clamp(0.0, last_x), (x + right * BOX_NORM).clamp(0.0, last_x));
    let (y1, y2) = ((y - top * BOX_NORM).clamp(0.0, last_y), (y + bottom * BOX_NORM).clamp(0.0, last_y));
    (x2 >= x1 && y2 >= y1).then(|| Rect::from_corners(x1, y1, x2, y2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::decode::testing::{Output, decode, info};

    #[test]
    fn edges_are_measured_from_the_cell_in_units_of_35_pixels() {
        // 2 classes on a 2 by 3 grid of a 48x32 network: stride 16. Class 1 covers cell (2, 1).
        let (mut coverage, mut boxes) = (vec![0.0; 12], vec![0.0; 48]);
        coverage[6 + 5] = 0.9;
        for (edge, pixels) in [10.0, 3.5, 5.0, 7.0].into_iter().enumerate() {
            boxes[24 + edge * 6 + 5] = pixels / 35.0;
        }
        coverage[0] = 0.39;
        let outputs = [
            Output::new("output_bbox/BiasAdd:0", &[8, 2, 3], boxes),
            Output::new("output_cov/Sigmoid:0", &[2, 2, 3], coverage),
        ];
        let decoder = DetectNet::new(&outputs.each_ref().map(info)).unwrap();
        let found = decode(&decoder, &outputs, (48, 32), &[0.4, 0.4]);
        // The reference point is (32.5, 16.5).
        let rect = Rect::from_corners(22.5, 13.0, 37.5, 23.5);
        assert_eq!(found, [Detection { class_id: 1, confidence: 0.9, rect }]);
    }

    #[test]
    fn boxes_stay_inside_and_inverted_ones_are_dropped() {
        let net = Size { width: 48, height: 32 };
        let wide = rect((0, 0), (16.0, 16.0), [10.0; 4], net).unwrap();
        assert_eq!(wide, Rect::from_corners(0.0, 0.0, 47.0, 31.0));
        assert_eq!(rect((1, 1), (16.0, 16.0), [-1.0, 0.0, -1.0, 0.0], net), None);
        assert_eq!(rect((1, 1), (16.0, 16.0), [f32::NAN; 4], net), None);
    }

    #[test]
    fn without_names_the_output_with_four_times_the_channels_has_the_boxes() {
        let pair = |a: usize, b: usize| {
            let outputs = [Output::new("a", &[a, 2, 3], vec![]), Output::new("b", &[b, 2, 3], vec![])];
            DetectNet::new(&outputs.each_ref().map(info)).map(|d| (d.coverage, d.boxes))
        };
        assert_eq!(pair(4, 16), Some((0, 1)));
        assert_eq!(pair(16, 4), Some((1, 0)));
        assert_eq!(pair(4, 15), None);
    }

    #[test]
    fn grids_that_differ_at_run_time_are_an_error() {
        let outputs = [Output::new("cov", &[1, 2, 3], vec![0.9; 6]), Output::new("bbox", &[4, 3, 2], vec![0.0; 24])];
        let decoder = DetectNet::new(&outputs.each_ref().map(info)).unwrap();
        let tensors = outputs.each_ref().map(Output::tensor);
        let net = Size { width: 48, height: 32 };
        let error = decoder.decode(&tensors, net, &Thresholds::new(vec![0.1]), &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("DetectNet_v2 decoder wants coverage"), "{error}");
    }
}
