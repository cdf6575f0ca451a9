//! Properties of `nvdspreprocess` with DeepStream's names, types and defaults. What is set wins over the file.

use std::path::PathBuf;

use gst::glib;
use gst::prelude::*;

use crate::config::preprocess::PreprocessConfig;

/// What the properties say; `None` leaves the file's value.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    config_file: Option<String>,
    unique_id: Option<u32>,
    enable: Option<bool>,
    gpu_id: Option<u32>,
    process_on_frame: Option<bool>,
    operate_on_gie_id: Option<i32>,
    target_unique_ids: Option<String>,
}

impl Settings {
    /// The properties, their defaults taken from [`PreprocessConfig::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = PreprocessConfig::default();
        let uint = |name: &'static str, nick: &'static str, blurb: &'static str, default: u32| {
            glib::ParamSpecUInt::builder(name).nick(nick).blurb(blurb).default_value(default).mutable_ready().build()
        };
        let boolean = |name: &'static str, nick: &'static str, blurb: &'static str, default: bool| {
            glib::ParamSpecBoolean::builder(name).nick(nick).blurb(blurb).default_value(default).mutable_ready().build()
        };
        let text = |name: &'static str, nick: &'static str, blurb: &'static str| {
            glib::ParamSpecString::builder(name).nick(nick).blurb(blurb).default_value(Some("")).mutable_ready().build()
        };
        vec![
            uint("unique-id", "Unique ID", "Names this element", d.unique_id),
            boolean("enable", "Enable", "Whether tensors are made; if not, frames pass as they are", d.enable),
            uint("gpu-id", "GPU", "GPU to use; tensors in host memory need none", d.gpu_id),
            boolean("process-on-frame", "Process on frame", "Regions of frames, or else objects", d.process_on_frame),
            glib::ParamSpecInt::builder("operate-on-gie-id")
                .nick("Operate on GIE id")
                .blurb("Look at objects of the network with this unique-id; -1: of any")
                .minimum(-1)
                .default_value(-1)
                .mutable_ready()
                .build(),
            text("target-unique-ids", "Target unique ids", "The networks the tensors are for, as 3;4;5"),
            text("config-file", "Configuration file", "Key file or YAML with the regions of each source"),
        ]
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "unique-id" => self.unique_id = Some(value.get()?),
            "enable" => self.enable = Some(value.get()?),
            "gpu-id" => self.gpu_id = Some(value.get()?),
            "process-on-frame" => self.process_on_frame = Some(value.get()?),
            "operate-on-gie-id" => self.operate_on_gie_id = Some(value.get()?),
            "target-unique-ids" => self.target_unique_ids = text(value),
            _ => self.config_file = text(value),
        }
        Ok(())
    }

    /// The value of the property called `name`: what was set, or the default.
    pub fn get(&self, name: &str) -> glib::Value {
        let d = PreprocessConfig::default();
        match name {
            "unique-id" => self.unique_id.unwrap_or(d.unique_id).to_value(),
            "enable" => self.enable.unwrap_or(d.enable).to_value(),
            "gpu-id" => self.gpu_id.unwrap_or(d.gpu_id).to_value(),
            "process-on-frame" => self.process_on_frame.unwrap_or(d.process_on_frame).to_value(),
            "operate-on-gie-id" => self.operate_on_gie_id.unwrap_or(-1).to_value(),
            "target-unique-ids" => self.target_unique_ids.clone().unwrap_or_default().to_value(),
            _ => self.config_file.clone().unwrap_or_default().to_value(),
        }
    }

    /// The file, if one is named.
    pub fn file(&self) -> Option<PathBuf> {
        self.config_file.as_ref().map(PathBuf::from)
    }

    /// Lays what was set over the file.
    pub fn apply(&self, config: &mut PreprocessConfig) {
        config.unique_id = self.unique_id.unwrap_or(config.unique_id);
        config.enable = self.enable.unwrap_or(config.enable);
        config.gpu_id = self.gpu_id.unwrap_or(config.gpu_id);
        config.process_on_frame = self.process_on_frame.unwrap_or(config.process_on_frame);
        if let Some(id) = self.operate_on_gie_id {
            config.operate_on_gie_id = u32::try_from(id).ok();
        }
        if let Some(ids) = &self.target_unique_ids {
            config.target_unique_ids = ids.split(';').filter_map(|id| id.trim().parse().ok()).collect();
        }
    }
}

fn text(value: &glib::Value) -> Option<String> {
    value.get::<Option<String>>().ok().flatten().filter(|text| !text.is_empty())
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchError;
