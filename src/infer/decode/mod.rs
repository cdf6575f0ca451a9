//! From a detector's output tensors to boxes in pixels of the network's input.
//!
//! A decoder reads one layout; [`choose`] finds it by the name users give in `parse-bbox-func-name` or by the names and
//! shapes of the outputs. Boxes below the pre-cluster threshold of their class are never made. Nothing is allocated once
//! `out` has grown.

mod detectnet;
mod fastestdet;
pub mod layouts;
mod nanodet;
mod nms_rows;
mod rfb;
pub(super) mod rows;
mod ssd;
#[cfg(test)]
pub(super) mod testing;
mod yolo_rows;
mod yolov5;
mod yolov8;
mod yolox;

use layouts::{LAYOUTS, Model};

use super::detection::{Detection, Tensor, TensorInfo};
use super::error::InferError;
use crate::base::geometry::Size;
use crate::config::closest::closest;
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

/// The decoder for a model: the one called `parse_bbox_func_name` (see [`layouts`] for the names), or the one whose
/// layout fits `outputs`.
///
/// # Errors
/// When the name is unknown or the outputs are not what the decoder reads; the message lists what was found and known.
pub fn choose(
    parse_bbox_func_name: Option<&str>,
    outputs: &[TensorInfo],
    net: Size,
    classes: usize,
) -> Result<Box<dyn Decoder>, InferError> {
    let model = Model { outputs, net, classes };
    let found = || match outputs {
        [] => "no outputs".to_owned(),
        _ => outputs.iter().map(TensorInfo::to_string).collect::<Vec<_>>().join(", "),
    };
    let Some(name) = parse_bbox_func_name else {
        return LAYOUTS.iter().find_map(|layout| (layout.recognise)(model)).ok_or_else(|| {
            let known = LAYOUTS.iter().map(|layout| format!("{} {}", layout.name, layout.reads));
            InferError::NoDecoder { found: found(), known: known.collect::<Vec<_>>().join("; ") }
        });
    };
    let bare = layouts::bare(name);
    let layout = LAYOUTS.iter().find(|layout| layout.parsers.contains(&bare.as_str()));
    let layout = layout.ok_or_else(|| unknown(name, &bare))?;
    (layout.make)(model).ok_or_else(|| InferError::WrongOutputs {
        decoder: layout.name,
        expected: format!("{} with {classes} classes", layout.reads),
        found: found(),
    })
}

fn unknown(name: &str, bare: &str) -> InferError {
    let known = || LAYOUTS.iter().flat_map(|layout| layout.parsers.iter().copied());
    InferError::UnknownParser {
        key: "parse-bbox-func-name",
        name: name.to_owned(),
        closest: closest(bare, known()).map(str::to_owned),
        known: known().collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::detection::ElementType;

    fn info(name: &str, shape: &[i64]) -> TensorInfo {
        TensorInfo { name: name.into(), shape: shape.into(), kind: ElementType::F32 }
    }

    fn message(parser: Option<&str>, outputs: &[TensorInfo], classes: usize) -> String {
        choose(parser, outputs, Size { width: 416, height: 416 }, classes)
            .err()
            .map_or(String::new(), |e| e.to_string())
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        let yolox = [info("output", &[1, 3549, 85])];
        for name in ["NvDsInferParseCustomYoloX", "NvDsInferParseYOLOX", "yolox", "NvDsInferParseCustomYoloX_cuda"] {
            assert_eq!(message(Some(name), &yolox, 80), "");
        }
        let unknown = message(Some("NvDsInferParseCustomYolix"), &yolox, 80);
        assert!(
            unknown
                .starts_with("parse-bbox-func-name=NvDsInferParseCustomYolix is not known here (did you mean yolox?)")
        );
    }

    #[test]
    fn a_named_layout_that_does_not_fit_says_both_sides() {
        let outputs = [info("output", &[1, 100, 85])];
        let text = message(Some("yolox"), &outputs, 80);
        assert_eq!(
            text,
            "the YOLOX decoder wants [cells,5+C] with 80 classes; the model has output float32 [1,100,85]"
        );
    }

    #[test]
    fn outputs_that_fit_nothing_are_listed_with_what_is_known() {
        let text = message(None, &[info("Identity:0", &[1, 256])], 80);
        assert!(text.contains("found Identity:0 float32 [1,256]; known: DetectNet_v2 "), "{text}");
        assert!(text.contains("output-tensor-meta=1"), "{text}");
        assert!(message(None, &[], 80).contains("found no outputs"));
    }

    #[test]
    fn each_layout_is_recognised_and_no_other_is_taken_for_it() {
        let net = Size { width: 416, height: 416 };
        let plus = 52 * 52 + 26 * 26 + 13 * 13 + 7 * 7;
        let ssd = ["num_detections:0", "detection_boxes:0", "detection_scores:0", "detection_classes:0"];
        let cases: Vec<(&str, usize, Vec<TensorInfo>)> = vec![
            (
                "DetectNet_v2",
                4,
                vec![info("output_bbox/BiasAdd", &[-1, 16, 34, 60]), info("output_cov/Sigmoid", &[-1, 4, 34, 60])],
            ),
            ("SSD", 91, ssd.map(|name| info(name, if name.contains("box") { &[1, 100, 4] } else { &[1, 100] })).into()),
            ("NMS rows", 20, vec![info("detection_out", &[1, 1, 200, 7])]),
            ("RFB", 1, vec![info("scores", &[1, 4420, 2]), info("boxes", &[1, 4420, 4])]),
            ("FastestDet", 80, vec![info("758", &[1, 85, 22, 22])]),
            ("YOLOv8", 80, vec![info("output0", &[1, 84, 3549])]),
            ("YOLOv8", 80, vec![info("output0", &[-1, 84, -1])]),
            ("NanoDet", 80, vec![info("output", &[1, plus, 112])]),
            ("YOLOX", 80, vec![info("output", &[1, 3549, 85])]),
            ("YOLOX", 27, vec![info("output", &[-1, 3549, 32])]),
            ("YOLOv5", 80, vec![info("output0", &[1, 10647, 85])]),
            ("YOLOv5", 2, vec![info("output", &[1, 10647, 15])]),
            ("YOLO rows", 80, vec![info("output0", &[1, 300, 6])]),
        ];
        for (name, classes, outputs) in cases {
            let model = Model { outputs: &outputs, net, classes };
            let taken = LAYOUTS.iter().find(|layout| (layout.recognise)(model).is_some()).map(|layout| layout.name);
            assert_eq!(taken, Some(name), "{outputs:?}");
        }
    }

    #[test]
    fn parser_names_are_unique() {
        let mut names: Vec<_> = LAYOUTS.iter().flat_map(|layout| layout.parsers).collect();
        names.sort();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
