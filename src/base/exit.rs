//! How a run ended, as the shell sees it.

/// The four ways a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything was done.
    Done,
    /// Something failed while running.
    Failed,
    /// The command line or a configuration file is wrong.
    Usage,
    /// The user stopped it.
    Interrupted,
}

impl Exit {
    /// The process status: 0, 1, 2 or 130.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
