//! deepstream-opticalflow: how every part of the picture moves, as an array, in colours, and as pictures in folders.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{
    common::CommonArgs,
    shipped::{self, STREAM},
};
use crate::{
    base::{exit::Exit, flow},
    meta::{Frame, UserMeta, optical_flow::FlowView},
    pipeline::{
        After, Flow, Pipeline,
        image::{self, ImageError},
    },
};

/// How every part moves from frame to frame: vectors as an array, colour-wheel pictures (deepstream-opticalflow)
///
/// Shows the motion of each 4x4 pixels as a colour: right is red, down yellow-green, left cyan-blue, up violet; the stronger,
/// the farther; rest is white. Prints a line per frame with the mean and the largest motion in pixels. --pictures saves
/// such pictures, a pixel for each vector, as stream_N/frame_N.jpg. Without INPUT it plays the sample stream.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How much work is done for a frame
    #[arg(long, default_value = "fast", value_parser = ["fast", "medium", "slow"], help_heading = "Pipeline")]
    preset: String,
    /// Save every so-many-th picture in this folder, one folder a stream
    #[arg(long, value_name = "FOLDER", help_heading = "Output")]
    pictures: Option<PathBuf>,
    /// Which frames are saved: those whose number divides by N
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Output")]
    every: u32,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let pictures = args.pictures.clone().filter(|_| !settings.describe);
    pictures.as_deref().map(image::folder).transpose()?;
    let (lines, every, failure) = (settings.lines, args.every, Arc::new(Mutex::new(None)));
    let failed = Arc::clone(&failure);

    let outcome = Pipeline::new("optical-flow")
        .sources(inputs)
        .batch(args.common.size())
        .element("nvof", "nvof", &[("preset-level", args.preset.as_str())])
        .probe(After("nvof"), move |batch| {
            for frame in batch.frames() {
                // The first frame of a source has nothing before it.
                let Some(motion) = frame.user_metas().find_map(UserMeta::optical_flow) else { continue };
                let wanted = pictures.as_deref().filter(|_| frame.frame_num().unsigned_abs() % every == 0);
                if let Some(Err(error)) = wanted.map(|folder| save(folder, frame, &motion)) {
                    *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    return Flow::Stop;
                }
                let (mean, most) = lengths(&motion);
                let (number, source) = (frame.frame_num(), frame.source_id());
                if lines.line(format_args!("Frame Number={number} Stream={source} motion mean={mean:.2} max={most:.2}"))
                    == Flow::Stop
                {
                    return Flow::Stop;
                }
            }
            Flow::Continue
        })
        .element("nvofvisual", "ofvisual", &[])
        .tile()
        .sink(&output)
        .run(&settings)?;
    match failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(error) => Err(error.into()),
        None => Ok(outcome.exit),
    }
}

/// Mean and largest length of the vectors in pixels.
fn lengths(motion: &FlowView<'_>) -> (f32, f32) {
    let lengths = motion.pixels().map_axis(ndarray::Axis(2), |vector| vector[0].hypot(vector[1]));
    (lengths.mean().unwrap_or_default(), lengths.iter().copied().fold(0.0, f32::max))
}

/// Saves the vectors as a picture in their colours, a pixel each.
fn save(folder: &Path, frame: &Frame, motion: &FlowView<'_>) -> Result<(), ImageError> {
    let stream = folder.join(format!("stream_{}", frame.pad_index()));
    std::fs::create_dir_all(&stream).map_err(|source| ImageError::Folder { path: stream.clone(), source })?;
    let reach = flow::reach(motion.vectors);
    let rgb: Vec<u8> = motion.vectors.iter().flat_map(|vector| flow::colour(*vector, reach)).collect();
    image::save_jpeg(&stream.join(format!("frame_{}.jpg", frame.frame_num())), motion.grid, &rgb)
}
