//! Properties of `nvinferserver` with DeepStream's names, types, defaults and ranges. What is set wins over the file.

use std::time::Duration;

use gst::glib;
use gst::prelude::*;

use crate::config::nvinfer::triton::{Server, TritonPlace};
use crate::config::nvinfer::{Loaded, NvInferConfig, Overrides, ProcessMode};
use crate::config::{ConfigError, Warning, nvinferserver};
use crate::elements::nvinfer::values::{class_ids, get, get_text, join};
use crate::elements::nvinfer::{Configuration, PerformanceMode, RawCallback};

/// What the properties say.
#[derive(Debug)]
pub struct Settings {
    file: String,
    /// The file as it was when the property was set: properties read back what it says.
    read: Option<NvInferConfig>,
    over: Overrides,
    timeout: Duration,
    patience: Duration,
    raw: RawCallback,
    performance: PerformanceMode,
}

impl Default for Settings {
    fn default() -> Self {
        let Server { timeout, patience, .. } = Server::at("");
        Self {
            file: String::new(),
            read: None,
            over: Overrides::default(),
            timeout,
            patience,
            raw: RawCallback::default(),
            performance: PerformanceMode::default(),
        }
    }
}

impl Settings {
    /// The properties.
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let uint = |name: &'static str, nick: &'static str, blurb: &'static str, most: u32, default: u32| {
            let spec = glib::ParamSpecUInt::builder(name).nick(nick).blurb(blurb).maximum(most);
            spec.default_value(default).mutable_ready().build()
        };
        let pointer = |name: &'static str, nick: &'static str, blurb: &'static str| {
            glib::ParamSpecPointer::builder(name).nick(nick).blurb(blurb).mutable_ready().build()
        };
        let millis = |time: Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        vec![
            uint("unique-id", "Unique ID", "Names the results of this element; 0: as the file says", u32::MAX, 0),
            uint("process-mode", "Process mode", "0: as the file says, 1: whole frames, 2: objects", 2, 0),
            glib::ParamSpecString::builder("config-file-path")
                .nick("Configuration file")
                .blurb("Text of protocol buffers; set while playing: another model")
                .default_value(Some(""))
                .mutable_playing()
                .build(),
            uint("batch-size", "Batch size", "Most frames inferred together; 0: as the file says", 1024, 0),
            glib::ParamSpecInt::builder("infer-on-gie-id")
                .nick("Infer on GIE id")
                .blurb("Look at objects of the element with this unique-id; -1: of any")
                .minimum(-1)
                .default_value(-1)
                .mutable_ready()
                .build(),
            glib::ParamSpecBoolean::builder("input-tensor-meta")
                .nick("Input tensor meta")
                .blurb("Take tensors made by nvdspreprocess")
                .mutable_ready()
                .build(),
            glib::ParamSpecString::builder("infer-on-class-ids")
                .nick("Infer on class ids")
                .blurb("Look at objects of these classes, as 0:2:3")
                .default_value(Some(""))
                .mutable_ready()
                .build(),
            uint("interval", "Interval", "Batches skipped between two that are inferred", i32::MAX as u32, 0),
            pointer("raw-output-generated-callback", "Raw output callback", "A C function that sees every tensor"),
            pointer("raw-output-generated-userdata", "Raw output callback's data", "Given to the callback"),
            uint(
                "grpc-timeout",
                "Time-out of a request",
                "Milliseconds a server may take for an answer (extension)",
                u32::MAX,
                millis(d.timeout),
            ),
            uint(
                "grpc-retry",
                "Wait for a server",
                "Milliseconds a server that is gone or restarts is waited for (extension)",
                u32::MAX,
                millis(d.patience),
            ),
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

    fn laid_over(&self, mut config: NvInferConfig) -> NvInferConfig {
        config.apply(&self.over);
        if let Some(TritonPlace::Server(server)) = config.model.triton.as_mut().map(|triton| &mut triton.place) {
            (server.timeout, server.patience) = (self.timeout, self.patience);
        }
        config
    }
}

impl Configuration for Settings {
    fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), String> {
        let some = |value: &glib::Value| get::<u32>(value).map(|number| Some(number).filter(|number| *number > 0));
        match name {
            "unique-id" => self.over.unique_id = some(value)?,
            "process-mode" => {
                self.over.process_mode = some(value)?.and_then(|mode| ProcessMode::from_number(mode.into()));
            }
            "config-file-path" => {
                self.file = get_text(value)?;
                self.read = nvinferserver::load(self.file.as_ref()).ok().map(|loaded| loaded.config);
            }
            "batch-size" => self.over.batch_size = some(value)?,
            "infer-on-gie-id" => self.over.gie_id = Some(u32::try_from(get::<i32>(value)?).ok()),
            "input-tensor-meta" => self.over.input_tensor_from_meta = Some(get(value)?),
            "infer-on-class-ids" => self.over.class_ids = Some(class_ids(&get_text(value)?, ':')?),
            "interval" => self.over.interval = Some(get(value)?),
            "raw-output-generated-callback" | "raw-output-generated-userdata" => self.raw.set(name, value)?,
            "grpc-timeout" => self.timeout = Duration::from_millis(get::<u32>(value)?.into()),
            "grpc-retry" => self.patience = Duration::from_millis(get::<u32>(value)?.into()),
            "performance-mode" => self.performance = get(value)?,
            _ => return Err("no such property".into()),
        }
        Ok(())
    }

    fn get(&self, name: &str) -> Option<glib::Value> {
        // Without a file nothing is said, which is 0.
        let nothing = NvInferConfig { unique_id: 0, ..NvInferConfig::default() };
        let config = self.laid_over(self.read.clone().unwrap_or(nothing));
        let said = |number: u32, over: Option<u32>| if self.read.is_some() { number } else { over.unwrap_or(0) };
        let millis = |time: Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        Some(match name {
            "unique-id" => config.unique_id.to_value(),
            "process-mode" => {
                let over = self.over.process_mode.map(|mode| mode.number() as u32);
                said(config.process_mode.number() as u32, over).to_value()
            }
            "config-file-path" => self.file.to_value(),
            "batch-size" => said(config.runtime.batch_size, self.over.batch_size).to_value(),
            "infer-on-gie-id" => {
                config.objects.gie_id.map_or(-1, |id| i32::try_from(id).unwrap_or(i32::MAX)).to_value()
            }
            "input-tensor-meta" => config.input_tensor_from_meta.to_value(),
            "infer-on-class-ids" => join(&config.objects.class_ids, ':').to_value(),
            "interval" => config.interval.to_value(),
            "raw-output-generated-callback" | "raw-output-generated-userdata" => self.raw.get(name),
            "grpc-timeout" => millis(self.timeout).to_value(),
            "grpc-retry" => millis(self.patience).to_value(),
            "performance-mode" => self.performance.to_value(),
            _ => return None,
        })
    }

    fn config(&mut self) -> Result<(NvInferConfig, Vec<Warning>), ConfigError> {
        let Loaded { mut config, warnings } = nvinferserver::load(self.file.as_ref())?;
        config.debug.raw_output_callback = self.raw.is_set();
        Ok((self.laid_over(config), warnings))
    }

    fn names_a_model(&self) -> bool {
        !self.file.is_empty()
    }

    fn needs(&self) -> &'static str {
        "nvinferserver needs a configuration file"
    }

    fn file(&self) -> &str {
        &self.file
    }

    fn raw_output(&self) -> RawCallback {
        self.raw
    }

    fn performance(&self) -> PerformanceMode {
        self.performance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_reads_back_its_default() {
        let settings = Settings::default();
        for spec in Settings::specs().iter().filter(|spec| spec.name() != "engine") {
            let value = settings.get(spec.name()).unwrap_or_else(|| panic!("{} cannot be read", spec.name()));
            assert!(value.type_().is_a(spec.value_type()), "{}", spec.name());
            if spec.value_type() != glib::Type::POINTER {
                assert_eq!(format!("{value:?}"), format!("{:?}", spec.default_value()), "{}", spec.name());
            }
        }
    }

    #[test]
    fn what_is_set_wins_over_the_file_and_nothing_is_as_the_file_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.txt");
        let text = "infer_config { unique_id: 5 max_batch_size: 4 backend { triton { model_name: 'm' grpc { url: 'h:1' } } } }";
        std::fs::write(&path, text).unwrap();
        let mut settings = Settings::default();
        settings.set("grpc-timeout", &250u32.to_value()).unwrap();
        settings.set("batch-size", &0u32.to_value()).unwrap();
        settings.set("config-file-path", &path.to_str().unwrap().to_value()).unwrap();
        assert_eq!(settings.get("unique-id").unwrap().get::<u32>().unwrap(), 5);
        settings.set("unique-id", &9u32.to_value()).unwrap();
        let (config, _) = settings.config().unwrap();
        assert_eq!((config.unique_id, config.runtime.batch_size), (9, 4));
        let place = config.model.triton.unwrap().place;
        assert!(matches!(place, TritonPlace::Server(server) if server.timeout == Duration::from_millis(250)));
    }
}
