//! deepstream-test1: one stream is decoded, batched, run through a detector and drawn on; every frame's objects are counted.

use std::path::PathBuf;

use super::{
    common::CommonArgs,
    counts,
    shipped::{self, DETECTOR, STREAM},
};
use crate::{
    base::exit::Exit,
    meta::Colour,
    pipeline::{Before, Flow, Pipeline},
};

const BLUE: Colour = [0.0, 0.0, 1.0, 0.8];

/// One stream: decode, batch, detect, draw; objects counted per frame (deepstream-test1)
///
/// Prints a line per frame with the number of objects, vehicles and persons, and draws it on the picture with a box around
/// every object. Without INPUT it plays the sample stream that comes with the program.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector, key file or YAML [default: the detector that comes with the program]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), DETECTOR)?;

    let outcome = Pipeline::new("test1")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", config)
        .osd()
        .probe(Before("osd"), |batch| {
            batch.frames_mut().flat_map(|frame| frame.objects_mut()).for_each(|object| object.set_border_colour(BLUE));
            Flow::Continue
        })
        .probe(Before("osd"), counts::print_and_show(settings.lines))
        .sink(&output)
        .run(&settings)?;
    Ok(outcome.exit)
}
