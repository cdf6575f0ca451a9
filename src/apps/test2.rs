//! deepstream-test2: a detector, a tracker and classifiers that look at the tracked objects.

use std::path::PathBuf;

use super::{
    common::CommonArgs,
    counts,
    shipped::{self, DETECTOR, STREAM, TRACKER},
};
use crate::{
    base::exit::Exit,
    meta::{Batch, UserMeta, tracker::TargetList},
    pipeline::{Before, Flow, Lines, Pipeline},
};

/// The classifiers of vehicles that come with the program.
const CLASSIFIERS: [&str; 2] = ["config_infer_vehicle_type.txt", "config_infer_vehicle_color.txt"];

/// One stream: detect, track, classify; type and colour of every vehicle (deepstream-test2)
///
/// Prints a line per frame with the number of objects, vehicles and persons, and draws it on the picture. Objects keep their
/// number from frame to frame; classifiers look at each of them once, and again when it has grown. Where the tracker's
/// configuration keeps frames of objects from before they were believed (outputTrackletData of past frames), those are
/// printed too. Without INPUT it plays the sample stream that comes with the program.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector [default: the detector that comes with the program]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// Configuration of the tracker, as DeepStream's ll-config-file
    #[arg(long, value_name = "FILE", help_heading = "Pipeline")]
    tracker_config: Option<PathBuf>,
    /// nvinfer configuration of a classifier; can be given several times [default: type and colour of vehicles]
    #[arg(long, value_name = "FILE", help_heading = "Pipeline")]
    classifier: Vec<PathBuf>,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), DETECTOR)?;
    let tracker = shipped::config_or(args.tracker_config.clone(), TRACKER)?;
    let classifiers = match args.classifier.as_slice() {
        [] => CLASSIFIERS.iter().map(|name| shipped::config_or(None, name)).collect::<anyhow::Result<_>>()?,
        given => given.to_vec(),
    };
    let lines = settings.lines;

    let pipeline = Pipeline::new("test2")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", config)
        .track("tracker", tracker);
    let outcome = (1..)
        .zip(classifiers)
        .fold(pipeline, |pipeline, (number, config)| pipeline.infer(&format!("sgie{number}"), config))
        .osd()
        .probe(Before("osd"), counts::print_and_show(lines))
        .probe(Before("osd"), move |batch| print_past(batch, lines))
        .sink(&output)
        .run(&settings)?;
    Ok(outcome.exit)
}

/// Frames of objects from before they were shown, as upstream prints them.
fn print_past(batch: &Batch, lines: Lines) -> Flow {
    let mut flow = Flow::Continue;
    let mut line =
        |name: &str, value: &dyn std::fmt::Display| flow = flow.max(lines.line(format_args!("{name} {value}")));
    let past = batch.user_metas().filter_map(UserMeta::target_list).filter(|(list, _)| *list == TargetList::Past);
    for stream in past.flat_map(|(_, streams)| streams) {
        line("streamId=", &stream.pad_index);
        line("surfaceStreamID=", &stream.surface_stream_id);
        for target in stream.targets {
            line("numobj=", &target.frames.len());
            line("uniqueId=", &target.id);
            line("classId=", &target.class_id);
            line("objLabel=", &target.label);
            for frame in target.frames {
                line("frameNum:", &frame.frame_num);
                line("tBbox.left:", &frame.rect.left);
                line("tBbox.width:", &frame.rect.width);
                line("tBbox.top:", &frame.rect.top);
                line("tBbox.height:", &frame.rect.height);
                line("confidence:", &frame.confidence);
                line("age:", &frame.age);
            }
        }
    }
    flow
}
