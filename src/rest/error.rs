//! Why a service does not start.

use std::net::SocketAddr;

/// A service that could not be started.
#[derive(Debug, thiserror::Error)]
pub enum RestError {
    /// Another program has the port.
    #[error("{address} is in use by another program; choose another port, or port 0 for any free one")]
    InUse {
        /// Where it should have listened.
        address: SocketAddr,
    },
    /// The address is none of this machine's, or not allowed.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where it should have listened.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// No thread or event loop can be had.
    #[error("the REST service cannot start: {0}")]
    Runtime(#[source] std::io::Error),
}
