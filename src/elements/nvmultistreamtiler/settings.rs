//! Properties of `nvmultistreamtiler` with DeepStream's names, types, defaults and ranges.

use gst::glib;
use gst::prelude::*;

use super::custom::{self, CustomTile};
use crate::base::geometry::Size;
use crate::elements::enums::{ComputeHw, Interpolation, MemoryType};

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Rows of tiles.
    pub rows: u32,
    /// Columns of tiles.
    pub columns: u32,
    /// Width of the picture.
    pub width: u32,
    /// Height of the picture.
    pub height: u32,
    /// The only source shown; -1 shows all.
    pub show_source: i32,
    /// Whether the grid is the smallest square that holds all sources, without gaps between them.
    pub square_seq_grid: bool,
    /// Whether pictures keep their proportions, with black bars (extension).
    pub enable_padding: bool,
    /// Places of sources that have their own.
    pub custom: Vec<CustomTile>,
    /// How pictures are scaled.
    pub interpolation_method: Interpolation,
    /// Kind of memory; no effect.
    pub memory_type: MemoryType,
    /// Where scaling happens; no effect.
    pub compute_hw: ComputeHw,
    /// GPU to use; no effect.
    pub gpu_id: u32,
    /// Output buffers kept; no effect.
    pub buffer_pool_size: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rows: 1,
            columns: 1,
            width: 1920,
            height: 1080,
            show_source: -1,
            square_seq_grid: false,
            enable_padding: false,
            custom: Vec::new(),
            interpolation_method: Interpolation::Default,
            memory_type: MemoryType::default(),
            compute_hw: ComputeHw::default(),
            gpu_id: 0,
            buffer_pool_size: 5,
        }
    }
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let uint = |name: &'static str, nick: &'static str, blurb: &'static str, range: (u32, u32), default: u32| {
            let spec = glib::ParamSpecUInt::builder(name).nick(nick).blurb(blurb).minimum(range.0).maximum(range.1);
            spec.default_value(default).mutable_playing().build()
        };
        let boolean = |name: &'static str, nick: &'static str, blurb: &'static str, default: bool| {
            glib::ParamSpecBoolean::builder(name)
                .nick(nick)
                .blurb(blurb)
                .default_value(default)
                .mutable_playing()
                .build()
        };
        vec![
            uint("columns", "Columns", "Columns of tiles", (1, u32::MAX), d.columns),
            uint("rows", "Rows", "Rows of tiles", (1, u32::MAX), d.rows),
            uint("width", "Width", "Width of the picture; rounded up to a multiple of 4", (16, u32::MAX), d.width),
            uint("height", "Height", "Height of the picture; rounded up to a multiple of 4", (16, u32::MAX), d.height),
            uint("gpu-id", "GPU", "GPU to use; host surfaces need none", (0, u32::MAX), d.gpu_id),
            uint("buffer-pool-size", "Pool", "Output buffers kept; grows here as needed", (4, 10), d.buffer_pool_size),
            boolean("square-seq-grid", "Square grid", "The smallest square grid, without gaps", d.square_seq_grid),
            boolean("enable-padding", "Padding", "Keep proportions, with black bars (extension)", d.enable_padding),
            glib::ParamSpecInt::builder("show-source")
                .nick("Show source")
                .blurb("The only source to show, in the whole picture; -1: all")
                .minimum(-1)
                .default_value(d.show_source)
                .mutable_playing()
                .build(),
            glib::ParamSpecPointer::builder("custom-tile-config")
                .nick("Custom tiles")
                .blurb("A CustomTileConfig with places of sources, copied")
                .write_only()
                .mutable_playing()
                .build(),
            glib::ParamSpecEnum::builder_with_default("nvbuf-memory-type", d.memory_type)
                .nick("Memory type")
                .blurb("Memory of the picture; host memory here")
                .mutable_ready()
                .build(),
            glib::ParamSpecEnum::builder_with_default("compute-hw", d.compute_hw)
                .nick("Compute hardware")
                .blurb("Where to scale; the CPU does in every mode here")
                .mutable_ready()
                .build(),
            glib::ParamSpecEnum::builder_with_default("interpolation-method", d.interpolation_method)
                .nick("Interpolation")
                .blurb("How to scale")
                .mutable_playing()
                .build(),
        ]
    }

    /// The size of the picture.
    pub fn canvas(&self) -> Size {
        let up = |pixels: u32| pixels.min(i32::MAX as u32 & !3).next_multiple_of(4);
        Size { width: up(self.width), height: up(self.height) }
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "columns" => self.columns = value.get()?,
            "rows" => self.rows = value.get()?,
            "width" => self.width = value.get()?,
            "height" => self.height = value.get()?,
            "gpu-id" => self.gpu_id = value.get()?,
            "buffer-pool-size" => self.buffer_pool_size = value.get()?,
            "square-seq-grid" => self.square_seq_grid = value.get()?,
            "enable-padding" => self.enable_padding = value.get()?,
            "show-source" => self.show_source = value.get()?,
            "custom-tile-config" => self.custom = custom::read(value),
            "nvbuf-memory-type" => self.memory_type = value.get()?,
            "compute-hw" => self.compute_hw = value.get()?,
            _ => self.interpolation_method = value.get()?,
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "columns" => self.columns.to_value(),
            "rows" => self.rows.to_value(),
            "width" => self.canvas().width.to_value(),
            "height" => self.canvas().height.to_value(),
            "gpu-id" => self.gpu_id.to_value(),
            "buffer-pool-size" => self.buffer_pool_size.to_value(),
            "square-seq-grid" => self.square_seq_grid.to_value(),
            "enable-padding" => self.enable_padding.to_value(),
            "show-source" => self.show_source.to_value(),
            "nvbuf-memory-type" => self.memory_type.to_value(),
            "compute-hw" => self.compute_hw.to_value(),
            _ => self.interpolation_method.to_value(),
        }
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;
