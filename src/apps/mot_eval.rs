//! Scores a tracker on MOTChallenge files: the tracker of `nvtracker` over a file of detections, or a finished result.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use super::{UsageError, shipped};
use crate::{
    base::{exit::Exit, geometry::Size},
    config::tracker::{ReIdUse, TrackerConfig},
    pipeline::{Lines, parse_size},
    track::{
        metrics::{self, MotRow, Rules, Sequence},
        replay::replay,
    },
};

/// The largest file that is read.
const LARGEST_MIB: u64 = 1024;

/// Score a tracker on MOTChallenge files: HOTA, MOTA, IDF1 as JSON
///
/// Feeds the detections of a file to the tracker that nvtracker runs, or takes the tracks of --tracks as they are, and compares
/// them with the ground truth. Files have a line per object and frame: frame,id,left,top,width,height,confidence,class,visibility.
/// Objects match within their class only; counts are summed over classes. hota, deta and assa are means over overlaps from
/// 0.05 to 0.95, the others hold at 0.5. fps is the speed of the tracker, 0 with --tracks.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct Args {
    /// Detections to track; their ids are not looked at
    #[arg(long, value_name = "FILE", group = "what")]
    det: Option<PathBuf>,
    /// Tracks to score in place of detections
    #[arg(long, value_name = "FILE", group = "what", conflicts_with_all = ["ll_config", "out"])]
    tracks: Option<PathBuf>,
    /// The ground truth; rows with confidence (flag) 0 are left out
    #[arg(long, value_name = "FILE")]
    gt: PathBuf,
    /// Configuration of the tracker, as for nvtracker's ll-config-file [default: NvSORT]
    #[arg(long, visible_alias = "ll-config-file", value_name = "FILE")]
    ll_config: Option<PathBuf>,
    /// Size of the frames [default: as far as the boxes reach]
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<Size>,
    /// Frames a second of the video; trackers count frames, so this changes no score
    #[arg(long, value_name = "N", value_parser = rate, default_value = "30")]
    fps: f64,
    /// Write the tracks to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Results in a region of the truth with flag 0 are no mistakes
    #[arg(long)]
    ignore_regions: bool,
    /// Boxes contain their last row and column, as BDD100K counts
    #[arg(long)]
    inclusive: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let truth = read(&args.gt)?;
    if truth.is_empty() {
        return Err(UsageError(format!("{}: no objects to compare with", args.gt.display())).into());
    }
    let (rows, speed) = match (&args.det, &args.tracks) {
        (Some(det), _) => track(args, &read(det)?, &truth)?,
        (None, Some(tracks)) => (read(tracks)?, 0.0),
        (None, None) => return Err(UsageError("give --det FILE or --tracks FILE".into()).into()),
    };
    let rules = Rules { ignore_regions: args.ignore_regions, inclusive: args.inclusive };
    let scores = metrics::score(&Sequence::new(&truth, &rows, rules));
    let numbers = truth.iter().chain(&rows).map(|row| row.frame);
    let frames = numbers.clone().max().unwrap_or(0) + 1 - numbers.min().unwrap_or(1);
    let digits = |value: f64| (value * 1e6).round() / 1e6;
    let json = serde_json::json!({
        "hota": digits(scores.hota), "deta": digits(scores.deta), "assa": digits(scores.assa),
        "mota": digits(scores.mota), "idf1": digits(scores.idf1), "idsw": scores.switches,
        "fp": scores.false_positives, "fn": scores.false_negatives, "frames": frames, "fps": digits(speed),
    });
    Lines::Stdout.last_line(format_args!("{json}"))?;
    Ok(Exit::Done)
}

/// The tracks of detections, and how many frames a second that took.
fn track(args: &Args, detections: &[MotRow], truth: &[MotRow]) -> anyhow::Result<(Vec<MotRow>, f64)> {
    let path = shipped::config_or(args.ll_config.clone(), "config_tracker_NvSORT.yml")?;
    let loaded = TrackerConfig::load(&path).map_err(|error| UsageError(error.to_string()))?;
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    let config = loaded.config;
    if config.visual.enabled || config.reid.uses != ReIdUse::Nothing {
        tracing::warn!("{}: the visual tracker and ReID need pixels; only boxes are tracked here", path.display());
    }
    let size = args.size.unwrap_or_else(|| reach(detections.iter().chain(truth)));
    let begin = Instant::now();
    let replayed = replay(&Arc::new(config), detections, (size.width as f32, size.height as f32));
    let speed = f64::from(replayed.frames) / begin.elapsed().as_secs_f64().max(1e-9);
    if let Some(out) = &args.out {
        fs::write(out, metrics::write(&replayed.rows))
            .map_err(|error| UsageError(format!("--out {}: {error}", out.display())))?;
    }
    Ok((replayed.rows, speed))
}

fn read(path: &Path) -> anyhow::Result<Vec<MotRow>> {
    let refuse = |why: String| UsageError(format!("{}: {why}", path.display()));
    let file = fs::File::open(path).map_err(|error| refuse(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take((LARGEST_MIB << 20) + 1).read_to_end(&mut bytes).map_err(|error| refuse(error.to_string()))?;
    if bytes.len() as u64 > LARGEST_MIB << 20 {
        return Err(refuse(format!("larger than {LARGEST_MIB} MiB")).into());
    }
    let text = String::from_utf8(bytes).map_err(|_| refuse("not text (bytes that are no UTF-8)".into()))?;
    Ok(metrics::parse(&text).map_err(|error| refuse(error.to_string()))?)
}

/// The smallest frame that holds all boxes.
fn reach<'a>(rows: impl Iterator<Item = &'a MotRow>) -> Size {
    let far = rows.fold((1.0f32, 1.0f32), |far, row| (far.0.max(row.rect.right()), far.1.max(row.rect.bottom())));
    Size { width: far.0.ceil() as u32, height: far.1.ceil() as u32 }
}

fn size(text: &str) -> Result<Size, String> {
    parse_size(text).ok_or_else(|| "expected WIDTHxHEIGHT in pixels, as in 1280x720".into())
}

fn rate(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|rate: &f64| *rate > 0.0 && rate.is_finite())
        .ok_or_else(|| "expected a number above 0".into())
}
