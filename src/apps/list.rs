//! The commands and the upstream samples they re-create.

use clap::CommandFactory;

use super::Cli;
use crate::{base::exit::Exit, pipeline::Lines};

/// List the commands
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: &Args) -> anyhow::Result<Exit> {
    let cli = Cli::command();
    let width = cli.get_subcommands().map(|command| command.get_name().len()).max().unwrap_or(0);
    for command in cli.get_subcommands() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        Lines::Stdout.last_line(format_args!("{:width$}  {about}", command.get_name()))?;
    }
    Ok(Exit::Done)
}
