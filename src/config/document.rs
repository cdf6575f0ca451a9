//! A configuration file as text: sections of keys and values, each with its line. Key files and YAML both become this.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::path::{Path, PathBuf};

use super::entry::Entry;
use super::error::Warnings;
use super::value::Value;

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

impl Document {
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
