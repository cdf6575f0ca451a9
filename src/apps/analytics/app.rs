//! deepstream-nvdsanalytics: objects are detected, tracked, and looked at in regions, on lines and in directions.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    super::{
        UsageError,
        common::CommonArgs,
        shipped::{self, DETECTOR, STREAM},
    },
    events::Events,
    heat::Heat,
    words,
};
use crate::{
    base::exit::Exit,
    config::analytics::AnalyticsConfig,
    pipeline::{After, Flow, Pipeline, PipelineError},
};

/// Upstream's tracker for this app: it follows what hides and comes back.
const TRACKER: &str = "config_tracker_NvDCF_perf.yml";
/// The rules of the sample stream.
const RULES: &str = "config_nvdsanalytics.txt";

/// Regions, line crossing, direction, overcrowding, with their metadata (deepstream-nvdsanalytics)
///
/// Prints what every object and frame is known to do, as upstream does, and draws it. Rules are read anew when their file
/// changes. Without INPUT it plays the sample stream that comes with the program, with rules for its streets and crossing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// nvinfer configuration of the detector [default: the detector that comes with the program]
    #[arg(short, long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// Configuration of the tracker, as DeepStream's ll-config-file
    #[arg(long, value_name = "FILE", help_heading = "Pipeline")]
    tracker_config: Option<PathBuf>,
    /// Rules, as nvdsanalytics' config-file [default: those of the sample stream]
    #[arg(long, value_name = "FILE", help_heading = "Pipeline")]
    analytics_config: Option<PathBuf>,
    /// Write every crossing, entry and change of a count as a line of CSV
    #[arg(long, value_name = "FILE.csv", help_heading = "Output")]
    counts: Option<PathBuf>,
    /// Paint where objects were, at the end
    #[arg(long, value_name = "FILE.png", help_heading = "Output")]
    heatmap: Option<PathBuf>,
    #[command(flatten)]
    common: CommonArgs,
}

/// What is kept over the run.
struct Kept {
    events: Events,
    heat: Option<Heat>,
    failure: Option<PipelineError>,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_or(args.config.clone(), DETECTOR)?;
    let tracker = shipped::config_or(args.tracker_config.clone(), TRACKER)?;
    let rules = shipped::config_or(args.analytics_config.clone(), RULES)?;
    AnalyticsConfig::load(&rules).map_err(|error| UsageError(format!("--analytics-config {error}")))?;
    let (several, lines) = (inputs.len() > 1, settings.lines);
    // Files are opened first: a folder that cannot be written is known before anything runs.
    let wanted = |path: &Option<PathBuf>| path.clone().filter(|_| !settings.describe);
    let kept = Kept {
        events: Events::open(wanted(&args.counts))?,
        heat: wanted(&args.heatmap).map(Heat::open).transpose()?,
        failure: None,
    };
    let kept = Arc::new(Mutex::new(kept));
    let own = kept.clone();

    let pipeline = Pipeline::new("analytics")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", config)
        .track("tracker", tracker)
        .analytics("analytics", rules)
        .probe(After("analytics"), move |batch| {
            let (mut kept, mut flow) = (lock(&own), Flow::Continue);
            for frame in batch.frames() {
                flow = flow.max(words::print(frame, lines));
                if let Some(heat) = &mut kept.heat {
                    heat.add(frame);
                }
                if let Err(error) = kept.events.add(frame) {
                    (kept.failure, flow) = (Some(error), Flow::Stop);
                }
            }
            flow
        });
    let pipeline = if several { pipeline.tile() } else { pipeline };
    let outcome = pipeline.osd().sink(&output).run(&settings)?;

    let Kept { events, heat, failure } = &mut *lock(&kept);
    if let Some(error) = failure.take() {
        return Err(error.into());
    }
    if outcome.report.is_some() {
        events.print(settings.summaries)?;
    }
    events.commit()?;
    if let Some(heat) = heat.take() {
        heat.commit()?;
    }
    Ok(outcome.exit)
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
