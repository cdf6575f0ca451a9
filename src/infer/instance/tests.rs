//! Each layout by hand-made outputs: boxes, masks, what stays of them, and what is refused.

use super::*;
use crate::config::nvinfer::ClassAttributes;
use crate::infer::decode::testing::{Output, info};

const NET: Size = Size { width: 64, height: 32 };

fn detector(classes: u32) -> Detector {
    let attributes = ClassAttributes { pre_cluster_threshold: 0.5, ..Default::default() };
    Detector {
        classes,
        cluster_mode: ClusterMode::None,
        attributes: vec![attributes; classes as usize],
        ..Detector::default()
    }
}

/// What is found, with the mask over `cut` of each box.
fn find(
    parser: Option<&str>,
    outputs: &[Output],
    classes: u32,
    cut: impl Fn(Rect) -> Rect,
) -> Vec<(Detection, InstanceMask)> {
    let infos: Vec<TensorInfo> = outputs.iter().map(info).collect();
    let instances = Instances::new(parser, &infos, &detector(classes)).unwrap();
    let tensors: Vec<_> = outputs.iter().map(Output::tensor).collect();
    let mut found = Vec::new();
    instances.find(&tensors, NET, &detector(classes), &mut found).unwrap();
    let mask =
        |candidate: &Candidate| instances.decoder.mask(&tensors, NET, candidate, &cut(candidate.found.rect)).unwrap();
    found.iter().map(|candidate| (candidate.found, mask(candidate))).collect()
}

fn rect(left: f32, top: f32, width: f32, height: f32) -> Rect {
    Rect { left, top, width, height }
}

fn mrcnn() -> [Output; 2] {
    let rows = [
        [4.0, 8.0, 12.0, 24.0, 1.0, 0.9],  // y1, x1, y2, x2
        [4.0, 8.0, 12.0, 24.0, 1.0, 0.4],  // too weak
        [20.0, -8.0, 40.0, 8.0, 0.0, 0.8], // half outside
        [0.0; 6],
    ];
    let mut masks = vec![0.0; 4 * 2 * 4];
    masks[4..8].copy_from_slice(&[0.1, 0.2, 0.3, 0.4]); // row 0, class 1
    masks[16..20].copy_from_slice(&[0.0, 1.0, 0.0, 1.0]); // row 2, class 0
    [
        Output::new("generate_detections", &[4, 6], rows.concat()),
        Output::new("mask_fcn_logits/BiasAdd", &[4, 2, 2, 2], masks),
    ]
}

#[test]
fn tao_rows_have_the_top_first_and_a_mask_for_each_class() {
    for parser in [None, Some("NvDsInferParseCustomMrcnnTLTV2"), Some("NvDsInferParseCustomMrcnnTLT")] {
        let found = find(parser, &mrcnn(), 2, |rect| rect);
        assert_eq!(found.len(), 2);
        let (first, second) = (&found[0], &found[1]);
        assert_eq!((first.0.class_id, first.0.rect), (0, rect(0.0, 20.0, 8.0, 12.0)));
        assert_eq!((second.0.class_id, second.0.confidence, second.0.rect), (1, 0.9, rect(8.0, 4.0, 16.0, 8.0)));
        assert_eq!(second.1.values, [0.1, 0.2, 0.3, 0.4]);
        // Of the box that is cut, the right half of the mask is left: 0.75 and 1 where it had 0 and 1 for the whole.
        assert_eq!((first.1.size, &first.1.values), (Size { width: 2, height: 2 }, &vec![0.75, 1.0, 0.75, 1.0]));
    }
}

#[test]
fn boxes_scores_classes_and_masks_are_told_apart_by_name_or_shape() {
    let outputs = |names: [&str; 4]| {
        let boxes = vec![0.0, 0.0, 16.0, 16.0, 32.0, 8.0, 48.0, 24.0];
        [
            Output::new(names[0], &[2, 4], boxes),
            Output::new(names[1], &[2], vec![1.0, 0.0]),
            Output::new(names[2], &[2], vec![0.6, 0.9]),
            Output::new(names[3], &[2, 1, 2, 2], vec![0.0, 0.2, 0.4, 0.6, 1.0, 1.0, 0.0, 0.0]),
        ]
    };
    let check = |found: Vec<(Detection, InstanceMask)>| {
        let summary: Vec<_> =
            found.iter().map(|(found, mask)| (found.class_id, found.confidence, mask.values[1])).collect();
        assert_eq!(summary, [(0, 0.9, 1.0), (1, 0.6, 0.2)]);
    };
    check(find(None, &outputs(["boxes", "labels", "scores", "masks"]), 2, |rect| rect));
    check(find(Some("NvDsInferParseYoloSeg"), &outputs(["det_boxes", "classes", "scores", "masks"]), 2, |rect| rect));
}

#[test]
fn a_mask_as_large_as_the_input_lies_over_the_input() {
    let mut mask = vec![0.0; 64 * 32];
    (8..16).for_each(|y| mask[y * 64 + 20..y * 64 + 30].fill(1.0));
    let outputs = [
        Output::new("dets", &[1, 5], vec![16.0, 8.0, 32.0, 16.0, 0.9]),
        Output::new("labels", &[1], vec![0.0]),
        Output::new("masks", &[1, 32, 64], mask),
    ];
    let found = find(Some("maskrcnn"), &outputs, 1, |rect| rect);
    assert_eq!(found[0].1.size, Size { width: 16, height: 8 });
    let row: Vec<u8> = found[0].1.values[..16].iter().map(|value| u8::from(*value > 0.5)).collect();
    assert_eq!(row, [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
}

/// Two prototypes of 16x8: the left half, and everything; the first anchor wants the left half, the others nothing.
fn yolo(anchors: [Vec<f32>; 3], columns: bool) -> [Output; 2] {
    let values = anchors[0].len();
    let count = 1200;
    let mut rows = vec![vec![0.0; values]; count];
    for (at, anchor) in anchors.into_iter().enumerate() {
        rows[at * 500] = anchor;
    }
    let half: Vec<f32> = (0..16 * 8).map(|at| if at % 16 < 8 { 1.0 } else { -1.0 }).collect();
    let prototypes = [half, vec![1.0; 16 * 8]].concat();
    let boxes = match columns {
        true => {
            let data = (0..values).flat_map(|value| rows.iter().map(move |row| row[value])).collect();
            Output::new("output0", &[values, count], data)
        }
        false => Output::new("output0", &[count, values], rows.concat()),
    };
    [boxes, Output::new("output1", &[2, 8, 16], prototypes)]
}

#[test]
fn yolo_masks_are_sums_of_prototypes_inside_the_box() {
    let v8 = || {
        // Centre 32,16, 32x16: both halves. The second overlaps it and is weaker; the third is another class.
        let first = vec![32.0, 16.0, 32.0, 16.0, 0.1, 0.9, 0.2, 9.0, 0.0];
        let second = vec![33.0, 16.0, 32.0, 16.0, 0.1, 0.8, 0.2, 9.0, 0.0];
        [first, second, vec![32.0, 16.0, 32.0, 16.0, 0.7, 0.1, 0.1, 0.0, -9.0]]
    };
    let v5 = v8().map(|mut anchor| {
        anchor.insert(4, 1.0);
        anchor
    });
    for outputs in [yolo(v8(), true), yolo(v8(), false), yolo(v5, false)] {
        let found = find(None, &outputs, 3, |rect| rect);
        let boxes: Vec<_> = found.iter().map(|(found, _)| (found.class_id, found.confidence)).collect();
        assert_eq!(boxes, [(0, 0.7), (1, 0.9)]);
        let mask = &found[1].1;
        assert_eq!(mask.size, Size { width: 8, height: 4 });
        let row: Vec<u8> = mask.values[..8].iter().map(|value| u8::from(*value > 0.5)).collect();
        assert_eq!(row, [1, 1, 1, 1, 0, 0, 0, 0]);
        assert!(found[0].1.values.iter().all(|value| *value < 0.01));
    }
}

#[test]
fn yolo_rows_that_are_finished_are_corners_score_and_class() {
    let rows = [[8.0, 8.0, 24.0, 16.0, 0.9, 2.0, 9.0, 0.0], [0.0; 8]];
    let prototypes = vec![1.0; 2 * 8 * 16];
    let outputs = [Output::new("output0", &[2, 8], rows.concat()), Output::new("output1", &[2, 8, 16], prototypes)];
    let found = find(Some("NvDsInferParseYoloSeg"), &outputs, 3, |rect| rect);
    assert_eq!((found.len(), found[0].0.class_id, found[0].0.rect), (1, 2, rect(8.0, 8.0, 16.0, 8.0)));
    assert!(found[0].1.values.iter().all(|value| *value > 0.99));
}

#[test]
fn topk_and_nms_hold_for_masks_too() {
    let boxes = vec![0.0, 0.0, 16.0, 16.0, 1.0, 0.0, 17.0, 16.0, 40.0, 0.0, 48.0, 8.0];
    let outputs = [
        Output::new("boxes", &[3, 4], boxes),
        Output::new("classes", &[3], vec![0.0; 3]),
        Output::new("scores", &[3], vec![0.6, 0.9, 0.7]),
        Output::new("masks", &[3, 2, 2], vec![1.0; 12]),
    ];
    let tensors: Vec<_> = outputs.iter().map(Output::tensor).collect();
    let sources = |detector: &Detector| {
        let instances = Instances::new(None, &outputs.each_ref().map(info), detector).unwrap();
        let mut found = Vec::new();
        instances.find(&tensors, NET, detector, &mut found).unwrap();
        found.iter().map(|candidate| candidate.source).collect::<Vec<_>>()
    };
    let mut wanted = detector(1);
    assert_eq!(sources(&wanted), [0, 1, 2]);
    wanted.attributes[0].top_k = Some(2);
    assert_eq!(sources(&wanted), [1, 2]);
    wanted.attributes[0].top_k = None;
    wanted.cluster_mode = ClusterMode::Nms;
    assert_eq!(sources(&wanted), [1, 2]);
}

#[test]
fn what_is_wrong_is_said() {
    let fail = |parser, outputs: &[Output], mode| {
        let infos: Vec<TensorInfo> = outputs.iter().map(info).collect();
        let detector = Detector { cluster_mode: mode, ..detector(2) };
        Instances::new(parser, &infos, &detector).err().unwrap().to_string()
    };
    let none = ClusterMode::None;
    let text = fail(Some("NvDsInferParseYoloSegg"), &mrcnn(), none);
    assert!(
        text.starts_with(
            "parse-bbox-instance-mask-func-name=NvDsInferParseYoloSegg is not known here (did you mean yoloseg?)"
        ),
        "{text}"
    );
    let text = fail(None, &[Output::new("map", &[3, 4, 4], vec![])], none);
    assert!(text.contains("fit no known instance segmentation: found map float32 [1,3,4,4]"), "{text}");
    let text = fail(Some("mrcnntltv2"), &[Output::new("map", &[3, 4, 4], vec![])], none);
    assert!(text.starts_with("the TAO Mask R-CNN decoder wants generate_detections [N,6]"), "{text}");
    let text = fail(None, &mrcnn(), ClusterMode::GroupRectangles);
    assert!(text.starts_with("cluster-mode=0 makes one box of several"), "{text}");
}

#[test]
fn a_dynamic_output_of_the_wrong_rank_is_an_error_and_odd_numbers_are_no_boxes() {
    let infos = mrcnn().each_ref().map(info);
    let instances = Instances::new(None, &infos, &detector(2)).unwrap();
    let short = [
        Output::new("generate_detections", &[4, 6], vec![0.5; 24]),
        Output::new("mask_fcn_logits/BiasAdd", &[4, 2], vec![]),
    ];
    let tensors: Vec<_> = short.iter().map(Output::tensor).collect();
    let error = instances.find(&tensors, NET, &detector(2), &mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("rows [N,6] and masks [N,C,h,w] of as many"), "{error}");
    let rows = [
        [f32::NAN, 0.0, 9.0, 9.0, 0.0, 0.9],
        [0.0, 0.0, 9.0, f32::INFINITY, 0.0, 0.9],
        [0.0, 0.0, 9.0, 9.0, -1.0, 0.9],
        [9.0, 9.0, 0.0, 0.0, 0.0, 0.9],
    ];
    let [_, masks] = mrcnn();
    let odd = [Output::new("generate_detections", &[4, 6], rows.concat()), masks];
    let tensors: Vec<_> = odd.iter().map(Output::tensor).collect();
    let mut found = Vec::new();
    instances.find(&tensors, NET, &detector(2), &mut found).unwrap();
    assert!(found.is_empty(), "{found:?}");
}
