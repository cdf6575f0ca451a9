//! What goes wrong in the element.

use super::library::LibraryError;
use crate::base::geometry::Size;
use crate::config::ConfigError;
use crate::infer::prepare::PrepareError;
use crate::surface::SurfaceError;

/// Why the element cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No file is named.
    #[error("config-file is not set: nvdspreprocess needs a configuration file")]
    NoFile,
    /// The file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What fills the tensors cannot be set up.
    #[error("{path}: {source}")]
    Prepare {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: Box<PrepareError>,
    },
    /// A transformation without a library that has it.
    #[error(
        "{path}: [group-{group}] custom-input-transformation-function={function}: there is no custom-lib-path whose function that is; \
         leave the key out, or name CustomAsyncTransformation, whose work is done here"
    )]
    Transformation {
        /// The file.
        path: String,
        /// The group.
        group: u32,
        /// What it asks for.
        function: String,
    },
    /// The library cannot be used.
    #[error("{path}: custom-lib-path={library}: {source}")]
    Library {
        /// The file.
        path: String,
        /// The library.
        library: String,
        /// Why not.
        #[source]
        source: Box<LibraryError>,
    },
}

/// Why a batch has no tensor.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The buffer carries no batch.
    #[error("the buffer has no batch metadata: put nvstreammux before nvdspreprocess")]
    NoBatch,
    /// The frame's pixels cannot be read.
    #[error("a frame cannot be read: {0}")]
    Surface(#[from] SurfaceError),
    /// A region has no pixel in the frame.
    #[error(
        "[group-{group}]: the region {};{};{};{} lies outside of the frames of source {source_id}, which are {}x{}",
        .region[0], .region[1], .region[2], .region[3], .size.width, .size.height
    )]
    Outside {
        /// The group.
        group: u32,
        /// Left, top, width, height.
        region: [u32; 4],
        /// The source.
        source_id: u32,
        /// Size of its frames.
        size: Size,
    },
    /// The library failed.
    #[error("custom-lib-path={library}: {source}")]
    Library {
        /// The library.
        library: String,
        /// Why.
        #[source]
        source: Box<LibraryError>,
    },
    /// The tensor cannot be made.
    #[error("the tensor cannot be prepared: {0}")]
    Prepare(#[from] PrepareError),
}
