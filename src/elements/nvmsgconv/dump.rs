//! Messages as files, for debugging: `debug-payload-dir`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::ConvertError;
use crate::message::schema::time;

/// The folder, if it is one that files can be made in.
pub fn folder(path: PathBuf) -> Result<PathBuf, ConvertError> {
    let probe = path.join(format!(".nvmsgconv-{}", std::process::id()));
    let made = OpenOptions::new().write(true).create(true).truncate(true).open(&probe);
    match made.and_then(|_| fs::remove_file(&probe)) {
        Ok(()) => Ok(path),
        Err(source) => Err(ConvertError::Folder { path, source }),
    }
}

/// Writes the messages of a frame, a line each, to a file that is named after the moment. Frames of one millisecond share
/// their file.
pub fn write(folder: &Path, messages: &[Vec<u8>]) -> io::Result<()> {
    let path = folder.join(format!("{}.txt", time::now()));
    let mut lines = messages.join(&b'\n');
    lines.push(b'\n');
    OpenOptions::new().create(true).append(true).open(path)?.write_all(&lines)
}
