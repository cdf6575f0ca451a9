//! YAML files: a map of maps becomes the sections and keys of a key file.
//!
//! Scalars keep their text, so `1.0` and `0017` are read as in a key file. A list becomes its items separated by `;`; a map
//! inside a section gives keys joined by `.`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::document::Document;
use super::error::{ConfigError, excerpt};

/// The deepest nesting that is followed; real files have two levels.
const DEEPEST: usize = 16;

/// Parses the first document of a YAML file.
///
/// # Errors
/// When it is not YAML, or not a map of maps.
pub(super) fn parse(path: &Path, text: &str) -> Result<Document, ConfigError> {
    // OpenCV's way to write the directive, which DeepStream's tracker files have; to YAML it is an error.
    let text = match text.lines().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
        Some(line) if line.starts_with("%YAML:") => Cow::Owned(text.replacen("%YAML:", "#YAML:", 1)),
        _ => Cow::Borrowed(text),
    };
    let mut reader = Reader { path, events: Parser::new_from_str(&text), anchors: HashMap::new() };
    let mut document = Document::new(path);
    loop {
        match reader.next()? {
            (Event::StreamEnd | Event::DocumentEnd, _) => return Ok(document),
            (Event::MappingStart(..), _) => reader.top(&mut document)?,
            (Event::Scalar(text, style, ..), _) if is_null(&text, style) => {}
            (Event::Scalar(text, ..), line) => return Err(reader.wrong(line, &text)),
            (Event::SequenceStart(..), line) => return Err(reader.wrong(line, "-")),
            _ => {}
        }
    }
}

struct Reader<'a, I> {
    path: &'a Path,
    events: I,
    anchors: HashMap<usize, String>,
}

impl<'i, I: Iterator<Item = Result<(Event<'i>, Span), ScanError>>> Reader<'_, I> {
    /// The next event and its line.
    fn next(&mut self) -> Result<(Event<'i>, usize), ConfigError> {
        match self.events.next() {
            None => Ok((Event::StreamEnd, 0)),
            Some(Ok((event, span))) => Ok((event, span.start.line())),
            Some(Err(source)) => {
                let line = source.marker().line();
                Err(ConfigError::Yaml { path: self.path.to_owned(), line, source: Box::new(source) })
            }
        }
    }

    fn wrong(&self, line: usize, found: &str) -> ConfigError {
        let expected = "a section: a name, a colon, and indented keys below";
        ConfigError::Syntax { path: self.path.to_owned(), line, expected, found: excerpt(found) }
    }

    /// The top map: each key is a section.
    fn top(&mut self, document: &mut Document) -> Result<(), ConfigError> {
        loop {
            let (name, line) = match self.next()? {
                (Event::Scalar(name, ..), line) => (name.into_owned(), line),
                (Event::MappingEnd | Event::StreamEnd, _) => return Ok(()),
                (_, line) => return Err(self.wrong(line, "?")),
            };
            match self.next()? {
                (Event::MappingStart(..), _) => {
                    let section = document.open(&name, line);
                    self.map(document, section, "", 1)?;
                }
                (Event::Scalar(text, style, ..), _) if is_null(&text, style) => {
                    document.open(&name, line);
                }
                _ => return Err(self.wrong(line, &name)),
            }
        }
    }

    /// The keys of a section, or of a map inside one.
    fn map(&mut self, document: &mut Document, section: usize, prefix: &str, depth: usize) -> Result<(), ConfigError> {
        loop {
            let (key, line) = match self.next()? {
                (Event::Scalar(key, ..), line) => (format!("{prefix}{key}"), line),
                (Event::MappingEnd | Event::StreamEnd, _) => return Ok(()),
                (_, line) => return Err(self.wrong(line, "?")),
            };
            match self.next()? {
                (Event::Scalar(text, style, anchor, _), _) => {
                    let text = if is_null(&text, style) { String::new() } else { text.trim().to_owned() };
                    self.anchors.insert(anchor, text.clone());
                    document.add(section, &key, text, line);
                }
                (Event::Alias(anchor), _) => {
                    let text = self.anchors.get(&anchor).cloned().unwrap_or_default();
                    document.add(section, &key, text, line);
                }
                (Event::SequenceStart(..), _) => {
                    let list = self.list(line)?;
                    document.add(section, &key, list, line);
                }
                (Event::MappingStart(..), _) if depth < DEEPEST => {
                    self.map(document, section, &format!("{key}."), depth + 1)?;
                }
                _ => return Err(self.wrong(line, &key)),
            }
        }
    }

    /// A list of scalars.
    fn list(&mut self, line: usize) -> Result<String, ConfigError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::Scalar(text, ..), _) => items.push(text.trim().replace(';', "\\;")),
                (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(items.join(";")),
                _ => return Err(self.wrong(line, "a list of lists or maps")),
            }
        }
    }
}

fn is_null(text: &str, style: ScalarStyle) -> bool {
    matches!(style, ScalarStyle::Plain) && matches!(text, "" | "~" | "null")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Document, ConfigError> {
        Document::from_bytes(Path::new("c.yml"), text.as_bytes())
    }

    #[test]
    fn maps_lists_and_quotes_become_keys_and_values() {
        let text = "%YAML:1.0\r\nproperty: # the element\r\n  batch-size: 4\r\n  offsets: 1.0;2.0;3.0\r\n  list: [a, \"b;c\"]\r\n  \
                    name: \"x y\"\r\n  deep: {k: 1}\r\n  none:\r\nclass-attrs-all:\r\n  topk: 20\r\nempty:\r\n";
        let document = read(text).unwrap();
        let rows: Vec<_> =
            document.sections[0].entries.iter().map(|e| (e.key.as_str(), e.value.as_str(), e.line)).collect();
        let want = [
            ("batch-size", "4", 3),
            ("offsets", "1.0;2.0;3.0", 4),
            ("list", "a;b\\;c", 5),
            ("name", "x y", 6),
            ("deep.k", "1", 7),
            ("none", "", 8),
        ];
        assert_eq!(rows, want);
        assert_eq!(document.section("class-attrs-all").unwrap().line, 9);
        assert!(document.section("empty").unwrap().entries.is_empty());
    }

    #[test]
    fn opencvs_directive_may_stand_behind_comments() {
        assert_eq!(read("# who\n\n%YAML:1.0\np:\n  a: 1\n").unwrap().section("p").unwrap().line, 4);
        assert!(read("p:\n  a: 1\n%YAML:1.0\n").is_err());
    }

    #[test]
    fn anchors_are_followed_and_duplicates_warn() {
        let document = read("p:\n  a: &x 5\n  b: *x\n  a: 6\n").unwrap();
        assert_eq!(
            (document.sections[0].entries[0].value.as_str(), document.sections[0].entries[1].value.as_str()),
            ("6", "5")
        );
        assert_eq!(document.warnings.into_list(Path::new("")).len(), 1);
    }

    #[test]
    fn what_is_no_map_of_maps_is_named_with_its_line() {
        let message = |text: &str| read(text).unwrap_err().to_string();
        assert!(message("a: 1\n").starts_with("c.yml:1: expected a section"), "{}", message("a: 1\n"));
        assert!(message("- 1\n").starts_with("c.yml:1: expected a section"));
        assert!(message("p:\n  a: [[1]]\n").starts_with("c.yml:2: expected"));
        assert!(message("p:\n  a: \"x\n").starts_with("c.yml:"));
        assert!(read("").unwrap().sections.is_empty());
        let deep = format!("p:\n  a: {}1{}\n", "{x: ".repeat(2000), "}".repeat(2000));
        assert!(read(&deep).is_err());
    }

    proptest! {
        #[test]
        fn any_text_gives_a_document_or_a_message(text in "([\\[\\]{}:;#&*\"'a-z0-9 .\\-\r\n\t]{0,30}\n){0,20}") {
            if let Err(error) = read(&text) {
                prop_assert!(error.to_string().starts_with("c.yml:"));
            }
        }
    }
}
