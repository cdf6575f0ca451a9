//! What this machine can do, and the fix for what it cannot.

use anyhow::Context;

use crate::{
    base::exit::Exit,
    pipeline::{
        Lines,
        doctor::{self, Finding, Verdict},
    },
};

/// Show what this machine can decode, infer, encode and display, with the fix for what is missing
///
/// Ends with status 1 when something is missing that commands need.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let findings = doctor::examine()?;
    match args.json {
        true => {
            let text = serde_json::to_string_pretty(&findings).context("--json")?;
            Lines::Stdout.last_line(format_args!("{text}"))?;
        }
        false => print(&findings)?,
    }
    let missing = findings.iter().any(|finding| finding.verdict == Verdict::Missing);
    Ok(if missing { Exit::Failed } else { Exit::Done })
}

fn print(findings: &[Finding]) -> anyhow::Result<()> {
    let width = findings.iter().map(|finding| finding.name.len()).max().unwrap_or(0);
    let mut group = "";
    for finding in findings {
        if finding.group != group {
            group = finding.group;
            Lines::Stdout.last_line(format_args!("{group}"))?;
        }
        let Finding { name, detail, .. } = finding;
        let mark = match finding.verdict {
            Verdict::Ok => "ok     ",
            Verdict::Optional => "-      ",
            Verdict::Missing => "MISSING",
        };
        let fix = finding.fix.as_ref().map(|fix| format!(" ({fix})")).unwrap_or_default();
        Lines::Stdout.last_line(format_args!("  {mark} {name:width$}  {detail}{fix}"))?;
    }
    Ok(())
}
