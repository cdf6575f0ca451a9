//! Models that do not come with the program: list them, fetch them, check them.

use std::{io::IsTerminal, path::Path};

use indicatif::{ProgressBar, ProgressStyle};

use super::UsageError;
use crate::{
    base::exit::Exit,
    catalog::{CatalogError, Catalogue, Fetched, Fetcher, Model, ModelFile, Progress, State, is_there, state},
    pipeline::Lines,
};

/// List, fetch and check models that do not come with the program
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Show all models: what they do, their licence, whether they are here
    List,
    /// Fetch models; a download that broke off goes on where it stopped
    Pull {
        /// The models to fetch
        #[arg(value_name = "NAME", required_unless_present = "all")]
        names: Vec<String>,
        /// Fetch all that can be fetched
        #[arg(long, conflicts_with = "names")]
        all: bool,
        /// Replace files that are not the catalogue's
        #[arg(long)]
        force: bool,
    },
    /// Check that the files of models are the right ones
    Verify {
        /// The models to check [default: all that are here]
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let catalogue = Catalogue::shipped()?;
    match &args.action {
        Action::List => list(&catalogue),
        Action::Pull { names, all: false, force } => pull(&catalogue, &chosen(&catalogue, names)?, *force),
        Action::Pull { all: true, force, .. } => {
            let fetched = |model: &&Model| model.files.iter().all(|file| file.url.is_some());
            pull(&catalogue, &catalogue.models.iter().filter(fetched).collect::<Vec<_>>(), *force)
        }
        Action::Verify { names } => verify(&catalogue, names),
    }
}

fn chosen<'a>(catalogue: &'a Catalogue, names: &[String]) -> anyhow::Result<Vec<&'a Model>> {
    let model = |name: &String| catalogue.model(name).map_err(|error| UsageError(error.to_string()).into());
    names.iter().map(model).collect()
}

fn list(catalogue: &Catalogue) -> anyhow::Result<Exit> {
    let width = |of: fn(&Model) -> &str| catalogue.models.iter().map(|model| of(model).len()).max().unwrap_or(0);
    let (names, licences) = (width(|model| &model.name), width(|model| &model.licence));
    for model in &catalogue.models {
        let here = model.files.iter().all(|file| is_there(file, &catalogue.target(model, file)));
        let by_hand = model.files.iter().any(|file| file.url.is_none());
        let state = match (here, by_hand) {
            (true, _) => "here",
            (false, true) => "by hand",
            (false, false) => "-",
        };
        let (name, licence, title) = (&model.name, &model.licence, &model.title);
        Lines::Stdout.last_line(format_args!("{name:names$}  {state:7}  {licence:licences$}  {title}"))?;
    }
    Ok(Exit::Done)
}

fn pull(catalogue: &Catalogue, models: &[&Model], force: bool) -> anyhow::Result<Exit> {
    let fetcher = Fetcher::default();
    for model in models {
        for file in &model.files {
            let target = catalogue.target(model, file);
            let fetched = fetch(&fetcher, model, file, &target, force)?;
            let how = if fetched == Fetched::AlreadyThere { "already here" } else { "fetched" };
            Lines::Stdout.last_line(format_args!("{}: {how}: {}", model.name, target.display()))?;
        }
        if let Some(config) = &model.config {
            Lines::Stdout.last_line(format_args!("{}: run it with -c {config}", model.name))?;
        }
    }
    Ok(Exit::Done)
}

/// Fetches a file under a progress bar, if there is a terminal for one.
fn fetch(
    fetcher: &Fetcher,
    model: &Model,
    file: &ModelFile,
    target: &Path,
    force: bool,
) -> Result<Fetched, CatalogError> {
    let mut bar: Option<ProgressBar> = None;
    let mut show = |progress: Progress| {
        let bar = bar.get_or_insert_with(|| match (std::io::stderr().is_terminal(), progress.total) {
            (true, Some(total)) => new_bar(total, &model.name),
            _ => ProgressBar::hidden(),
        });
        bar.set_position(progress.done);
    };
    let fetched = fetcher.fetch(model, file, target, force, &mut show);
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    fetched
}

fn new_bar(total: u64, name: &str) -> ProgressBar {
    let bar = ProgressBar::new(total).with_message(name.to_owned());
    match ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Says of every file what it is; files that are missing count only for models that were asked for.
fn verify(catalogue: &Catalogue, names: &[String]) -> anyhow::Result<Exit> {
    let models = match names {
        [] => catalogue.models.iter().collect(),
        names => chosen(catalogue, names)?,
    };
    let mut exit = Exit::Done;
    for model in models {
        for file in &model.files {
            let target = catalogue.target(model, file);
            let (text, wrong) = match state(file, &target)? {
                State::Missing if names.is_empty() => continue,
                State::Missing => (format!("missing; fetch it with `ds-apps models pull {}`", model.name), true),
                State::Partial(bytes) => (
                    format!("{bytes} bytes so far; go on with `ds-apps models pull {}`", model.name),
                    !names.is_empty(),
                ),
                State::Whole => ("right".to_owned(), false),
                State::Unknown(hash) => {
                    (format!("here; the catalogue has no hash for it, its sha256 is {hash}"), false)
                }
                State::Wrong(hash) => {
                    let again = format!("fetch it again with `ds-apps models pull --force {}`", model.name);
                    (format!("not the catalogue's file (sha256 {hash}); {again}"), true)
                }
            };
            Lines::Stdout.last_line(format_args!("{}: {}: {text}", model.name, target.display()))?;
            if wrong {
                exit = Exit::Failed;
            }
        }
    }
    Ok(exit)
}
