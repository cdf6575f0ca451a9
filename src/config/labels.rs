//! Label files by the rules of nvinfer: a line for each class of a detector, or for each head of a classifier.

use std::path::{Path, PathBuf};

use super::{ConfigError, Warning};
use crate::base::labels::heads;

/// The labels of a model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    lines: Vec<Vec<String>>,
    path: PathBuf,
}

impl Labels {
    /// Reads a label file. Empty lines are skipped, as nvinfer does.
    ///
    /// # Errors
    /// When it cannot be read or is no text.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes = std::fs::read(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let text = std::str::from_utf8(&bytes).map_err(|error| ConfigError::NotText {
            path: path.to_owned(),
            line: 1 + bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count(),
        })?;
        let mut lines = heads(text);
        lines.retain(|labels| labels.iter().any(|label| !label.is_empty()));
        Ok(Self { lines, path: path.to_owned() })
    }

    /// How many lines there are: the classes of a detector, the heads of a classifier.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The names of a detector's classes; a class without a label is called by its number.
    pub fn classes(&self, count: usize) -> Vec<String> {
        let name =
            |class: usize| self.lines.get(class).and_then(|labels| labels.first()).filter(|name| !name.is_empty());
        (0..count).map(|class| name(class).cloned().unwrap_or_else(|| class.to_string())).collect()
    }

    /// The label of one value of one classifier head.
    pub fn value(&self, head: usize, value: usize) -> Option<&str> {
        self.lines.get(head)?.get(value).map(String::as_str)
    }

    /// What to tell the user when a detector's classes and labels differ in number.
    pub fn mismatch(&self, classes: usize) -> Option<Warning> {
        let labels = self.len();
        let text = match labels.cmp(&classes) {
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Less => {
                format!("{labels} labels for {classes} classes: the others are called by their numbers")
            }
            std::cmp::Ordering::Greater => {
                format!("{labels} labels for {classes} classes: the last ones are never used")
            }
        };
        Some(Warning { path: self.path.clone(), line: 0, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Labels {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Labels::load(file.path()).unwrap()
    }

    #[test]
    fn a_class_without_a_label_is_called_by_its_number() {
        let labels = labels("\u{feff}car\r\n\r\nperson;human\r\n");
        assert_eq!(labels.classes(3), ["car", "person", "2"]);
        let warning = labels.mismatch(3).unwrap();
        assert!(warning.text.starts_with("2 labels for 3 classes: the others"), "{warning}");
        assert!(labels.mismatch(2).is_none());
        assert!(labels.mismatch(1).unwrap().text.contains("never used"));
    }

    #[test]
    fn a_classifier_has_a_line_for_each_head() {
        let labels = labels("red;blue\nbus;car;van\n");
        assert_eq!((labels.value(0, 1), labels.value(1, 2)), (Some("blue"), Some("van")));
        assert_eq!((labels.value(0, 2), labels.value(2, 0)), (None, None));
    }

    #[test]
    fn a_missing_file_and_bytes_that_are_no_text_are_named() {
        assert!(Labels::load(Path::new("/no/such")).unwrap_err().to_string().starts_with("/no/such: "));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"a\n\xff\n").unwrap();
        assert!(Labels::load(file.path()).unwrap_err().to_string().contains(":2: not text"));
    }
}
