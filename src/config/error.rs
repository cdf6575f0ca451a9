//! What is wrong with a configuration file, and what is odd about it.

use std::path::{Path, PathBuf};

/// Why a configuration file is refused. Every message names the file, and where it can the line and the key.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The file is far larger than any configuration.
    #[error("{}: larger than {limit} MiB, so not a configuration file", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read.
        limit: u64,
    },
    /// A line is not UTF-8.
    #[error("{}:{line}: not text (bytes that are no UTF-8)", .path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// A line fits no rule of the format.
    #[error("{}:{line}: expected {expected}, found '{found}'", .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What could stand there.
        expected: &'static str,
        /// What stands there, cut to a readable length.
        found: String,
    },
    /// The YAML parser gave up.
    #[error("{}:{line}: {source}", .path.display())]
    Yaml {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What it says.
        #[source]
        source: Box<granit_parser::ScanError>,
    },
    /// A value is not what its key wants.
    #[error("{}:{line}: [{section}] {key}: expected {expected}, found '{found}'", .path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The section.
        section: Box<str>,
        /// The key.
        key: Box<str>,
        /// What the key wants.
        expected: String,
        /// The value, cut to a readable length.
        found: String,
    },
    /// Text of protocol buffers that holds no such message.
    #[error("{}:{line}: {reason}", .path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// A field of a message is not what it should be.
    #[error("{}:{line}: {field}: expected {expected}, found {found}", .path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1; 0 if it is not known.
        line: usize,
        /// The field with all that it stands in.
        field: Box<str>,
        /// What should be there.
        expected: String,
        /// What is.
        found: String,
    },
    /// A field of a message that must be there is not.
    #[error("{}: {field} is missing ({why})", .path.display())]
    MissingField {
        /// The file.
        path: PathBuf,
        /// The field with all that it stands in.
        field: Box<str>,
        /// What it is needed for.
        why: &'static str,
    },
    /// A section that must be there is not.
    #[error("{}: no [{section}] section{}", .path.display(), hint(.closest))]
    MissingSection {
        /// The file.
        path: PathBuf,
        /// The section.
        section: &'static str,
        /// A section of the file that looks like it.
        closest: Option<String>,
    },
    /// A key that must be there is not.
    #[error("{}: [{section}] has no {key} ({why})", .path.display())]
    MissingKey {
        /// The file.
        path: PathBuf,
        /// The section.
        section: &'static str,
        /// The key.
        key: &'static str,
        /// What it is needed for.
        why: &'static str,
    },
    /// A section that may not be there.
    #[error("{}:{line}: [{section}]: {reason}", .path.display())]
    Section {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The section.
        section: String,
        /// Why not.
        reason: String,
    },
}

/// Something in a file that has no effect or will not do what it seems to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1; 0 when it is about the whole file.
    pub line: usize,
    /// What is odd, and what to do.
    pub text: String,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path.display(), self.text),
            line => write!(f, "{}:{line}: {}", self.path.display(), self.text),
        }
    }
}

/// Warnings of one file: the first few in full, the rest counted, so that a file of noise stays readable.
#[derive(Debug, Default)]
pub struct Warnings {
    list: Vec<Warning>,
    left_out: usize,
}

impl Warnings {
    const MOST: usize = 25;

    /// Keeps the warning that `text` makes, or counts it.
    pub fn add(&mut self, path: &Path, line: usize, text: impl FnOnce() -> String) {
        match self.list.len() < Self::MOST {
            true => self.list.push(Warning { path: path.to_owned(), line, text: text() }),
            false => self.left_out += 1,
        }
    }

    /// All that were kept, then one that counts the rest.
    pub fn into_list(mut self, path: &Path) -> Vec<Warning> {
        if self.left_out > 0 {
            let text = format!("and {} more like these", self.left_out);
            self.list.push(Warning { path: path.to_owned(), line: 0, text });
        }
        self.list
    }
}

/// The first characters of what a file holds, fit to be printed.
pub(super) fn excerpt(text: &str) -> String {
    const MOST: usize = 40;
    let mut short: String = text.chars().take(MOST).map(|c| if c.is_control() { '.' } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

fn hint(closest: &Option<String>) -> String {
    closest.as_ref().map(|name| format!("; is [{name}] meant?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_unprintable_text_is_cut() {
        assert_eq!(excerpt("a\tb"), "a.b");
        assert_eq!(excerpt(&"x".repeat(41)), format!("{}…", "x".repeat(40)));
    }

    #[test]
    fn warnings_beyond_the_first_are_counted() {
        let mut warnings = Warnings::default();
        for line in 1..=30 {
            warnings.add(Path::new("f"), line, || "odd".into());
        }
        let list = warnings.into_list(Path::new("f"));
        assert_eq!(list.len(), 26);
        assert_eq!(list[0].to_string(), "f:1: odd");
        assert_eq!(list[25].to_string(), "f: and 5 more like these");
    }
}
