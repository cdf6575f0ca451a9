//! runtime_source_add_delete: sources are added one by one while the others play, then taken out one by one.

use std::{path::PathBuf, time::Duration};

use super::{
    common::CommonArgs,
    shipped::{self, DETECTOR, STREAM},
};
use crate::{
    base::exit::Exit,
    pipeline::{Flow, Lines, Pipeline, Sources},
};

/// The most sources upstream has at once.
const MOST: usize = 4;

/// Sources added and removed while playing, on a timer or by REST (runtime_source_add_delete)
///
/// Every 10 s the input is added once more, until there are 4; then, every 10 s, sources that have ended and one more are
/// removed, until there are none. With --rest sources come and go by request instead.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector, key file or YAML [default: the detector that comes with the program]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// Seconds from one change to the next
    #[arg(long, value_name = "S", default_value_t = 10.0, value_parser = super::common::positive, help_heading = "Input")]
    interval: f64,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), DETECTOR)?;
    let most = settings.max_sources.unwrap_or(MOST).max(inputs.len());
    let (served, lines) = (settings.rest.is_some(), settings.lines);

    let mut timer = Timer { inputs: inputs.clone(), next: 0, adding: true, lines };
    let pipeline = Pipeline::new("runtime-add-delete").sources(inputs).batch(args.common.size()).infer("pgie", config);
    let period = Duration::from_secs_f64(args.interval);
    let pipeline = pipeline.tile().osd().sink(&output).change_sources(most, period, move |sources| match served {
        true => Flow::Continue,
        false => timer.tick(sources),
    });
    Ok(pipeline.run(&settings)?.exit)
}

/// What upstream's timers do.
struct Timer {
    inputs: Vec<String>,
    /// Which of the inputs is added next.
    next: usize,
    adding: bool,
    lines: Lines,
}

impl Timer {
    fn tick(&mut self, sources: &Sources) -> Flow {
        let there = sources.list();
        self.adding &= there.len() < sources.limit();
        if self.adding {
            let input = &self.inputs[self.next % self.inputs.len()];
            self.next += 1;
            return match sources.add(input) {
                Ok(number) => self.lines.line(format_args!("Source {number} added")),
                Err(error) => self.lines.line(format_args!("No source added: {error}")),
            };
        }
        let ended = there.iter().filter(|source| source.ended);
        let one_more = there.iter().find(|source| !source.ended);
        for source in ended.chain(one_more) {
            // One that has failed in the meantime is gone already.
            if sources.remove(source.source_id).is_ok() {
                self.lines.line(format_args!("Source {} removed", source.source_id));
            }
        }
        if sources.list().is_empty() { Flow::Stop } else { Flow::Continue }
    }
}
