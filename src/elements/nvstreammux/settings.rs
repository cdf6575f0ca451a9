//! Properties of `nvstreammux` with DeepStream's names, types, defaults and ranges.

use crate::elements::enums::{ComputeHw, Interpolation, MemoryType};
use gst::glib;
use gst::prelude::*;
use std::sync::LazyLock;

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Frames a batch holds at most; 0 for one of every source there is.
    pub batch_size: u32,
    /// Microseconds to wait for the rest of a batch after its first frame; negative waits for ever.
    pub batched_push_timeout: i32,
    /// Width of every frame in the batch; 0 keeps each source's own.
    pub width: u32,
    /// Height of every frame in the batch; 0 keeps each source's own.
    pub height: u32,
    /// Whether scaling keeps the picture's proportions, with black bars.
    pub enable_padding: bool,
    /// Whether sources are live.
    pub live_source: bool,
    /// Whether frames wait for their time, and late ones are dropped.
    pub sync_inputs: bool,
    /// Nanoseconds a frame may be late.
    pub max_latency: u32,
    /// Whether `ntp_timestamp` is this machine's clock rather than the sender's.
    pub attach_sys_ts: bool,
    /// Whether the end of all sources is kept from downstream.
    pub drop_pipeline_eos: bool,
    /// Whether a source that ended counts its frames from 0 when it begins again.
    pub frame_num_reset_on_eos: bool,
    /// Surfaces of a frame; anything but 1 belongs to dewarpers.
    pub num_surfaces_per_frame: u32,
    /// Nanoseconds of a frame for correcting sender clocks.
    pub frame_duration: u64,
    /// Kind of memory for scaled frames.
    pub nvbuf_memory_type: MemoryType,
    /// How frames are scaled.
    pub interpolation_method: Interpolation,
    /// Buffers kept for scaling.
    pub buffer_pool_size: u32,
    /// Where frames are scaled.
    pub compute_hw: ComputeHw,
    /// GPU to use.
    pub gpu_id: u32,
    /// Whether scaling runs beside batching.
    pub async_process: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            batch_size: 0,
            batched_push_timeout: -1,
            width: 0,
            height: 0,
            enable_padding: false,
            live_source: false,
            sync_inputs: false,
            max_latency: 0,
            attach_sys_ts: true,
            drop_pipeline_eos: false,
            frame_num_reset_on_eos: false,
            num_surfaces_per_frame: 1,
            frame_duration: u64::MAX,
            nvbuf_memory_type: MemoryType::default(),
            interpolation_method: Interpolation::Bilinear,
            buffer_pool_size: 4,
            compute_hw: ComputeHw::default(),
            gpu_id: 0,
            async_process: true,
        }
    }
}

/// Properties of the older nvstreammux that the one chosen by `USE_NEW_NVSTREAMMUX=yes` does not have. Sources keep their
/// sizes there.
const OLD_ONLY: [&str; 17] = [
    "width",
    "height",
    "enable-padding",
    "live-source",
    "gpu-id",
    "buffer-pool-size",
    "nvbuf-memory-type",
    "compute-hw",
    "interpolation-method",
    "async-process",
    "align-inputs",
    "failsafe-flush-count",
    "sort-batch",
    "cache-buffer",
    "cache-buffer-timeout",
    "align-first-buffer",
    "sync-inputs-ntp",
];

/// Whether the environment chooses the new nvstreammux.
pub fn is_new() -> bool {
    static NEW: LazyLock<bool> = LazyLock::new(|| std::env::var("USE_NEW_NVSTREAMMUX").is_ok_and(|text| text == "yes"));
    *NEW
}

fn boolean(name: &'static str, blurb: &'static str, default: bool) -> glib::ParamSpec {
    glib::ParamSpecBoolean::builder(name).nick(name).blurb(blurb).default_value(default).build()
}

fn uint(name: &'static str, blurb: &'static str, range: (u32, u32), default: u32) -> glib::ParamSpec {
    let builder = glib::ParamSpecUInt::builder(name).nick(name).blurb(blurb);
    builder.minimum(range.0).maximum(range.1).default_value(default).build()
}

fn int(name: &'static str, blurb: &'static str, range: (i32, i32), default: i32) -> glib::ParamSpec {
    let builder = glib::ParamSpecInt::builder(name).nick(name).blurb(blurb);
    builder.minimum(range.0).maximum(range.1).default_value(default).build()
}

fn uint64(name: &'static str, blurb: &'static str, default: u64) -> glib::ParamSpec {
    glib::ParamSpecUInt64::builder(name).nick(name).blurb(blurb).default_value(default).build()
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let (any, pixels) = ((0, u32::MAX), (0, i32::MAX as u32));
        let kept = "Taken for compatibility; no effect here";
        vec![
            uint("batch-size", "Frames in a batch at most; 0: one of every source", (0, 1024), d.batch_size),
            int(
                "batched-push-timeout",
                "Microseconds to wait for a full batch after its first frame, -1: without end",
                (-1, i32::MAX),
                d.batched_push_timeout,
            ),
            uint("width", "Width of the frames in a batch (0: each source's own, extension)", pixels, d.width),
            uint("height", "Height of the frames in a batch (0: each source's own, extension)", pixels, d.height),
            boolean("enable-padding", "Keep proportions when scaling, with black bars", d.enable_padding),
            boolean("live-source", "Whether the sources are live", d.live_source),
            boolean("sync-inputs", "Hold frames until their time and drop late ones", d.sync_inputs),
            uint("max-latency", "Nanoseconds a frame may be late with sync-inputs", any, d.max_latency),
            boolean("attach-sys-ts", "Take this machine's clock as NTP time, not the sender's", d.attach_sys_ts),
            boolean("drop-pipeline-eos", "Keep the end of all sources from downstream", d.drop_pipeline_eos),
            boolean(
                "frame-num-reset-on-eos",
                "Count frames from 0 again after a source's end",
                d.frame_num_reset_on_eos,
            ),
            uint("num-surfaces-per-frame", "Surfaces in a frame", (1, 4), d.num_surfaces_per_frame),
            uint64("frame-duration", "Duration of a frame for correcting NTP times, -1: off", d.frame_duration),
            glib::ParamSpecEnum::builder_with_default("nvbuf-memory-type", d.nvbuf_memory_type)
                .nick("nvbuf-memory-type")
                .blurb("Memory of scaled frames; host memory here")
                .mutable_ready()
                .build(),
            glib::ParamSpecEnum::builder_with_default("interpolation-method", d.interpolation_method)
                .nick("interpolation-method")
                .blurb("How frames are scaled")
                .build(),
            uint("buffer-pool-size", "Buffers kept for scaling", (4, 1024), d.buffer_pool_size),
            glib::ParamSpecEnum::builder_with_default("compute-hw", d.compute_hw)
                .nick("compute-hw")
                .blurb("Where to scale; the CPU does in every mode here")
                .build(),
            uint("gpu-id", "GPU to use; host surfaces need none", any, d.gpu_id),
            boolean("async-process", "Scale beside batching", d.async_process),
            boolean("frame-num-reset-on-stream-reset", kept, false),
            boolean("align-inputs", kept, false),
            boolean("align-first-buffer", kept, false),
            boolean("sort-batch", "Frames stand by number of their pads here whatever this says", false),
            boolean("cache-buffer", kept, false),
            boolean("drop-backward-sei", kept, false),
            boolean("extract-sei-type5-data", kept, false),
            boolean("extract-sei-sim-time", kept, false),
            int("cache-buffer-timeout", kept, (-1, i32::MAX), -1),
            int("sync-inputs-ntp", kept, (0, i32::MAX), 0),
            uint("failsafe-flush-count", kept, (1, 1024), 4),
            glib::ParamSpecString::builder("config-file-path")
                .nick("config-file-path")
                .blurb("Configuration of the new nvstreammux; no effect here")
                .mutable_ready()
                .build(),
        ]
    }

    /// Whether a property is left alone because the new nvstreammux was chosen, which does not have it.
    pub fn ignores(name: &str) -> bool {
        is_new() && OLD_ONLY.contains(&name)
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`]. `false` for one that
    /// has no effect.
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<bool, WrongType> {
        match name {
            "batch-size" => self.batch_size = value.get()?,
            "batched-push-timeout" => self.batched_push_timeout = value.get()?,
            "width" => self.width = value.get()?,
            "height" => self.height = value.get()?,
            "enable-padding" => self.enable_padding = value.get()?,
            "live-source" => self.live_source = value.get()?,
            "sync-inputs" => self.sync_inputs = value.get()?,
            "max-latency" => self.max_latency = value.get()?,
            "attach-sys-ts" => self.attach_sys_ts = value.get()?,
            "drop-pipeline-eos" => self.drop_pipeline_eos = value.get()?,
            "frame-num-reset-on-eos" => self.frame_num_reset_on_eos = value.get()?,
            "num-surfaces-per-frame" => self.num_surfaces_per_frame = value.get()?,
            "frame-duration" => self.frame_duration = value.get()?,
            "nvbuf-memory-type" => self.nvbuf_memory_type = value.get()?,
            "interpolation-method" => self.interpolation_method = value.get()?,
            "buffer-pool-size" => self.buffer_pool_size = value.get()?,
            "compute-hw" => self.compute_hw = value.get()?,
            "gpu-id" => self.gpu_id = value.get()?,
            "async-process" => self.async_process = value.get()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The value of the property called `name`; `None` for one that has no effect.
    pub fn get(&self, name: &str) -> Option<glib::Value> {
        Some(match name {
            "batch-size" => self.batch_size.to_value(),
            "batched-push-timeout" => self.batched_push_timeout.to_value(),
            "width" => self.width.to_value(),
            "height" => self.height.to_value(),
            "enable-padding" => self.enable_padding.to_value(),
            "live-source" => self.live_source.to_value(),
            "sync-inputs" => self.sync_inputs.to_value(),
            "max-latency" => self.max_latency.to_value(),
            "attach-sys-ts" => self.attach_sys_ts.to_value(),
            "drop-pipeline-eos" => self.drop_pipeline_eos.to_value(),
            "frame-num-reset-on-eos" => self.frame_num_reset_on_eos.to_value(),
            "num-surfaces-per-frame" => self.num_surfaces_per_frame.to_value(),
            "frame-duration" => self.frame_duration.to_value(),
            "nvbuf-memory-type" => self.nvbuf_memory_type.to_value(),
            "interpolation-method" => self.interpolation_method.to_value(),
            "buffer-pool-size" => self.buffer_pool_size.to_value(),
            "compute-hw" => self.compute_hw.to_value(),
            "gpu-id" => self.gpu_id.to_value(),
            "async-process" => self.async_process.to_value(),
            _ => return None,
        })
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;
