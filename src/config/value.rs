//! One value of a file, read as what its key wants. Every refusal says where it stands and what is wanted.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::entry::Entry;
use super::error::{ConfigError, excerpt};

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    path: &'a Path,
    section: &'a str,
    entry: &'a Entry,
}

impl<'a> Value<'a> {
    pub(super) fn new(path: &'a Path, section: &'a str, entry: &'a Entry) -> Self {
        Self { path, section, entry }
    }

    /// Its key.
    pub fn key(&self) -> &'a str {
        &self.entry.key
    }

    /// Its line, counted from 1.
    pub fn line(&self) -> usize {
        self.entry.line
    }

    /// The error that says what the key wants.
    pub fn wants(&self, expected: impl Into<String>) -> ConfigError {
        ConfigError::Value {
            path: self.path.to_owned(),
            line: self.entry.line,
            section: self.section.into(),
            key: self.entry.key.as_str().into(),
            expected: expected.into(),
            found: excerpt(&self.entry.value),
        }
    }

    /// The text with GLib's escapes (`\s`, `\n`, `\t`, `\r`, `\\`, `\;`) resolved; other backslashes stay.
    pub fn text(&self) -> String {
        unescape(&self.entry.value)
    }

    /// The text, or `None` when it is empty.
    pub fn some_text(&self) -> Option<String> {
        Some(self.text()).filter(|text| !text.is_empty())
    }

    /// A path, resolved against the folder of the file; `None` when it is empty.
    pub fn some_path(&self) -> Option<PathBuf> {
        self.some_text().map(|text| self.resolve(&text))
    }

    /// Paths separated by `;`.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.list().iter().map(|item| self.resolve(item)).collect()
    }

    /// The items between `;`, without the blanks around them. A `;` at the end adds none.
    pub fn list(&self) -> Vec<String> {
        let mut items = split(&self.entry.value);
        if items.last().is_some_and(|item| item.trim().is_empty()) {
            items.pop();
        }
        items.into_iter().map(|item| unescape(item.trim())).collect()
    }

    /// `1`, `true`, `yes`, `on` or `0`, `false`, `no`, `off`, as GLib and YAML write them, in any case.
    ///
    /// # Errors
    /// For anything else.
    pub fn boolean(&self) -> Result<bool, ConfigError> {
        match self.word().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => Err(self.wants("0 or 1")),
        }
    }

    /// A whole number in a range.
    ///
    /// # Errors
    /// For anything else.
    pub fn integer<T: TryFrom<i64>>(&self, range: RangeInclusive<i64>) -> Result<T, ConfigError> {
        let number = self.word().parse().ok().filter(|number| range.contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| self.wants(format!("a {}", whole(&range))))
    }

    /// Whole numbers in a range, separated by `;`.
    ///
    /// # Errors
    /// For anything else.
    pub fn integers<T: TryFrom<i64>>(&self, range: RangeInclusive<i64>) -> Result<Vec<T>, ConfigError> {
        let item = |text: &String| {
            let number = text.parse().ok().filter(|number| range.contains(number));
            number.and_then(|number| T::try_from(number).ok())
        };
        let all: Option<Vec<T>> = self.list().iter().map(item).collect();
        all.ok_or_else(|| self.wants(format!("a list like 1;2;3, each a {}", whole(&range))))
    }

    /// A number in a range.
    ///
    /// # Errors
    /// For anything else.
    pub fn number(&self, range: RangeInclusive<f32>) -> Result<f32, ConfigError> {
        let number = self.word().parse().ok().filter(|number: &f32| number.is_finite() && range.contains(number));
        number.ok_or_else(|| self.wants(format!("a {}", real(&range))))
    }

    /// Numbers separated by `;`.
    ///
    /// # Errors
    /// For anything else.
    pub fn numbers(&self) -> Result<Vec<f32>, ConfigError> {
        let item = |text: &String| text.parse().ok().filter(|number: &f32| number.is_finite());
        let all: Option<Vec<f32>> = self.list().iter().map(item).collect();
        all.ok_or_else(|| self.wants("a list of numbers like 1.0;2.0;3.0"))
    }

    /// Exactly so many numbers separated by `;`.
    ///
    /// # Errors
    /// For anything else; `what` names them.
    pub fn array<const N: usize>(&self, what: &str) -> Result<[f32; N], ConfigError> {
        self.numbers().ok().and_then(|list| list.try_into().ok()).ok_or_else(|| self.wants(what))
    }

    /// Exactly so many numbers of full precision separated by `;`.
    ///
    /// # Errors
    /// For anything else; `what` names them.
    pub fn precise<const N: usize>(&self, what: &str) -> Result<[f64; N], ConfigError> {
        let item = |text: &String| text.parse().ok().filter(|number: &f64| number.is_finite());
        let all: Option<Vec<f64>> = self.list().iter().map(item).collect();
        all.and_then(|list| list.try_into().ok()).ok_or_else(|| self.wants(what))
    }

    /// A numbered choice.
    ///
    /// # Errors
    /// For a number that is none of `numbers`.
    pub fn choice<T>(&self, numbers: &[i64], of: impl Fn(i64) -> Option<T>) -> Result<T, ConfigError> {
        let expected = || numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        self.word().parse().ok().and_then(of).ok_or_else(|| self.wants(format!("one of {}", expected())))
    }

    /// The value without a comment behind it: numbers hold no `#`.
    fn word(&self) -> &'a str {
        let text = &self.entry.value;
        let end = text.find([' ', '\t']).filter(|&at| text[at..].trim_start().starts_with('#'));
        &text[..end.unwrap_or(text.len())]
    }

    /// A file beside this one, or an absolute path. `file://` is taken off.
    fn resolve(&self, text: &str) -> PathBuf {
        let text = text.strip_prefix("file://").unwrap_or(text);
        self.path.parent().unwrap_or(Path::new("")).join(text)
    }
}

/// Splits at `;` that have no backslash before them.
fn split(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut from, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            ';' if !escaped => {
                items.push(&text[from..at]);
                from = at + 1;
            }
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            _ => {}
        }
        escaped = false;
    }
    items.push(&text[from..]);
    items
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('s') => out.push(' '),
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(c @ ('\\' | ';')) => out.push(c),
            other => out.extend(std::iter::once('\\').chain(other)),
        }
    }
    out
}

fn whole(range: &RangeInclusive<i64>) -> String {
    match (*range.start(), *range.end()) {
        (i64::MIN, i64::MAX) => "whole number".into(),
        (low, i64::MAX) => format!("whole number of at least {low}"),
        (low, high) => format!("whole number from {low} to {high}"),
    }
}

fn real(range: &RangeInclusive<f32>) -> String {
    match (*range.start(), *range.end()) {
        (f32::MIN, f32::MAX) => "number".into(),
        (low, f32::MAX) => format!("number of at least {low}"),
        (low, high) => format!("number from {low} to {high}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(value: &str, read: impl FnOnce(Value<'_>) -> T) -> T {
        let entry = Entry { key: "key".into(), value: value.into(), line: 7 };
        read(Value::new(Path::new("dir/c.txt"), "s", &entry))
    }

    #[test]
    fn numbers_are_checked_and_a_comment_behind_one_is_forgiven() {
        assert_eq!(with("12 # why", |v| v.integer::<u32>(0..=20)).unwrap(), 12);
        assert_eq!(with("0.25", |v| v.number(0.0..=1.0)).unwrap(), 0.25);
        assert_eq!(with("0;1;2;", |v| v.integers::<u32>(0..=9)).unwrap(), [0, 1, 2]);
        let wrong = |text: &str| with(text, |v| v.integer::<u32>(1..=1024)).unwrap_err().to_string();
        for text in ["", "0", "1025", "4.0", "4x", "4 5", "99999999999999999999"] {
            let expected = format!("dir/c.txt:7: [s] key: expected a whole number from 1 to 1024, found '{text}'");
            assert_eq!(wrong(text), expected);
        }
        assert!(with("nan", |v| v.number(0.0..=f32::MAX)).is_err());
        assert!(with("1;x", |v| v.numbers()).is_err());
        assert!(with("1;2;3", |v| v.array::<4>("four")).is_err());
    }

    #[test]
    fn booleans_are_those_of_glib_and_yaml() {
        assert!(with("1", |v| v.boolean()).unwrap() && with("True", |v| v.boolean()).unwrap());
        assert!(!with("0", |v| v.boolean()).unwrap() && !with("no", |v| v.boolean()).unwrap());
        assert!(with("2", |v| v.boolean()).is_err());
    }

    #[test]
    fn paths_are_resolved_against_the_file() {
        assert_eq!(with("../m/a.onnx", |v| v.some_path()), Some("dir/../m/a.onnx".into()));
        assert_eq!(with("/m/a.onnx", |v| v.some_path()), Some("/m/a.onnx".into()));
        assert_eq!(with("", |v| v.some_path()), None);
    }

    #[test]
    fn lists_and_escapes_are_those_of_glib() {
        assert_eq!(with(r"a\;b; c ;", |v| v.list()), ["a;b", "c"]);
        assert_eq!(with(r"a\sb\q\", |v| v.text()), r"a b\q\");
        assert!(with("", |v| v.list()).is_empty());
        assert_eq!(with(";x", |v| v.list()), ["", "x"]);
    }
}
