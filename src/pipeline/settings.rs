//! What every run has in common, whatever its pipeline: the flags all commands share.

use std::{str::FromStr, time::Duration};

use super::{BackendChoice, Destination, DeviceChoice, Lines, RtspInput};
use crate::rest::RestOptions;

/// What a live source does when the pipeline is too slow for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Frames are dropped, the newest is kept.
    Latest,
    /// The source waits.
    Lossless,
}

impl FromStr for Policy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "latest" => Ok(Self::Latest),
            "lossless" => Ok(Self::Lossless),
            other => Err(format!("`{other}` is neither latest nor lossless")),
        }
    }
}

/// How a pipeline runs.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whose elements.
    pub backend: BackendChoice,
    /// On what they compute.
    pub device: DeviceChoice,
    /// Files start again at their end.
    pub file_loop: bool,
    /// Each source ends after so many frames.
    pub max_frames: Option<u64>,
    /// The run ends after so long on the wall clock.
    pub duration: Option<Duration>,
    /// The sink keeps the stream's own speed, also without a display.
    pub sync: bool,
    /// For live sources; `None` is [`Policy::Latest`].
    pub policy: Option<Policy>,
    /// How RTSP sources are talked to.
    pub rtsp: RtspInput,
    /// A REST service beside the run, which then ends only when it is told to.
    pub rest: Option<RestOptions>,
    /// How many sources there may be at once where some can be added; `None` leaves it to the app.
    pub max_sources: Option<usize>,
    /// Print the pipeline as a launch line and run nothing.
    pub describe: bool,
    /// Where the report goes at the end.
    pub report: Option<Destination>,
    /// Where one JSON line per frame goes.
    pub meta_out: Option<Destination>,
    /// Where the results of every frame go, for people.
    pub lines: Lines,
    /// Where summaries for people go: frames per second, latencies.
    pub summaries: Lines,
    /// Show a progress bar on stderr when that is a terminal and the length is known.
    pub progress: bool,
    /// Ctrl-C and SIGTERM end the run in good order, a second one at once.
    pub signals: bool,
}
