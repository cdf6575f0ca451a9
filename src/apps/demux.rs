//! deepstream-demux-multi-in-multi-out: streams that are detected on in one batch leave each on its own.

use std::path::PathBuf;

use super::{
    common::CommonArgs,
    counts,
    shipped::{self, DETECTOR, STREAM},
};
use crate::{
    base::exit::Exit,
    pipeline::{After, Pipeline},
};

/// Many streams through one detector, each out on its own (deepstream-demux-multi-in-multi-out)
///
/// The streams are batched, run through the detector together, and taken apart again: -o out.mp4 writes out_0.mp4, out_1.mp4
/// and so on, one for each INPUT in order, jpeg:FOLDER a folder each. A stream's file is finished when the stream ends,
/// whatever the others do. Prints a line per frame, and every five seconds the frames per second of each stream. Without
/// INPUT it plays the sample stream that comes with the program.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector [default: the detector that comes with the program]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let streams = inputs.len();
    let outcome = Pipeline::new("demux")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", shipped::config_or(args.config.clone(), DETECTOR)?)
        .perf(After("pgie"), streams, settings.summaries)
        .probe(After("pgie"), counts::print(settings.lines))
        .demux()
        .osd()
        .sink(&output)
        .run(&settings)?;
    Ok(outcome.exit)
}
