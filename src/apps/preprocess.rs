//! deepstream-preprocess-test: regions of every source, prepared ahead of the detector, and what is found in each.

use std::path::PathBuf;

use super::{
    UsageError,
    common::CommonArgs,
    shipped::{self, DETECTOR, STREAM},
};
use crate::{
    base::{exit::Exit, geometry::Rect},
    config::{nvinfer::NvInferConfig, preprocess::PreprocessConfig},
    meta::{Batch, Colour, Font, TextStyle},
    pipeline::{After, Flow, Lines, Pipeline, PipelineError},
};

const WHITE: Colour = [1.0; 4];
const BLACK: Colour = [0.0, 0.0, 0.0, 0.6];

/// Regions of every source as tensors for the detector, and what is found in each (deepstream-preprocess-test)
///
/// Prints a line for every region of a frame with the number of objects in it, and draws both. Without INPUT it plays the
/// sample street and looks closely at three parts of it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector, key file or YAML [default: the detector that comes with the program]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// nvdspreprocess configuration, key file or YAML [default: three regions of the sample street]
    #[arg(long, value_name = "FILE", help_heading = "Pipeline")]
    preprocess: Option<PathBuf>,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), DETECTOR)?;
    let regions = shipped::config_or(args.preprocess.clone(), "config_preprocess.txt")?;
    let targets = PreprocessConfig::load(&regions)
        .map_err(|error| UsageError(format!("--preprocess {error}")))?
        .config
        .target_unique_ids;
    let network = NvInferConfig::load(&config).map_err(PipelineError::from)?.config.unique_id;
    if !targets.contains(&u64::from(network)) {
        let text = format!(
            "target-unique-ids names no network of this command: -c {} has gie-unique-id={network}",
            config.display()
        );
        return Err(UsageError(format!("--preprocess {}: {text}", regions.display())).into());
    }
    let lines = settings.lines;

    let outcome = Pipeline::new("preprocess")
        .sources(inputs)
        .batch(args.common.size())
        .preprocess("preprocess", regions)
        .infer_prepared("pgie", config)
        .probe(After("pgie"), move |batch| tell(batch, lines))
        .tile()
        .osd()
        .sink(&output)
        .run(&settings)?;
    Ok(outcome.exit)
}

/// Prints and shows how many objects have their middle in each region.
fn tell(batch: &mut Batch, lines: Lines) -> Flow {
    let rois: Vec<_> = batch.preprocessed().flat_map(|part| part.rois().flatten().collect::<Vec<_>>()).collect();
    let mut flow = Flow::Continue;
    for (place, frame) in batch.frames_mut().enumerate() {
        for roi in rois.iter().filter(|roi| roi.frame == place) {
            let Rect { left, top, width, height } = roi.rect;
            let inside = |rect: Rect| {
                let (x, y) = rect.centre();
                (left..left + width).contains(&x) && (top..top + height).contains(&y)
            };
            let count = frame.objects().filter(|object| inside(object.rect())).count();
            let number = frame.frame_num();
            flow = flow.max(lines.line(format_args!(
                "Frame Number={number} Source={} ROI={left};{top};{width};{height} Number of Objects={count}",
                frame.source_id()
            )));
            let style = TextStyle { font: Font::SERIF, size: 12, colour: WHITE, background: Some(BLACK) };
            let at = (left as u32 + 4, (top + height - 26.0).max(0.0) as u32);
            // The only error is a display that is full, and this one is new.
            let _ = frame.add_display().add_text(&format!("{count} objects"), at, style);
        }
    }
    flow
}
