//! What a courier tells its owner.

use std::sync::Arc;

/// Something a user should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// All is well, or well again.
    Info(String),
    /// Something is wrong; the courier goes on.
    Warning(String),
}

/// Where notices go. Called from the courier's threads, with no lock held.
pub type Notify = Arc<dyn Fn(Notice) + Send + Sync>;
