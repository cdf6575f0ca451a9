//! What the elements that share this machinery differ in: their properties, and the file that these name.

use gst::glib;

use super::PerformanceMode;
use super::raw_callback::RawCallback;
use crate::config::nvinfer::NvInferConfig;
use crate::config::{ConfigError, Warning};

/// The properties of an element, and the configuration they come to.
pub trait Configuration: Send {
    /// Sets one property.
    ///
    /// # Errors
    /// When the value has a type or a form the property does not know.
    fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), String>;

    /// Reads one property: what was set, else what the file says, else the default. `None` for `engine`, the element's own.
    fn get(&self, name: &str) -> Option<glib::Value>;

    /// The file with the properties laid over it, and what is odd about the file. The file is read again, so that it may
    /// change between runs.
    ///
    /// # Errors
    /// When the file is wrong.
    fn config(&mut self) -> Result<(NvInferConfig, Vec<Warning>), ConfigError>;

    /// Whether there is anything to run: a file, or a model by itself.
    fn names_a_model(&self) -> bool;

    /// What the element cannot be without, for whoever set nothing.
    fn needs(&self) -> &'static str;

    /// `config-file-path`; empty for none.
    fn file(&self) -> &str;

    /// `raw-output-generated-callback` and `raw-output-generated-userdata`.
    fn raw_output(&self) -> RawCallback;

    /// `performance-mode`.
    fn performance(&self) -> PerformanceMode;
}
