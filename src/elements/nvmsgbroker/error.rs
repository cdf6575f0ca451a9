//! Why the element does not start.

use crate::message::broker::BrokerError;
use crate::message::spool::SpoolError;

/// What is wrong with the element's properties, or with what they name.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The client.
    #[error(transparent)]
    Broker(#[from] BrokerError),
    /// The spool.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}
