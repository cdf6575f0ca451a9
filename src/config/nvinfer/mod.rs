//! The configuration file of `nvinfer`: every documented key as a typed field with DeepStream's default.
//!
//! [`NvInferConfig`] is the whole file; its parts are in [`parts`], its numbered choices in [`values`]. Properties set on
//! the element are laid over it with [`Overrides`].

mod class_attributes;
mod load;
mod overrides;
pub mod parts;
mod property;
pub mod triton;
pub mod values;

use std::path::PathBuf;

pub use load::Loaded;
pub use overrides::Overrides;
pub use parts::{ClassAttributes, Classifier, Debug, Detector, Input, Model, Objects, Parsers, Runtime, Segmentation};
pub use values::{ClusterMode, ColorFormat, NetworkMode, NetworkType, ProcessMode, ScalingFilter, TensorOrder};

/// A whole nvinfer file. Paths are resolved against the folder of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct NvInferConfig {
    /// The file it was read from; empty for one made in code.
    pub path: PathBuf,
    /// `gie-unique-id`: names the results of this element in the metadata. 15.
    pub unique_id: u32,
    /// `process-mode`. Primary.
    pub process_mode: ProcessMode,
    /// `network-type` (or the old `is-classifier`). Detector.
    pub network_type: NetworkType,
    /// `interval`: batches skipped between two that are inferred. 0.
    pub interval: u32,
    /// `labelfile-path`.
    pub label_file: Option<PathBuf>,
    /// `output-tensor-meta`: attach the raw outputs.
    pub output_tensor_meta: bool,
    /// `output-instance-mask`: attach the mask of each object.
    pub output_instance_mask: bool,
    /// `input-tensor-from-meta`: take the tensors nvdspreprocess made.
    pub input_tensor_from_meta: bool,
    /// The property `clip-object-outside-roi`: boxes found in a tensor end at its region. True.
    pub clip_outside_roi: bool,
    /// The model files and what is said about their tensors.
    pub model: Model,
    /// How the engine is built and run.
    pub runtime: Runtime,
    /// How pixels become the input tensor.
    pub input: Input,
    /// The names of parsers.
    pub parsers: Parsers,
    /// What a detector's boxes go through.
    pub detector: Detector,
    /// What a classifier's outputs go through.
    pub classifier: Classifier,
    /// What a segmentation map goes through.
    pub segmentation: Segmentation,
    /// Which objects a secondary element looks at.
    pub objects: Objects,
    /// Tensors written to and read from files.
    pub debug: Debug,
}

impl Default for NvInferConfig {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            unique_id: 15,
            process_mode: ProcessMode::Primary,
            network_type: NetworkType::Detector,
            interval: 0,
            label_file: None,
            output_tensor_meta: false,
            output_instance_mask: false,
            input_tensor_from_meta: false,
            clip_outside_roi: true,
            model: Model::default(),
            runtime: Runtime::default(),
            input: Input::default(),
            parsers: Parsers::default(),
            detector: Detector::default(),
            classifier: Classifier::default(),
            segmentation: Segmentation::default(),
            objects: Objects::default(),
            debug: Debug::default(),
        }
    }
}
