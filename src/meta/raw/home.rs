//! Where batches of a pool wait for their next use, and how a batch is let go.

use super::store::Store;
use std::sync::{Arc, Mutex, PoisonError};

/// Idle batches. Batches in use keep their home alive, so that they may outlive the pool.
pub(crate) struct Home {
    max_frames: u32,
    idle: Mutex<Vec<Idle>>,
}

/// A cleared batch nobody else knows.
struct Idle(*mut Store);

// SAFETY: an idle batch is referred to by its home alone.
unsafe impl Send for Idle {}

impl Home {
    /// A home of batches for up to `max_frames` frames.
    pub fn new(max_frames: u32) -> Arc<Self> {
        Arc::new(Self { max_frames, idle: Mutex::new(Vec::new()) })
    }

    /// An empty batch that will come back here.
    pub fn take(self: &Arc<Self>) -> *mut Store {
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
