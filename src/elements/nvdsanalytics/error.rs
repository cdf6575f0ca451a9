//! What goes wrong in the element.

use crate::config::ConfigError;

/// Why there are no rules.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// `config-file` is not set.
    #[error("config-file is not set: nvdsanalytics needs a file with its rules")]
    NoFile,
    /// The file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// Why a buffer cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The buffer carries no batch.
    #[error("the buffer has no batch metadata: put nvstreammux before nvdsanalytics")]
    NoBatch,
}
