//! Properties of the window sinks with DeepStream's names, types and defaults.

use gst::glib;
use gst::prelude::*;

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether frames are shown at their time.
    pub sync: bool,
    /// Whether upstream hears how late frames are.
    pub qos: bool,
    /// Whether the state changes without waiting for the first frame.
    pub asynchronous: bool,
    /// Nanoseconds after which a late frame is dropped, -1: never.
    pub max_lateness: i64,
    /// Nanoseconds added to every frame's time.
    pub ts_offset: i64,
    /// Whether the picture's proportions are kept.
    pub force_aspect_ratio: bool,
    /// Left edge, top edge, width and height of the window.
    pub window: [u32; 4],
    /// GPU to use.
    pub gpu_id: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sync: true,
            qos: true,
            asynchronous: true,
            max_lateness: 20_000_000,
            ts_offset: 0,
            force_aspect_ratio: true,
            window: [0; 4],
            gpu_id: 0,
        }
    }
}

/// Names of the window's place and size.
const WINDOW: [&str; 4] = ["window-x", "window-y", "window-width", "window-height"];

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let boolean = |name: &'static str, blurb: &'static str, default: bool| {
            glib::ParamSpecBoolean::builder(name).nick(name).blurb(blurb).default_value(default).build()
        };
        let int64 = |name: &'static str, blurb: &'static str, least: i64, default: i64| {
            let builder = glib::ParamSpecInt64::builder(name).nick(name).blurb(blurb);
            builder.minimum(least).default_value(default).build()
        };
        let uint = |name: &'static str, blurb: &'static str| {
            glib::ParamSpecUInt::builder(name).nick(name).blurb(blurb).mutable_ready().build()
        };
        let mut specs = vec![
            boolean("sync", "Show frames at their time", d.sync),
            boolean("qos", "Tell upstream how late frames are", d.qos),
            boolean("async", "Wait for the first frame before playing", d.asynchronous),
            int64("max-lateness", "Nanoseconds after which a late frame is dropped, -1: never", -1, d.max_lateness),
            int64("ts-offset", "Nanoseconds added to every frame's time", i64::MIN, d.ts_offset),
            boolean("force-aspect-ratio", "Keep proportions when the window is resized", d.force_aspect_ratio),
            uint("gpu-id", "GPU to use; host surfaces need none"),
        ];
        specs.extend(WINDOW.map(|name| uint(name, "Accepted; the window manager places the window")));
        specs
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "sync" => self.sync = value.get()?,
            "qos" => self.qos = value.get()?,
            "async" => self.asynchronous = value.get()?,
            "max-lateness" => self.max_lateness = value.get()?,
            "ts-offset" => self.ts_offset = value.get()?,
            "force-aspect-ratio" => self.force_aspect_ratio = value.get()?,
            "gpu-id" => self.gpu_id = value.get()?,
            _ => {
                if let Some(index) = WINDOW.iter().position(|window| *window == name) {
                    self.window[index] = value.get()?;
                }
            }
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "sync" => self.sync.to_value(),
            "qos" => self.qos.to_value(),
            "async" => self.asynchronous.to_value(),
            "max-lateness" => self.max_lateness.to_value(),
            "ts-offset" => self.ts_offset.to_value(),
            "force-aspect-ratio" => self.force_aspect_ratio.to_value(),
            "gpu-id" => self.gpu_id.to_value(),
            _ => WINDOW.iter().position(|window| *window == name).map_or(0, |index| self.window[index]).to_value(),
        }
    }

    /// Hands to the window sink what it knows.
    pub fn apply(&self, window: &gst::Element) {
        for name in ["sync", "qos", "async", "max-lateness", "ts-offset", "force-aspect-ratio"] {
            if window.find_property(name).is_some() {
                window.set_property_from_value(name, &self.get(name));
            }
        }
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;
