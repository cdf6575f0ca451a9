//! The spool as a courier uses it: a folder, and memory for what the disk does not take.

use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::SpoolError;
use super::acked::Acked;
use super::disk::{Disk, Staged};
use crate::message::envelope::Envelope;

/// Bytes of messages kept in memory while the disk takes none.
const MEMORY: u64 = 16 << 20;
/// Bytes of messages on disk that are kept in memory too, for a reader that is close behind.
const RECENT: u64 = 4 << 20;

/// Messages in order until they are acknowledged.
#[derive(Debug)]
pub struct Spool {
    disk: Option<Disk>,
    /// Behind what is on disk.
    memory: VecDeque<(u64, Envelope)>,
    memory_bytes: u64,
    memory_limit: u64,
    /// The newest on disk, so that they need not be read back.
    recent: VecDeque<(u64, Envelope)>,
    recent_bytes: u64,
    acked: Acked,
    next: u64,
    /// Where reading goes on.
    reading: u64,
}

/// What an earlier run left.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Messages to be sent.
    pub messages: u64,
    /// Files with bytes that cannot be read: how many bytes, and where the file is now.
    pub damaged: Vec<(u64, PathBuf)>,
    /// Bytes of a write that was cut short.
    pub torn: u64,
}

/// What became of a message.
#[derive(Debug, Default)]
pub struct Appended {
    /// Older messages that were dropped to make room.
    pub dropped: u64,
    /// Why it is in memory only.
    pub error: Option<SpoolError>,
}

impl Spool {
    /// A spool that keeps up to `limit` bytes in memory.
    pub fn in_memory(limit: u64) -> Self {
        Self {
            disk: None,
            memory: VecDeque::new(),
            memory_bytes: 0,
            memory_limit: limit,
            recent: VecDeque::new(),
            recent_bytes: 0,
            acked: Acked::default(),
            next: 1,
            reading: 1,
        }
    }

    /// Opens the spool in a folder, with what an earlier run left in it.
    ///
    /// # Errors
    /// When the folder cannot be used, or is used by another process.
    pub fn open(dir: &Path, limit: u64) -> Result<(Self, Recovery), SpoolError> {
        let found = Disk::open(dir, limit)?;
        let mut recovery = Recovery { messages: found.acked.missing(found.next), ..Recovery::default() };
        for loaded in found.loaded {
            recovery.damaged.extend(loaded.damaged);
            recovery.torn += loaded.torn;
        }
        let spool = Self {
            disk: Some(found.disk),
            reading: found.acked.upto() + 1,
            acked: found.acked,
            next: found.next,
            ..Self::in_memory(MEMORY)
        };
        Ok((spool, recovery))
    }

    /// Takes messages behind all others.
    pub fn append(&mut self, messages: impl IntoIterator<Item = Envelope>) -> Appended {
        let mut appended = Appended::default();
        for message in messages {
            self.memory_bytes += message.weight() as u64;
            self.memory.push_back((self.next, message));
            self.next += 1;
        }
        self.write(&mut appended);
        while self.memory_bytes > self.memory_limit {
            let Some(seq) = self.drop_from_memory() else { break };
            appended.dropped += self.acked.add(seq, seq);
        }
        appended
    }

    /// From memory to disk, as far as the disk takes it.
    fn write(&mut self, appended: &mut Appended) {
        let Some(disk) = &mut self.disk else { return };
        while !self.memory.is_empty() {
            let mut done = 0;
            for (seq, message) in &self.memory {
                if !self.acked.contains(*seq) {
                    match disk.stage(*seq, message) {
                        Ok(Staged::FlushFirst) => break,
                        Ok(Staged::Taken { gone }) => {
                            appended.dropped += gone.map_or(0, |upto| self.acked.add(1, upto));
                        }
                        Err(error) => {
                            appended.dropped += self.acked.add(*seq, *seq);
                            appended.error = Some(error);
                        }
                    }
                }
                done += 1;
            }
            if let Err(error) = disk.flush() {
                appended.error = Some(error);
                return;
            }
            for (seq, message) in self.memory.drain(..done) {
                let weight = message.weight() as u64;
                self.memory_bytes -= weight;
                self.recent_bytes += weight;
                self.recent.push_back((seq, message));
            }
            while self.recent_bytes > RECENT {
                let Some((_, message)) = self.recent.pop_front() else { break };
                self.recent_bytes -= message.weight() as u64;
            }
        }
    }

    /// The message that is read next, if it is among the recent ones, which are taken out up to it.
    fn read_recent(&mut self) -> Option<(u64, Envelope)> {
        while let Some((seq, _)) = self.recent.front() {
            if *seq > self.reading {
                return None;
            }
            let (seq, message) = self.recent.pop_front()?;
            self.recent_bytes -= message.weight() as u64;
            if seq == self.reading {
                self.reading += 1;
                if !self.acked.contains(seq) {
                    return Some((seq, message));
                }
            }
        }
        None
    }

    fn drop_from_memory(&mut self) -> Option<u64> {
        let (seq, message) = self.memory.pop_front()?;
        self.memory_bytes -= message.weight() as u64;
        Some(seq)
    }

    /// The next message to send.
    ///
    /// # Errors
    /// When what is on disk can no longer be read; how many messages are lost by that stands beside it.
    pub fn read(&mut self) -> Result<Option<(u64, Envelope)>, (SpoolError, u64)> {
        self.reading = self.reading.max(self.acked.upto() + 1);
        if let Some(found) = self.read_recent() {
            return Ok(Some(found));
        }
        while let Some(disk) = &mut self.disk {
            let read = match disk.read(self.reading) {
                Ok(read) => read,
                Err(error) => {
                    let last = disk.end_of(self.reading).unwrap_or(self.reading);
                    disk.rewind();
                    let lost = self.acked.add(self.reading, last);
                    self.reading = last + 1;
                    return Err((error, lost));
                }
            };
            let Some((seq, body)) = read else { break };
            self.reading = seq + 1;
            match Envelope::decode(&body) {
                Some(message) if !self.acked.contains(seq) => return Ok(Some((seq, message))),
                Some(_) => {}
                // Nothing that was written here.
                None => drop(self.acked.add(seq, seq)),
            }
        }
        let from = self.memory.partition_point(|(seq, _)| *seq < self.reading);
        let found = self.memory.range(from..).find(|(seq, _)| !self.acked.contains(*seq));
        if let Some((seq, _)) = found {
            self.reading = seq + 1;
        }
        Ok(found.cloned())
    }

    /// The next read begins again at the first message that is not acknowledged.
    pub fn rewind(&mut self) {
        self.reading = self.acked.upto() + 1;
        if let Some(disk) = &mut self.disk {
            disk.rewind();
        }
    }

    /// These need not be sent any more. Says how many of them that is news of.
    pub fn acknowledge(&mut self, numbers: &[u64]) -> u64 {
        let news = numbers.iter().map(|seq| self.acked.add(*seq, *seq)).sum();
        while self.memory.front().is_some_and(|(seq, _)| self.acked.contains(*seq)) {
            self.drop_from_memory();
        }
        if let Some(disk) = &mut self.disk {
            disk.mark(self.acked.upto());
        }
        news
    }

    /// Whether there may be a message to read.
    pub fn has_more(&self) -> bool {
        self.reading < self.next && self.waiting() > 0
    }

    /// Messages that are not acknowledged.
    pub fn waiting(&self) -> u64 {
        self.acked.missing(self.next)
    }

    /// Messages that are not acknowledged and on no disk.
    pub fn in_memory_only(&self) -> u64 {
        self.memory.iter().filter(|(seq, _)| !self.acked.contains(*seq)).count() as u64
    }

    /// The folder, if there is one.
    pub fn dir(&self) -> Option<&Path> {
        self.disk.as_ref().map(Disk::dir)
    }

    /// The file to hand to the disk.
    pub fn unsynced(&self) -> Option<File> {
        self.disk.as_ref().and_then(Disk::unsynced)
    }

    /// The end of a run: what is in memory is tried on the disk once more, files of which everything is done are deleted,
    /// and another may use the folder. Answers where messages wait, if anywhere, and how many are in memory only.
    pub fn close(&mut self) -> (Option<PathBuf>, u64) {
        self.write(&mut Appended::default());
        let lost = self.in_memory_only();
        let Some(mut disk) = self.disk.take() else { return (None, lost) };
        if self.waiting() == lost {
            disk.clear();
        }
        (Some(disk.dir().to_owned()), lost)
    }
}
