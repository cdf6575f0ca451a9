//! deepstream-test3: any number of streams in one batch, a detector, all pictures in one; frames per second of each stream.

use std::path::PathBuf;

use super::{
    common::CommonArgs,
    counts,
    shipped::{self, DETECTOR, STREAM},
};
use crate::{
    base::exit::Exit,
    pipeline::{After, Pipeline},
};

/// Many streams: batch, detect, tile; frames per second of each stream (deepstream-test3)
///
/// Takes any mix of files, URIs, cameras and test patterns. Prints a line per frame with the number of objects, vehicles and
/// persons, and every five seconds the frames per second of each stream. NVDS_ENABLE_LATENCY_MEASUREMENT=1 in the
/// environment adds how long every frame took. Without INPUT it plays the sample stream that comes with the program.
/// With `-g nvinferserver-grpc` the detector is run by an inference server, at localhost:8001 unless -c says otherwise.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Configuration of the detector: key file or YAML for nvinfer, protocol buffers' text for nvinferserver [default: the
    /// detector that comes with the program]
    #[arg(short, long, visible_alias = "configfile", value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// What runs the detector
    #[arg(short = 'g', long, value_enum, default_value = "nvinfer", help_heading = "Pipeline")]
    pgie: Pgie,
    /// Look at no frame: nvdslogger counts the frames per second
    #[arg(long, help_heading = "Pipeline")]
    disable_probe: bool,
    #[command(flatten)]
    common: CommonArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Pgie {
    /// This process, as an nvinfer configuration says
    Nvinfer,
    /// This process, from a Triton model repository
    Nvinferserver,
    /// An inference server, by KServe v2 over gRPC
    NvinferserverGrpc,
}

impl Pgie {
    /// The configuration that comes with the program.
    fn config(self) -> &'static str {
        match self {
            Self::Nvinfer => DETECTOR,
            Self::Nvinferserver => "config_triton_infer_primary_detector.txt",
            Self::NvinferserverGrpc => "config_triton_grpc_infer_primary_detector.txt",
        }
    }
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), args.pgie.config())?;
    let streams = inputs.len();

    let pipeline = Pipeline::new("test3").sources(inputs).batch(args.common.size());
    let pipeline = match args.pgie {
        Pgie::Nvinfer => pipeline.infer("pgie", config),
        Pgie::Nvinferserver | Pgie::NvinferserverGrpc => pipeline.infer_server("pgie", config),
    };
    let pipeline = match args.disable_probe {
        true => pipeline.element("nvdslogger", "logger", &[]),
        false => pipeline
            .latency(After("pgie"), settings.summaries)
            .perf(After("pgie"), streams, settings.summaries)
            .probe(After("pgie"), counts::print(settings.lines)),
    };
    let outcome = pipeline.tile().osd().sink(&output).run(&settings)?;
    Ok(outcome.exit)
}
