//! Results for people, one line at a time on standard output.

use std::{
    fmt,
    io::{ErrorKind, IsTerminal, Write},
};

use super::{Flow, PipelineError};

/// Where an app's result lines go. Cheap to copy into probes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lines {
    /// Standard output.
    #[default]
    Stdout,
    /// Nowhere: `--silent`, or standard output carries JSON.
    Silent,
}

impl Lines {
    /// Writes one line. A reader that went away (`| head`) ends the run in good order.
    pub fn line(self, text: fmt::Arguments<'_>) -> Flow {
        match self.try_line(text) {
            Ok(()) => Flow::Continue,
            Err(_) => Flow::Stop,
        }
    }

    /// Lines appear on a terminal, where they show how far a run is.
    pub fn on_terminal(self) -> bool {
        self == Self::Stdout && std::io::stdout().is_terminal()
    }

    /// Writes one line; a reader that went away is no error.
    pub fn last_line(self, text: fmt::Arguments<'_>) -> Result<(), PipelineError> {
        match self.try_line(text) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(PipelineError::Stdout(error)),
            _ => Ok(()),
        }
    }

    fn try_line(self, text: fmt::Arguments<'_>) -> std::io::Result<()> {
        match self {
            Self::Silent => Ok(()),
            Self::Stdout => writeln!(std::io::stdout().lock(), "{text}"),
        }
    }
}
