//! From the outputs of an instance segmentation network (`network-type=3`) to boxes with a mask each.
//!
//! | `parse-bbox-instance-mask-func-name` | outputs |
//! |---|---|
//! | `NvDsInferParseCustomMrcnnTLT`, `NvDsInferParseCustomMrcnnTLTV2` | TAO's Mask R-CNN: `generate_detections` `[N,6]`, `mask_fcn_logits/BiasAdd` `[N,C,h,w]` |
//! | `NvDsInferParseYoloSeg`, `NvDsInferParseCustomYoloV8Seg` and the like | YOLO-seg: anchors with coefficients, and prototypes `[K,h,w]`; or boxes, scores, classes and masks |
//! | `NvDsInferParseCustomMaskRCNN` | boxes `[N,4]`, scores `[N]`, classes `[N]`, masks `[N,h,w]`, as torchvision's and MMDetection's |
//!
//! Names are compared as those of `parse-bbox-func-name`; without one, names and shapes of the outputs decide. Decoding has
//! two steps: boxes first, then masks of those that stayed, over exactly the part of the box that stayed.

mod boxes_masks;
mod mrcnn;
mod yolo_seg;

use boxes_masks::BoxesMasks;
use mrcnn::Mrcnn;
use yolo_seg::YoloSeg;

use super::InferError;
use super::cluster::{best_first, nms};
use super::decode::layouts::bare;
use super::decode::{Thresholds, rows};
use super::detection::{Detection, Tensor, TensorInfo};
use crate::base::geometry::{Rect, Size};
use crate::base::grid::Grid;
use crate::config::closest::closest;
use crate::config::nvinfer::{ClusterMode, Detector};

/// A mask over a box.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InstanceMask {
    /// Values across and down.
    pub size: Size,
    /// Row by row: how sure the network is that a point belongs to the object. What is sure enough,
    /// `segmentation-threshold` says.
    pub values: Vec<f32>,
}

/// A box on its way to an object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The box inside the network's input.
    pub found: Detection,
    /// The box as the network gave it, over which its mask lies.
    pub full: Rect,
    /// Which row or anchor of the outputs it is.
    pub source: usize,
}

/// Reads the outputs of one layout.
pub trait InstanceDecoder: Send + Sync {
    /// Appends the boxes of one frame that reach the threshold of their class to `out`, in pixels of the network's input.
    ///
    /// # Errors
    /// When a dynamic output turned out to have a shape this decoder cannot read.
    fn decode(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        thresholds: &Thresholds,
        out: &mut Vec<Candidate>,
    ) -> Result<(), InferError>;

    /// The mask of one of these boxes over `part` of it, in pixels of the network's input; `None` when it has none.
    fn mask(&self, outputs: &[Tensor<'_>], net: Size, candidate: &Candidate, part: &Rect) -> Option<InstanceMask>;

    /// Whether an object has many boxes, so that they are suppressed whatever `cluster-mode` says.
    fn overlapping(&self) -> bool {
        false
    }
}

/// How a network's outputs become boxes with masks.
pub struct Instances {
    /// Reads the outputs.
    pub decoder: Box<dyn InstanceDecoder>,
    /// What a box must reach.
    pub thresholds: Thresholds,
}

impl Instances {
    /// The decoder called `parser`, or the one whose layout fits `outputs`.
    ///
    /// # Errors
    /// When the name is unknown, the outputs are not what the decoder reads, or `cluster-mode` merges boxes.
    pub fn new(parser: Option<&str>, outputs: &[TensorInfo], detector: &Detector) -> Result<Self, InferError> {
        if !matches!(detector.cluster_mode, ClusterMode::None | ClusterMode::Nms) {
            return Err(InferError::ClusterOfMasks { mode: detector.cluster_mode.number() });
        }
        let decoder = choose(parser, outputs, detector.classes as usize)?;
        Ok(Self { decoder, thresholds: Thresholds::of(detector) })
    }

    /// The boxes of one frame that stay: by class, within one those that NMS or `topk` sorted the best first.
    ///
    /// # Errors
    /// As for [`InstanceDecoder::decode`].
    pub fn find(
        &self,
        outputs: &[Tensor<'_>],
        net: Size,
        detector: &Detector,
        out: &mut Vec<Candidate>,
    ) -> Result<(), InferError> {
        out.clear();
        self.decoder.decode(outputs, net, &self.thresholds, out)?;
        let suppress = self.decoder.overlapping() || detector.cluster_mode == ClusterMode::Nms;
        select(detector, suppress, out);
        Ok(())
    }
}

/// Suppresses overlapping boxes of a class, if asked to, and keeps the `topk` best of each class.
fn select(detector: &Detector, suppress: bool, all: &mut Vec<Candidate>) {
    all.sort_by_key(|candidate| candidate.found.class_id);
    let mut rest = std::mem::take(all);
    while let Some(first) = rest.first() {
        let class = first.found.class_id;
        let attributes = detector.class(class);
        let next = rest.partition_point(|candidate| candidate.found.class_id == class);
        let others = rest.split_off(next);
        if suppress {
            nms::suppress(attributes.nms_iou_threshold, &mut rest, |candidate| &candidate.found);
            rest.retain(|candidate| candidate.found.confidence > attributes.post_cluster_threshold);
        }
        if let Some(count) = attributes.top_k {
            rest.sort_by(|a, b| best_first(&a.found, &b.found));
            rest.truncate(count as usize);
        }
        all.append(&mut rest);
        rest = others;
    }
}

type Make = fn(&[TensorInfo], usize) -> Option<Box<dyn InstanceDecoder>>;

/// One way in which networks lay out boxes and masks.
struct Layout {
    name: &'static str,
    reads: &'static str,
    parsers: &'static [&'static str],
    make: Make,
}

fn boxed<D: InstanceDecoder + 'static>(decoder: Option<D>) -> Option<Box<dyn InstanceDecoder>> {
    decoder.map(|decoder| Box::new(decoder) as Box<dyn InstanceDecoder>)
}

/// All layouts, those with the surest marks first.
const LAYOUTS: &[Layout] = &[
    Layout {
        name: "TAO Mask R-CNN",
        reads: "generate_detections [N,6] and mask_fcn_logits/BiasAdd [N,C,h,w]",
        parsers: &["mrcnntlt", "mrcnntltv2"],
        make: |outputs, _| boxed(Mrcnn::new(outputs)),
    },
    Layout {
        name: "YOLO-seg",
        reads: "[4+C+K,anchors], [anchors,4+C+K], [anchors,5+C+K] or [N,6+K], and [K,h,w]; or boxes, scores, classes and masks",
        parsers: &[
            "yoloseg",
            "yolov5seg",
            "yolov7seg",
            "yolov8seg",
            "yolov9seg",
            "yolov11seg",
            "yolo11seg",
            "yolov12seg",
            "yolo26seg",
        ],
        make: |outputs, classes| {
            boxed(YoloSeg::new(outputs, classes)).or_else(|| boxed(BoxesMasks::new("YOLO-seg", outputs)))
        },
    },
    Layout {
        name: "Mask R-CNN",
        reads: "boxes [N,4], scores [N], classes [N] and masks [N,h,w]",
        parsers: &["maskrcnn", "mrcnn"],
        make: |outputs, _| boxed(BoxesMasks::new("Mask R-CNN", outputs)),
    },
];

fn choose(
    parser: Option<&str>,
    outputs: &[TensorInfo],
    classes: usize,
) -> Result<Box<dyn InstanceDecoder>, InferError> {
    let found = || outputs.iter().map(TensorInfo::to_string).collect::<Vec<_>>().join(", ");
    let Some(name) = parser else {
        return LAYOUTS.iter().find_map(|layout| (layout.make)(outputs, classes)).ok_or_else(|| {
            let known = LAYOUTS.iter().map(|layout| format!("{} {}", layout.name, layout.reads));
            InferError::NoMaskDecoder { found: found(), known: known.collect::<Vec<_>>().join("; ") }
        });
    };
    let bare = bare(name);
    let names = || LAYOUTS.iter().flat_map(|layout| layout.parsers.iter().copied());
    let layout = LAYOUTS.iter().find(|layout| layout.parsers.contains(&bare.as_str()));
    let layout = layout.ok_or_else(|| InferError::UnknownParser {
        key: "parse-bbox-instance-mask-func-name",
        name: name.to_owned(),
        closest: closest(&bare, names()).map(str::to_owned),
        known: names().collect::<Vec<_>>().join(", "),
    })?;
    (layout.make)(outputs, classes).ok_or_else(|| InferError::WrongOutputs {
        decoder: layout.name,
        expected: format!("{} with {classes} classes", layout.reads),
        found: found(),
    })
}

/// A candidate by its corners, if its class and score are wanted and something of it lies in the network's input.
fn candidate(
    net: Size,
    thresholds: &Thresholds,
    source: usize,
    (class, score): (usize, f32),
    [x1, y1, x2, y2]: [f32; 4],
) -> Option<Candidate> {
    if score.is_nan() || score <= 0.0 || score < thresholds.of_class(class) {
        return None;
    }
    let full = Rect::from_corners(x1, y1, x2, y2);
    if !(full.width.is_finite() && full.height.is_finite() && full.left.is_finite() && full.top.is_finite()) {
        return None;
    }
    let rect = full.clipped(net.width as f32, net.height as f32);
    let found = Detection { class_id: class as u32, confidence: score, rect };
    (rect.width > 0.0 && rect.height > 0.0).then_some(Candidate { found, full, source })
}

/// The part of a mask that lies over `whole` which lies over `part`, in as many values; all of it, as it is, where both are
/// the same to a hundredth of a pixel.
fn over_part(values: &[f32], width: usize, height: usize, whole: &Rect, part: &Rect) -> Option<InstanceMask> {
    let grid = Grid::new(values, width, height)?;
    let near = |a: f32, b: f32| (a - b).abs() < 0.01;
    let same = near(whole.left, part.left)
        && near(whole.top, part.top)
        && near(whole.right(), part.right())
        && near(whole.bottom(), part.bottom());
    let size = Size { width: width as u32, height: height as u32 };
    if same {
        return Some(InstanceMask { size, values: values[..width * height].to_vec() });
    }
    let (across, down) = (whole.width.max(f32::EPSILON), whole.height.max(f32::EPSILON));
    let share =
        [(part.left - whole.left) / across, (part.top - whole.top) / down, part.width / across, part.height / down];
    Some(InstanceMask { size, values: grid.resized(share, width, height) })
}

#[cfg(test)]
mod tests;
