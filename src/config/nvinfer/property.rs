//! The keys of `[property]`, and the old names some of them had.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::values::{ClusterMode, ColorFormat, NetworkMode, NetworkType, ProcessMode, ScalingFilter, TensorOrder};
use super::{NvInferConfig, Runtime};
use crate::config::closest::closest;
use crate::config::document::{Document, Section};
use crate::config::value::Value;
use crate::config::{ConfigError, Warnings};

type Config = NvInferConfig;
type Done = Result<(), ConfigError>;
type Set = fn(&mut Config, Value<'_>) -> Done;

const COUNT: RangeInclusive<i64> = 0..=i32::MAX as i64;
const SHARE: RangeInclusive<f32> = 0.0..=f32::MAX;
const ANY: RangeInclusive<f32> = f32::MIN..=f32::MAX;

/// Every key and where its value goes.
const KEYS: &[(&str, Set)] = &[
    // The element.
    ("gie-unique-id", |c, v| v.integer(1..=i64::from(u32::MAX)).map(|n| c.unique_id = n)),
    ("process-mode", |c, v| choice(v, ProcessMode::NUMBERS, ProcessMode::from_number, &mut c.process_mode)),
    ("network-type", |c, v| choice(v, NetworkType::NUMBERS, NetworkType::from_number, &mut c.network_type)),
    ("interval", |c, v| v.integer(COUNT).map(|n| c.interval = n)),
    ("labelfile-path", |c, v| path(v, &mut c.label_file)),
    ("output-tensor-meta", |c, v| v.boolean().map(|b| c.output_tensor_meta = b)),
    ("output-instance-mask", |c, v| v.boolean().map(|b| c.output_instance_mask = b)),
    ("input-tensor-from-meta", |c, v| v.boolean().map(|b| c.input_tensor_from_meta = b)),
    // The model.
    ("onnx-file", |c, v| path(v, &mut c.model.onnx)),
    ("model-engine-file", |c, v| path(v, &mut c.model.engine)),
    ("tlt-encoded-model", |c, v| path(v, &mut c.model.tlt_encoded)),
    ("tlt-model-key", |c, v| text(v, &mut c.model.tlt_key)),
    ("model-file", |c, v| path(v, &mut c.model.caffe_weights)),
    ("proto-file", |c, v| path(v, &mut c.model.caffe_network)),
    ("uff-file", |c, v| path(v, &mut c.model.uff)),
    ("uff-input-order", |c, v| {
        some_choice(v, TensorOrder::NUMBERS, TensorOrder::from_number, &mut c.model.uff_input_order)
    }),
    ("uff-input-blob-name", |c, v| text(v, &mut c.model.uff_input_name)),
    ("int8-calib-file", |c, v| path(v, &mut c.model.int8_calibration)),
    ("custom-network-config", |c, v| path(v, &mut c.model.custom_network_config)),
    ("output-blob-names", |c, v| list(v, &mut c.model.output_names)),
    ("infer-dims", infer_dims),
    ("output-io-formats", |c, v| list(v, &mut c.model.output_io_formats)),
    ("layer-device-precision", |c, v| list(v, &mut c.model.layer_device_precision)),
    // The engine.
    ("batch-size", |c, v| v.integer(1..=1024).map(|n| c.runtime.batch_size = n)),
    ("gpu-id", |c, v| v.integer(COUNT).map(|n| c.runtime.gpu_id = n)),
    ("network-mode", |c, v| choice(v, NetworkMode::NUMBERS, NetworkMode::from_number, &mut c.runtime.network_mode)),
    ("workspace-size", |c, v| v.integer(COUNT).map(|n| c.runtime.workspace_size = n)),
    ("tensor-meta-pool-size", |c, v| v.integer(COUNT).map(|n| c.runtime.tensor_meta_pool_size = n)),
    ("auto-inc-mem", |c, v| v.boolean().map(|b| c.runtime.grow_pool = b)),
    ("max-gpu-mem-per", |c, v| v.number(0.0..=100.0).map(|n| c.runtime.max_gpu_memory_percent = n)),
    ("enable-dla", |c, v| v.boolean().map(|b| c.runtime.enable_dla = b)),
    ("use-dla-core", |c, v| v.integer(i64::from(i32::MIN)..=i64::from(i32::MAX)).map(|n| c.runtime.dla_core = n)),
    ("force-implicit-batch-dim", |c, v| v.boolean().map(|b| c.runtime.force_implicit_batch = b)),
    ("strongly-typed", |c, v| v.boolean().map(|b| c.runtime.strongly_typed = b)),
    ("warmup-engine", |c, v| v.boolean().map(|b| c.runtime.warm_up = b)),
    ("disable-output-host-copy", |c, v| v.boolean().map(|b| c.runtime.disable_output_host_copy = b)),
    ("stabilize-buffer-count", |c, v| v.integer(COUNT).map(|n| c.runtime.stabilize_buffer_count = n)),
    ("dynamic-properties", |c, v| dynamic_properties(&mut c.runtime, v)),
    // The input tensor.
    ("net-scale-factor", |c, v| v.number(ANY).map(|n| c.input.scale_factor = n)),
    ("offsets", offsets),
    ("mean-file", |c, v| path(v, &mut c.input.mean_file)),
    ("model-color-format", |c, v| choice(v, ColorFormat::NUMBERS, ColorFormat::from_number, &mut c.input.color)),
    ("network-input-order", |c, v| choice(v, &[0, 1], planes, &mut c.input.order)),
    ("maintain-aspect-ratio", |c, v| v.boolean().map(|b| c.input.maintain_aspect_ratio = b)),
    ("symmetric-padding", |c, v| v.boolean().map(|b| c.input.symmetric_padding = b)),
    ("padding-value", |c, v| v.integer(0..=255).map(|n| c.input.padding_value = n)),
    ("scaling-filter", |c, v| choice(v, ScalingFilter::NUMBERS, ScalingFilter::from_number, &mut c.input.filter)),
    ("scaling-compute-hw", |c, v| v.integer(0..=2).map(|n| c.input.compute_hardware = n)),
    // Parsers.
    ("parse-bbox-func-name", |c, v| text(v, &mut c.parsers.bbox)),
    ("parse-bbox-instance-mask-func-name", |c, v| text(v, &mut c.parsers.instance_mask)),
    ("parse-classifier-func-name", |c, v| text(v, &mut c.parsers.classifier)),
    ("parse-segmentation-func-name", |c, v| text(v, &mut c.parsers.segmentation)),
    ("engine-create-func-name", |c, v| text(v, &mut c.parsers.engine_create)),
    ("custom-lib-path", |c, v| path(v, &mut c.parsers.library)),
    // The outputs.
    ("num-detected-classes", |c, v| v.integer(0..=65536).map(|n| c.detector.classes = n)),
    ("cluster-mode", |c, v| choice(v, ClusterMode::NUMBERS, ClusterMode::from_number, &mut c.detector.cluster_mode)),
    ("filter-out-class-ids", |c, v| set_of(v, &mut c.detector.filter_out)),
    ("crop-objects-to-roi-boundary", |c, v| v.boolean().map(|b| c.detector.crop_to_roi = b)),
    ("classifier-threshold", |c, v| v.number(SHARE).map(|n| c.classifier.threshold = n)),
    ("classifier-async-mode", |c, v| v.boolean().map(|b| c.classifier.async_mode = b)),
    ("classifier-type", |c, v| text(v, &mut c.classifier.kind)),
    ("segmentation-threshold", |c, v| v.number(SHARE).map(|n| c.segmentation.threshold = n)),
    ("segmentation-output-order", |c, v| choice(v, &[0, 1], planes, &mut c.segmentation.order)),
    // The objects a secondary element looks at.
    ("operate-on-gie-id", |c, v| {
        v.integer::<i64>(-1..=i64::from(i32::MAX)).map(|n| c.objects.gie_id = u32::try_from(n).ok())
    }),
    ("operate-on-class-ids", |c, v| set_of(v, &mut c.objects.class_ids)),
    ("input-object-min-width", |c, v| v.integer(COUNT).map(|n| c.objects.min_width = n)),
    ("input-object-min-height", |c, v| v.integer(COUNT).map(|n| c.objects.min_height = n)),
    ("input-object-max-width", |c, v| v.integer(COUNT).map(|n| c.objects.max_width = n)),
    ("input-object-max-height", |c, v| v.integer(COUNT).map(|n| c.objects.max_height = n)),
    ("secondary-reinfer-interval", |c, v| {
        v.integer(COUNT).map(|n| c.objects.reinfer_interval = Some(n).filter(|&n| n < i32::MAX as u32))
    }),
    // Tensors in files.
    ("raw-output-file-write", |c, v| v.boolean().map(|b| c.debug.write_raw_outputs = b)),
    ("dump-input-tensor", |c, v| v.boolean().map(|b| c.debug.dump_inputs = b)),
    ("dump-output-tensor", |c, v| v.boolean().map(|b| c.debug.dump_outputs = b)),
    ("overwrite-input-tensor", |c, v| v.boolean().map(|b| c.debug.overwrite_inputs = b)),
    ("overwrite-output-tensor", |c, v| v.boolean().map(|b| c.debug.overwrite_outputs = b)),
    ("ip-tensor-file", |c, v| path(v, &mut c.debug.input_file)),
    ("op-tensor-files", |c, v| paths(v, &mut c.debug.output_files)),
];

/// An old key, the one that replaced it and wins over it, and where its value goes.
const OLD: &[(&str, &str, Set)] = &[
    ("is-classifier", "network-type", |c, v| {
        v.boolean().map(|b| c.network_type = if b { NetworkType::Classifier } else { NetworkType::Detector })
    }),
    ("enable-dbscan", "cluster-mode", |c, v| {
        if v.boolean()? {
            c.detector.cluster_mode = ClusterMode::Dbscan;
        }
        Ok(())
    }),
    ("input-dims", "infer-dims", uff_dims),
    ("uff-input-dims", "infer-dims", uff_dims),
    ("parse-func", "parse-bbox-func-name", |_, _| Ok(())),
];

/// Reads the section into a configuration.
pub(super) fn read(document: &Document, section: &Section, config: &mut Config, warnings: &mut Warnings) -> Done {
    for value in document.values(section) {
        let key = value.key();
        if let Some((_, set)) = KEYS.iter().find(|(name, _)| *name == key) {
            set(config, value)?;
        } else if let Some((_, new, set)) = OLD.iter().find(|(name, ..)| *name == key) {
            let wins = section.has(new);
            if !wins {
                set(config, value)?;
            }
            let effect = if wins { ", which is given too and holds" } else { "" };
            let text = || format!("[property] {key} is the old form of {new}{effect}");
            warnings.add(&document.path, value.line(), text);
        } else {
            warnings.add(&document.path, value.line(), || unknown(key));
        }
    }
    Ok(())
}

fn unknown(key: &str) -> String {
    let known = closest(key, KEYS.iter().map(|(name, _)| *name));
    let hint = known.map(|name| format!("; is {name} meant?")).unwrap_or_default();
    format!("[property] has no key {key}; it has no effect{hint}")
}

fn text(value: Value<'_>, field: &mut Option<String>) -> Done {
    *field = value.some_text();
    Ok(())
}

fn list(value: Value<'_>, field: &mut Vec<String>) -> Done {
    *field = value.list();
    Ok(())
}

fn path(value: Value<'_>, field: &mut Option<PathBuf>) -> Done {
    *field = value.some_path();
    Ok(())
}

fn paths(value: Value<'_>, field: &mut Vec<PathBuf>) -> Done {
    *field = value.paths();
    Ok(())
}

fn choice<T>(value: Value<'_>, numbers: &[i64], of: impl Fn(i64) -> Option<T>, field: &mut T) -> Done {
    *field = value.choice(numbers, of)?;
    Ok(())
}

fn some_choice<T>(value: Value<'_>, numbers: &[i64], of: impl Fn(i64) -> Option<T>, field: &mut Option<T>) -> Done {
    *field = Some(value.choice(numbers, of)?);
    Ok(())
}

fn planes(number: i64) -> Option<TensorOrder> {
    TensorOrder::from_number(number).filter(|order| *order != TensorOrder::Nc)
}

fn set_of(value: Value<'_>, field: &mut BTreeSet<u32>) -> Done {
    *field = value.integers(COUNT)?.into_iter().collect();
    Ok(())
}

fn infer_dims(config: &mut Config, value: Value<'_>) -> Done {
    let wants = "three whole numbers: channels;height;width";
    let dims: Vec<u32> = value.integers(1..=65536).map_err(|_| value.wants(wants))?;
    config.model.dims = Some(dims.try_into().map_err(|_| value.wants(wants))?);
    Ok(())
}

fn uff_dims(config: &mut Config, value: Value<'_>) -> Done {
    let wants = "four whole numbers: three dimensions and the order (0 NCHW, 1 NHWC, 2 NC)";
    let dims: Vec<u32> = value.integers(0..=65536).map_err(|_| value.wants(wants))?;
    let [a, b, c, order] = dims[..] else { return Err(value.wants(wants)) };
    config.model.dims = Some([a, b, c]);
    config.model.uff_input_order = Some(TensorOrder::from_number(order.into()).ok_or_else(|| value.wants(wants))?);
    Ok(())
}

fn offsets(config: &mut Config, value: Value<'_>) -> Done {
    let offsets = value.numbers()?;
    if offsets.len() > 4 {
        return Err(value.wants("at most four numbers, one a channel"));
    }
    config.input.offsets = offsets;
    Ok(())
}

fn dynamic_properties(runtime: &mut Runtime, value: Value<'_>) -> Done {
    let pair = |item: String| {
        let (name, text) = item.split_once('=')?;
        Some((name.trim().to_owned(), text.trim().to_owned()))
    };
    let pairs: Option<Vec<_>> = value.list().into_iter().map(pair).collect();
    runtime.dynamic_properties = pairs.ok_or_else(|| value.wants("name=value pairs separated by ;"))?;
    Ok(())
}
