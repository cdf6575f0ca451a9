//! The element's properties: names, ranges and defaults of NVIDIA's on dGPU and Jetson together.

use gst::{glib, prelude::*};

use super::{IoMode, MemoryType, SkipFrames};

/// What the properties that work say.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Which frames are not decoded.
    pub skip_frames: SkipFrames,
    /// Of so many frames the first is handed on; 0 and 1 keep all.
    pub drop_frame_interval: u32,
    /// Whether the decoder may hold frames back for parallel work.
    pub low_latency: bool,
    /// Threads of a software decoder; 0 is [`automatic_threads`].
    pub max_threads: u32,
}

/// Threads for one stream when nothing is said: one core decodes several hundred 720p frames a second, the others
/// are better spent on inference and on other streams; 4K streams on big machines need more.
pub fn automatic_threads() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    (cores / 4).clamp(1, 4) as u32
}

/// Every property, the working ones first.
pub fn specs() -> Vec<glib::ParamSpec> {
    let default = Settings::default();
    let mut specs = vec![
        glib::ParamSpecEnum::builder_with_default("skip-frames", default.skip_frames)
            .nick("Skip frames")
            .blurb("Type of frames to skip during decoding")
            .mutable_playing()
            .build(),
        glib::ParamSpecUInt::builder("drop-frame-interval")
            .nick("Drop frames interval")
            .blurb("Hand on the first of every so many frames and drop the rest; 0 keeps all")
            .maximum(30)
            .default_value(default.drop_frame_interval)
            .mutable_playing()
            .build(),
        glib::ParamSpecBoolean::builder("low-latency-mode")
            .nick("Low latency mode")
            .blurb("Do not hold frames back for parallel decoding")
            .default_value(default.low_latency)
            .mutable_ready()
            .build(),
        glib::ParamSpecUInt::builder("max-threads")
            .nick("Decoder threads")
            .blurb("Extension: threads of a software decoder for this stream; 0 is a quarter of the cores, 1 to 4")
            .maximum(64)
            .default_value(default.max_threads)
            .mutable_ready()
            .build(),
    ];
    specs.extend(inert());
    specs
}

/// Properties about memory and devices that host surfaces do not have.
fn inert() -> Vec<glib::ParamSpec> {
    let mut specs = vec![
        glib::ParamSpecUInt::builder("num-extra-surfaces")
            .nick("Number of extra surfaces")
            .blurb("Surfaces in addition to those the decoder needs; here the pool grows as needed")
            .maximum(55)
            .mutable_ready()
            .build(),
        glib::ParamSpecUInt::builder("gpu-id").nick("GPU Device ID").blurb("GPU to decode on").mutable_ready().build(),
        glib::ParamSpecEnum::builder::<MemoryType>("cudadec-memtype")
            .nick("Memory type for cuda decoder buffers")
            .blurb("Memory type of CUDA decoder buffers")
            .mutable_ready()
            .build(),
        glib::ParamSpecEnum::builder::<IoMode>("capture-io-mode")
            .nick("Capture IO mode")
            .blurb("I/O mode of the source pad's device")
            .build(),
        glib::ParamSpecEnum::builder::<IoMode>("output-io-mode")
            .nick("Output IO mode")
            .blurb("I/O mode of the sink pad's device")
            .build(),
        glib::ParamSpecString::builder("sei-uuid")
            .nick("SEI UUID String")
            .blurb("16 bytes of UUID for SEI parsing, with extract-sei-type5-data")
            .build(),
        glib::ParamSpecString::builder("device").nick("Device").blurb("Device location").read_only().build(),
        glib::ParamSpecString::builder("device-name")
            .nick("Device name")
            .blurb("Name of the device")
            .read_only()
            .build(),
        glib::ParamSpecInt::builder("device-fd")
            .nick("File descriptor")
            .blurb("File descriptor of the device")
            .minimum(-1)
            .default_value(-1)
            .read_only()
            .build(),
    ];
    let switches = [
        ("disable-dpb", "Disable the decoded picture buffer for low latency"),
        ("enable-full-frame", "Whether the data is full framed"),
        ("enable-frame-type-reporting", "Report frame types"),
        ("enable-error-check", "Report decoding errors"),
        ("enable-max-performance", "Use maximum clocks"),
        ("mjpeg", "Open the MJPEG block"),
        ("extract-sei-type5-data", "Attach unregistered SEI data to the output"),
    ];
    specs.extend(switches.map(|(name, blurb)| glib::ParamSpecBoolean::builder(name).nick(name).blurb(blurb).build()));
    specs
}

/// Sink caps: what NVIDIA's element takes, and the stream formats of files, which need no conversion here.
pub fn sink_caps() -> gst::Caps {
    let streams = "image/jpeg; \
        video/x-h264, stream-format=(string){ byte-stream, avc }, alignment=(string)au; \
        video/x-h265, stream-format=(string){ byte-stream, hvc1, hev1 }, alignment=(string)au; \
        video/mpeg, mpegversion=(int)4, systemstream=(boolean)false, parsed=(boolean)true; \
        video/mpeg, mpegversion=(int)[ 1, 2 ], systemstream=(boolean)false, parsed=(boolean)true; \
        video/x-divx, divxversion=(int)[ 4, 5 ]; \
        video/x-av1; video/x-vp8; video/x-vp9";
    streams.parse().unwrap_or_else(|_| gst::Caps::new_empty())
}
