//! What lies on the disk of a model: nothing, the right file, another one.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::CatalogError;
use super::entries::ModelFile;

/// What lies where a file should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Missing,
    /// A download that has not ended, of so many bytes.
    Partial(u64),
    /// The file of the catalogue.
    Whole,
    /// A file of this hash, which the catalogue does not say.
    Unknown(String),
    /// A file of this hash, which is not the catalogue's.
    Wrong(String),
}

/// Looks at a file.
///
/// # Errors
/// When it is there and cannot be read.
pub fn state(file: &ModelFile, target: &Path) -> Result<State, CatalogError> {
    let Some(hash) = hash(target)? else {
        let part = std::fs::metadata(part_of(target)).ok();
        return Ok(part.map_or(State::Missing, |about| State::Partial(about.len())));
    };
    Ok(match &file.sha256 {
        Some(expected) if *expected == hash => State::Whole,
        Some(_) => State::Wrong(hash),
        None => State::Unknown(hash),
    })
}

/// Whether a file of the right length is there, without reading it.
pub fn is_there(file: &ModelFile, target: &Path) -> bool {
    let length = |about: std::fs::Metadata| file.bytes.is_none_or(|bytes| about.len() == bytes);
    std::fs::metadata(target).is_ok_and(length)
}

/// Where a download lies until it is whole.
pub(super) fn part_of(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// The SHA-256 of a file, or `None` if there is none.
fn hash(path: &Path) -> Result<Option<String>, CatalogError> {
    let failed = |source| CatalogError::File { path: path.to_owned(), source };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut sum = Sha256::new();
    read_into(&mut file, &mut sum).map_err(failed)?;
    Ok(Some(hex(sum)))
}

/// Adds all of a reader to a sum; how many bytes there were.
pub(super) fn read_into(reader: &mut impl Read, sum: &mut Sha256) -> std::io::Result<u64> {
    let mut buffer = vec![0; 1 << 16];
    let mut total = 0;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(total),
            Ok(count) => {
                sum.update(&buffer[..count]);
                total += count as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A sum in small hexadecimal digits.
pub(super) fn hex(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_hash() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("m.onnx");
        // sha256 of "abc", FIPS 180-2 appendix B.1.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let file = |sha256: Option<&str>| ModelFile {
            path: "m.onnx".into(),
            url: None,
            bytes: Some(3),
            sha256: sha256.map(str::to_owned),
        };
        let look = |sha256| state(&file(sha256), &target).unwrap();
        assert_eq!(look(Some(known)), State::Missing);
        std::fs::write(part_of(&target), "ab").unwrap();
        assert_eq!(look(Some(known)), State::Partial(2));
        assert!(!is_there(&file(None), &target));
        std::fs::write(&target, "abc").unwrap();
        assert_eq!(look(Some(known)), State::Whole);
        assert_eq!(look(None), State::Unknown(known.into()));
        assert!(is_there(&file(None), &target));
        std::fs::write(&target, "abcd").unwrap();
        assert!(matches!(look(Some(known)), State::Wrong(_)));
        assert!(!is_there(&file(None), &target));
    }
}
