//! The network that says who looks like whom.

use std::path::PathBuf;

/// `reidType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReIdUse {
    /// 0: no embeddings.
    #[default]
    Nothing,
    /// 1: in every association (NvDeepSORT).
    Association,
    /// 2: in re-association of lost targets.
    Reassociation,
    /// 3: in both.
    Both,
}

impl ReIdUse {
    /// The numbers there are.
    pub const NUMBERS: &[i64] = &[0, 1, 2, 3];

    /// The use of a number.
    pub fn from_number(number: i64) -> Option<Self> {
        [Self::Nothing, Self::Association, Self::Reassociation, Self::Both].get(usize::try_from(number).ok()?).copied()
    }

    /// Whether every detection needs an embedding.
    pub fn in_association(self) -> bool {
        matches!(self, Self::Association | Self::Both)
    }

    /// Whether targets need one from time to time.
    pub fn in_reassociation(self) -> bool {
        matches!(self, Self::Reassociation | Self::Both)
    }
}

/// `ReID`.
#[derive(Debug, Clone, PartialEq)]
pub struct ReId {
    /// `reidType`. Nothing.
    pub uses: ReIdUse,
    /// `batchSize`: objects inferred together. 1.
    pub batch_size: usize,
    /// `reidFeatureSize`: numbers in an embedding. 128.
    pub feature_size: usize,
    /// `reidHistorySize`: embeddings kept of a target. 100.
    pub history_size: usize,
    /// `inferDims`: channels, height, width, or height, width, channels with `inputOrder: 1`. As the model says.
    pub dims: Option<[u32; 3]>,
    /// `inputOrder`: 0 NCHW, 1 NHWC; true for the second. As the model says.
    pub channels_last: bool,
    /// `colorFormat`: 0 RGB, 1 BGR; true for the second. RGB.
    pub bgr: bool,
    /// `offsets`: taken off each channel. 0.
    pub offsets: [f32; 3],
    /// `netScaleFactor`: what each difference is multiplied by. 1.
    pub scale_factor: f32,
    /// `keepAspc`: keep the aspect ratio, fill the rest with black. True.
    pub keep_aspect_ratio: bool,
    /// `addFeatureNormalization`: bring embeddings to length 1. False.
    pub normalise: bool,
    /// `outputReidTensor`: attach embeddings to the metadata. False.
    pub output_tensor: bool,
    /// `onnxFile`: the model.
    pub onnx: Option<PathBuf>,
    /// Another model that only NVIDIA's library runs: `tltEncodedModel`, `modelEngineFile`, `uffFile`.
    pub other_model: Option<PathBuf>,
}

impl Default for ReId {
    fn default() -> Self {
        Self {
            uses: ReIdUse::Nothing,
            batch_size: 1,
            feature_size: 128,
            history_size: 100,
            dims: None,
            channels_last: false,
            bgr: false,
            offsets: [0.0; 3],
            scale_factor: 1.0,
            keep_aspect_ratio: true,
            normalise: false,
            output_tensor: false,
            onnx: None,
            other_model: None,
        }
    }
}
