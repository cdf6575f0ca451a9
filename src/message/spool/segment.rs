//! One file of a spool.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::record::{self, Found, HEADER};

/// A segment file as far as it is known.
#[derive(Debug)]
pub struct Segment {
    pub path: PathBuf,
    /// The first number that may be in it.
    pub first: u64,
    /// The last number in it; below `first` while it is empty.
    pub last: u64,
    pub bytes: u64,
}

/// What was found in a file from an earlier run.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Numbers that are there.
    pub numbers: Vec<u64>,
    /// Bytes that are no record, and where the file went that has them.
    pub damaged: Option<(u64, PathBuf)>,
    /// Bytes of a write that was cut short.
    pub torn: u64,
}

impl Segment {
    pub fn name(first: u64) -> String {
        format!("{first:020}.spool")
    }

    /// A new file.
    pub fn create(dir: &Path, first: u64) -> io::Result<(Self, File)> {
        let path = dir.join(Self::name(first));
        let file = OpenOptions::new().create(true).write(true).truncate(true).open(&path)?;
        Ok((Self { path, first, last: first - 1, bytes: 0 }, file))
    }

    /// Reads a file of an earlier run. One with damage is moved aside, and what it holds is written anew.
    pub fn load(path: PathBuf, above: u64) -> io::Result<(Self, Loaded)> {
        let bytes = fs::read(&path)?;
        let scan = record::scan(&bytes, above);
        let numbers: Vec<u64> = scan.records.iter().map(|(seq, _)| *seq).collect();
        let mut loaded = Loaded { numbers, ..Loaded::default() };
        loaded.torn = scan.torn.as_ref().map_or(0, |torn| torn.len() as u64);
        let damaged: usize = scan.damaged.iter().map(Range::len).sum();
        if damaged > 0 {
            let aside = aside(&path);
            let readable: Vec<u8> = scan.records.iter().flat_map(|(_, place)| &bytes[place.clone()]).copied().collect();
            let part = path.with_extension("part");
            fs::write(&part, readable)?;
            fs::rename(&path, &aside)?;
            fs::rename(&part, &path)?;
            loaded.damaged = Some((damaged as u64, aside));
        } else if let Some(torn) = scan.torn {
            OpenOptions::new().write(true).open(&path)?.set_len(torn.start as u64)?;
        }
        let first = loaded.numbers.first().map_or(above + 1, |first| *first);
        let last = loaded.numbers.last().map_or(above, |last| *last);
        let bytes = fs::metadata(&path)?.len();
        Ok((Self { path, first, last, bytes }, loaded))
    }
}

/// A name beside a damaged file that is not taken.
fn aside(path: &Path) -> PathBuf {
    let name =
        |number: u32| path.with_extension(if number == 0 { "damaged".into() } else { format!("damaged.{number}") });
    (0..10_000).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(10_000))
}

/// The record at a place of a file: its number, its body and where the next one begins. `None` at the end.
pub fn record_at(file: &File, at: u64, end: u64) -> io::Result<Option<(u64, Vec<u8>, u64)>> {
    if at + HEADER as u64 > end {
        return Ok(None);
    }
    let mut bytes = vec![0; HEADER];
    file.read_exact_at(&mut bytes, at)?;
    let length = bytes.first_chunk().and_then(record::body_length).ok_or_else(damaged)?;
    if at + (HEADER + length) as u64 > end {
        return Err(damaged());
    }
    bytes.resize(HEADER + length, 0);
    file.read_exact_at(&mut bytes[HEADER..], at + HEADER as u64)?;
    match record::read(&bytes) {
        Found::Record { seq, body } => Ok(Some((seq, bytes.split_off(body.start), at + body.end as u64))),
        Found::Short | Found::Damaged => Err(damaged()),
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not what was written")
}
