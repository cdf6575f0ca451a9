//! deepstream-test1: one stream is decoded, batched, run through a detector and drawn on; every frame's objects are counted.

use std::path::PathBuf;

use super::{
    common::CommonArgs,
    counts::summary,
    shipped::{self, DETECTOR, STREAM},
};
use crate::{
    base::exit::Exit,
    meta::{Colour, Font, Frame, MetaError, TextStyle},
    pipeline::{Before, Flow, Pipeline},
};

const BLUE: Colour = [0.0, 0.0, 1.0, 0.8];
const WHITE: Colour = [1.0; 4];
const BLACK: Colour = [0.0, 0.0, 0.0, 1.0];

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
    let lines = settings.lines;

    let outcome = Pipeline::new("test1")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", config)
        .osd()
        .probe(Before("osd"), move |batch| {
            for frame in batch.frames_mut() {
                let text = summary(frame);
                if lines.line(format_args!("{text}")) == Flow::Stop || show(frame, &text).is_err() {
                    return Flow::Stop;
                }
            }
            Flow::Continue
        })
        .sink(&output)
        .run(&settings)?;
    Ok(outcome.exit)
}

/// Draws blue boxes and, at the top left, the line.
fn show(frame: &mut Frame, text: &str) -> Result<(), MetaError> {
    for object in frame.objects_mut() {
        object.set_border_colour(BLUE);
    }
    let style = TextStyle { font: Font::SERIF, size: 10, colour: WHITE, background: Some(BLACK) };
    frame.add_display().add_text(text, (10, 12), style)
}
