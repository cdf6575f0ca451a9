//! Properties of the encoders with DeepStream's names, types, defaults and ranges.

use gst::glib;
use gst::prelude::*;

/// `control-rate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsEncRateControl")]
#[repr(i32)]
pub enum ControlRate {
    /// The rate follows the picture.
    #[enum_value(name = "GST_V4L2_VIDENC_VARIABLE_BITRATE", nick = "variable_bitrate")]
    Variable = 0,
    /// The rate stays.
    #[default]
    #[enum_value(name = "GST_V4L2_VIDENC_CONSTANT_BITRATE", nick = "constant_bitrate")]
    Constant = 1,
    /// The quantiser stays: `constqp`.
    #[enum_value(name = "GST_V4L2_VIDENC_CONSTANT_QP", nick = "constant_qp")]
    Quantiser = 2,
}

/// `preset-level`, of Jetson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsEncPresetLevel")]
#[repr(i32)]
pub enum PresetLevel {
    /// As `preset-id` says.
    #[enum_value(name = "Disable HW-Preset", nick = "DisablePreset")]
    Disable = 0,
    /// The fastest.
    #[default]
    #[enum_value(name = "UltraFastPreset for high perf", nick = "UltraFastPreset")]
    UltraFast = 1,
    /// Fast.
    #[enum_value(name = "FastPreset", nick = "FastPreset")]
    Fast = 2,
    /// In between.
    #[enum_value(name = "MediumPreset", nick = "MediumPreset")]
    Medium = 3,
    /// The best.
    #[enum_value(name = "SlowPreset", nick = "SlowPreset")]
    Slow = 4,
}

/// `tuning-info-id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsEncTuning")]
#[repr(i32)]
pub enum Tuning {
    /// Frames may be held back.
    #[enum_value(name = "Tuning Preset for High Quality", nick = "HighQualityPreset")]
    HighQuality = 1,
    /// Frames are held back as little as pays.
    #[default]
    #[enum_value(name = "Tuning Preset for Low Latency", nick = "LowLatencyPreset")]
    LowLatency = 2,
    /// No frame is held back.
    #[enum_value(name = "Tuning Preset for Ultra Low Latency", nick = "UltraLowLatencyPreset")]
    UltraLowLatency = 3,
    /// Nothing is lost; taken, not done.
    #[enum_value(name = "Tuning Preset for Lossless", nick = "LosslessPreset")]
    Lossless = 4,
}

/// `profile`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsEncProfile")]
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
    /// Jetson's word for the same; the better of both counts.
    pub preset_level: PresetLevel,
    /// How long frames may be held back.
    pub tuning: Tuning,
    /// Quantisers of I, P and B frames for a constant one, `I:P:B`; 0 is the encoder's own.
    pub constant_qp: [u32; 3],
    /// B frames between two others.
    pub b_frames: u32,
    /// Whether encoding is as fast as it can be.
    pub maxperf: bool,
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
            preset_level: PresetLevel::default(),
            tuning: Tuning::default(),
            constant_qp: [0; 3],
            b_frames: 0,
            maxperf: false,
        }
    }
}

impl Settings {
    /// Speed against quality, 1 to 7, from `preset-id` and `preset-level` together.
    pub fn quality(&self) -> u32 {
        let level = match self.preset_level {
            PresetLevel::Disable | PresetLevel::UltraFast => 1,
            PresetLevel::Fast => 2,
            PresetLevel::Medium => 4,
            PresetLevel::Slow => 6,
        };
        self.preset.max(level)
    }

    /// The properties that work, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let any = (0, u32::MAX);
        let mut specs = vec![
            uint("bitrate", "Bits a second", any, d.bitrate),
            uint(
                "peak-bitrate",
                "Bits a second at most with a variable rate, 0: 1.2 times bitrate",
                any,
                d.peak_bitrate,
            ),
            choice("control-rate", "Constant or variable bit rate, or constant quantiser", d.control_rate),
            text("constqp", "Quantisers of I, P and B frames with control-rate=constant_qp", "0:0:0"),
            uint("iframeinterval", "Frames from one intra frame to the next", any, d.iframe_interval),
            uint("idrinterval", "Frames from one IDR frame to the next", any, d.idr_interval),
            choice("profile", "Profile of the stream where downstream does not ask for one", d.profile),
            uint("preset-id", "Speed against quality: 1 is the fastest, 7 the best", (1, 7), d.preset),
            choice("preset-level", "Jetson's word for preset-id; the better of both counts", d.preset_level),
            choice("tuning-info-id", "How long frames may be held back", d.tuning),
            uint("num-B-Frames", "B frames between two others", (0, 4), d.b_frames),
            boolean("maxperf-enable", "Encode as fast as possible", d.maxperf),
        ];
        specs.extend(super::inert::specs());
        specs
    }

    /// Takes the new value of the property called `name`; `false` when it is none of these.
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<bool, WrongType> {
        match name {
            "bitrate" => self.bitrate = value.get()?,
            "peak-bitrate" => self.peak_bitrate = value.get()?,
            "control-rate" => self.control_rate = value.get()?,
            "constqp" => self.constant_qp = quantisers(value.get::<Option<&str>>().unwrap_or_default()),
            "iframeinterval" => self.iframe_interval = value.get()?,
            "idrinterval" => self.idr_interval = value.get()?,
            "profile" => self.profile = value.get()?,
            "preset-id" => self.preset = value.get()?,
            "preset-level" => self.preset_level = value.get()?,
            "tuning-info-id" => self.tuning = value.get()?,
            "num-B-Frames" => self.b_frames = value.get()?,
            "maxperf-enable" => self.maxperf = value.get()?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The value of the property called `name`, where it is one of these.
    pub fn get(&self, name: &str) -> Option<glib::Value> {
        Some(match name {
            "bitrate" => self.bitrate.to_value(),
            "peak-bitrate" => self.peak_bitrate.to_value(),
            "control-rate" => self.control_rate.to_value(),
            "constqp" => self.constant_qp.map(|qp| qp.to_string()).join(":").to_value(),
            "iframeinterval" => self.iframe_interval.to_value(),
            "idrinterval" => self.idr_interval.to_value(),
            "profile" => self.profile.to_value(),
            "preset-id" => self.preset.to_value(),
            "preset-level" => self.preset_level.to_value(),
            "tuning-info-id" => self.tuning.to_value(),
            "num-B-Frames" => self.b_frames.to_value(),
            "maxperf-enable" => self.maxperf.to_value(),
            _ => return None,
        })
    }
}

/// Reads `I:P:B`; what is no number is 0.
fn quantisers(text: Option<&str>) -> [u32; 3] {
    let mut numbers = text.unwrap_or_default().split(':').map(|number| number.trim().parse().unwrap_or(0));
    [(); 3].map(|()| numbers.next().unwrap_or(0))
}

/// A number that can be set at any time.
pub(super) fn uint(name: &str, blurb: &str, range: (u32, u32), default: u32) -> glib::ParamSpec {
    let builder = glib::ParamSpecUInt::builder(name).nick(name).blurb(blurb);
    builder.minimum(range.0).maximum(range.1).default_value(default).mutable_playing().build()
}

/// A switch that is read when the element opens.
pub(super) fn boolean(name: &str, blurb: &str, default: bool) -> glib::ParamSpec {
    glib::ParamSpecBoolean::builder(name).nick(name).blurb(blurb).default_value(default).mutable_ready().build()
}

/// A text that is read when the element opens.
pub(super) fn text(name: &str, blurb: &str, default: &str) -> glib::ParamSpec {
    glib::ParamSpecString::builder(name).nick(name).blurb(blurb).default_value(default).mutable_ready().build()
}

/// A choice that is read when the element opens.
fn choice<T>(name: &str, blurb: &str, default: T) -> glib::ParamSpec
where
    T: StaticType + glib::translate::FromGlib<i32> + glib::translate::IntoGlib<GlibType = i32>,
{
    glib::ParamSpecEnum::builder_with_default(name, default).nick(name).blurb(blurb).mutable_ready().build()
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;
