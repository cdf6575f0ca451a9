//! One buffer's results while workers are at it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::FrameError;
use crate::infer::network::Network;
use crate::infer::runner::Found;

/// What workers found in the frames of one buffer.
pub struct Ticket {
    network: Arc<Network>,
    /// The surface of each frame.
    surfaces: Vec<usize>,
    missing: AtomicUsize,
    cancelled: AtomicBool,
    results: Mutex<Results>,
}

/// All results of a buffer; the error of the first frame that has one.
#[derive(Default)]
pub struct Results {
    /// What was found, by place in the batch.
    pub found: Vec<Found>,
    /// What went wrong.
    pub error: Option<FrameError>,
}

impl Ticket {
    /// A ticket for the frames that lie on these surfaces of a buffer.
    pub fn new(network: Arc<Network>, surfaces: Vec<usize>) -> Self {
        let results = Results { found: surfaces.iter().map(|_| Found::default()).collect(), error: None };
        Self {
            network,
            missing: AtomicUsize::new(surfaces.len()),
            surfaces,
            cancelled: AtomicBool::new(false),
            results: Mutex::new(results),
        }
    }

    /// Which network looks at the frames.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// How many frames it is for.
    pub fn frames(&self) -> usize {
        self.surfaces.len()
    }

    /// The surface a frame lies on.
    pub fn surface(&self, frame: usize) -> usize {
        self.surfaces.get(frame).copied().unwrap_or(usize::MAX)
    }

    /// Whether nobody waits for it any more.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Says that nobody waits for it any more.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether every frame has its result.
    pub fn is_done(&self) -> bool {
        self.missing.load(Ordering::Acquire) == 0
    }

    /// Keeps the result of one frame.
    pub fn put(&self, frame: usize, found: Found) {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = results.found.get_mut(frame) {
            *place = found;
        }
    }

    /// Keeps what went wrong, if nothing did before.
    pub fn fail(&self, error: FrameError) {
        self.results.lock().unwrap_or_else(PoisonError::into_inner).error.get_or_insert(error);
    }

    /// Says that `count` more frames are finished, well or not; `true` when these were the last.
    pub fn finish(&self, count: usize) -> bool {
        self.missing.fetch_sub(count, Ordering::AcqRel) == count
    }

    /// The results of a ticket that is done.
    pub fn results(&self) -> Results {
        std::mem::take(&mut *self.results.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
