//! From a file to a document: YAML or key file by its name.

use std::io::Read;
use std::path::Path;

use super::document::Document;
use super::error::ConfigError;
use super::{keyfile, yaml};

/// The most that is read of a file. The largest real ones have a few kilobytes.
const LIMIT_MIB: u64 = 16;

impl Document {
    /// Reads a file: YAML if its name ends in `.yml` or `.yaml`, a key file otherwise.
    ///
    /// # Errors
    /// When it cannot be read, is larger than 16 MiB, or does not follow its format.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        Self::from_bytes(path, &bytes(path)?)
    }

    /// Reads a YAML file, whatever its name ends in.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_yaml(path: &Path) -> Result<Self, ConfigError> {
        yaml::parse(path, text(path, &bytes(path)?)?)
    }

    /// Parses what a file holds. `path` tells the format and stands in messages.
    ///
    /// # Errors
    /// When it does not follow its format.
    pub fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, ConfigError> {
        let text = text(path, bytes)?;
        let is_yaml =
            path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("yml") || ext.eq_ignore_ascii_case("yaml"));
        match is_yaml {
            true => yaml::parse(path, text),
            false => keyfile::parse(path, text),
        }
    }
}

/// What a file holds, up to 16 MiB.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, ConfigError> {
    let read = |source| ConfigError::Read { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(read)?;
    let mut bytes = Vec::new();
    file.take(LIMIT_MIB * 1024 * 1024 + 1).read_to_end(&mut bytes).map_err(read)?;
    if bytes.len() as u64 > LIMIT_MIB * 1024 * 1024 {
        return Err(ConfigError::TooLarge { path: path.to_owned(), limit: LIMIT_MIB });
    }
    Ok(bytes)
}

/// The same as text.
pub(super) fn text<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, ConfigError> {
    let text = std::str::from_utf8(bytes).map_err(|error| ConfigError::NotText {
        path: path.to_owned(),
        line: 1 + bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count(),
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}
