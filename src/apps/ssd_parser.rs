//! deepstream-ssd-parser: the network's raw tensors come to the app, which reads boxes out of them and adds the objects.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::anyhow;

use super::{
    common::CommonArgs,
    counts,
    shipped::{self, STREAM},
    ssd_boxes::{self, Found, TensorError, Wanted},
};
use crate::{
    base::exit::Exit,
    config::{labels::Labels, nvinferserver},
    meta::{Batch, Colour, Font, Frame, TextStyle, UserMeta},
    pipeline::{After, Before, Flow, Output, Pipeline, PipelineError},
};

const RED: Colour = [1.0, 0.0, 0.0, 1.0];
const STYLE: TextStyle =
    TextStyle { font: Font::SERIF, size: 10, colour: [1.0; 4], background: Some([0.0, 0.0, 0.0, 1.0]) };

/// Raw output tensors, boxes and suppression by the app, objects added, MP4 out (deepstream-ssd-parser)
///
/// nvinferserver runs an SSD and attaches its tensors; everything after that is the app's own. Prints a line per frame with
/// the number of objects, vehicles and persons. Writes ssd-parser_out.mp4 unless -o says otherwise. Without INPUT it plays the
/// sample stream that comes with the program.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinferserver configuration of the network [default: the SSD that comes with the program, from models/repository]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// The least score of an object
    #[arg(long, value_name = "SCORE", default_value_t = 0.5, help_heading = "Pipeline")]
    threshold: f32,
    /// Of boxes of one class that overlap more than this (intersection over union) the best stays
    #[arg(long, value_name = "IOU", default_value_t = 0.3, help_heading = "Pipeline")]
    overlap: f32,
    /// The most objects of a frame, the best ones; 0 is all
    #[arg(long, value_name = "N", default_value_t = 20, help_heading = "Pipeline")]
    top_k: usize,
    /// The least width and height of an object in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 32, help_heading = "Pipeline")]
    min_size: u16,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let settings = args.common.settings()?;
    let output = match args.common.output()? {
        Output::Auto => "ssd-parser_out.mp4".parse().map_err(|error| anyhow!("-o: {error}"))?,
        output => output,
    };
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), "config_triton_infer_ssd_detector.txt")?;
    let labels = nvinferserver::load(&config).map_err(PipelineError::from)?.config.label_file;
    let labels = labels.as_deref().map(Labels::load).transpose()?.unwrap_or_default();
    let labels = labels.classes(labels.len());
    let wanted =
        Wanted { threshold: args.threshold, overlap: args.overlap, most: args.top_k, side: args.min_size.into() };
    let failure = Arc::new(Mutex::new(None));
    let failed = Arc::clone(&failure);

    let outcome = Pipeline::new("ssd-parser")
        .sources(inputs)
        .batch(args.common.size())
        .infer_server("pgie", config)
        .probe(After("pgie"), move |batch| match parse(batch, &wanted, &labels) {
            Ok(()) => Flow::Continue,
            Err(error) => {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Flow::Stop
            }
        })
        .osd()
        .probe(Before("osd"), counts::print_and_show(settings.lines))
        .sink(&output)
        .run(&settings)?;
    match failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(error) => Err(anyhow::Error::new(error).context("pgie")),
        None => Ok(outcome.exit),
    }
}

/// Adds the objects that the tensors of each frame show. A frame that was not inferred has no tensors.
fn parse(batch: &mut Batch, wanted: &Wanted, labels: &[String]) -> Result<(), TensorError> {
    for frame in batch.frames_mut() {
        let size = frame.pipeline_size();
        let tensors = frame.user_metas().filter_map(UserMeta::tensors);
        let found: Vec<_> = tensors
            .map(|tensors| Ok((tensors.unique_id(), ssd_boxes::objects(&tensors, size, wanted)?)))
            .collect::<Result<_, _>>()?;
        for (network, objects) in found {
            objects.iter().for_each(|object| add(frame, network, object, labels));
        }
    }
    Ok(())
}

fn add(frame: &mut Frame, network: u32, found: &Found, labels: &[String]) {
    let label = labels.get(found.class as usize).cloned().unwrap_or_else(|| found.class.to_string());
    let object = frame.add_object();
    object.set_component_id(network as i32);
    object.set_class_id(found.class as i32);
    object.set_confidence(found.score);
    object.set_object_id(None);
    object.set_rect(found.rect);
    object.set_detector_bbox(found.rect);
    object.set_border(3, RED);
    object.set_label(&label);
    object.set_text(&format!("{label} {:.3}", found.score), STYLE);
}
