//! The folder of a spool: segments that are appended to, read and deleted.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::SpoolError;
use super::acked::Acked;
use super::record::{self, HEADER};
use super::segment::{Loaded, Segment, record_at};
use crate::message::envelope::Envelope;

/// A file is begun anew when it has this share of the whole spool.
const SHARE: u64 = 16;
/// Bytes that are written at a time, about.
const TOGETHER: usize = 256 << 10;
/// Bounds of that share.
const SEGMENT: (u64, u64) = (16 << 10, 8 << 20);

/// The files of a spool.
#[derive(Debug)]
pub struct Disk {
    dir: PathBuf,
    limit: u64,
    segments: VecDeque<Segment>,
    /// The last segment, open to be appended to.
    active: Option<File>,
    /// Records on their way into the last segment, with the numbers of the first and the last.
    staged: Vec<u8>,
    staged_numbers: (u64, u64),
    /// The last write failed: records are tried one at a time, so that what still fits is written.
    failing: bool,
    marker: File,
    marked: u64,
    reading: Option<Reading>,
    _lock: File,
}

/// Where reading stands.
#[derive(Debug)]
struct Reading {
    /// `first` of the segment.
    segment: u64,
    file: File,
    at: u64,
}

/// What became of a message that is to be written.
pub enum Staged {
    /// It is written by the next flush.
    Taken {
        /// Up to this number messages had to go to make room.
        gone: Option<u64>,
    },
    /// What is staged has to be written first.
    FlushFirst,
}

/// Whether a folder can be a spool now: it can be made and is used by no process.
///
/// # Errors
/// When it cannot.
pub fn check(dir: &Path) -> Result<(), SpoolError> {
    lock(dir).map(drop)
}

fn lock(dir: &Path) -> Result<File, SpoolError> {
    let wrong = |source| SpoolError::Open { path: dir.to_owned(), source };
    fs::create_dir_all(dir).map_err(wrong)?;
    let lock = open(dir, "lock").map_err(wrong)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(SpoolError::InUse { path: dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(wrong(source)),
    }
}

fn open(dir: &Path, name: &str) -> io::Result<File> {
    OpenOptions::new().create(true).read(true).write(true).truncate(false).open(dir.join(name))
}

/// What an earlier run left.
pub struct Found {
    pub disk: Disk,
    pub acked: Acked,
    /// The number the next message gets.
    pub next: u64,
    pub loaded: Vec<Loaded>,
}

impl Disk {
    /// Opens a folder, made if it is not there, that takes so many bytes.
    pub fn open(dir: &Path, limit: u64) -> Result<Found, SpoolError> {
        let wrong = |source| SpoolError::Open { path: dir.to_owned(), source };
        let lock = lock(dir)?;
        let marker = open(dir, "acknowledged").map_err(wrong)?;
        let marked = read_marker(&marker);
        let mut acked = Acked::new(marked);
        let (mut segments, mut loaded, mut last) = (VecDeque::new(), Vec::new(), 0);
        for path in spool_files(dir).map_err(wrong)? {
            let (segment, found) = Segment::load(path, last).map_err(wrong)?;
            // What is missing between numbers was lost; it is not waited for.
            for number in &found.numbers {
                acked.add(last + 1, number - 1);
                last = *number;
            }
            segments.push_back(segment);
            loaded.push(found);
        }
        let next = last.max(marked) + 1;
        let disk = Self {
            dir: dir.into(),
            limit,
            segments,
            active: None,
            staged: Vec::new(),
            staged_numbers: (0, 0),
            failing: false,
            marker,
            marked,
            reading: None,
            _lock: lock,
        };
        Ok(Found { disk, acked, next, loaded })
    }

    /// Takes a message to be written by the next [`flush`](Self::flush), which has to come first where this says so.
    pub fn stage(&mut self, seq: u64, message: &Envelope) -> Result<Staged, SpoolError> {
        let size = HEADER + message.encoded_len();
        let bytes = size as u64;
        if bytes > self.limit || size > record::MOST || !message.is_encodable() {
            return Err(SpoolError::TooLarge { path: self.dir.clone(), bytes, limit: self.limit });
        }
        let full = self.segments.back().is_none_or(|segment| segment.bytes >= self.segment_size());
        let held = self.bytes() + self.staged.len() as u64;
        let no_more = self.failing || full || self.staged.len() + size > TOGETHER || held + bytes > self.limit;
        if no_more && !self.staged.is_empty() {
            return Ok(Staged::FlushFirst);
        }
        if full {
            self.active = None;
        }
        let mut gone = None;
        while self.bytes() + bytes > self.limit && !self.segments.is_empty() {
            gone = self.delete_oldest();
        }
        if self.staged.is_empty() {
            self.staged_numbers.0 = seq;
        }
        self.staged_numbers.1 = seq;
        record::encode(seq, &mut self.staged, |out| message.encode(out));
        Ok(Staged::Taken { gone })
    }

    /// Writes what is staged: all of it, or nothing.
    pub fn flush(&mut self) -> Result<(), SpoolError> {
        if self.staged.is_empty() {
            return Ok(());
        }
        let written = self.write();
        self.failing = written.is_err();
        self.staged.clear();
        written
    }

    fn write(&mut self) -> Result<(), SpoolError> {
        let (first, last) = self.staged_numbers;
        if self.active.is_none() {
            let made = Segment::create(&self.dir, first);
            let (segment, file) = made.map_err(|source| SpoolError::Write { path: self.dir.clone(), source })?;
            self.segments.push_back(segment);
            self.active = Some(file);
        }
        let (Some(file), Some(segment)) = (&mut self.active, self.segments.back_mut()) else { return Ok(()) };
        if let Err(source) = file.write_all_at(&self.staged, segment.bytes) {
            // Half a record is no record; if it cannot be cut off either, the next start does.
            let _ = file.set_len(segment.bytes);
            return Err(SpoolError::Write { path: segment.path.clone(), source });
        }
        segment.bytes += self.staged.len() as u64;
        segment.last = last;
        Ok(())
    }

    /// The first message with a number from `from` on; `None` if there is none.
    pub fn read(&mut self, from: u64) -> Result<Option<(u64, Vec<u8>)>, SpoolError> {
        loop {
            let Some(segment) =
                self.segments.iter().find(|segment| segment.last >= from && segment.last >= segment.first)
            else {
                return Ok(None);
            };
            let wrong = |source| SpoolError::Read { path: segment.path.clone(), source };
            let mut reading = match self.reading.take().filter(|reading| reading.segment == segment.first) {
                Some(reading) => reading,
                None => Reading { segment: segment.first, file: File::open(&segment.path).map_err(wrong)?, at: 0 },
            };
            match record_at(&reading.file, reading.at, segment.bytes).map_err(wrong)? {
                Some((seq, body, next)) => {
                    reading.at = next;
                    self.reading = Some(reading);
                    if seq >= from {
                        return Ok(Some((seq, body)));
                    }
                }
                None => return Ok(None),
            }
        }
    }

    /// Reading begins at the first message that is there.
    pub fn rewind(&mut self) {
        self.reading = None;
    }

    /// The last number of the segment that holds `seq`, for one that cannot be read on.
    pub fn end_of(&self, seq: u64) -> Option<u64> {
        self.segments.iter().find(|segment| segment.last >= seq).map(|segment| segment.last)
    }

    /// Notes that all up to `upto` are done, and deletes files that nobody needs.
    pub fn mark(&mut self, upto: u64) {
        if upto > self.marked {
            let mut bytes = upto.to_le_bytes().to_vec();
            bytes.extend_from_slice(&crc32fast::hash(&upto.to_le_bytes()).to_le_bytes());
            // A mark that is not written means messages that are sent twice.
            let _ = self.marker.write_all_at(&bytes, 0);
            self.marked = upto;
        }
        while self.segments.front().is_some_and(|segment| segment.last <= upto && segment.bytes >= SEGMENT.0) {
            self.delete_oldest();
        }
    }

    /// Deletes everything, when all is done.
    pub fn clear(&mut self) {
        while !self.segments.is_empty() {
            self.delete_oldest();
        }
    }

    /// The file to hand to the disk, if one is open.
    pub fn unsynced(&self) -> Option<File> {
        self.active.as_ref().and_then(|file| file.try_clone().ok())
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    fn segment_size(&self) -> u64 {
        (self.limit / SHARE).clamp(SEGMENT.0, SEGMENT.1)
    }

    fn delete_oldest(&mut self) -> Option<u64> {
        let segment = self.segments.pop_front()?;
        if self.segments.is_empty() {
            self.active = None;
        }
        // What cannot be deleted now is read again at the next start, and known as done.
        let _ = fs::remove_file(&segment.path);
        Some(segment.last)
    }
}

fn spool_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "spool") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The mark of an earlier run; 0 without a whole one.
fn read_marker(file: &File) -> u64 {
    let mut bytes = [0; 12];
    if file.read_exact_at(&mut bytes, 0).is_err() {
        return 0;
    }
    let upto = bytes.first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk));
    let right = bytes.last_chunk().map_or(0, |chunk| u32::from_le_bytes(*chunk));
    if crc32fast::hash(&upto.to_le_bytes()) == right { upto } else { 0 }
}
