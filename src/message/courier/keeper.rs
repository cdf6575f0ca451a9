//! The thread that writes what was accepted to the spool.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::shared::Shared;
use crate::message::envelope::Envelope;
use crate::message::spool::{Appended, SpoolError};

/// Messages that are written under one lock.
const TOGETHER: usize = 64;
/// Between two hand-overs of written files to the disk: what a loss of power may cost.
const SYNC: Duration = Duration::from_secs(1);

/// Writes until the pipeline's end of the queue is gone and the queue is empty.
pub(super) fn keep(shared: &Shared, queue: &Receiver<Envelope>) {
    let mut disk = DiskState::default();
    let mut unsynced: Option<Instant> = None;
    loop {
        let wait = unsynced.map_or(Duration::from_secs(3600), |since| SYNC.saturating_sub(since.elapsed()));
        match queue.recv_timeout(wait) {
            Ok(first) => {
                let appended = append(shared, std::iter::once(first).chain(queue.try_iter().take(TOGETHER - 1)));
                shared.changed();
                disk.note(shared, appended);
                unsynced.get_or_insert_with(Instant::now);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if unsynced.is_some_and(|since| since.elapsed() >= SYNC) {
            sync(shared);
            unsynced = None;
        }
    }
    sync(shared);
    shared.keeper_ended();
}

fn append(shared: &Shared, messages: impl Iterator<Item = Envelope>) -> Appended {
    let messages = messages.inspect(|message| shared.counts.taken(message.weight() as u64));
    shared.spool().append(messages)
}

fn sync(shared: &Shared) {
    // The lock is not held meanwhile: a disk may take its time.
    let file = shared.spool().unsynced();
    if let Some(file) = file {
        // What a disk cannot write shows at the next write.
        let _ = file.sync_data();
    }
}

/// Whether the disk took the last message.
#[derive(Default)]
struct DiskState {
    failing: bool,
}

impl DiskState {
    fn note(&mut self, shared: &Shared, appended: Appended) {
        match appended.error {
            Some(error @ SpoolError::TooLarge { .. }) => shared.dropped(appended.dropped, &error.to_string()),
            Some(error) => {
                if !self.failing {
                    shared.warn(format!("{error}; messages are kept in memory until it takes them again"));
                }
                self.failing = true;
                shared.dropped(appended.dropped, "disk and memory are full");
            }
            None => {
                if self.failing {
                    shared.info("the spool takes messages again".into());
                }
                self.failing = false;
                shared.dropped(appended.dropped, "the spool is full, and the oldest go first");
            }
        }
    }
}
