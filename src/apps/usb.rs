//! deepstream-test1-usbcam: a camera is detected on and drawn on; every frame's objects are counted.

use std::path::PathBuf;

use super::{
    common::CommonArgs,
    counts,
    shipped::{self, DETECTOR},
};
use crate::{
    base::{exit::Exit, geometry::Size},
    pipeline::{Before, CameraFormat, Input, Pipeline, parse_size},
};

/// The camera that is played when none is given.
const CAMERA: &str = "/dev/video0";

/// A V4L2 camera: detect, draw; objects counted per frame (deepstream-test1-usbcam)
///
/// INPUT is a device such as /dev/video0, which is also what is played without one; `ds-apps doctor` lists the cameras of this
/// machine with the formats they offer. Prints a line per frame with the number of objects, vehicles and persons, and draws it
/// on the picture. Where there is no camera, test:?live=1 stands in for one.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector [default: the detector that comes with the program]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// What the camera sends: mjpeg, yuy2 or nv12 [default: what it likes best]
    #[arg(long, value_name = "FORMAT", help_heading = "Input")]
    format: Option<CameraFormat>,
    /// The size the camera is asked for
    #[arg(long, value_name = "WxH", help_heading = "Input", value_parser = size)]
    camera_size: Option<Size>,
    /// Frames per second the camera is asked for
    #[arg(long, value_name = "N", help_heading = "Input", value_parser = clap::value_parser!(u32).range(1..))]
    fps: Option<u32>,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = match args.common.inputs() {
        none if none.is_empty() => vec![CAMERA.to_owned()],
        given => given,
    };
    let inputs = inputs.iter().map(|input| args.asked(input)).collect::<Result<Vec<_>, _>>()?;
    let outcome = Pipeline::new("usb")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", shipped::config_or(args.config.clone(), DETECTOR)?)
        .osd()
        .probe(Before("osd"), counts::print_and_show(settings.lines))
        .sink(&output)
        .run(&settings)?;
    Ok(outcome.exit)
}

impl Args {
    /// A camera with what is asked of it; anything else as it is.
    fn asked(&self, input: &str) -> anyhow::Result<String> {
        let Input::Camera(mut camera) = input.parse()? else { return Ok(input.to_owned()) };
        camera.format = self.format.or(camera.format);
        camera.size = self.camera_size.or(camera.size);
        camera.fps = self.fps.or(camera.fps);
        Ok(camera.to_string())
    }
}

fn size(text: &str) -> Result<Size, String> {
    parse_size(text).ok_or_else(|| "expected WIDTHxHEIGHT in pixels, as in 1280x720".into())
}
