//! `infer_config.postprocess`: what the outputs mean.

use super::File;
use crate::config::ConfigError;
use crate::config::nvinfer::{ClassAttributes, ClusterMode, NetworkType, NvInferConfig};
use crate::config::prototext::nvdsinferserver::{
    DetectionParams, PostProcessParams, detection_params::ClusteringPolicy, post_process_params::ProcessType,
};

pub(super) fn read(
    file: &mut File<'_>,
    postprocess: Option<&PostProcessParams>,
    config: &mut NvInferConfig,
) -> Result<(), ConfigError> {
    config.label_file = postprocess.and_then(|postprocess| file.resolve(&postprocess.labelfile_path));
    config.network_type = NetworkType::Other;
    let name = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    match postprocess.and_then(|postprocess| postprocess.process_type.as_ref()) {
        Some(ProcessType::Detection(detection)) => {
            config.network_type = NetworkType::Detector;
            config.parsers.bbox = name(&detection.custom_parse_bbox_func);
            boxes(file, detection, config)?;
        }
        Some(ProcessType::Classification(classification)) => {
            config.network_type = NetworkType::Classifier;
            config.classifier.threshold = classification.threshold;
            config.parsers.classifier = name(&classification.custom_parse_classifier_func);
        }
        Some(ProcessType::Segmentation(segmentation)) => {
            config.network_type = NetworkType::Segmentation;
            config.segmentation.threshold = segmentation.threshold;
            config.detector.classes =
                count(file, "segmentation.num_segmentation_classes", segmentation.num_segmentation_classes)?;
            config.parsers.segmentation = name(&segmentation.custom_parse_segmentation_func);
        }
        Some(ProcessType::TritonClassification(_) | ProcessType::TrtisClassification(_)) => {
            let field = "infer_config.postprocess.triton_classification";
            let expected = "classification (the server's own classification is not asked for here)";
            return Err(file.wrong(field, expected, "triton_classification".into()));
        }
        Some(ProcessType::Other(_)) | None => {}
    }
    Ok(())
}

/// Thresholds and clustering. Without a policy boxes stay as they are.
fn boxes(file: &File<'_>, detection: &DetectionParams, config: &mut NvInferConfig) -> Result<(), ConfigError> {
    let detector = &mut config.detector;
    detector.classes = count(file, "detection.num_detected_classes", detection.num_detected_classes)?;
    let all = &mut detector.all;
    *all = ClassAttributes { pre_cluster_threshold: 0.0, ..*all };
    detector.cluster_mode = match &detection.clustering_policy {
        Some(ClusteringPolicy::Nms(nms)) => {
            all.pre_cluster_threshold = nms.confidence_threshold;
            if !(0.0..=1.0).contains(&nms.iou_threshold) {
                let found = nms.iou_threshold.to_string();
                return Err(file.wrong("infer_config.postprocess.detection.nms.iou_threshold", "0 to 1", found));
            }
            all.nms_iou_threshold = nms.iou_threshold;
            all.top_k = u32::try_from(nms.topk).ok().filter(|most| *most > 0);
            ClusterMode::Nms
        }
        Some(ClusteringPolicy::Dbscan(dbscan)) => {
            all.pre_cluster_threshold = dbscan.pre_threshold;
            (all.eps, all.dbscan_min_score) = (dbscan.eps, dbscan.min_score);
            all.min_boxes = u32::try_from(dbscan.min_boxes).unwrap_or(0);
            ClusterMode::Dbscan
        }
        Some(ClusteringPolicy::GroupRectangle(group)) => {
            all.pre_cluster_threshold = group.confidence_threshold;
            all.group_threshold = u32::try_from(group.group_threshold).unwrap_or(0);
            all.eps = group.eps;
            ClusterMode::GroupRectangles
        }
        Some(ClusteringPolicy::SimpleCluster(simple)) => {
            all.pre_cluster_threshold = simple.threshold;
            ClusterMode::None
        }
        None => ClusterMode::None,
    };
    detector.attributes = vec![detector.all; detector.classes as usize];
    for (class, params) in &detection.per_class_params {
        let attributes = usize::try_from(*class).ok().and_then(|class| detector.attributes.get_mut(class));
        let attributes = attributes.ok_or_else(|| {
            let expected = format!("keys below num_detected_classes ({})", detection.num_detected_classes);
            file.wrong("infer_config.postprocess.detection.per_class_params", expected, class.to_string())
        })?;
        attributes.pre_cluster_threshold = params.pre_threshold;
    }
    Ok(())
}

fn count(file: &File<'_>, field: &str, classes: i32) -> Result<u32, ConfigError> {
    let count = u32::try_from(classes).ok().filter(|classes| *classes <= 65536);
    count.ok_or_else(|| file.wrong(&format!("infer_config.postprocess.{field}"), "0 to 65536", classes.to_string()))
}
