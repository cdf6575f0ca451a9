//! deepstream-segmentation: a class for every pixel, as an array, in colours, and as pictures in a folder.

use std::path::{Path, PathBuf};

use super::{
    common::CommonArgs,
    shipped::{self, STREAM},
};
use crate::{
    base::{exit::Exit, palette},
    config::{
        labels::Labels,
        nvinfer::{NetworkType, NvInferConfig},
    },
    meta::{Frame, UserMeta, segmentation::ClassMapView},
    pipeline::{
        After, Flow, Pipeline, PipelineError,
        image::{self, ImageError},
    },
};

/// A class for every pixel: the map as an array, coloured masks shown and saved (deepstream-segmentation)
///
/// Prints a line per frame with the share of each class. `--masks` saves the class map of every frame as a coloured JPEG.
/// Without INPUT it plays the sample street; the repository's
/// configs/config_infer_part_segmentation.txt with streams/sample_parts.mp4 looks for defects instead.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the network, key file or YAML [default: road, vehicle, person, other]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// Save the class map of every frame in this folder, as SOURCE_FRAME.jpg
    #[arg(long, value_name = "FOLDER", help_heading = "Output")]
    masks: Option<PathBuf>,
    /// Show the colours alone, not over the picture
    #[arg(long, help_heading = "Output")]
    no_background: bool,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config =
        shipped::network_or(args.config.clone(), "config_infer_scene_segmentation.txt", NetworkType::Segmentation)?;
    let labels = labels(&config)?;
    let masks = args.masks.clone().filter(|_| !settings.describe);
    masks.as_deref().map(image::folder).transpose()?;
    let (lines, failure) = (settings.lines, std::sync::Arc::new(std::sync::Mutex::new(None)));
    let failed = failure.clone();

    let pipeline = Pipeline::new("segmentation").sources(inputs).batch(args.common.size()).infer("pgie", config).probe(
        After("pgie"),
        move |batch| {
            for frame in batch.frames() {
                let Some(map) = frame.user_metas().find_map(UserMeta::class_map) else { continue };
                if let Some(Err(error)) = masks.as_deref().map(|folder| save(folder, frame, &map)) {
                    *failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error);
                    return Flow::Stop;
                }
                if lines.line(format_args!("Frame Number={} {}", frame.frame_num(), shares(&map, &labels)))
                    == Flow::Stop
                {
                    return Flow::Stop;
                }
            }
            Flow::Continue
        },
    );
    let background = if args.no_background { "false" } else { "true" };
    let pipeline = pipeline.element("nvsegvisual", "segvisual", &[("original-background", background)]);
    let outcome = pipeline.tile().sink(&output).run(&settings)?;
    match failure.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take() {
        Some(error) => Err(error.into()),
        None => Ok(outcome.exit),
    }
}

/// The names of the classes that a configuration gives.
fn labels(config: &Path) -> anyhow::Result<Vec<String>> {
    let config = NvInferConfig::load(config).map_err(PipelineError::from)?.config;
    let labels = config.label_file.as_deref().map(Labels::load).transpose()?.unwrap_or_default();
    Ok(labels.classes(config.detector.classes as usize))
}

/// The share of each class, as `road=0.412 person=0.015`.
fn shares(map: &ClassMapView<'_>, labels: &[String]) -> String {
    let share = |(class, pixels): (usize, usize)| {
        let label = labels.get(class).map_or_else(|| class.to_string(), String::clone);
        format!("{label}={:.3}", pixels as f64 / map.ids.len().max(1) as f64)
    };
    map.histogram().into_iter().enumerate().map(share).collect::<Vec<_>>().join(" ")
}

fn save(folder: &Path, frame: &Frame, map: &ClassMapView<'_>) -> Result<(), ImageError> {
    let rgb: Vec<u8> = map.ids.iter().flat_map(|class| palette::colour(*class).unwrap_or_default()).collect();
    image::save_jpeg(&folder.join(format!("{}_{}.jpg", frame.source_id(), frame.frame_num())), map.size, &rgb)
}
