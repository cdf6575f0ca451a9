//! The configuration of `nvdspreprocess`: a key file or YAML with `[property]`, `[user-configs]` and a section `[group-N]`
//! for each set of sources.
//!
//! Sections, keys, defaults and ranges are NVIDIA's. The regions of a source, `roi-params-src-N`, are kept as they stand:
//! whether they lie in a frame is only known once there is one.

mod group;
mod load;
mod property;

pub use group::{Group, Region};
pub use load::Loaded;

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::nvinfer::{ColorFormat, Input, ScalingFilter, TensorOrder};
pub use crate::base::elements::TensorType;
use crate::base::geometry::Size;

/// A library of the user's own that makes the tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomLibrary {
    /// `custom-lib-path`.
    pub path: PathBuf,
    /// `custom-tensor-preparation-function`.
    pub function: String,
}

/// A whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct PreprocessConfig {
    /// Where it was read from.
    pub path: PathBuf,
    /// `enable`: without it frames pass as they are. True.
    pub enable: bool,
    /// `unique-id`. 15.
    pub unique_id: u32,
    /// `gpu-id`. 0.
    pub gpu_id: u32,
    /// `process-on-frame`: regions of frames, or else objects. True.
    pub process_on_frame: bool,
    /// `target-unique-ids`: the `gie-unique-id` of the networks the tensors are for.
    pub target_unique_ids: Vec<u64>,
    /// `operate-on-gie-id`: objects of this network only; of any when absent.
    pub operate_on_gie_id: Option<u32>,
    /// `network-input-order`. NCHW; custom when it is neither.
    pub order: Option<TensorOrder>,
    /// `network-input-shape`: the tensor, the most regions in it first.
    pub shape: Vec<u32>,
    /// `processing-width`, `processing-height`: what every region is scaled to.
    pub processing: Size,
    /// `tensor-data-type`: what the tensor's values are. 32-bit float.
    pub kind: TensorType,
    /// `tensor-name`: the input of the network.
    pub tensor_name: String,
    /// `scaling-buf-pool-size`. 6. Nothing is scaled beside the tensor here.
    pub scaling_pool_size: u32,
    /// `tensor-buf-pool-size`. 6.
    pub tensor_pool_size: u32,
    /// `network-color-format`, `maintain-aspect-ratio`, `symmetric-padding`, `scaling-filter`, and of `[user-configs]`
    /// `pixel-normalization-factor`, `offsets` and `mean-file`: how pixels become values.
    pub input: Input,
    /// A library of the user's own; `None` for DeepStream's default one, whose work is done here.
    pub library: Option<CustomLibrary>,
    /// All of `[user-configs]`, which a library of the user's own gets.
    pub user_configs: BTreeMap<String, String>,
    /// What is looked at, in the order of the file.
    pub groups: Vec<Group>,
}

impl Default for PreprocessConfig {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            enable: true,
            unique_id: 15,
            gpu_id: 0,
            process_on_frame: true,
            target_unique_ids: Vec::new(),
            operate_on_gie_id: None,
            order: Some(TensorOrder::Nchw),
            shape: Vec::new(),
            processing: Size { width: 640, height: 480 },
            kind: TensorType::default(),
            tensor_name: String::new(),
            scaling_pool_size: 6,
            tensor_pool_size: 6,
            input: Input { color: ColorFormat::Rgb, filter: ScalingFilter::Nearest, ..Input::default() },
            library: None,
            user_configs: BTreeMap::new(),
            groups: Vec::new(),
        }
    }
}

impl PreprocessConfig {
    /// The most regions in one tensor.
    pub fn batch(&self) -> usize {
        self.shape.first().map_or(1, |first| (*first).max(1) as usize)
    }

    /// Values of a whole tensor.
    pub fn len(&self) -> usize {
        self.shape.iter().map(|side| *side as usize).product()
    }

    /// Whether a tensor would hold nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
