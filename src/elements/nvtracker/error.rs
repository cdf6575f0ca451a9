//! What goes wrong in the element.

use crate::config::ConfigError;
use crate::infer::InferError;

/// Why the element cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The ReID network cannot be loaded.
    #[error("ReID of {config}: {source}")]
    Reid {
        /// The configuration that names it.
        config: String,
        /// Why not.
        #[source]
        source: Box<InferError>,
    },
    /// `sub-batches` is nonsense.
    #[error("sub-batches={value}: {reason}; write source ids as in 0,1;2,3 or sizes as in 2:2")]
    SubBatches {
        /// The property.
        value: String,
        /// What is wrong.
        reason: &'static str,
    },
}

/// Why a buffer cannot be tracked.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The buffer carries no batch.
    #[error("the buffer has no batch metadata: put nvstreammux before nvtracker")]
    NoBatch,
    /// The ReID network failed.
    #[error("ReID: {0}")]
    Reid(#[source] InferError),
}
