//! deepstream-test1-rtsp-out: one stream is detected and drawn on, and served to RTSP clients.

use std::path::PathBuf;

use super::{
    common::{CommonArgs, RtspArgs},
    counts,
    shipped::{self, DETECTOR, STREAM},
};
use crate::{
    base::exit::Exit,
    pipeline::{Before, Pipeline},
};

/// One stream, detected and drawn on, as an RTSP server (deepstream-test1-rtsp-out)
///
/// Serves the annotated stream at rtsp://127.0.0.1:8554/ds-test, or where -o says. Other machines see it with an address
/// of this one, as in `-o rtsp://0.0.0.0:8554/ds-test`. Prints the counts of every frame, as test1 does.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector, key file or YAML [default: the detector that comes with the program]
    #[arg(long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    #[command(flatten)]
    rtsp: RtspArgs,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let settings = args.common.settings()?;
    let outcome = Pipeline::new("rtsp-out")
        .sources(shipped::inputs_or(args.common.inputs(), STREAM)?)
        .batch(args.common.size())
        .infer("pgie", shipped::config_or(args.config.clone(), DETECTOR)?)
        .osd()
        .probe(Before("osd"), counts::print_and_show(settings.lines))
        .sink(&args.rtsp.output(&args.common)?)
        .run(&settings)?;
    Ok(outcome.exit)
}
