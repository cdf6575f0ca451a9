//! Properties of `nvinfer` with DeepStream's names, types, defaults and ranges. What is set wins over the file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gst::glib;
use gst::prelude::*;

use super::configuration::Configuration;
use super::raw_callback::RawCallback;
use crate::config::nvinfer::{NvInferConfig, Overrides, ProcessMode as Mode};
use crate::config::{ConfigError, Warning};

/// `process-mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstNvInferProcessModeType")]
#[repr(i32)]
pub enum ProcessMode {
    /// Whole frames.
    #[default]
    #[enum_value(name = "Primary (Full Frame)", nick = "primary")]
    Primary = 1,
    /// Objects found upstream.
    #[enum_value(name = "Secondary (Objects)", nick = "secondary")]
    Secondary = 2,
}

/// `performance-mode` (extension): how the cores are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstDsAppsNvInferPerformanceMode")]
#[repr(i32)]
pub enum PerformanceMode {
    /// Latency for live sources, else throughput.
    #[default]
    #[enum_value(name = "Latency for live sources, throughput for others", nick = "auto")]
    Auto = 0,
    /// As many frames at a time as cores.
    #[enum_value(name = "One frame a core", nick = "throughput")]
    Throughput = 1,
    /// All cores on one frame.
    #[enum_value(name = "All cores on one frame", nick = "latency")]
    Latency = 2,
}

/// What the properties say.
#[derive(Debug, Default)]
pub struct Settings {
    /// `config-file-path`; empty for none.
    config_file: String,
    /// The file as it was when the property was set: properties read back what it says.
    file: Option<Result<NvInferConfig, ConfigError>>,
    warnings: Vec<Warning>,
    /// What was set by hand.
    over: Overrides,
    infer_on_class_ids: String,
    filter_out_class_ids: String,
    dynamic_properties: String,
    qos: bool,
    raw: RawCallback,
    /// `performance-mode`.
    performance: PerformanceMode,
}

impl Settings {
    /// The properties, their defaults taken from [`NvInferConfig::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = NvInferConfig::default();
        let uint = |name: &'static str, nick: &'static str, blurb: &'static str, range: (u32, u32), default: u32| {
            let spec = glib::ParamSpecUInt::builder(name).nick(nick).blurb(blurb).minimum(range.0).maximum(range.1);
            spec.default_value(default).mutable_ready().build()
        };
        let boolean = |name: &'static str, nick: &'static str, blurb: &'static str, default: bool| {
            glib::ParamSpecBoolean::builder(name).nick(nick).blurb(blurb).default_value(default).mutable_ready().build()
        };
        let text = |name: &'static str, nick: &'static str, blurb: &'static str| {
            glib::ParamSpecString::builder(name).nick(nick).blurb(blurb).default_value(Some("")).mutable_ready().build()
        };
        let playing = |name: &'static str, nick: &'static str, blurb: &'static str| {
            let spec = glib::ParamSpecString::builder(name).nick(nick).blurb(blurb);
            spec.default_value(Some("")).mutable_playing().build()
        };
        let signed_max = i32::MAX as u32;
        vec![
            uint("unique-id", "Unique ID", "Names the results of this element", (0, u32::MAX), d.unique_id),
            glib::ParamSpecEnum::builder_with_default("process-mode", ProcessMode::default())
                .nick("Process mode")
                .blurb("What the network looks at")
                .mutable_ready()
                .build(),
            playing("config-file-path", "Configuration file", "Key file or YAML; set while playing: another model"),
            uint("batch-size", "Batch size", "Most frames inferred together", (1, 1024), d.runtime.batch_size),
            uint("interval", "Interval", "Batches skipped between two that are inferred", (0, signed_max), d.interval),
            glib::ParamSpecInt::builder("infer-on-gie-id")
                .nick("Infer on GIE id")
                .blurb("Look at objects of the element with this unique-id; -1: of any")
                .minimum(-1)
                .default_value(-1)
                .mutable_ready()
                .build(),
            text("infer-on-class-ids", "Infer on class ids", "Look at objects of these classes, as 0:2:3"),
            text("filter-out-class-ids", "Filter out class ids", "Throw objects of these classes away, as 0;2;3"),
            playing("model-engine-file", "Engine file", "A TensorRT engine; set while playing: another model"),
            uint("gpu-id", "GPU", "GPU to use; networks on the processor need none", (0, u32::MAX), d.runtime.gpu_id),
            boolean("raw-output-file-write", "Write raw outputs", "Write every tensor of every batch to a file", false),
            glib::ParamSpecPointer::builder("raw-output-generated-callback")
                .nick("Raw output callback")
                .blurb("A C function that sees every tensor: gst_nvinfer_raw_output_generated_callback")
                .mutable_ready()
                .build(),
            glib::ParamSpecPointer::builder("raw-output-generated-userdata")
                .nick("Raw output callback's data")
                .blurb("Given to raw-output-generated-callback")
                .mutable_ready()
                .build(),
            boolean("output-tensor-meta", "Output tensor meta", "Attach the tensors the network gives", false),
            boolean("output-instance-mask", "Output instance mask", "Attach a mask to each object", false),
            boolean("input-tensor-meta", "Input tensor meta", "Take tensors made by nvdspreprocess", false),
            boolean("clip-object-outside-roi", "Clip outside ROI", "Clip boxes to the ROI of nvdspreprocess", true),
            boolean("crop-objects-to-roi-boundary", "Crop to ROI", "Clip boxes at the ROI offsets", false),
            boolean("strongly-typed", "Strongly typed", "Typing mode of a TensorRT builder; no effect here", false),
            text("dynamic-properties", "Dynamic properties", "key=value;... for a TensorRT builder; no effect here"),
            boolean("qos", "QoS", "Accepted as on any transform; frames are never dropped here", false),
            text("onnx-file", "ONNX file", "The model, in place of the file's onnx-file (extension)"),
            text("labelfile-path", "Label file", "The labels, in place of the file's labelfile-path (extension)"),
            glib::ParamSpecEnum::builder_with_default("performance-mode", PerformanceMode::default())
                .nick("Performance mode")
                .blurb("How the cores are shared out (extension)")
                .mutable_ready()
                .build(),
            glib::ParamSpecString::builder("engine")
                .nick("Engine")
                .blurb("What runs the network, once it is loaded (extension)")
                .read_only()
                .build(),
        ]
    }

    fn load(&mut self, path: String) {
        self.file = (!path.is_empty()).then(|| NvInferConfig::load(path.as_ref()).map(|loaded| loaded.config));
        self.config_file = path;
    }

    fn config_or_default(&self) -> NvInferConfig {
        let mut config = match &self.file {
            Some(Ok(config)) => config.clone(),
            _ => NvInferConfig::default(),
        };
        config.apply(&self.over);
        config
    }
}

impl Configuration for Settings {
    fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), String> {
        match name {
            "unique-id" => self.over.unique_id = Some(get(value)?),
            "process-mode" => {
                self.over.process_mode = Some(match get(value)? {
                    ProcessMode::Primary => Mode::Primary,
                    ProcessMode::Secondary => Mode::Secondary,
                });
            }
            "config-file-path" => self.load(get_text(value)?),
            "batch-size" => self.over.batch_size = Some(get(value)?),
            "interval" => self.over.interval = Some(get(value)?),
            "infer-on-gie-id" => self.over.gie_id = Some(u32::try_from(get::<i32>(value)?).ok()),
            "infer-on-class-ids" => {
                self.infer_on_class_ids = get_text(value)?;
                self.over.class_ids = Some(class_ids(&self.infer_on_class_ids, ':')?);
            }
            "filter-out-class-ids" => {
                self.filter_out_class_ids = get_text(value)?;
                self.over.filter_out = Some(class_ids(&self.filter_out_class_ids, ';')?);
            }
            "model-engine-file" => self.over.engine = path(value)?,
            "gpu-id" => self.over.gpu_id = Some(get(value)?),
            "raw-output-file-write" => self.over.write_raw_outputs = Some(get(value)?),
            "raw-output-generated-callback" | "raw-output-generated-userdata" => self.raw.set(name, value)?,
            "output-tensor-meta" => self.over.output_tensor_meta = Some(get(value)?),
            "output-instance-mask" => self.over.output_instance_mask = Some(get(value)?),
            "input-tensor-meta" => self.over.input_tensor_from_meta = Some(get(value)?),
            "clip-object-outside-roi" => self.over.clip_outside_roi = Some(get(value)?),
            "crop-objects-to-roi-boundary" => self.over.crop_to_roi = Some(get(value)?),
            "strongly-typed" => self.over.strongly_typed = Some(get(value)?),
            "dynamic-properties" => self.dynamic_properties = get_text(value)?,
            "qos" => self.qos = get(value)?,
            "onnx-file" => self.over.onnx = path(value)?,
            "labelfile-path" => self.over.label_file = path(value)?,
            "performance-mode" => self.performance = get(value)?,
            _ => return Err("no such property".into()),
        }
        Ok(())
    }

    fn get(&self, name: &str) -> Option<glib::Value> {
        let config = self.config_or_default();
        let text = |path: &Option<PathBuf>| path.as_ref().map_or(String::new(), |p| p.display().to_string()).to_value();
        Some(match name {
            "unique-id" => config.unique_id.to_value(),
            "process-mode" => match config.process_mode {
                Mode::Primary => ProcessMode::Primary.to_value(),
                Mode::Secondary => ProcessMode::Secondary.to_value(),
            },
            "config-file-path" => self.config_file.to_value(),
            "batch-size" => config.runtime.batch_size.to_value(),
            "interval" => config.interval.to_value(),
            "infer-on-gie-id" => {
                config.objects.gie_id.map_or(-1, |id| i32::try_from(id).unwrap_or(i32::MAX)).to_value()
            }
            "infer-on-class-ids" => join(&config.objects.class_ids, ':').to_value(),
            "filter-out-class-ids" => join(&config.detector.filter_out, ';').to_value(),
            "model-engine-file" => text(&config.model.engine),
            "gpu-id" => config.runtime.gpu_id.to_value(),
            "raw-output-file-write" => config.debug.write_raw_outputs.to_value(),
            "raw-output-generated-callback" | "raw-output-generated-userdata" => self.raw.get(name),
            "output-tensor-meta" => config.output_tensor_meta.to_value(),
            "output-instance-mask" => config.output_instance_mask.to_value(),
            "input-tensor-meta" => config.input_tensor_from_meta.to_value(),
            "clip-object-outside-roi" => config.clip_outside_roi.to_value(),
            "crop-objects-to-roi-boundary" => config.detector.crop_to_roi.to_value(),
            "strongly-typed" => config.runtime.strongly_typed.to_value(),
            "dynamic-properties" => self.dynamic_properties.to_value(),
            "qos" => self.qos.to_value(),
            "onnx-file" => text(&config.model.onnx),
            "labelfile-path" => text(&config.label_file),
            "performance-mode" => self.performance.to_value(),
            _ => return None,
        })
    }

    fn config(&mut self) -> Result<(NvInferConfig, Vec<Warning>), ConfigError> {
        let mut config = match self.config_file.is_empty() {
            true => NvInferConfig::default(),
            false => {
                let loaded = NvInferConfig::load(self.config_file.as_ref())?;
                self.warnings = loaded.warnings;
                loaded.config
            }
        };
        config.apply(&self.over);
        config.debug.raw_output_callback = self.raw.is_set();
        Ok((config, self.warnings.clone()))
    }

    fn names_a_model(&self) -> bool {
        !self.config_file.is_empty() || self.over.onnx.is_some()
    }

    fn needs(&self) -> &'static str {
        "nvinfer needs a configuration file, or at least onnx-file"
    }

    fn file(&self) -> &str {
        &self.config_file
    }

    fn raw_output(&self) -> RawCallback {
        self.raw
    }

    fn performance(&self) -> PerformanceMode {
        self.performance
    }
}

/// The value, or why it is none.
pub fn get<'a, T: glib::value::FromValue<'a>>(value: &'a glib::Value) -> Result<T, String> {
    value.get::<T>().map_err(|error| error.to_string())
}

/// Text; empty for none.
pub fn get_text(value: &glib::Value) -> Result<String, String> {
    Ok(get::<Option<String>>(value)?.unwrap_or_default())
}

fn path(value: &glib::Value) -> Result<Option<PathBuf>, String> {
    Ok(Some(get_text(value)?).filter(|path| !path.is_empty()).map(PathBuf::from))
}

/// Class numbers between separators; negative ones mean nothing, as in DeepStream.
pub fn class_ids(text: &str, separator: char) -> Result<BTreeSet<u32>, String> {
    let parts = text.split([separator, ':', ';']).map(str::trim).filter(|part| !part.is_empty());
    let number = |part: &str| part.parse::<i64>().map_err(|_| format!("'{part}' is no class number"));
    let ids = parts.map(number).collect::<Result<Vec<_>, _>>()?;
    Ok(ids.into_iter().filter_map(|id| u32::try_from(id).ok()).collect())
}

/// Class numbers with a separator after each.
pub fn join(ids: &BTreeSet<u32>, separator: char) -> String {
    ids.iter().map(|id| format!("{id}{separator}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_ids_are_read_and_written_as_deepstream_does() {
        let ids = class_ids("0:2: 3:", ':').unwrap();
        assert_eq!(join(&ids, ':'), "0:2:3:");
        assert_eq!(class_ids("-1", ':').unwrap(), BTreeSet::new());
        assert_eq!(class_ids("0;x", ';').unwrap_err(), "'x' is no class number");
    }

    #[test]
    fn every_property_reads_back_its_default() {
        let settings = Settings::default();
        for spec in Settings::specs().iter().filter(|spec| spec.name() != "engine") {
            let value = settings.get(spec.name()).unwrap_or_else(|| panic!("{} cannot be read", spec.name()));
            assert!(value.type_().is_a(spec.value_type()), "{}", spec.name());
            if spec.value_type() != glib::Type::POINTER {
                let default = spec.default_value();
                let equal = format!("{value:?}") == format!("{default:?}");
                assert!(equal, "{}: {value:?} is not {default:?}", spec.name());
            }
        }
    }
}
