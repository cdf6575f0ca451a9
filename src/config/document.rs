//! A configuration file as text: sections of keys and values, each with its line. Key files and YAML both become this.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::{ConfigError, Warnings};
use super::value::Value;
use super::{keyfile, yaml};

/// The most that is read of a file. The largest real ones have a few kilobytes.
const LIMIT_MIB: u64 = 16;

/// A parsed file.
#[derive(Debug, Default)]
pub struct Document {
    /// Where it was read from.
    pub path: PathBuf,
    /// In the order of the file; no name twice.
    pub sections: Vec<Section>,
    /// What the parser found odd.
    pub warnings: Warnings,
    names: HashMap<String, usize>,
}

/// One section of a key file, or one map of YAML.
#[derive(Debug, Default)]
pub struct Section {
    /// The name without brackets.
    pub name: String,
    /// Where it begins, counted from 1.
    pub line: usize,
    /// In the order of the file; no key twice.
    pub entries: Vec<Entry>,
    keys: HashMap<String, usize>,
}

/// One key and its value.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value without the blanks around it; items of a list are separated by `;`.
    pub value: String,
    /// Where it stands, counted from 1.
    pub line: usize,
}

impl Document {
    /// Reads a file: YAML if its name ends in `.yml` or `.yaml`, a key file otherwise.
    ///
    /// # Errors
    /// When it cannot be read, is larger than 16 MiB, or does not follow its format.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let read = |source| ConfigError::Read { path: path.to_owned(), source };
        let file = std::fs::File::open(path).map_err(read)?;
        let mut bytes = Vec::new();
        file.take(LIMIT_MIB * 1024 * 1024 + 1).read_to_end(&mut bytes).map_err(read)?;
        if bytes.len() as u64 > LIMIT_MIB * 1024 * 1024 {
            return Err(ConfigError::TooLarge { path: path.to_owned(), limit: LIMIT_MIB });
        }
        Self::from_bytes(path, &bytes)
    }

    /// Parses what a file holds. `path` tells the format and stands in messages.
    ///
    /// # Errors
    /// When it does not follow its format.
    pub fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, ConfigError> {
        let text = std::str::from_utf8(bytes).map_err(|error| ConfigError::NotText {
            path: path.to_owned(),
            line: 1 + bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count(),
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let is_yaml =
            path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("yml") || ext.eq_ignore_ascii_case("yaml"));
        match is_yaml {
            true => yaml::parse(path, text),
            false => keyfile::parse(path, text),
        }
    }

    /// An empty document, for the parsers to fill.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }

    /// The section of this name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.names.get(name).map(|&index| &self.sections[index])
    }

    /// The index of the section of this name; a new one begins at `line`, an old one goes on.
    pub(super) fn open(&mut self, name: &str, line: usize) -> usize {
        *self.names.entry(name.to_owned()).or_insert_with(|| {
            self.sections.push(Section { name: name.to_owned(), line, ..Section::default() });
            self.sections.len() - 1
        })
    }

    /// Adds a key to a section; a key given twice keeps its last value, with a warning.
    pub(super) fn add(&mut self, section: usize, key: &str, value: String, line: usize) {
        let section = &mut self.sections[section];
        match section.keys.entry(key.to_owned()) {
            Slot::Vacant(slot) => {
                slot.insert(section.entries.len());
                section.entries.push(Entry { key: key.to_owned(), value, line });
            }
            Slot::Occupied(slot) => {
                let entry = &mut section.entries[*slot.get()];
                let (name, first) = (&section.name, entry.line);
                self.warnings.add(&self.path, line, || {
                    format!("[{name}] {key} was given in line {first} already; this one holds")
                });
                (entry.value, entry.line) = (value, line);
            }
        }
    }

    /// The values of a section with what their error messages need.
    pub fn values<'a>(&'a self, section: &'a Section) -> impl Iterator<Item = Value<'a>> {
        section.entries.iter().map(|entry| Value::new(&self.path, &section.name, entry))
    }
}

impl Section {
    /// Whether the section has this key.
    pub fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }
}
