//! NanoDet and NanoDet-Plus: classes and, for each edge of the box, a distribution over distances
//! (Li et al., "Generalized Focal Loss", 2020), whose mean times the stride is the distance from the cell's centre.

use super::rows::{Boxes, best, may_be, rows, table, wrong};
use super::{Decoder, Thresholds};
use crate::base::geometry::Size;
use crate::infer::InferError;
use crate::infer::detection::{Detection, Tensor, TensorInfo};

const NAME: &str = "NanoDet";

/// The grids of a version, and where in its cell the reference point lies.
struct Version {
    strides: &'static [u32],
    centre: f32,
}

const VERSIONS: [Version; 2] =
    [Version { strides: &[8, 16, 32, 64], centre: 0.0 }, Version { strides: &[8, 16, 32], centre: 0.5 }];

/// `[cells, C + 4 * bins]`, the cells of stride 8 first.
#[derive(Debug)]
pub struct NanoDet {
    classes: usize,
    bins: usize,
}

impl NanoDet {
    /// The only output, if it has a row for each cell and the values behind the classes are four distributions.
    pub fn new(outputs: &[TensorInfo], net: Size, classes: usize) -> Option<Self> {
        let [output] = outputs else { return None };
        let (rows, columns) = table(output)?;
        let distances = columns?.checked_sub(classes)?;
        let bins = distances / 4;
        let fits = VERSIONS.iter().any(|version| may_be(rows, cells(net, version.strides)));
        (fits && distances.is_multiple_of(4) && bins >= 2 && classes > 0).then_some(Self { classes, bins })
    }
}

impl Decoder for NanoDet {
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError> {
        let mut rows = rows(NAME, outputs, 0, self.classes + 4 * self.bins)?;
        let version = VERSIONS.iter().find(|version| cells(net, version.strides) == rows.len());
        let version =
            version.ok_or_else(|| wrong(NAME, "a row for each cell of strides 8, 16, 32 (and 64)", outputs))?;
        let mut boxes = Boxes::new(net, thresholds, out);
        for &stride in version.strides {
            let (width, height) = grid(net, stride);
            let stride = stride as f32;
            for (cell, row) in rows.by_ref().take(width * height).enumerate() {
                let (scores, edges) = row.split_at(self.classes);
                let (class, score) = best(scores);
                if boxes.wants(class, score) {
                    let x = ((cell % width) as f32 + version.centre) * stride;
                    let y = ((cell / width) as f32 + version.centre) * stride;
                    let distance = |edge: usize| mean(&edges[edge * self.bins..][..self.bins]) * stride;
                    let corners = [x - distance(0), y - distance(1), x + distance(2), y + distance(3)];
                    boxes.corners(class, score, corners);
                }
            }
        }
        Ok(())
    }
}

/// Columns and rows of a grid; cells at the right and lower edge may lie half outside.
fn grid(net: Size, stride: u32) -> (usize, usize) {
    (net.width.div_ceil(stride) as usize, net.height.div_ceil(stride) as usize)
}

fn cells(net: Size, strides: &[u32]) -> usize {
    strides.iter().map(|&stride| grid(net, stride)).map(|(width, height)| width * height).sum()
}

/// The mean of the distribution that the softmax of these values is, in bins.
fn mean(logits: &[f32]) -> f32 {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let (mut sum, mut weighted) = (0.0, 0.0);
    for (bin, logit) in logits.iter().enumerate() {
        let weight = (logit - top).exp();
        sum += weight;
        weighted += weight * bin as f32;
    }
    weighted / sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::decode::testing::{Output, decode, has_corners, info};

    /// One confident row among empty ones; 2 classes, 4 distances of 8 bins, each surely at `bins[edge]`.
    fn output(rows: usize, at: usize, bins: [usize; 4]) -> [Output; 1] {
        let mut data = vec![0.0; rows * 34];
        let row = &mut data[at * 34..][..34];
        row[1] = 0.6;
        for (edge, bin) in bins.into_iter().enumerate() {
            row[2 + edge * 8 + bin] = 50.0;
        }
        [Output::new("output", &[rows, 34], data)]
    }

    #[test]
    fn plus_measures_from_the_corner_of_a_cell() {
        // 128x64: 128 + 32 + 8 + 2 cells. Row 128 + 8 + 3 is cell (3, 1) of stride 16.
        let net = Size { width: 128, height: 64 };
        let outputs = output(170, 139, [1, 0, 2, 1]);
        let decoder = NanoDet::new(&outputs.each_ref().map(info), net, 2).unwrap();
        let found = decode(&decoder, &outputs, (128, 64), &[0.4, 0.4]);
        assert_eq!((found.len(), found[0].class_id, found[0].confidence), (1, 1, 0.6));
        assert!(has_corners(&found[0], [32.0, 16.0, 80.0, 32.0]), "{:?}", found[0]);
    }

    #[test]
    fn the_first_version_measures_from_its_middle() {
        let net = Size { width: 128, height: 64 };
        let outputs = output(168, 139, [1, 0, 2, 1]);
        let decoder = NanoDet::new(&outputs.each_ref().map(info), net, 2).unwrap();
        let found = decode(&decoder, &outputs, (128, 64), &[0.4, 0.4]);
        assert!(has_corners(&found[0], [40.0, 24.0, 88.0, 40.0]), "{:?}", found[0]);
    }

    #[test]
    fn a_distance_is_the_mean_of_its_distribution() {
        assert_eq!(mean(&[0.0; 8]), 3.5);
        assert!((mean(&[0.0, 3f32.ln()]) - 0.75).abs() < 1e-6);
        assert!((mean(&[1000.0, 1000.0, -1000.0]) - 0.5).abs() < 1e-6);
    }
}
