//! What a courier counts.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts of one courier. `accepted + recovered = acknowledged + dropped + spooled` whenever it rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Messages taken over from the pipeline.
    pub accepted: u64,
    /// Messages that an earlier run left in the spool.
    pub recovered: u64,
    /// Messages given to the broker for the first time.
    pub sent: u64,
    /// Messages given to the broker again.
    pub retried: u64,
    /// Messages the broker has.
    pub acknowledged: u64,
    /// Messages given up: refused by the broker, or the oldest of a full spool.
    pub dropped: u64,
    /// Messages that wait to be acknowledged now.
    pub spooled: u64,
    /// How often the connection was made again.
    pub reconnects: u64,
}

impl Counts {
    /// Names and values, as reports and metrics show them.
    pub fn named(&self) -> [(&'static str, u64); 8] {
        [
            ("accepted", self.accepted),
            ("recovered", self.recovered),
            ("sent", self.sent),
            ("retried", self.retried),
            ("acknowledged", self.acknowledged),
            ("dropped", self.dropped),
            ("spooled", self.spooled),
            ("reconnects", self.reconnects),
        ]
    }
}

/// The same while they are counted.
#[derive(Debug, Default)]
pub(super) struct Counting {
    accepted: AtomicU64,
    recovered: AtomicU64,
    sent: AtomicU64,
    retried: AtomicU64,
    acknowledged: AtomicU64,
    dropped: AtomicU64,
    reconnects: AtomicU64,
    /// Bytes between pipeline and spool.
    queued: AtomicU64,
}

impl Counting {
    pub fn accepted(&self, weight: u64) {
        self.queued.fetch_add(weight, Ordering::Relaxed);
        self.accepted.fetch_add(1, Ordering::Relaxed);
    }

    /// A message left the queue.
    pub fn taken(&self, weight: u64) {
        self.queued.fetch_sub(weight, Ordering::Relaxed);
    }

    pub fn queued(&self) -> u64 {
        self.queued.load(Ordering::Relaxed)
    }

    pub fn recovered(&self, messages: u64) {
        self.recovered.fetch_add(messages, Ordering::Relaxed);
    }

    pub fn sent(&self, again: bool) {
        if again { &self.retried } else { &self.sent }.fetch_add(1, Ordering::Relaxed);
    }

    pub fn acknowledged(&self, messages: u64) {
        self.acknowledged.fetch_add(messages, Ordering::Relaxed);
    }

    /// Says how many there are now.
    pub fn dropped(&self, messages: u64) -> u64 {
        self.dropped.fetch_add(messages, Ordering::Relaxed) + messages
    }

    pub fn reconnected(&self) {
        self.reconnects.fetch_add(1, Ordering::Relaxed);
    }

    /// Messages that are neither acknowledged nor dropped.
    pub fn outstanding(&self) -> u64 {
        self.now().spooled
    }

    pub fn now(&self) -> Counts {
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let (acknowledged, dropped) = (load(&self.acknowledged), load(&self.dropped));
        let (accepted, recovered) = (load(&self.accepted), load(&self.recovered));
        Counts {
            accepted,
            recovered,
            sent: load(&self.sent),
            retried: load(&self.retried),
            acknowledged,
            dropped,
            spooled: (accepted + recovered).saturating_sub(acknowledged + dropped),
            reconnects: load(&self.reconnects),
        }
    }
}
