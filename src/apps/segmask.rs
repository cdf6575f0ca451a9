//! deepstream-segmask: a mask for every object, resized to its box and binarised, drawn and saved.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{
    common::CommonArgs,
    shipped::{self, STREAM},
};
use crate::{
    base::{exit::Exit, geometry::Size, grid::Grid},
    config::nvinfer::NetworkType,
    meta::{Frame, Mask, Object},
    pipeline::{
        After, Flow, Pipeline,
        image::{self, ImageError},
    },
};

/// A mask for every object: resized to its box, binarised, drawn and saved (deepstream-segmask)
///
/// Prints a line per frame with the number of objects and how many have a mask. `--masks` saves the masks of every 30th
/// frame, white on black, as large as their boxes. Without INPUT it plays the sample street.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the network (network-type=3), key file or YAML [default: vehicles, two-wheelers, people]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// Save masks in this folder, as stream_SOURCE/frame_FRAME_OBJECT.jpg
    #[arg(long, value_name = "FOLDER", help_heading = "Output")]
    masks: Option<PathBuf>,
    /// Save those of every Nth frame
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Output")]
    every: u32,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::network_or(
        args.config.clone(),
        "config_infer_instance_segmentation.txt",
        NetworkType::InstanceSegmentation,
    )?;
    let masks = args.masks.clone().filter(|_| !settings.describe);
    masks.as_deref().map(image::folder).transpose()?;
    let (lines, every, failure) = (settings.lines, i64::from(args.every), Arc::new(Mutex::new(None)));
    let failed = failure.clone();

    let look = move |frame: &Frame| {
        let due = i64::from(frame.frame_num()) % every == 0;
        if let Some(Err(error)) = masks.as_deref().filter(|_| due).map(|folder| save(folder, frame)) {
            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            return Flow::Stop;
        }
        let (objects, masks) = (frame.objects().count(), frame.objects().filter_map(Object::mask).count());
        lines.line(format_args!("Frame Number={} Number of Objects={objects} Masks={masks}", frame.frame_num()))
    };
    let outcome = Pipeline::new("segmask")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", config)
        .probe(After("pgie"), move |batch| {
            let stopped = batch.frames().any(|frame| look(frame) == Flow::Stop);
            if stopped { Flow::Stop } else { Flow::Continue }
        })
        .tile()
        .osd()
        .sink(&output)
        .run(&settings)?;
    match failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(error) => Err(error.into()),
        None => Ok(outcome.exit),
    }
}

/// A mask at the size of the box it lies over: 255 where it belongs to the object, 0 elsewhere.
fn binarised(mask: &Mask<'_>, size: Size) -> Option<Vec<u8>> {
    let grid = Grid::new(mask.values, mask.width as usize, mask.height as usize)?;
    let values = grid.resized([0.0, 0.0, 1.0, 1.0], size.width as usize, size.height as usize);
    Some(values.into_iter().map(|value| if value > mask.threshold { 255 } else { 0 }).collect())
}

fn save(folder: &Path, frame: &Frame) -> Result<(), ImageError> {
    let folder = folder.join(format!("stream_{}", frame.source_id()));
    let cannot = |source| ImageError::Folder { path: folder.clone(), source };
    std::fs::create_dir_all(&folder).map_err(cannot)?;
    for (place, object) in frame.objects().enumerate() {
        let rect = object.rect();
        let size = Size { width: rect.width.max(1.0) as u32, height: rect.height.max(1.0) as u32 };
        let Some(pixels) = object.mask().and_then(|mask| binarised(&mask, size)) else { continue };
        let rgb: Vec<u8> = pixels.into_iter().flat_map(|value| [value; 3]).collect();
        image::save_jpeg(&folder.join(format!("frame_{}_{place}.jpg", frame.frame_num())), size, &rgb)?;
    }
    Ok(())
}
