//! What can be wrong with a spool.

use std::io;
use std::path::PathBuf;

/// Why a spool cannot be used, or not now.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The folder cannot be made or read.
    #[error("spool {}: {source}; choose another spool-dir, or \"\" for none", .path.display())]
    Open {
        /// The folder or file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Another process uses it.
    #[error("spool {}: another process uses it; give each its own spool-dir", .path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// A message could not be written: the disk is full, or broken.
    #[error("spool {}: {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A message fits in no spool of this size.
    #[error("spool {}: a message of {bytes} bytes is larger than the whole spool ({limit} bytes) and is dropped; raise spool-size", .path.display())]
    TooLarge {
        /// The folder.
        path: PathBuf,
        /// The message's size.
        bytes: u64,
        /// The spool's.
        limit: u64,
    },
    /// A message could not be read back.
    #[error("spool {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
}
