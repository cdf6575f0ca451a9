//! Whether a file has changed since it was read. Looking costs a microsecond, so it is done between frames, once a second.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often the file is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// What tells two states of a file apart: file, size and time of the last change in nanoseconds.
type Stamp = (u64, u64, i64);

/// A file that was read.
#[derive(Debug)]
pub struct Watch {
    path: PathBuf,
    read: Option<Stamp>,
    looked: Instant,
}

impl Watch {
    /// A file that is about to be read.
    pub fn new(path: &Path, now: Instant) -> Self {
        Self { path: path.to_owned(), read: stamp(path), looked: now }
    }

    /// Whether the file is another one than the last answer was about; a file that is gone has not changed.
    pub fn changed(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.looked) < EVERY {
            return false;
        }
        self.looked = now;
        let seen = stamp(&self.path);
        let changed = seen.is_some() && seen != self.read;
        if changed {
            self.read = seen;
        }
        changed
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = path.metadata().ok()?;
    Some((about.ino(), about.len(), about.mtime().wrapping_mul(1_000_000_000).wrapping_add(about.mtime_nsec())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_once_and_not_too_often() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.txt");
        std::fs::write(&path, "one").unwrap();
        let start = Instant::now();
        let mut watch = Watch::new(&path, start);
        assert!(!watch.changed(start + EVERY));
        std::fs::write(&path, "other").unwrap();
        assert!(!watch.changed(start + EVERY + EVERY / 2), "not looked at yet");
        assert!(watch.changed(start + EVERY * 2));
        assert!(!watch.changed(start + EVERY * 3));
        std::fs::remove_file(&path).unwrap();
        assert!(!watch.changed(start + EVERY * 4));
        std::fs::write(folder.path().join("new"), "again").unwrap();
        std::fs::rename(folder.path().join("new"), &path).unwrap();
        assert!(watch.changed(start + EVERY * 5));
    }
}
