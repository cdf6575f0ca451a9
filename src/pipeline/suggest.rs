//! The nearest known name to a mistyped one, as the end of a sentence.

use crate::config::closest::closest;

/// `; did you mean ...?` with the nearest of `known`, or nothing when none is near.
pub fn hint<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    closest(wrong, known).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
