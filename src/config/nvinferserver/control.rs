//! `input_control` and `output_control`: what the network looks at, and what becomes of what it finds.

use super::File;
use crate::config::ConfigError;
use crate::config::nvinfer::{ClassAttributes, NvInferConfig, ProcessMode};
use crate::config::prototext::nvdsinferserver::plugin_control::{
    BBoxFilter, Color, DetectClassFilter, InputControl, OutputControl, ProcessMode as Mode,
    input_control::{InferenceInterval, ObjectFilter},
    output_control::{ClassifierMeta, PostprocessControl},
};

pub(super) fn input(file: &mut File<'_>, control: InputControl, config: &mut NvInferConfig) -> Result<(), ConfigError> {
    config.process_mode = match control.process_mode() {
        Mode::Default | Mode::FullFrame => ProcessMode::Primary,
        Mode::ClipObjects => ProcessMode::Secondary,
    };
    // 0 is what a file without an id says, and no element's id.
    config.objects.gie_id = u32::try_from(control.operate_on_gie_id).ok().filter(|id| *id > 0);
    config.objects.class_ids = control.operate_on_class_ids.iter().filter_map(|id| u32::try_from(*id).ok()).collect();
    match control.inference_interval {
        Some(InferenceInterval::Interval(interval)) => config.interval = interval,
        Some(InferenceInterval::SecondaryReinferInterval(interval)) => {
            config.objects.reinfer_interval = Some(interval).filter(|&interval| interval < i32::MAX as u32);
        }
        None => {}
    }
    config.classifier.async_mode = control.async_mode;
    if let Some(ObjectFilter::ObjectControl(object)) = control.object_filter
        && let Some(BBoxFilter { min_width, min_height, max_width, max_height }) = object.bbox_filter
    {
        check(file, "input_control.object_control.bbox_filter", (min_width, max_width), (min_height, max_height))?;
        let objects = &mut config.objects;
        (objects.min_width, objects.min_height) = (min_width, min_height);
        (objects.max_width, objects.max_height) = (max_width, max_height);
    }
    Ok(())
}

pub(super) fn output(
    file: &mut File<'_>,
    control: OutputControl,
    config: &mut NvInferConfig,
) -> Result<(), ConfigError> {
    config.output_tensor_meta = control.output_tensor_meta;
    if let Some(ClassifierMeta::ClassifierType(kind)) = control.classifier_meta {
        config.classifier.kind = Some(kind).filter(|kind| !kind.is_empty());
    }
    let Some(PostprocessControl::DetectControl(detect)) = control.postprocess_control else { return Ok(()) };
    let detector = &mut config.detector;
    detector.filter_out = detect.filter_out_class_ids.iter().filter_map(|id| u32::try_from(*id).ok()).collect();
    if let Some(filter) = &detect.default_filter {
        filter_by(file, filter, &mut detector.all)?;
        detector.attributes.iter_mut().try_for_each(|attributes| filter_by(file, filter, attributes))?;
    }
    for (class, filter) in &detect.specific_class_filters {
        let attributes = detector.attributes.get_mut(*class as usize);
        let attributes = attributes.ok_or_else(|| {
            let expected = format!("keys below num_detected_classes ({})", detector.classes);
            file.wrong("output_control.detect_control.specific_class_filters", expected, class.to_string())
        })?;
        filter_by(file, filter, attributes)?;
    }
    Ok(())
}

fn filter_by(file: &File<'_>, filter: &DetectClassFilter, attributes: &mut ClassAttributes) -> Result<(), ConfigError> {
    if let Some(BBoxFilter { min_width, min_height, max_width, max_height }) = filter.bbox_filter {
        check(file, "output_control.detect_control.bbox_filter", (min_width, max_width), (min_height, max_height))?;
        (attributes.min_width, attributes.min_height) = (min_width, min_height);
        (attributes.max_width, attributes.max_height) = (max_width, max_height);
    }
    (attributes.roi_top_offset, attributes.roi_bottom_offset) = (filter.roi_top_offset, filter.roi_bottom_offset);
    let rgba = |color: &Color| [color.r, color.g, color.b, color.a];
    if let Some(color) = &filter.border_color {
        attributes.border_color = rgba(color);
    }
    attributes.background_color = filter.bg_color.as_ref().map(rgba);
    Ok(())
}

/// Least and most must leave something between them; 0 is no limit.
fn check(file: &File<'_>, field: &str, width: (u32, u32), height: (u32, u32)) -> Result<(), ConfigError> {
    for (side, (least, most)) in [("width", width), ("height", height)] {
        if most != 0 && least > most {
            let expected = format!("min_{side} up to max_{side} ({most})");
            return Err(file.wrong(field, expected, least.to_string()));
        }
    }
    Ok(())
}
