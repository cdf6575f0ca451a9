//! What goes wrong with a library of the user's own.

use crate::surface::SurfaceError;

/// Why a library makes no tensor.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// It is no library, or lacks something.
    #[error("cannot be loaded: {0}")]
    Load(String),
    /// A function is missing.
    #[error(
        "has no function {0}; a preprocessing library has initLib, deInitLib and the one that custom-tensor-preparation-function names, each extern \"C\""
    )]
    Symbol(String),
    /// A function of a group is missing.
    #[error("has no function {name}, which custom-input-transformation-function of [group-{group}] names")]
    Transformation {
        /// The group.
        group: u32,
        /// The function.
        name: String,
    },
    /// It does not want to start.
    #[error("initLib answered no context: the library refuses its configuration")]
    NoContext,
    /// A C++ exception came out of it.
    #[error("{function} threw an exception: {reason}")]
    Threw {
        /// The function.
        function: String,
        /// What the exception says.
        reason: String,
    },
    /// A function failed.
    #[error("{function} failed with {}", status_name(*.status))]
    Failed {
        /// The function.
        function: String,
        /// What it answered.
        status: i32,
    },
    /// It says that there is a tensor and gives none.
    #[error("{0} succeeded without a tensor: buf must be one that its acquirer gave, and that was not given back")]
    NoTensor(String),
    /// It keeps what it acquires.
    #[error("the library holds {held} tensors, tensor-buf-pool-size is {most}: release those that are not answered")]
    Held {
        /// Tensors it holds.
        held: usize,
        /// Tensors there are.
        most: usize,
    },
    /// It wrote behind a tensor.
    #[error("{function} wrote beyond the {bytes} bytes of its tensor")]
    Overrun {
        /// The function.
        function: String,
        /// Bytes of the tensor.
        bytes: usize,
    },
    /// It says that there is more than was announced.
    #[error(
        "{function} answered a tensor of {shape:?} in {bytes} bytes; network-input-shape and tensor-data-type announce {announced} bytes"
    )]
    Larger {
        /// The function.
        function: String,
        /// Sides of the tensor.
        shape: Vec<i32>,
        /// Bytes it says there are.
        bytes: u64,
        /// Bytes there can be.
        announced: usize,
    },
    /// It says that there is less than the shape needs.
    #[error("{function} answered a tensor of {shape:?} with only {bytes} bytes")]
    Shorter {
        /// The function.
        function: String,
        /// Sides of the tensor.
        shape: Vec<i32>,
        /// Bytes it says there are.
        bytes: u64,
    },
    /// It answers a type nobody knows.
    #[error("{function} answered data_type {number}, which is none of 0 to 7")]
    Kind {
        /// The function.
        function: String,
        /// The number.
        number: i32,
    },
    /// It answers a region of another batch.
    #[error("{function} answered region {part} of a frame that is not in the batch")]
    Region {
        /// The function.
        function: String,
        /// Which region.
        part: usize,
    },
    /// Frames cannot be scaled for it.
    #[error("a region cannot be scaled: {0}")]
    Surface(#[from] SurfaceError),
}

/// `NvDsPreProcessStatus` by its C names.
fn status_name(status: i32) -> String {
    const NAMES: [&str; 11] = [
        "NVDSPREPROCESS_SUCCESS",
        "NVDSPREPROCESS_CONFIG_FAILED",
        "NVDSPREPROCESS_CUSTOM_LIB_FAILED",
        "NVDSPREPROCESS_CUSTOM_TRANSFORMATION_FAILED",
        "NVDSPREPROCESS_CUSTOM_TENSOR_FAILED",
        "NVDSPREPROCESS_INVALID_PARAMS",
        "NVDSPREPROCESS_OUTPUT_PARSING_FAILED",
        "NVDSPREPROCESS_CUDA_ERROR",
        "NVDSPREPROCESS_TENSORRT_ERROR",
        "NVDSPREPROCESS_RESOURCE_ERROR",
        "NVDSPREPROCESS_TENSOR_NOT_READY",
    ];
    let name = usize::try_from(status).ok().and_then(|status| NAMES.get(status));
    name.map_or_else(|| format!("status {status}"), |name| (*name).to_owned())
}
