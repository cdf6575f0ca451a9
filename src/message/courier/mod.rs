//! The courier: takes messages from a pipeline without making it wait, and brings each to the broker at least once.
//!
//! Two threads: the keeper writes what was accepted to the spool, the carrier reads the spool, sends, and tells the spool
//! what was acknowledged. A broker that is away stops the carrier only. Messages are sent in the order they were accepted
//! in; after a lost connection everything that was not acknowledged is sent again, from the first one on.

mod carrier;
mod counts;
mod keeper;
mod notice;
mod session;
mod shared;
mod suspicion;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, TrySendError, bounded};

use super::broker::Client;
use super::envelope::Envelope;
use super::spool::{Spool, SpoolError};
use carrier::Carrier;
use shared::Shared;

pub use counts::Counts;
pub use notice::{Notice, Notify};

/// Messages between the pipeline and the spool.
const QUEUE: usize = 1 << 14;
/// And their bytes.
const QUEUE_BYTES: u64 = 64 << 20;
/// How long threads may take to end; a client may be connecting.
const LEAVE: Duration = Duration::from_secs(6);

/// How a courier works.
#[derive(Debug, Clone)]
pub struct Options {
    /// The spool's folder; `None` keeps messages in memory, where the end of the process loses them.
    pub spool: Option<PathBuf>,
    /// Bytes the spool takes.
    pub limit: u64,
}

/// What was not delivered at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remainder {
    /// Messages that were accepted and are not acknowledged.
    pub messages: u64,
    /// Where they wait for the next start, except those that are lost.
    pub spool: Option<PathBuf>,
    /// Messages that no disk has: lost when the courier is closed.
    pub lost: u64,
}

/// Brings messages to a broker.
pub struct Courier {
    /// `None` at the end.
    sender: Mutex<Option<Sender<Envelope>>>,
    shared: Arc<Shared>,
}

impl Courier {
    /// Opens the spool and begins. What the spool holds from before is sent first.
    ///
    /// # Errors
    /// When the spool cannot be opened or no thread can be started.
    pub fn start(client: Box<dyn Client>, options: &Options, notify: Notify) -> Result<Self, SpoolError> {
        let (spool, recovery) = match &options.spool {
            Some(dir) => Spool::open(dir, options.limit)?,
            None => (Spool::in_memory(options.limit), Default::default()),
        };
        let shared = Arc::new(Shared::new(spool, notify));
        shared.recovered(&recovery, options.spool.as_deref());
        let (sender, receiver) = bounded(QUEUE);
        let wrong = |source| SpoolError::Open { path: options.spool.clone().unwrap_or_default(), source };
        let kept = shared.clone();
        thread::Builder::new().name("spool".into()).spawn(move || keeper::keep(&kept, &receiver)).map_err(wrong)?;
        let carried = shared.clone();
        let carrier = thread::Builder::new().name("courier".into());
        let carrier = carrier.spawn(move || Carrier::new(carried, client).carry());
        if let Err(error) = carrier {
            shared.carrier_ended();
            return Err(wrong(error));
        }
        Ok(Self { sender: Mutex::new(Some(sender)), shared })
    }

    /// Takes a message, at once. One that comes faster than disk and memory can take it is dropped and counted.
    pub fn accept(&self, message: Envelope) {
        let sender = self.sender();
        let Some(sender) = sender.as_ref() else { return };
        let weight = message.weight() as u64;
        let counts = &self.shared.counts;
        counts.accepted(weight);
        let sent = match counts.queued() > QUEUE_BYTES {
            true => Err(TrySendError::Full(message)),
            false => sender.try_send(message),
        };
        if sent.is_err() {
            counts.taken(weight);
            self.shared.dropped(1, "the disk takes them too slowly");
        }
    }

    /// Counts up to now.
    pub fn counts(&self) -> Counts {
        self.shared.counts.now()
    }

    /// Waits until everything that was accepted is acknowledged or dropped, or until `patience` ends.
    pub fn flush(&self, patience: Duration) -> Remainder {
        let deadline = Instant::now() + patience;
        let waiting =
            self.shared.wait_until(deadline, |shared, _| shared.counts.outstanding() == 0 || shared.is_hurried());
        let (spool, lost) = (waiting.dir().map(PathBuf::from), waiting.in_memory_only());
        Remainder { messages: self.shared.counts.outstanding(), spool, lost }
    }

    /// Whoever waits in [`flush`](Self::flush) need not wait any longer.
    pub fn hurry(&self) {
        self.shared.hurry();
    }

    fn sender(&self) -> MutexGuard<'_, Option<Sender<Envelope>>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends both threads; what is not delivered stays in the spool. Says how much that is.
    pub fn close(&self) -> Remainder {
        drop(self.sender().take());
        let deadline = Instant::now() + LEAVE;
        drop(self.shared.wait_until(deadline, |shared, _| shared.has_keeper_ended()));
        self.shared.stop();
        let mut spool = self.shared.wait_until(deadline, |shared, _| shared.has_carrier_ended());
        let (spool, lost) = spool.close();
        Remainder { messages: self.shared.counts.outstanding(), spool, lost }
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        if self.sender().is_some() {
            self.close();
        }
    }
}

#[cfg(test)]
mod tests;
