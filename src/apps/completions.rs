//! Completions for shells.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;
use crate::{base::exit::Exit, pipeline::Lines};

/// Print completions for a shell
///
/// For bash: ds-apps completions bash > ~/.local/share/bash-completion/completions/ds-apps
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ds-apps", &mut script);
    Lines::Stdout.last_line(format_args!("{}", String::from_utf8_lossy(&script).trim_end()))?;
    Ok(Exit::Done)
}
