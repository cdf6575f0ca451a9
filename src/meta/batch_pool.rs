//! Batches that come back: a batch released by the last buffer that held it is cleared and used again.

use super::batch::OwnedBatch;
use super::raw::store::Store;
use std::sync::{Arc, Mutex, PoisonError};

/// Makes batches and takes them back, so that a steady stream allocates none. Copies of its batches (a buffer copied
/// with its metadata) come from the same pool.
#[derive(Clone)]
pub struct BatchPool {
    home: Arc<Home>,
}

/// Where idle batches wait. Batches in use keep it alive, so that they may outlive the pool.
pub(crate) struct Home {
    max_frames: u32,
    idle: Mutex<Vec<Idle>>,
}

/// A cleared batch nobody else knows.
struct Idle(*mut Store);

// SAFETY: an idle batch is referred to by its pool alone.
unsafe impl Send for Idle {}

impl BatchPool {
    /// A pool of batches for up to `max_frames` frames.
    pub fn new(max_frames: u32) -> Self {
        Self { home: Arc::new(Home { max_frames, idle: Mutex::new(Vec::new()) }) }
    }

    /// An empty batch.
    pub fn acquire(&self) -> OwnedBatch {
        // SAFETY: a batch fresh from the pool belongs to the caller alone.
        unsafe { OwnedBatch::from_store(self.home.take()) }
    }
}

impl Home {
    /// An empty batch that will come back here.
    pub(crate) fn take(self: &Arc<Self>) -> *mut Store {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let store = idle.map_or_else(|| Store::create(self.max_frames), |idle| idle.0);
        // SAFETY: the batch is ours alone.
        unsafe { (*store).home = Some(Arc::clone(self)) };
        store
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        for idle in self.idle.get_mut().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // SAFETY: idle batches are nobody else's.
            unsafe { Store::destroy(idle.0) };
        }
    }
}

/// Lets a batch go: back to its pool, or freed. `false` if it is damaged and leaks.
///
/// # Safety
/// `store` is live and nobody uses it any more.
pub(crate) unsafe fn release(store: *mut Store) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        match (*store).home.take() {
            None => Store::destroy(store),
            Some(home) => {
                Store::clear(store);
                home.idle.lock().unwrap_or_else(PoisonError::into_inner).push(Idle(store));
                true
            }
        }
    }
}
