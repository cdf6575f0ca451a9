//! Where JSON results go: a file that appears when it is whole, or standard output.

use std::{convert::Infallible, path::PathBuf, str::FromStr};

/// The value of `--report` and `--meta-out`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// `-`.
    Stdout,
    /// Any other value.
    File(PathBuf),
}

impl FromStr for Destination {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "-" { Self::Stdout } else { Self::File(text.into()) })
    }
}
