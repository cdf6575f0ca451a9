//! Properties of `nvdslogger` with DeepStream's names, types, defaults and ranges.

use gst::glib;
use gst::prelude::*;

/// What the properties say, as far as they have an effect here.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Seconds between two lines; 0 for none.
    pub interval: u32,
    /// Whether frames per second are printed.
    pub show_fps: bool,
    /// Whether the latency of each frame is printed.
    pub show_latency: bool,
    /// Microseconds to wait before each buffer.
    pub sleep_time: u32,
    /// Microseconds to wait before the first buffer.
    pub latency: u32,
    /// Whether `handoff` is emitted.
    pub signal_handoffs: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { interval: 5, show_fps: true, show_latency: false, sleep_time: 0, latency: 0, signal_handoffs: true }
    }
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`]. Those of `identity` that have nothing to do with
    /// logging are taken and kept.
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let uint = |name: &'static str, nick: &'static str, blurb: &'static str, default: u32| {
            glib::ParamSpecUInt::builder(name).nick(nick).blurb(blurb).default_value(default).build()
        };
        let boolean = |name: &'static str, nick: &'static str, blurb: &'static str, default: bool| {
            glib::ParamSpecBoolean::builder(name).nick(nick).blurb(blurb).default_value(default).build()
        };
        let kept = "Taken for compatibility; use identity for it";
        vec![
            uint("fps-measurement-interval-sec", "Interval", "Seconds between two lines; 0: no lines", d.interval),
            boolean("show-fps", "Show FPS", "Print frames per second (off by default in DeepStream 9.1)", d.show_fps),
            boolean("show-latency", "Show latency", "Print the latency of each frame", d.show_latency),
            uint("sleep-time", "Sleep time", "Microseconds to wait before each buffer", d.sleep_time),
            uint("latency", "Latency", "Microseconds to wait before the first buffer", d.latency),
            boolean("signal-handoffs", "Signal handoffs", "Emit handoff for each buffer", d.signal_handoffs),
            boolean("silent", "Silent", kept, true),
            boolean("single-segment", "Single segment", kept, false),
            boolean("dump", "Dump", kept, false),
            boolean("sync", "Synchronize", kept, false),
            boolean("drop-allocation", "Drop allocation query", kept, false),
            boolean("check-imperfect-timestamp", "Check timestamps", kept, false),
            boolean("check-imperfect-offset", "Check offsets", kept, false),
            glib::ParamSpecInt::builder("error-after").nick("Error after").blurb(kept).default_value(-1).build(),
            glib::ParamSpecInt::builder("datarate").nick("Data rate").blurb(kept).minimum(0).build(),
            glib::ParamSpecInt64::builder("ts-offset").nick("Timestamp offset").blurb(kept).build(),
            glib::ParamSpecFloat::builder("drop-probability")
                .nick("Drop probability")
                .blurb(kept)
                .minimum(0.0)
                .maximum(1.0)
                .build(),
            glib::ParamSpecString::builder("last-message")
                .nick("Last message")
                .blurb("The last line")
                .read_only()
                .build(),
        ]
    }

    /// Takes the new value of the property called `name`; `None` for one that has no effect.
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Option<Result<(), WrongType>> {
        Some(match name {
            "fps-measurement-interval-sec" => value.get().map(|value| self.interval = value),
            "show-fps" => value.get().map(|value| self.show_fps = value),
            "show-latency" => value.get().map(|value| self.show_latency = value),
            "sleep-time" => value.get().map(|value| self.sleep_time = value),
            "latency" => value.get().map(|value| self.latency = value),
            "signal-handoffs" => value.get().map(|value| self.signal_handoffs = value),
            _ => return None,
        })
    }

    /// The value of the property called `name`; `None` for one that has no effect.
    pub fn get(&self, name: &str) -> Option<glib::Value> {
        Some(match name {
            "fps-measurement-interval-sec" => self.interval.to_value(),
            "show-fps" => self.show_fps.to_value(),
            "show-latency" => self.show_latency.to_value(),
            "sleep-time" => self.sleep_time.to_value(),
            "latency" => self.latency.to_value(),
            "signal-handoffs" => self.signal_handoffs.to_value(),
            _ => return None,
        })
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchError;
