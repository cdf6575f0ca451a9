//! The layouts that are known: what they read, the parser names users have for them, and which are recognised.
//!
//! | `parse-bbox-func-name` | layout |
//! |---|---|
//! | none, with outputs called `*cov*` and `*bbox*`; `NvDsInferParseCustomResnet` | DetectNet_v2 |
//! | `NvDsInferParseCustomTfSSD` | four outputs, corners as fractions, top first |
//! | `NvDsInferParseCustomBatchedNMSTLT`, `NvDsInferParseCustomYoloV4` | four outputs, corners as fractions, left first |
//! | `NvDsInferParseYoloV5CustomBatchedNMSTLT`, `NvDsInferParseCustomEfficientNMS` | four outputs, corners in pixels |
//! | `NvDsInferParseCustomEfficientDetTAO` | four outputs, corners in pixels, top first |
//! | `NvDsInferParseCustomNMSTLT`, `NvDsInferParseCustomSSD` | rows of seven |
//! | `NvDsInferParseCustomYoloX` | YOLOX |
//! | `NvDsInferParseCustomYoloV5`, `V7` | YOLOv5 |
//! | `NvDsInferParseCustomYoloV8`, `V9`, `V11` | YOLOv8 |
//! | `NvDsInferParseYolo`, `NvDsInferParseYoloE`, `NvDsInferParseCustomYoloV10` | rows of six |
//! | `NvDsInferParseCustomNanoDet` | NanoDet |
//! | `NvDsInferParseCustomFastestDet` | FastestDet |
//! | `NvDsInferParseCustomRFB` | RFB and slim faces |
//!
//! Names are compared without case; `NvDsInferParseCustom...` and `NvDsInferParse...` are one, `_cuda` at the end is
//! dropped, and the bare layout (`YoloX`) does too.

use super::Decoder;
use super::detectnet::DetectNet;
use super::fastestdet::FastestDet;
use super::nanodet::NanoDet;
use super::nms_rows::NmsRows;
use super::rfb::Rfb;
use super::ssd::{Coordinates, Ssd};
use super::yolo_rows::YoloRows;
use super::yolov5::Yolov5;
use super::yolov8::Yolov8;
use super::yolox::Yolox;
use crate::base::geometry::Size;
use crate::infer::detection::TensorInfo;

/// What is known about a model before it runs.
#[derive(Clone, Copy)]
pub(super) struct Model<'a> {
    pub outputs: &'a [TensorInfo],
    pub net: Size,
    pub classes: usize,
}

type Make = for<'a> fn(Model<'a>) -> Option<Box<dyn Decoder>>;

/// One way in which detectors lay out their outputs.
pub(super) struct Layout {
    /// What error messages call it.
    pub name: &'static str,
    /// What it reads.
    pub reads: &'static str,
    /// Parser names without `NvDsInferParse` and `Custom`, in lower case.
    pub parsers: &'static [&'static str],
    /// The decoder, if the outputs can be read so at all.
    pub make: Make,
    /// The decoder, if the outputs can hardly be anything else.
    pub recognise: Make,
}

fn boxed<D: Decoder + 'static>(decoder: Option<D>) -> Option<Box<dyn Decoder>> {
    decoder.map(|decoder| Box::new(decoder) as Box<dyn Decoder>)
}

const NEVER: Make = |_| None;

/// All layouts, those with the surest marks first.
pub(super) const LAYOUTS: &[Layout] = &[
    Layout {
        name: "DetectNet_v2",
        reads: "*cov* [C,h,w] and *bbox* [4C,h,w]",
        parsers: &["resnet", "detectnet", "detectnetv2"],
        make: |m| boxed(DetectNet::new(m.outputs)),
        recognise: |m| boxed(DetectNet::new(m.outputs)),
    },
    Layout {
        name: "SSD",
        reads: "num_detections, detection_boxes [N,4] as fractions, detection_scores [N], detection_classes [N]",
        parsers: &["tfssd"],
        make: |m| boxed(Ssd::new(m.outputs, Coordinates::FractionsTopLeft)),
        recognise: |m| boxed(Ssd::recognise(m.outputs)),
    },
    Layout {
        name: "BatchedNMS",
        reads: "a count, boxes [N,4] as fractions, scores [N], classes [N]",
        parsers: &["batchednmstlt", "batchednms", "yolov4"],
        make: |m| boxed(Ssd::new(m.outputs, Coordinates::FractionsLeftTop)),
        recognise: NEVER,
    },
    Layout {
        name: "EfficientNMS",
        reads: "a count, boxes [N,4] in pixels, scores [N], classes [N]",
        parsers: &["efficientnms", "yolov5custombatchednmstlt", "batchedyolov5nmstlt"],
        make: |m| boxed(Ssd::new(m.outputs, Coordinates::PixelsLeftTop)),
        recognise: NEVER,
    },
    Layout {
        name: "EfficientDet",
        reads: "a count, boxes [N,4] in pixels with the top first, scores [N], classes [N]",
        parsers: &["efficientdettao", "efficientdet"],
        make: |m| boxed(Ssd::new(m.outputs, Coordinates::PixelsTopLeft)),
        recognise: NEVER,
    },
    Layout {
        name: "NMS rows",
        reads: "[1,1,N,7]",
        parsers: &["nmstlt", "ssd", "nms"],
        make: |m| boxed(NmsRows::new(m.outputs)),
        recognise: |m| boxed(NmsRows::recognise(m.outputs)),
    },
    Layout {
        name: "RFB",
        reads: "scores [N,1+C] and boxes [N,4] as fractions",
        parsers: &["rfb", "slim", "ultraface"],
        make: |m| boxed(Rfb::new(m.outputs, m.classes)),
        recognise: |m| boxed(Rfb::new(m.outputs, m.classes)),
    },
    Layout {
        name: "FastestDet",
        reads: "[5+C,h,w]",
        parsers: &["fastestdet"],
        make: |m| boxed(FastestDet::new(m.outputs, m.classes)),
        recognise: |m| boxed(FastestDet::new(m.outputs, m.classes)),
    },
    Layout {
        name: "YOLOv8",
        reads: "[4+C,cells] or [cells,4+C]",
        parsers: &["yolov8", "yolov9", "yolov11", "yolo11", "yolov12", "yolov6"],
        make: |m| boxed(Yolov8::new(m.outputs, m.classes)),
        recognise: |m| boxed(Yolov8::recognise(m.outputs, m.net, m.classes)),
    },
    Layout {
        name: "NanoDet",
        reads: "[cells,C+4*bins]",
        parsers: &["nanodet", "nanodetplus"],
        make: |m| boxed(NanoDet::new(m.outputs, m.net, m.classes)),
        recognise: |m| boxed(NanoDet::new(m.outputs, m.net, m.classes).filter(|_| !is_yolo(m))),
    },
    Layout {
        name: "YOLOX",
        reads: "[cells,5+C]",
        parsers: &["yolox"],
        make: |m| boxed(Yolox::new(m.outputs, m.net, m.classes)),
        recognise: |m| boxed(Yolox::new(m.outputs, m.net, m.classes)),
    },
    Layout {
        name: "YOLOv5",
        reads: "[3*cells,5+C]",
        parsers: &["yolov5", "yolov7", "yolooriginal"],
        make: |m| boxed(Yolov5::new(m.outputs, m.classes)),
        recognise: |m| boxed(Yolov5::recognise(m.outputs, m.net, m.classes)),
    },
    Layout {
        name: "YOLO rows",
        reads: "[N,6]",
        parsers: &["yolo", "yolov10", "yolov26", "yolo26"],
        make: |m| boxed(YoloRows::new(m.outputs, true)),
        recognise: |m| boxed(YoloRows::recognise(m.outputs)),
    },
    Layout {
        name: "YOLO rows",
        reads: "[N,6]",
        parsers: &["yoloe"],
        make: |m| boxed(YoloRows::new(m.outputs, false)),
        recognise: NEVER,
    },
];

/// Whether rows have exactly the length of YOLOX's, which a distribution of distances could have too.
fn is_yolo(model: Model<'_>) -> bool {
    model.outputs.iter().any(|output| output.shape.last() == Some(&(5 + model.classes as i64)))
}

/// A parser name as [`Layout::parsers`] has it.
pub(in crate::infer) fn bare(parser: &str) -> String {
    let mut name = parser.trim().to_ascii_lowercase();
    for prefix in ["nvdsinferparse", "custom"] {
        name = name.strip_prefix(prefix).unwrap_or(&name).to_owned();
    }
    name.strip_suffix("_cuda").unwrap_or(&name).to_owned()
}
