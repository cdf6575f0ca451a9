//! deepstream-rtsp-in-rtsp-out: cameras (or anything else) are detected and drawn on, side by side in one served stream.

use std::path::PathBuf;

use super::{
    common::{CommonArgs, RtspArgs},
    shipped::{self, DETECTOR, STREAM},
};
use crate::{base::exit::Exit, pipeline::Pipeline};

/// N cameras in, one tiled RTSP stream out (deepstream-rtsp-in-rtsp-out)
///
/// Serves all inputs side by side at rtsp://127.0.0.1:8554/ds-test, or where -o says. With --rtsp-ts frames carry the
/// cameras' time of day. A camera that is lost is connected again while the others go on.
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
    let (settings, output) = (args.common.settings()?, args.rtsp.output(&args.common)?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), DETECTOR)?;
    let detected = Pipeline::new("rtsp-in-out").sources(inputs).batch(args.common.size()).infer("pgie", config);
    Ok(detected.tile().osd().sink(&output).run(&settings)?.exit)
}
