//! Streams and configurations that come with the program, and what to do when they do not.

use std::path::PathBuf;

use super::UsageError;
use crate::base::home;
use crate::config::nvinfer::{NetworkType, NvInferConfig};
use crate::pipeline::PipelineError;

/// The stream that most commands play when they are given none.
pub const STREAM: &str = "sample_720p.mp4";
/// The configuration of the detector of [`STREAM`].
pub const DETECTOR: &str = "config_infer_primary_detector.txt";

/// The configuration of the tracker.
pub const TRACKER: &str = "config_tracker_NvSORT.yml";

/// The inputs given, or the stream that shows this command.
pub fn inputs_or(given: Vec<String>, stream: &str) -> anyhow::Result<Vec<String>> {
    match given.is_empty() {
        true => {
            Ok(vec![find("streams", stream, "give a video, as in `-i video.mp4`, or -i test:")?.display().to_string()])
        }
        false => Ok(given),
    }
}

/// The configuration given, or the one that shows this command.
pub fn config_or(given: Option<PathBuf>, config: &str) -> anyhow::Result<PathBuf> {
    config_by(given, config, "-c")
}

/// The same for a command that shows one kind of network only.
pub fn network_or(given: Option<PathBuf>, config: &str, wanted: NetworkType) -> anyhow::Result<PathBuf> {
    let path = config_or(given, config)?;
    let found = NvInferConfig::load(&path).map_err(PipelineError::from)?.config.network_type;
    if found == wanted {
        return Ok(path);
    }
    let (found, wanted) = (found.number(), wanted.number());
    Err(UsageError(format!("-c {}: network-type={found}; this command wants network-type={wanted}", path.display()))
        .into())
}

/// The same where another flag gives it.
pub fn config_by(given: Option<PathBuf>, config: &str, flag: &str) -> anyhow::Result<PathBuf> {
    given.map_or_else(|| find("configs", config, &format!("give one with `{flag} FILE`")), Ok)
}

fn find(folder: &str, name: &str, instead: &str) -> anyhow::Result<PathBuf> {
    let relative = format!("{folder}/{name}");
    home::find(&relative).ok_or_else(|| {
        let text = format!(
            "{relative} is not where this program looks; {instead}, or set DS_APPS_HOME to the folder that has it"
        );
        UsageError(text).into()
    })
}
