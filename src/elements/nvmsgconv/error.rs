//! What goes wrong in the element.

use std::path::PathBuf;

use crate::config::ConfigError;

/// Why messages cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// `config` is not set.
    #[error(
        "config is not set: full messages (payload-type=PAYLOAD_DEEPSTREAM) need a file with [sensorN], [placeN] and [analyticsN]"
    )]
    NoConfig,
    /// The file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A payload type that is DeepStream's but not ours.
    #[error("payload-type={0} is not made here; take PAYLOAD_DEEPSTREAM or PAYLOAD_DEEPSTREAM_MINIMAL")]
    NoSuchType(&'static str),
    /// `debug-payload-dir` cannot be written to.
    #[error("debug-payload-dir: {}: {source}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}
