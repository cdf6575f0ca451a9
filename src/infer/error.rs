//! What goes wrong between a model file and its detections.

use std::path::PathBuf;

use super::preprocess::letterbox::Crop;
use crate::base::geometry::Size;
use crate::config::ConfigError;

/// Errors of the inference layer; each says what was looked at and what would be right.
#[derive(Debug, thiserror::Error)]
pub enum InferError {
    /// A parser's name is none of those that are known.
    #[error("{key}={name} is not known here{}; known: {known}", hint(.closest))]
    UnknownParser {
        /// The key of the configuration.
        key: &'static str,
        /// The name asked for.
        name: String,
        /// The known name that looks most like it.
        closest: Option<String>,
        /// All known names.
        known: String,
    },
    /// No decoder recognises the outputs of the model.
    #[error(
        "the outputs of the model fit no known detector: found {found}; known: {known}; \
         name the layout with parse-bbox-func-name, or set network-type=100 and output-tensor-meta=1 to read the tensors yourself"
    )]
    NoDecoder {
        /// The outputs of the model.
        found: String,
        /// What the decoders look for.
        known: String,
    },
    /// No decoder of masks recognises the outputs of the model.
    #[error(
        "the outputs of the model fit no known instance segmentation: found {found}; known: {known}; name the layout with \
         parse-bbox-instance-mask-func-name, or set network-type=100 and output-tensor-meta=1 to read the tensors yourself"
    )]
    NoMaskDecoder {
        /// The outputs of the model.
        found: String,
        /// What the decoders look for.
        known: String,
    },
    /// Boxes with masks cannot be merged.
    #[error(
        "cluster-mode={mode} makes one box of several, which masks cannot follow: set cluster-mode=4 (boxes stay as they are) or 2 \
         (non-maximum suppression) with network-type=3"
    )]
    ClusterOfMasks {
        /// The number in the file.
        mode: i64,
    },
    /// The chosen decoder cannot read the outputs.
    #[error("the {decoder} decoder wants {expected}; the model has {found}")]
    WrongOutputs {
        /// The decoder.
        decoder: &'static str,
        /// What it reads.
        expected: String,
        /// What the model has.
        found: String,
    },
    /// The model file is not there.
    #[error("model {} not found", .path.display())]
    ModelMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// ONNX Runtime's library cannot be used.
    #[error(
        "ONNX Runtime cannot be used: {reason}; looked in {looked_in}. Get it with scripts/dev setup in the repository, or set \
         ORT_DYLIB_PATH to libonnxruntime.so"
    )]
    Library {
        /// Where it was looked for.
        looked_in: String,
        /// What the loader said.
        reason: String,
    },
    /// A model repository does not have what is asked for.
    #[error("model repository {}: {reason}", .place.display())]
    Repository {
        /// The repository, the model's folder, or a file in it.
        place: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A server does not do what is asked.
    #[error("inference server {url}: {reason}")]
    Server {
        /// Its address.
        url: String,
        /// What it says, or why nothing is heard of it.
        reason: String,
    },
    /// The configuration names a tensor the model does not have.
    #[error("the configuration names the {side} {name}; the model has {found}")]
    NoTensor {
        /// `input` or `output`.
        side: &'static str,
        /// The name asked for.
        name: String,
        /// What the model has.
        found: String,
    },
    /// The runtime refuses the model.
    #[error("model {}: {reason}", .path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What the runtime said.
        reason: String,
    },
    /// There is nothing to read from the model.
    #[error("model {} has no outputs", .path.display())]
    NoOutputs {
        /// The file.
        path: PathBuf,
    },
    /// There is not one input.
    #[error("the model has {count} inputs ({found}); one is wanted, an image")]
    Inputs {
        /// How many there are.
        count: usize,
        /// All of them.
        found: String,
    },
    /// The input is no image.
    #[error("the model's input is {found}; wanted is one of {wanted}")]
    NotAnImage {
        /// The input.
        found: String,
        /// What it should have.
        wanted: String,
    },
    /// A tensor of the model has a type that is not known here.
    #[error("{name} of the model is {found}, which cannot be used")]
    TensorType {
        /// The tensor.
        name: String,
        /// Its type.
        found: String,
    },
    /// Running the model failed.
    #[error("inference failed: {reason}")]
    Run {
        /// What the runtime said.
        reason: String,
    },
    /// `offsets` does not fit the channels of the network.
    #[error("offsets: the network has {channels} channels, {found} offsets are given")]
    Offsets {
        /// Channels of the network's input.
        channels: usize,
        /// Offsets in the configuration.
        found: usize,
    },
    /// The mean image cannot be used.
    #[error("mean-file {}: {reason}", .path.display())]
    Mean {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The place for a network input has the wrong length.
    #[error("the network's input has {expected} elements, room is for {found}")]
    InputLength {
        /// Elements of one frame's input.
        expected: usize,
        /// Elements there is room for.
        found: usize,
    },
    /// A part outside the picture was asked for.
    #[error(
        "{}x{} pixels at {},{} are not inside a picture of {}x{}",
        .crop.width, .crop.height, .crop.left, .crop.top, .size.width, .size.height
    )]
    Crop {
        /// What was asked for.
        crop: Crop,
        /// Size of the picture.
        size: Size,
    },
    /// The configuration or the label file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

fn hint(closest: &Option<String>) -> String {
    closest.as_ref().map(|name| format!(" (did you mean {name}?)")).unwrap_or_default()
}
