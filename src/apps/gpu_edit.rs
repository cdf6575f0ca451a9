//! deepstream-imagedata-multistream-cupy: the pixels of every frame edited in place, on the GPU or, the same, on the host.

use std::path::PathBuf;

use super::{
    common::CommonArgs,
    counts,
    shipped::{self, DETECTOR, STREAM},
};
use crate::{
    base::exit::Exit,
    pipeline::{After, Flow, GpuMemory, PictureError, Pipeline, Tint},
};

/// Frames edited in place on the GPU: tinted blue (deepstream-imagedata-multistream-cupy)
///
/// Halves the red of every pixel behind the detector, with a CUDA kernel that is compiled at run time, on the GPU if there is
/// one and on the CPU otherwise; both give the same picture bit for bit. `--device cuda:N` insists on a GPU. Decoding and the
/// detector run on the CPU. Prints a line per frame with the number of objects, vehicles and persons, and every five
/// seconds the frames per second of each stream. Without INPUT it plays the sample stream that comes with the program.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Configuration of the detector, key file or YAML [default: the detector that comes with the program]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// Where pictures lie that a GPU edits
    #[arg(long, value_enum, default_value = "pinned", help_heading = "Pipeline")]
    memory: Memory,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Memory {
    /// Host memory that the GPU reaches over the bus: several times faster where the CPU makes the pictures
    Pinned,
    /// CUDA's unified memory, as upstream's sample has it
    Unified,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), DETECTOR)?;
    let memory = match args.memory {
        Memory::Unified => GpuMemory::Unified,
        Memory::Pinned => GpuMemory::Pinned,
    };
    let tint = Tint::choose(settings.device, memory)?;
    if !settings.describe {
        tracing::info!("{tint}");
    }
    let streams = inputs.len();

    let pipeline = Pipeline::new("gpu-edit")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", config)
        .perf(After("pgie"), streams, settings.summaries)
        .probe(After("pgie"), counts::print(settings.lines))
        .rgba_for(&tint)
        .pictures(After("rgba"), move |picture| {
            tint.apply(picture)?;
            Ok::<_, PictureError>(Flow::Continue)
        });
    let outcome = pipeline.tile().osd().sink(&output).run(&settings)?;
    Ok(outcome.exit)
}
