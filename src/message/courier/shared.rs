//! What the pipeline, the keeper and the carrier share.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::counts::Counting;
use super::notice::{Notice, Notify};
use crate::message::spool::{Recovery, Spool};

/// The spool behind its lock, and what is known of all threads.
pub(super) struct Shared {
    spool: Mutex<Spool>,
    changed: Condvar,
    pub counts: Counting,
    notify: Notify,
    stopping: AtomicBool,
    hurried: AtomicBool,
    keeper_ended: AtomicBool,
    carrier_ended: AtomicBool,
    /// Drops at which the next warning is due.
    warn_at: AtomicU64,
}

impl Shared {
    pub fn new(spool: Spool, notify: Notify) -> Self {
        Self {
            spool: Mutex::new(spool),
            changed: Condvar::new(),
            counts: Counting::default(),
            notify,
            stopping: AtomicBool::new(false),
            hurried: AtomicBool::new(false),
            keeper_ended: AtomicBool::new(false),
            carrier_ended: AtomicBool::new(false),
            warn_at: AtomicU64::new(1),
        }
    }

    pub fn spool(&self) -> MutexGuard<'_, Spool> {
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something has changed that another thread may wait for.
    pub fn changed(&self) {
        self.changed.notify_all();
    }

    /// Waits until `done`, or until the deadline.
    pub fn wait_until(&self, deadline: Instant, done: impl Fn(&Self, &Spool) -> bool) -> MutexGuard<'_, Spool> {
        let mut spool = self.spool();
        while !done(self, &spool) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            spool = self.changed.wait_timeout(spool, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        spool
    }

    /// Waits for so long, or until the courier is told to stop.
    pub fn pause(&self, time: Duration) {
        drop(self.wait_until(Instant::now() + time, |shared, _| shared.is_stopping()));
    }

    pub fn stop(&self) {
        self.set(&self.stopping);
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    pub fn hurry(&self) {
        self.set(&self.hurried);
    }

    pub fn is_hurried(&self) -> bool {
        self.hurried.load(Ordering::Relaxed)
    }

    pub fn keeper_ended(&self) {
        self.set(&self.keeper_ended);
    }

    pub fn has_keeper_ended(&self) -> bool {
        self.keeper_ended.load(Ordering::Relaxed)
    }

    pub fn carrier_ended(&self) {
        self.set(&self.carrier_ended);
    }

    pub fn has_carrier_ended(&self) -> bool {
        self.carrier_ended.load(Ordering::Relaxed)
    }

    /// Sets a flag so that nobody who is about to wait misses it.
    fn set(&self, flag: &AtomicBool) {
        let spool = self.spool();
        flag.store(true, Ordering::Relaxed);
        drop(spool);
        self.changed();
    }

    pub fn info(&self, text: String) {
        (self.notify)(Notice::Info(text));
    }

    pub fn warn(&self, text: String) {
        (self.notify)(Notice::Warning(text));
    }

    /// Counts messages that are given up. The first is said, then each doubling of their number.
    pub fn dropped(&self, messages: u64, why: &str) {
        if messages == 0 {
            return;
        }
        let all = self.counts.dropped(messages);
        let due = self.warn_at.load(Ordering::Relaxed);
        if all >= due {
            self.warn_at.store(all.saturating_mul(2), Ordering::Relaxed);
            let plural = if all == 1 { "" } else { "s" };
            self.warn(format!("{all} message{plural} dropped so far, the last because {why}"));
        }
        self.changed();
    }

    /// Says what an earlier run left.
    pub fn recovered(&self, recovery: &Recovery, dir: Option<&Path>) {
        self.counts.recovered(recovery.messages);
        let dir = dir.map(|dir| dir.display().to_string()).unwrap_or_default();
        for (bytes, path) in &recovery.damaged {
            self.warn(format!(
                "spool {dir}: {bytes} bytes cannot be read; the file was moved to {}, what is readable of it is sent",
                path.display()
            ));
        }
        if recovery.torn > 0 {
            self.info(format!(
                "spool {dir}: a message whose writing was cut short is left out ({} bytes)",
                recovery.torn
            ));
        }
        if recovery.messages > 0 {
            self.info(format!("spool {dir}: {} messages of an earlier run are sent first", recovery.messages));
        }
    }
}
