//! The element's properties: names, types, ranges and defaults of NVIDIA's.

use gst::{glib, prelude::*};

use super::enums::{BufferMode, Leak, RtpProtocol, SmartRecord, SmartRecordContainer, SmartRecordMode, SourceType};
use crate::elements::nvv4l2decoder::{MemoryType, SkipFrames};

/// What decides how the source is built.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is played.
    pub uri: Option<String>,
    /// Whether a pass follows the last.
    pub file_loop: bool,
    /// Whether audio is left alone.
    pub disable_audio: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { uri: None, file_loop: false, disable_audio: true }
    }
}

/// Properties of this element that are the decoder's, by both names.
pub const OF_DECODER: [(&str, &str); 8] = [
    ("drop-frame-interval", "drop-frame-interval"),
    ("dec-skip-frames", "skip-frames"),
    ("num-extra-surfaces", "num-extra-surfaces"),
    ("gpu-id", "gpu-id"),
    ("cudadec-memtype", "cudadec-memtype"),
    ("low-latency-mode", "low-latency-mode"),
    ("extract-sei-type5-data", "extract-sei-type5-data"),
    ("sei-uuid", "sei-uuid"),
];

/// Properties of this element that are the RTSP source's under the same name, all plain numbers and switches.
pub const OF_RTSP: [&str; 3] = ["latency", "drop-on-latency", "udp-buffer-size"];

/// Whether a property promises smart recording, which is not done.
pub fn is_recording(name: &str) -> bool {
    name == "smart-record" || name.starts_with("smart-rec-")
}

/// Every property.
pub fn specs() -> Vec<glib::ParamSpec> {
    let mut specs = source();
    specs.extend(decoder());
    specs.extend(rtsp());
    specs.extend(recording());
    specs.extend(ipc());
    specs
}

fn uint(name: &str, blurb: &str, default: u32) -> glib::ParamSpec {
    glib::ParamSpecUInt::builder(name).nick(name).blurb(blurb).default_value(default).mutable_ready().build()
}

fn switch(name: &str, blurb: &str, default: bool) -> glib::ParamSpec {
    glib::ParamSpecBoolean::builder(name).nick(name).blurb(blurb).default_value(default).build()
}

fn text(name: &str, blurb: &str, default: Option<&str>) -> glib::ParamSpec {
    glib::ParamSpecString::builder(name).nick(name).blurb(blurb).default_value(default).mutable_ready().build()
}

fn choice<T>(name: &str, blurb: &str) -> glib::ParamSpec
where
    T: StaticType + glib::translate::FromGlib<i32> + glib::translate::IntoGlib<GlibType = i32> + Default,
{
    glib::ParamSpecEnum::builder_with_default(name, T::default()).nick(name).blurb(blurb).mutable_ready().build()
}

fn source() -> Vec<glib::ParamSpec> {
    let default = Settings::default();
    vec![
        text("uri", "What to play: a URI, a path, or test:PATTERN (extension)", default.uri.as_deref()),
        choice::<SourceType>("type", "Kind of source"),
        switch("file-loop", "Start again at the end; frames keep rising times", default.file_loop),
        switch("disable-audio", "Leave audio alone", default.disable_audio),
        glib::ParamSpecInt::builder("source-id")
            .nick("Source ID")
            .blurb("Unique ID of the input source")
            .minimum(-1)
            .default_value(-1)
            .mutable_ready()
            .build(),
        choice::<Leak>("leaky", "Where the queue leaks, if at all"),
        uint("max-size-buffers", "Maximum number of buffers in the queue", 200),
        switch("disable-passthrough", "Disable passthrough of the converter", false),
        glib::ParamSpecUInt::builder("simulate-fps-interval-ms")
            .nick("Simulate FPS Interval")
            .blurb("Frame interval in milliseconds for simulation of a rate")
            .maximum(1000)
            .mutable_ready()
            .build(),
    ]
}

fn decoder() -> Vec<glib::ParamSpec> {
    vec![
        uint("num-extra-surfaces", "Surfaces in addition to those the decoder needs", 1),
        uint("gpu-id", "GPU Device ID", 0),
        choice::<MemoryType>("cudadec-memtype", "Memory type of CUDA decoder buffers"),
        glib::ParamSpecUInt::builder("drop-frame-interval")
            .nick("Drop frames interval")
            .blurb("Hand on the first of every so many frames and drop the rest; 0 keeps all")
            .maximum(30)
            .mutable_ready()
            .build(),
        choice::<SkipFrames>("dec-skip-frames", "Type of frames to skip during decoding"),
        switch("low-latency-mode", "Do not hold frames back for parallel decoding", false),
        switch("extract-sei-type5-data", "Attach unregistered SEI data to the output", false),
        text("sei-uuid", "UUID of the SEI data", None),
    ]
}

fn rtsp() -> Vec<glib::ParamSpec> {
    vec![
        uint("latency", "Jitter buffer in milliseconds, of RTSP sources", 100),
        switch("drop-on-latency", "Drop what exceeds the latency, of RTSP sources", true),
        uint("udp-buffer-size", "UDP buffer in bytes, of RTSP sources", 524_288),
        choice::<RtpProtocol>("select-rtp-protocol", "Transport of RTP, of RTSP sources"),
        choice::<BufferMode>("buffer-mode", "Buffering algorithm, of RTSP sources"),
        uint("rtsp-reconnect-interval", "Seconds without data before an RTSP source is connected anew; 0 is never", 0),
        uint("init-rtsp-reconnect-interval", "Seconds after an error before an RTSP source is connected anew", 0),
        glib::ParamSpecInt::builder("rtsp-reconnect-attempts")
            .nick("RTSP reconnect attempts")
            .blurb("How often an RTSP source is connected anew; -1 is without end")
            .default_value(-1)
            .mutable_ready()
            .build(),
    ]
}

fn recording() -> Vec<glib::ParamSpec> {
    vec![
        choice::<SmartRecord>("smart-record", "Not done here; taken with a warning"),
        choice::<SmartRecordMode>("smart-rec-mode", "What would be recorded"),
        choice::<SmartRecordContainer>("smart-rec-container", "Container of recordings"),
        text("smart-rec-dir-path", "Folder of recordings", None),
        text("smart-rec-file-prefix", "Prefix of recordings", Some("Smart_Record")),
        uint("smart-rec-video-cache", "Seconds kept before a recording starts (old name)", 20),
        uint("smart-rec-cache", "Seconds kept before a recording starts", 20),
        uint("smart-rec-default-duration", "Seconds after which a recording stops", 20),
        glib::ParamSpecBoolean::builder("smart-rec-status")
            .nick("Smart Record Status")
            .blurb("Never")
            .read_only()
            .build(),
    ]
}

fn ipc() -> Vec<glib::ParamSpec> {
    vec![
        switch("ipc-buffer-timestamp-copy", "Copy buffer times of the IPC source", false),
        text("ipc-socket-path", "Control socket of the IPC source", None),
        glib::ParamSpecInt::builder("ipc-connection-attempts")
            .nick("ipc-connection-attempts")
            .blurb("Attempts to connect, -1 without end")
            .minimum(-1)
            .default_value(-1)
            .build(),
        glib::ParamSpecUInt64::builder("ipc-connection-interval")
            .nick("ipc-connection-interval")
            .blurb("Microseconds between attempts")
            .default_value(1_000_000)
            .build(),
    ]
}
