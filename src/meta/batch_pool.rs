//! Batches that come back: a batch released by the last buffer that held it is cleared and used again.

use super::batch::OwnedBatch;
use super::raw::home::Home;
use std::sync::Arc;

/// Makes batches and takes them back, so that a steady stream allocates none. Copies of its batches (a buffer copied
/// with its metadata) come from the same pool. Batches in use may outlive it.
#[derive(Clone)]
pub struct BatchPool {
    home: Arc<Home>,
}

impl BatchPool {
    /// A pool of batches for up to `max_frames` frames.
    pub fn new(max_frames: u32) -> Self {
        Self { home: Home::new(max_frames) }
    }

    /// An empty batch.
    pub fn acquire(&self) -> OwnedBatch {
        // SAFETY: a batch fresh from the pool belongs to the caller alone.
        unsafe { OwnedBatch::from_store(self.home.take()) }
    }
}
