//! The guide's complete example: objects of each class counted over a stream, with a report at the end.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    UsageError,
    common::CommonArgs,
    counts,
    shipped::{self, DETECTOR, STREAM, TRACKER},
};
use crate::{
    base::exit::Exit,
    meta::Frame,
    pipeline::{Before, Flow, Pipeline},
};

/// Objects counted by class over a stream, shown on the picture, with a report at the end
///
/// A tracker tells objects apart, so each counts once, when it is first believed. With --no-tracker what is counted are
/// detections: one for every object on every frame. Without INPUT it plays the sample stream that comes with the program.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector [default: the detector that comes with the program]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// Configuration of the tracker, as DeepStream's ll-config-file
    #[arg(long, value_name = "FILE", help_heading = "Pipeline")]
    tracker_config: Option<PathBuf>,
    /// Count every detection
    #[arg(long, help_heading = "Pipeline")]
    no_tracker: bool,
    #[command(flatten)]
    common: CommonArgs,
}

/// What has been seen so far.
#[derive(Debug, Default)]
struct Counter {
    frames: u64,
    counts: BTreeMap<String, u64>,
    /// Source and id of the objects that were counted.
    known: HashMap<u32, std::collections::HashSet<u64>>,
}

impl Counter {
    /// Counts the objects of a frame that are new.
    fn add(&mut self, frame: &Frame) {
        self.frames += 1;
        let known = self.known.entry(frame.source_id()).or_default();
        for object in frame.objects().filter(|object| object.object_id().is_none_or(|id| known.insert(id))) {
            *self.counts.entry(object.label().to_owned()).or_default() += 1;
        }
    }

    /// `Person 3  Vehicle 12`
    fn line(&self) -> String {
        let counts: Vec<_> = self.counts.iter().map(|(label, count)| format!("{label} {count}")).collect();
        if counts.is_empty() { "nothing yet".into() } else { counts.join("  ") }
    }
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    if args.no_tracker && args.tracker_config.is_some() {
        let text = "--no-tracker and --tracker-config contradict each other; leave one out";
        return Err(UsageError(text.into()).into());
    }
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), DETECTOR)?;
    let counter = Arc::new(Mutex::new(Counter::default()));
    let (own, several) = (counter.clone(), inputs.len() > 1);

    let pipeline = Pipeline::new("object-counter").sources(inputs).batch(args.common.size()).infer("pgie", config);
    let pipeline = match args.no_tracker {
        true => pipeline,
        false => pipeline.track("tracker", shipped::config_or(args.tracker_config.clone(), TRACKER)?),
    };
    let pipeline = if several { pipeline.tile() } else { pipeline };
    let outcome = pipeline
        .osd()
        .probe(Before(if several { "tiler" } else { "osd" }), move |batch| {
            let mut counter = own.lock().unwrap_or_else(PoisonError::into_inner);
            for frame in batch.frames_mut() {
                counter.add(frame);
                if counts::show(frame, &counter.line()) == Flow::Stop {
                    return Flow::Stop;
                }
            }
            Flow::Continue
        })
        .sink(&output)
        .run(&settings)?;

    if outcome.report.is_none() {
        return Ok(outcome.exit);
    }
    let counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
    let width = counter.counts.keys().map(|label| label.len()).max().unwrap_or(0);
    let what = if args.no_tracker { "detections" } else { "objects" };
    settings.summaries.last_line(format_args!("{} frames, {what}:", counter.frames))?;
    for (label, count) in &counter.counts {
        settings.summaries.last_line(format_args!("  {label:width$}  {count:>6}"))?;
    }
    Ok(outcome.exit)
}
