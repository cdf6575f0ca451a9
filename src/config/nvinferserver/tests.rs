//! Whole files of the text format: every field that has an effect, and mistakes.

use super::*;
use crate::config::nvinfer::triton::{TritonModel, TritonPlace};
use crate::config::nvinfer::{ClusterMode, ColorFormat, NetworkType, ProcessMode, TensorOrder};

const REPOSITORY: &str = r#"model_repo { root: "repo" strict_model_config: true }"#;

fn text(server: &str, more: &str, control: &str) -> String {
    format!(
        "infer_config {{\n  unique_id: 5\n  gpu_ids: [0]\n  max_batch_size: 4\n  backend {{\n    inputs: [ {{ name: \"in:0\" \
         dims: [3, 448, 768] }} ]\n    outputs: [ {{ name: \"a\" }}, {{ name: \"b\" }} ]\n    triton {{\n      model_name: \
         \"ssd\"\n      version: -1\n      {server}\n    }}\n  }}\n  {more}\n}}\n{control}\n"
    )
}

fn load_text(text: &str) -> Result<Loaded, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.txt");
    std::fs::write(&path, text).unwrap();
    load(&path)
}

fn error(text: &str) -> String {
    let error = load_text(text).unwrap_err().to_string();
    error.split_once("c.txt").map_or(error.clone(), |(_, rest)| rest.to_owned())
}

#[test]
fn a_detector_is_read_field_by_field() {
    let more = "preprocess { network_format: IMAGE_FORMAT_BGR tensor_order: TENSOR_ORDER_NHWC maintain_aspect_ratio: 1 \
                symmetric_padding: 1 tensor_name: \"image\" frame_scaling_filter: 1 normalize { scale_factor: 0.5 \
                channel_offsets: [1, 2, 3] } }\n\
                postprocess { labelfile_path: \"l.txt\" detection { num_detected_classes: 3 per_class_params { key: 1 value \
                { pre_threshold: 0.4 } } nms { confidence_threshold: 0.2 topk: 20 iou_threshold: 0.5 } } }";
    let control = "input_control { process_mode: PROCESS_MODE_CLIP_OBJECTS operate_on_gie_id: 1 operate_on_class_ids: [0, 2] \
                   secondary_reinfer_interval: 9 object_control { bbox_filter { min_width: 8 min_height: 9 } } }\n\
                   output_control { output_tensor_meta: true detect_control { default_filter { bbox_filter { min_width: 32 } \
                   border_color { r: 0 g: 1 b: 0 a: 1 } } specific_class_filters { key: 2 value { roi_top_offset: 7 } } \
                   filter_out_class_ids: [1] } }";
    let Loaded { config, warnings } = load_text(&text(REPOSITORY, more, control)).unwrap();
    assert_eq!(warnings, []);
    assert_eq!((config.unique_id, config.runtime.batch_size, config.model.dims), (5, 4, Some([3, 448, 768])));
    assert_eq!(config.model.output_names, ["a", "b"]);
    let TritonModel { name, version, input, place } = config.model.triton.clone().unwrap();
    assert_eq!((name.as_str(), version, input.as_deref()), ("ssd", None, Some("image")));
    assert!(matches!(place, TritonPlace::Repository { roots, strict: true } if roots[0].ends_with("repo")));
    let input = &config.input;
    assert_eq!((input.color, input.order, input.scale_factor), (ColorFormat::Bgr, TensorOrder::Nhwc, 0.5));
    assert_eq!((input.maintain_aspect_ratio, input.symmetric_padding), (true, true));
    assert_eq!(input.offsets, [1.0, 2.0, 3.0]);
    let detector = &config.detector;
    assert_eq!(
        (config.network_type, detector.classes, detector.cluster_mode),
        (NetworkType::Detector, 3, ClusterMode::Nms)
    );
    let thresholds: Vec<f32> = detector.attributes.iter().map(|a| a.pre_cluster_threshold).collect();
    assert_eq!(thresholds, [0.2, 0.4, 0.2]);
    assert_eq!((detector.class(0).nms_iou_threshold, detector.class(0).top_k), (0.5, Some(20)));
    assert_eq!((detector.class(0).min_width, detector.class(2).roi_top_offset), (32, 7));
    assert_eq!(detector.class(0).border_color, [0.0, 1.0, 0.0, 1.0]);
    assert_eq!(detector.filter_out, [1].into());
    assert_eq!((config.process_mode, config.objects.gie_id), (ProcessMode::Secondary, Some(1)));
    assert_eq!((config.objects.class_ids.clone(), config.objects.reinfer_interval), ([0, 2].into(), Some(9)));
    assert_eq!((config.objects.min_width, config.objects.min_height), (8, 9));
    assert!(config.output_tensor_meta && config.label_file.unwrap().ends_with("l.txt"));
}

#[test]
fn upstreams_file_without_post_processing_is_read() {
    let text = text(
        REPOSITORY,
        "postprocess { other {} }",
        "input_control { process_mode: PROCESS_MODE_FULL_FRAME interval: 2 }",
    );
    let config = load_text(&text.replace("triton {", "trt_is {")).unwrap();
    assert_eq!(config.warnings[0].text, "trt_is is the old name of triton");
    assert_eq!((config.config.network_type, config.config.interval), (NetworkType::Other, 2));
}

#[test]
fn a_server_is_an_address() {
    let of = |url: &str| load_text(&text(&format!("grpc {{ url: \"{url}\" }}"), "", ""));
    let config = of("localhost:8001").unwrap().config;
    assert!(
        matches!(config.model.triton.unwrap().place, TritonPlace::Server(server) if server.url == "localhost:8001")
    );
    for url in ["", "localhost", ":8001", "localhost:0", "localhost:99999", "a b:1"] {
        let error = of(url).unwrap_err().to_string();
        assert!(error.contains(":11: infer_config.backend.triton.grpc.url: expected HOST:PORT"), "{error}");
    }
}

#[test]
fn what_is_missing_or_makes_no_sense_is_named() {
    assert!(error("").contains(": infer_config is missing (what is run)"));
    assert!(error(&text("", "", "")).contains("model_repo is missing"));
    assert!(error(&text("model_repo {}", "", "")).contains("model_repo.root is missing"));
    assert!(
        error("infer_config { unique_id: 1 backend { triton { model_name: '../x' } } }").contains("a name, not a path")
    );
    let wrong = error(&text(
        REPOSITORY,
        "postprocess { detection { num_detected_classes: 2\nper_class_params { key: 2 value {} } } }",
        "",
    ));
    assert_eq!(
        wrong,
        ":15: infer_config.postprocess.detection.per_class_params: expected keys below num_detected_classes (2), found 2"
    );
    let wrong =
        error(&text(REPOSITORY, "", "input_control { object_control { bbox_filter { min_width: 9 max_width: 8 } } }"));
    assert!(wrong.contains("expected min_width up to max_width (8), found 9"), "{wrong}");
    assert!(error(&text(REPOSITORY, "lstm { loops { input: 'a' output: 'b' } }", "")).contains("no lstm"));
    assert!(error(&text(REPOSITORY, "preprocess { frame_scaling_filter: 9 }", "")).contains("0 to 6"));
    assert!(error("[property]\nonnx-file=x\n").starts_with(":1: is a file for nvinfer; nvinferserver reads"));
}
