//! The parser of key files: `[section]`, `key=value`, `#` comments.
//!
//! What GLib's parser takes is taken. It also forgives what editors and other systems leave behind: a byte order mark,
//! CRLF, blanks around anything, `;` comments, a comment after a section name.

use std::path::Path;

use super::document::Document;
use super::error::{ConfigError, excerpt};

/// Parses a key file.
///
/// # Errors
/// At the first line that is no section, key or comment.
pub(super) fn parse(path: &Path, text: &str) -> Result<Document, ConfigError> {
    let mut document = Document::new(path);
    let mut section = None;
    for (index, raw) in text.lines().enumerate() {
        let (number, line) = (index + 1, raw.trim());
        let wrong =
            |expected| Err(ConfigError::Syntax { path: path.to_owned(), line: number, expected, found: excerpt(line) });
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            match section_name(rest) {
                Some(name) => section = Some(document.open(name, number)),
                None => return wrong("[section] with its closing bracket"),
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            return wrong("key=value, [section] or # comment");
        };
        let key = key.trim_end();
        match section {
            _ if key.is_empty() => return wrong("a key before the ="),
            None => return wrong("a [section] before the first key"),
            Some(section) => document.add(section, key, value.trim_start().to_owned(), number),
        }
    }
    Ok(document)
}

/// The name before the closing bracket, if nothing but a comment follows it.
fn section_name(rest: &str) -> Option<&str> {
    let (name, after) = rest.split_once(']')?;
    let (name, after) = (name.trim(), after.trim_start());
    let fine = !name.is_empty() && !name.contains('[') && (after.is_empty() || after.starts_with(['#', ';']));
    fine.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Document, ConfigError> {
        Document::from_bytes(Path::new("c.txt"), text.as_bytes())
    }

    fn flat(document: &Document) -> Vec<(String, String, String, usize)> {
        let entries = document.sections.iter().flat_map(|s| s.entries.iter().map(move |e| (s, e)));
        entries.map(|(s, e)| (s.name.clone(), e.key.clone(), e.value.clone(), e.line)).collect()
    }

    #[test]
    fn marks_line_ends_blanks_and_comments_are_forgiven() {
        let text =
            "\u{feff}# a comment\r\n[ property ]  # trailing\r\n  batch-size = 4 \r\n;old=1\r\n\r\nonnx-file=a=b.onnx";
        let document = read(text).unwrap();
        let row = |key: &str, value: &str, line| ("property".to_owned(), key.to_owned(), value.to_owned(), line);
        assert_eq!(flat(&document), [row("batch-size", "4", 3), row("onnx-file", "a=b.onnx", 6)]);
        assert_eq!(document.section("property").unwrap().line, 2);
    }

    #[test]
    fn a_key_given_twice_keeps_its_last_value_and_a_section_goes_on() {
        let document = read("[a]\nx=1\n[b]\ny=2\n[a]\nx=3\nz=4\n").unwrap();
        assert_eq!(document.sections.len(), 2);
        let a = document.section("a").unwrap();
        assert_eq!((a.entries[0].value.as_str(), a.entries[0].line, a.entries.len()), ("3", 6, 2));
        let warnings = document.warnings.into_list(Path::new("c.txt"));
        assert_eq!(warnings[0].to_string(), "c.txt:6: [a] x was given in line 2 already; this one holds");
    }

    #[test]
    fn what_fits_no_rule_is_named_with_its_line() {
        let message = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(message("[p]\nhello\n"), "c.txt:2: expected key=value, [section] or # comment, found 'hello'");
        assert_eq!(message("a=1\n"), "c.txt:1: expected a [section] before the first key, found 'a=1'");
        assert_eq!(message("[p\n"), "c.txt:1: expected [section] with its closing bracket, found '[p'");
        assert_eq!(message("[p]\n=1\n"), "c.txt:2: expected a key before the =, found '=1'");
        let bytes = Document::from_bytes(Path::new("c.txt"), b"[p]\nx=\xff\n").unwrap_err();
        assert_eq!(bytes.to_string(), "c.txt:2: not text (bytes that are no UTF-8)");
    }

    #[test]
    fn ten_megabytes_of_noise_end_in_one_message_or_a_document() {
        let noise: Vec<u8> = (0u64..10 << 20).map(|i| (i.wrapping_mul(6364136223846793005) >> 33) as u8).collect();
        assert!(Document::from_bytes(Path::new("c.txt"), &noise).is_err());
        let mut text = String::from("[property]\n");
        for i in 0..700_000 {
            text.push_str(&format!("k{i}={}\n", i % 7));
        }
        text.push_str(&"batch-size=1\n".repeat(100_000));
        let document = read(&text).unwrap();
        assert_eq!(document.sections[0].entries.len(), 700_001);
        assert_eq!(document.warnings.into_list(Path::new("c.txt")).len(), 26);
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_document_or_a_message(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            if let Err(error) = Document::from_bytes(Path::new("c.txt"), &bytes) {
                prop_assert!(error.to_string().starts_with("c.txt:"));
            }
        }

        #[test]
        fn any_file_like_text_gives_a_document_or_a_message(text in "([\\[\\]=;#a-z0-9 .\\-\r\n\u{feff}é]{0,40}\n){0,30}") {
            match read(&text) {
                Err(error) => prop_assert!(error.to_string().len() < 300),
                Ok(document) => for (_, key, _, line) in flat(&document) {
                    prop_assert!(!key.is_empty() && line <= text.lines().count());
                },
            }
        }

        #[test]
        fn what_is_written_is_read_back(entries in proptest::collection::btree_map("[a-z][a-z0-9-]{0,15}", "[!-~]([ -~]{0,20}[!-~])?", 1..20)) {
            let lines: String = entries.iter().map(|(key, value)| format!("{key}={value}\r\n")).collect();
            let document = read(&format!("[s]\r\n{lines}")).unwrap();
            let read: Vec<_> = flat(&document).into_iter().map(|(_, key, value, _)| (key, value)).collect();
            prop_assert_eq!(read, entries.into_iter().collect::<Vec<_>>());
        }
    }
}
