//! DeepStream's configuration files (key files and YAML) as typed structs. Knows no GStreamer element.

pub mod nvinfer;
