//! What goes wrong in the element, and what GStreamer calls it.

use crate::config::ConfigError;
use crate::infer::InferError;
use crate::surface::SurfaceError;

/// Why the element cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Neither a file nor a model is set.
    #[error("config-file-path is not set: {needs}")]
    NoConfig {
        /// What the element needs.
        needs: &'static str,
    },
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The network cannot be loaded.
    #[error(transparent)]
    Infer(#[from] InferError),
    /// A thread cannot be started.
    #[error("no thread for the network: {0}")]
    Thread(#[source] std::io::Error),
}

impl StartError {
    /// Whether the user's files or settings are to blame, rather than the machine.
    pub fn is_configuration(&self) -> bool {
        let machine = |error: &InferError| {
            matches!(error, InferError::Library { .. } | InferError::Run { .. } | InferError::Server { .. })
        };
        !matches!(self, Self::Thread(_)) && !matches!(self, Self::Infer(error) if machine(error))
    }
}

/// Why a frame has no result.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The buffer carries no batch.
    #[error("the buffer has no batch metadata: put nvstreammux before nvinfer")]
    NoBatch,
    /// The frame's pixels cannot be read.
    #[error("a frame cannot be read: {0}")]
    Surface(#[from] SurfaceError),
    /// The network failed.
    #[error(transparent)]
    Infer(#[from] InferError),
    /// A prepared tensor is for another input.
    #[error(
        "nvdspreprocess made a tensor for the input '{found}', the network's input is '{wanted}': set tensor-name={wanted} in its \
         configuration, or take this network's id out of target-unique-ids"
    )]
    TensorName {
        /// `tensor-name`.
        found: String,
        /// The network's input.
        wanted: String,
    },
    /// A prepared tensor does not fit.
    #[error(
        "nvdspreprocess made a tensor of {found:?}, the network takes {wanted:?}: set network-input-shape in its configuration"
    )]
    TensorShape {
        /// The tensor's sides.
        found: Vec<i32>,
        /// The network's, for as many regions.
        wanted: [usize; 4],
    },
    /// The tensor cannot be read.
    #[error("a prepared tensor's data_type is none of 0 to 7, or its buffer_size is less than its shape needs")]
    TensorForeign,
    /// The tensor is not what its metadata says.
    #[error("the prepared tensor '{tensor}' holds {found} values, its shape says {wanted}")]
    TensorLength {
        /// `tensor-name`.
        tensor: String,
        /// Values there are.
        found: usize,
        /// Values there should be.
        wanted: usize,
    },
    /// A region makes no sense.
    #[error("part {part} of the prepared tensor '{tensor}' is of no region of a frame in this batch")]
    Region {
        /// `tensor-name`.
        tensor: String,
        /// Which part.
        part: usize,
    },
    /// A bug.
    #[error("a worker panicked: {0}")]
    Panic(String),
    /// Raw outputs cannot be written.
    #[error("raw-output-file-write: {path}: {source}")]
    Write {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The workers are gone.
    #[error("the workers have stopped")]
    Stopped,
}
