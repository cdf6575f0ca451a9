//! DeepStream's configuration files (key files, YAML, protocol buffers' text) as typed structs. Knows no GStreamer element.

pub mod analytics;
pub mod broker;
pub mod closest;
pub mod document;
pub mod entry;
mod error;
mod keyfile;
pub mod labels;
pub mod msgconv;
pub mod nvinfer;
pub mod nvinferserver;
pub mod preprocess;
pub mod prototext;
mod read;
pub mod tracker;
pub mod value;
mod yaml;

pub use error::{ConfigError, Warning, Warnings};
