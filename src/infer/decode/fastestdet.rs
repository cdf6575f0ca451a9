//! FastestDet: one grid, channels first: objectness, position in the cell, size, classes. Objectness and classes are
//! probabilities, position needs a tanh, size a sigmoid and is a fraction of the picture.

use super::rows::{Boxes, wrong};
use super::{Decoder, Thresholds};
use crate::base::geometry::Size;
use crate::infer::InferError;
use crate::infer::detection::{Detection, Tensor, TensorInfo};

const NAME: &str = "FastestDet";
/// score = objectness^0.6 * class^0.4
const OBJECTNESS_POWER: f32 = 0.6;
const CLASS_POWER: f32 = 0.4;

/// `[5 + C, h, w]`.
#[derive(Debug)]
pub struct FastestDet;

impl FastestDet {
    /// One map of `5 + classes` channels.
    pub fn new(outputs: &[TensorInfo], classes: usize) -> Option<Self> {
        match outputs {
            [output] => match output.shape[..] {
                [_, channels, ..] if output.shape.len() == 4 && channels == 5 + classes as i64 => Some(Self),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Decoder for FastestDet {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError> {
        let (data, channels, width, height) = match outputs.first().map(|tensor| (tensor.data, tensor.shape)) {
            Some((data, &[channels, height, width])) if channels > 5 => (data, channels, width, height),
            _ => return Err(wrong(NAME, "one output [5 + classes,h,w]", outputs)),
        };
        let cells = width * height;
        let channel = |index: usize| &data[index * cells..][..cells];
        // A class is at most 1, so objectness^0.6 must reach the lowest threshold.
        let least = thresholds.lowest().max(0.0).powf(1.0 / OBJECTNESS_POWER);
        let mut boxes = Boxes::new(net, thresholds, out);
        for (cell, &objectness) in channel(0).iter().enumerate() {
            if objectness < least {
                continue;
            }
            let mut top = (0, f32::NEG_INFINITY);
            for class in 0..channels - 5 {
                let probability = channel(5 + class)[cell];
                if probability > top.1 {
                    top = (class, probability);
                }
            }
            let score = objectness.powf(OBJECTNESS_POWER) * top.1.powf(CLASS_POWER);
            if boxes.wants(top.0, score) {
                let x = ((cell % width) as f32 + channel(1)[cell].tanh()) / width as f32;
                let y = ((cell / width) as f32 + channel(2)[cell].tanh()) / height as f32;
                let (w, h) = (sigmoid(channel(3)[cell]), sigmoid(channel(4)[cell]));
                boxes.fractions(top.0, score, [x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0]);
            }
        }
        Ok(())
    }
}

fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::decode::testing::{Output, decode, has_corners, info};

    #[test]
    fn position_is_in_the_cell_and_size_a_fraction_of_the_picture() {
        // A 4 by 2 grid of a 64x32 network, 2 classes; cell (2, 1).
        let mut data = vec![0.0; 7 * 8];
        for (channel, value) in [0.9, 0.5, -0.5, 0.0, 0.0, 0.3, 0.8].into_iter().enumerate() {
            data[channel * 8 + 6] = value;
        }
        let outputs = [Output::new("758", &[7, 2, 4], data)];
        let decoder = FastestDet::new(&outputs.each_ref().map(info), 2).unwrap();
        let found = decode(&decoder, &outputs, (64, 32), &[0.5, 0.5]);
        assert_eq!((found.len(), found[0].class_id), (1, 1));
        let score = 0.9f32.powf(0.6) * 0.8f32.powf(0.4);
        assert!((found[0].confidence - score).abs() < 1e-6);
        // tanh(0.5) = 0.46212: centre (2.46212 / 4 * 64, 0.53788 / 2 * 32), half the picture wide and high.
        assert!(has_corners(&found[0], [23.39387, 0.60613, 55.39387, 16.60613]), "{:?}", found[0]);
        assert!(decode(&decoder, &outputs, (64, 32), &[0.1, 0.9]).is_empty());
    }

    #[test]
    fn a_map_of_other_channels_is_not_its_layout() {
        let outputs = [Output::new("758", &[8, 2, 4], vec![])];
        assert!(FastestDet::new(&outputs.each_ref().map(info), 2).is_none());
    }
}
