//! Properties of the encoders with DeepStream's names, types, defaults and ranges.

use gst::glib;
use gst::prelude::*;

/// `control-rate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstV4l2VideoEncRateControlType")]
#[repr(i32)]
pub enum ControlRate {
    /// The rate follows the picture.
    #[enum_value(name = "GST_V4L2_VIDENC_VARIABLE_BITRATE", nick = "variable_bitrate")]
    Variable = 0,
    /// The rate stays.
    #[default]
    #[enum_value(name = "GST_V4L2_VIDENC_CONSTANT_BITRATE", nick = "constant_bitrate")]
    Constant = 1,
}

/// `profile`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstV4l2VideoEncProfileType")]
#[repr(i32)]
pub enum Profile {
    /// Baseline (H.265: Main).
    #[default]
    #[enum_value(name = "GST_V4L2_H264_VIDENC_BASELINE_PROFILE", nick = "Baseline")]
    Baseline = 0,
    /// Main.
    #[enum_value(name = "GST_V4L2_H264_VIDENC_MAIN_PROFILE", nick = "Main")]
    Main = 2,
    /// High (H.265: Main).
    #[enum_value(name = "GST_V4L2_H264_VIDENC_HIGH_PROFILE", nick = "High")]
    High = 4,
}

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Bits a second.
    pub bitrate: u32,
    /// Bits a second at most with a variable rate; 0: 1.2 times `bitrate`.
    pub peak_bitrate: u32,
    /// Constant or variable.
    pub control_rate: ControlRate,
    /// Frames from one intra frame to the next.
    pub iframe_interval: u32,
    /// Frames from one IDR frame to the next.
    pub idr_interval: u32,
    /// Profile.
    pub profile: Profile,
    /// 1 is the fastest, 7 the best.
    pub preset: u32,
    /// B frames between two others.
    pub b_frames: u32,
    /// Whether parameter sets stand before every IDR frame.
    pub insert_sps_pps: bool,
    /// Whether encoding is as fast as it can be.
    pub maxperf: bool,
    /// GPU to use.
    pub gpu_id: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bitrate: 4_000_000,
            peak_bitrate: 0,
            control_rate: ControlRate::default(),
            iframe_interval: 30,
            idr_interval: 256,
            profile: Profile::default(),
            preset: 1,
            b_frames: 0,
            insert_sps_pps: false,
            maxperf: false,
            gpu_id: 0,
        }
    }
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let uint = |name: &'static str, blurb: &'static str, range: (u32, u32), default: u32| {
            let builder = glib::ParamSpecUInt::builder(name).nick(name).blurb(blurb);
            builder.minimum(range.0).maximum(range.1).default_value(default).mutable_playing().build()
        };
        let boolean = |name: &'static str, blurb: &'static str, default: bool| {
            let builder = glib::ParamSpecBoolean::builder(name).nick(name).blurb(blurb);
            builder.default_value(default).mutable_ready().build()
        };
        let any = (0, u32::MAX);
        vec![
            uint("bitrate", "Bits a second", any, d.bitrate),
            uint(
                "peak-bitrate",
                "Bits a second at most with a variable rate, 0: 1.2 times bitrate",
                any,
                d.peak_bitrate,
            ),
            glib::ParamSpecEnum::builder_with_default("control-rate", d.control_rate)
                .nick("control-rate")
                .blurb("Constant or variable bit rate")
                .mutable_ready()
                .build(),
            uint("iframeinterval", "Frames from one intra frame to the next", any, d.iframe_interval),
            uint("idrinterval", "Frames from one IDR frame to the next", any, d.idr_interval),
            glib::ParamSpecEnum::builder_with_default("profile", d.profile)
                .nick("profile")
                .blurb("Profile of the stream")
                .mutable_ready()
                .build(),
            uint("preset-id", "Speed against quality: 1 is the fastest, 7 the best", (1, 7), d.preset),
            uint("num-B-Frames", "B frames between two others", (0, 4), d.b_frames),
            boolean("insert-sps-pps", "Put parameter sets before every IDR frame", d.insert_sps_pps),
            boolean("maxperf-enable", "Encode as fast as possible", d.maxperf),
            uint("gpu-id", "GPU to use; software encoders need none", any, d.gpu_id),
        ]
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "bitrate" => self.bitrate = value.get()?,
            "peak-bitrate" => self.peak_bitrate = value.get()?,
            "control-rate" => self.control_rate = value.get()?,
            "iframeinterval" => self.iframe_interval = value.get()?,
            "idrinterval" => self.idr_interval = value.get()?,
            "profile" => self.profile = value.get()?,
            "preset-id" => self.preset = value.get()?,
            "num-B-Frames" => self.b_frames = value.get()?,
            "insert-sps-pps" => self.insert_sps_pps = value.get()?,
            "maxperf-enable" => self.maxperf = value.get()?,
            _ => self.gpu_id = value.get()?,
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "bitrate" => self.bitrate.to_value(),
            "peak-bitrate" => self.peak_bitrate.to_value(),
            "control-rate" => self.control_rate.to_value(),
            "iframeinterval" => self.iframe_interval.to_value(),
            "idrinterval" => self.idr_interval.to_value(),
            "profile" => self.profile.to_value(),
            "preset-id" => self.preset.to_value(),
            "num-B-Frames" => self.b_frames.to_value(),
            "insert-sps-pps" => self.insert_sps_pps.to_value(),
            "maxperf-enable" => self.maxperf.to_value(),
            _ => self.gpu_id.to_value(),
        }
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;
