//! The flags that commands share, and what they come to.

use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::UsageError;
use crate::{
    base::geometry::Size,
    pipeline::{
        BackendChoice, Destination, DeviceChoice, Lines, Output, Policy, RestOptions, RtspCodec, RtspInput, RtspServer,
        RtspTransport, Settings, parse_size,
    },
};

/// What is played.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// What to play: a file, any URI, rtsp://..., v4l2:///dev/videoN, or test: for a test pattern
    #[arg(value_name = "INPUT")]
    positional: Vec<String>,
    /// The same as INPUT
    #[arg(short, long = "input", visible_alias = "uri", value_name = "URI", num_args = 1..)]
    input: Vec<String>,
    /// Start files again at their end
    #[arg(long)]
    file_loop: bool,
    /// End each source after N frames
    #[arg(long, value_name = "N", value_parser = frames)]
    max_frames: Option<u64>,
    /// End the run after S seconds
    #[arg(long, value_name = "S", value_parser = seconds)]
    duration: Option<Duration>,
    /// What a live source does when the pipeline is too slow for it: drop frames, or wait [default: latest]
    #[arg(long, value_parser = one_of::<Policy>(&["latest", "lossless"]))]
    policy: Option<Policy>,
}

/// What becomes of the results.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Where the pictures go: auto, display, none, FILE.mp4, FILE.mkv, jpeg:FOLDER or rtsp://HOST:PORT/PATH; auto is a window,
    /// or without a display a file in the current folder
    #[arg(short, long, default_value = "auto", value_parser = |text: &str| text.parse::<Output>())]
    output: Output,
    /// Show nothing: the same as -o none
    #[arg(long)]
    no_display: bool,
    /// Play at the stream's own speed, also without a window
    #[arg(long)]
    sync: bool,
    /// Print no line per frame
    #[arg(short, long)]
    silent: bool,
    /// Write a JSON report at the end, - for standard output
    #[arg(long, value_name = "FILE", value_parser = destination)]
    report: Option<Destination>,
    /// Write the metadata of every frame as a line of JSON, - for standard output
    #[arg(long, value_name = "FILE", value_parser = destination)]
    meta_out: Option<Destination>,
}

/// What the pipeline runs on.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pipeline")]
pub struct PipelineArgs {
    /// Whose elements to use: ours, or those of an installed DeepStream SDK
    #[arg(long, default_value = "auto", value_parser = one_of::<BackendChoice>(&["auto", "native", "deepstream"]))]
    backend: BackendChoice,
    /// What to compute on: auto, cpu or cuda:N
    #[arg(long, default_value = "auto", value_parser = |text: &str| text.parse::<DeviceChoice>())]
    device: DeviceChoice,
    /// Scale every source to this size [default: each keeps its own]
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<Size>,
    /// Print the pipeline as a gst-launch-1.0 line and run nothing
    #[arg(long)]
    describe: bool,
}

/// All flags that every playing command has.
#[derive(Debug, clap::Args)]
pub struct CommonArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    pipeline: PipelineArgs,
    #[command(flatten)]
    camera: CameraArgs,
    #[command(flatten)]
    rest: RestArgs,
}

impl CameraArgs {
    fn settings(&self) -> RtspInput {
        RtspInput {
            transport: self.rtsp_transport,
            latency_ms: self.rtsp_latency,
            camera_time: self.rtsp_ts,
            reconnect_s: self.rtsp_reconnect,
            attempts: self.rtsp_reconnect_attempts,
        }
    }
}

impl RestArgs {
    fn options(&self) -> Option<RestOptions> {
        self.rest.clone().map(|rest| RestOptions { token: self.rest_token.clone(), ..rest })
    }
}

/// How cameras are talked to.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "RTSP input")]
pub struct CameraArgs {
    /// How pictures travel: udp, tcp, or auto for UDP and TCP where that does not get through
    #[arg(long, default_value = "auto", value_parser = one_of::<RtspTransport>(&["auto", "udp", "tcp"]))]
    rtsp_transport: RtspTransport,
    /// Milliseconds to wait for packets out of order; what comes later is dropped
    #[arg(long, value_name = "MS", default_value_t = 100)]
    rtsp_latency: u32,
    /// Frames carry the camera's time of day, not this machine's
    #[arg(long)]
    rtsp_ts: bool,
    /// Connect anew to a camera that gave no frame for S seconds; 0 never does
    #[arg(long, value_name = "S", default_value_t = 3)]
    rtsp_reconnect: u32,
    /// Give a camera up after N failures in a row [default: never]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i32::MAX.into()))]
    rtsp_reconnect_attempts: Option<u32>,
}

/// Watching and changing a run from outside.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "REST service")]
pub struct RestArgs {
    /// Serve DeepStream's REST API; the run then goes on without sources, until it is told to quit [default ADDR: 127.0.0.1:9000]
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "9000", value_parser = |text: &str| text.parse::<RestOptions>())]
    rest: Option<RestOptions>,
    /// Let only those ask who send `Authorization: Bearer TOKEN`
    #[arg(long, value_name = "TOKEN", env = "DS_APPS_REST_TOKEN", hide_env_values = true, value_parser = clap::builder::NonEmptyStringValueParser::new())]
    rest_token: Option<String>,
    /// The most sources there may be at once, where some can be added [default: 16, in
    /// runtime-add-delete 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    max_sources: Option<u16>,
}

/// How a served stream is encoded, in the words of upstream's samples.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct RtspArgs {
    /// What the served stream is encoded as, H264 or H265 [default: H264]
    #[arg(short, long, value_parser = PossibleValuesParser::new(["H264", "H265"]).try_map(|word| word.parse::<RtspCodec>()))]
    codec: Option<RtspCodec>,
    /// Bits a second of the served stream [default: 4000000]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    bitrate: Option<u32>,
    /// Taken as upstream does: 0 hardware, 1 software; the best encoder of the machine is used
    #[arg(short, long = "enc_type", visible_alias = "enc-type", value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u8).range(0..=1))]
    enc_type: u8,
}

impl RtspArgs {
    /// The output: an RTSP server unless another one was asked for.
    pub fn output(&self, common: &CommonArgs) -> anyhow::Result<Output> {
        Ok(match common.output()? {
            Output::Auto => Output::Rtsp(RtspServer::default().encoded(self.codec, self.bitrate)),
            Output::Rtsp(server) => Output::Rtsp(server.encoded(self.codec, self.bitrate)),
            other => other,
        })
    }
}

impl CommonArgs {
    /// The inputs in the order given; empty when none was.
    pub fn inputs(&self) -> Vec<String> {
        self.input.positional.iter().chain(&self.input.input).cloned().collect()
    }

    /// The size of the batch.
    pub fn size(&self) -> Option<Size> {
        self.pipeline.size
    }

    /// Where the pictures go.
    pub fn output(&self) -> anyhow::Result<Output> {
        match (&self.output.output, self.output.no_display) {
            (Output::Auto, true) => Ok(Output::None),
            (Output::Display, true) => {
                Err(UsageError("-o display and --no-display contradict each other; leave one out".into()).into())
            }
            (output, _) => Ok(output.clone()),
        }
    }

    /// How the pipeline runs.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let OutputArgs { report, meta_out, silent, sync, .. } = &self.output;
        let json = [report, meta_out].into_iter().filter(|to| **to == Some(Destination::Stdout)).count();
        if json > 1 {
            let text = "--report - and --meta-out - both want standard output; write one of them to a file";
            return Err(UsageError(text.into()).into());
        }
        let summaries = if json > 0 { Lines::Silent } else { Lines::Stdout };
        let lines = if *silent { Lines::Silent } else { summaries };
        Ok(Settings {
            backend: self.pipeline.backend,
            device: self.pipeline.device,
            file_loop: self.input.file_loop,
            max_frames: self.input.max_frames,
            duration: self.input.duration,
            sync: *sync,
            policy: self.input.policy,
            rtsp: self.camera.settings(),
            rest: self.rest.options(),
            max_sources: self.rest.max_sources.map(Into::into),
            describe: self.pipeline.describe,
            report: report.clone(),
            meta_out: meta_out.clone(),
            lines,
            summaries,
            progress: !lines.on_terminal(),
            signals: true,
        })
    }
}

fn one_of<T>(words: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: std::str::FromStr<Err = String> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words).try_map(|word| word.parse::<T>())
}

fn destination(text: &str) -> Result<Destination, String> {
    match text {
        "" => Err("expected a file, or - for standard output".into()),
        text => text.parse().map_err(|never: std::convert::Infallible| match never {}),
    }
}

fn frames(text: &str) -> Result<u64, String> {
    text.parse().ok().filter(|frames| *frames > 0).ok_or_else(|| "expected a number of frames above 0".into())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
    number
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected a number of seconds above 0".into())
}

/// A number above 0.
pub fn positive(text: &str) -> Result<f64, String> {
    seconds(text).map(|seconds| seconds.as_secs_f64())
}

fn size(text: &str) -> Result<Size, String> {
    parse_size(text).ok_or_else(|| "expected WIDTHxHEIGHT in pixels, as in 1280x720".into())
}
