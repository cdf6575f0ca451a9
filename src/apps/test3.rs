//! deepstream-test3: any number of streams in one batch, a detector, all pictures in one; frames per second of each stream.

use std::path::PathBuf;

use super::{
    UsageError,
    common::CommonArgs,
    counts,
    shipped::{self, DETECTOR, STREAM},
};
use crate::{
    base::exit::Exit,
    pipeline::{After, Pipeline},
};

/// Many streams: batch, detect, tile; frames per second of each stream (deepstream-test3)
///
/// Takes any mix of files, URIs, cameras and test patterns. Prints a line per frame with the number of objects, vehicles and
/// persons, and every five seconds the frames per second of each stream. NVDS_ENABLE_LATENCY_MEASUREMENT=1 in the
/// environment adds how long every frame took. Without INPUT it plays the sample stream that comes with the program.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Configuration of the detector, key file or YAML [default: the detector that comes with the program]
    #[arg(short, long, visible_alias = "configfile", value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// What runs the detector
    #[arg(short = 'g', long, value_enum, default_value = "nvinfer", help_heading = "Pipeline")]
    pgie: Pgie,
    /// Look at no frame: nvdslogger counts the frames per second
    #[arg(long, help_heading = "Pipeline")]
    disable_probe: bool,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Pgie {
    Nvinfer,
    Nvinferserver,
    NvinferserverGrpc,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    if args.pgie != Pgie::Nvinfer {
        let text = "-g: nvinferserver is not there yet; leave -g out, or use -g nvinfer";
        return Err(UsageError(text.into()).into());
    }
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), DETECTOR)?;
    let streams = inputs.len();

    let pipeline = Pipeline::new("test3").sources(inputs).batch(args.common.size()).infer("pgie", config);
    let pipeline = match args.disable_probe {
        true => pipeline.element("nvdslogger", "logger", &[]),
        false => pipeline
            .latency(After("pgie"), settings.summaries)
            .perf(After("pgie"), streams, settings.summaries)
            .probe(After("pgie"), counts::print(settings.lines)),
    };
    let outcome = pipeline.tile().osd().sink(&output).run(&settings)?;
    Ok(outcome.exit)
}
