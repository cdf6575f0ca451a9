//! The program: parse the command line, run the command, say how it ended.

use std::process::ExitCode;

use clap::Parser;
use ds_apps::apps::{self, Cli};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.run() {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("error: {}", apps::sentence(&error));
            apps::exit_of(&error).into()
        }
    }
}
