//! Properties of `nvdsanalytics` with DeepStream's names, types and defaults.

use std::path::PathBuf;

use gst::glib;
use gst::prelude::*;

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Stands in the metadata.
    pub unique_id: u32,
    /// Without it frames pass as they are.
    pub enable: bool,
    /// Where the rules are.
    pub config_file: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { unique_id: 17, enable: true, config_file: None }
    }
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        vec![
            glib::ParamSpecUInt::builder("unique-id")
                .nick("Unique id")
                .blurb("Names this element in the metadata it attaches")
                .default_value(d.unique_id)
                .build(),
            glib::ParamSpecBoolean::builder("enable")
                .nick("Enable")
                .blurb("Whether objects are looked at; if not, frames pass as they are")
                .default_value(d.enable)
                .mutable_ready()
                .build(),
            glib::ParamSpecString::builder("config-file")
                .nick("Configuration file")
                .blurb("Key file or YAML with the rules; read anew when it changes")
                .mutable_playing()
                .build(),
        ]
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "unique-id" => self.unique_id = value.get()?,
            "enable" => self.enable = value.get()?,
            _ => self.config_file = value.get()?,
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "unique-id" => self.unique_id.to_value(),
            "enable" => self.enable.to_value(),
            _ => self.config_file.to_value(),
        }
    }

    /// The file, if one is named.
    pub fn file(&self) -> Option<PathBuf> {
        self.config_file.as_deref().filter(|file| !file.is_empty()).map(PathBuf::from)
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;
