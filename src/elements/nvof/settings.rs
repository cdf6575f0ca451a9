//! Properties of `nvof` with DeepStream's names, types and defaults.

use gst::glib;
use gst::prelude::*;

use crate::flow::Preset;

/// `preset-level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstNvOfPresetLevel")]
#[repr(i32)]
pub enum PresetLevel {
    /// Least work.
    #[default]
    #[enum_value(name = "NV_OF_PERF_LEVEL_FAST", nick = "fast")]
    Fast = 0,
    /// More.
    #[enum_value(name = "NV_OF_PERF_LEVEL_MEDIUM", nick = "medium")]
    Medium = 1,
    /// Most.
    #[enum_value(name = "NV_OF_PERF_LEVEL_SLOW", nick = "slow")]
    Slow = 2,
}

/// `grid-size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstNvOfGridSize")]
#[repr(i32)]
pub enum GridSize {
    /// A vector for 4x4 pixels.
    #[default]
    #[enum_value(name = "NVOF_GRID_SIZE_4x4", nick = "4x4")]
    Four = 0,
}

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How much work is done.
    pub preset_level: PresetLevel,
    /// Buffers for vectors that are kept for use again.
    pub pool_size: u32,
    grid_size: GridSize,
    /// Whether vectors are also written into files.
    pub dump_of_meta: bool,
    gpu_id: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            preset_level: PresetLevel::default(),
            pool_size: 7,
            grid_size: GridSize::default(),
            dump_of_meta: false,
            gpu_id: 0,
        }
    }
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let uint = |name: &'static str, nick: &'static str, blurb: &'static str, least: u32, default: u32| {
            let spec = glib::ParamSpecUInt::builder(name).nick(nick).blurb(blurb).minimum(least);
            spec.default_value(default).mutable_ready().build()
        };
        vec![
            uint("gpu-id", "GPU", "GPU to use; host surfaces need none", 0, d.gpu_id),
            glib::ParamSpecBoolean::builder("dump-of-meta")
                .nick("Dump vectors")
                .blurb("Write the vectors of each source into gstnvof_source-NN_COLUMNSxROWS.bin in the working directory, two 16 bit integers each, frame after frame")
                .default_value(d.dump_of_meta)
                .mutable_ready()
                .build(),
            glib::ParamSpecEnum::builder_with_default("preset-level", d.preset_level)
                .nick("Preset level")
                .blurb("How much work is done for a frame: OpenCV's DIS in its ultrafast, fast or medium preset, with larger patches")
                .mutable_ready()
                .build(),
            uint("pool-size", "Pool size", "Buffers for vectors that are kept for use again", 1, d.pool_size),
            glib::ParamSpecEnum::builder_with_default("grid-size", d.grid_size)
                .nick("Grid size")
                .blurb("Pixels that a vector stands for")
                .mutable_ready()
                .build(),
        ]
    }

    /// How the flow is estimated.
    pub fn preset(&self) -> Preset {
        match self.preset_level {
            PresetLevel::Fast => Preset::Fast,
            PresetLevel::Medium => Preset::Medium,
            PresetLevel::Slow => Preset::Slow,
        }
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "gpu-id" => self.gpu_id = value.get()?,
            "dump-of-meta" => self.dump_of_meta = value.get()?,
            "preset-level" => self.preset_level = value.get()?,
            "pool-size" => self.pool_size = value.get()?,
            _ => self.grid_size = value.get()?,
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "gpu-id" => self.gpu_id.to_value(),
            "dump-of-meta" => self.dump_of_meta.to_value(),
            "preset-level" => self.preset_level.to_value(),
            "pool-size" => self.pool_size.to_value(),
            _ => self.grid_size.to_value(),
        }
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;
