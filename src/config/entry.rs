//! One line of a configuration file.

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
