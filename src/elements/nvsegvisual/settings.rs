//! Properties of `nvsegvisual` with DeepStream's names and types.

use gst::glib;
use gst::prelude::*;

use crate::base::geometry::Size;

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Width of the pictures; 0 with a height of 0: as the frame's.
    pub width: u32,
    /// Height of the pictures.
    pub height: u32,
    /// Show maps of the network with this unique-id only; -1: of any.
    pub operate_on: i32,
    /// Whether the picture shines through.
    pub original_background: bool,
    /// How much of the colour there is over the picture, 0..1.
    pub alpha: f32,
    unique_id: u32,
    gpu_id: u32,
    batch_size: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            width: 0,
            height: 0,
            operate_on: -1,
            original_background: false,
            alpha: 0.5,
            unique_id: 0,
            gpu_id: 0,
            batch_size: 1,
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
            uint("unique-id", "Unique ID", "Names this element", 0, d.unique_id),
            uint("gpu-id", "GPU", "GPU to use; host surfaces need none", 0, d.gpu_id),
            uint("batch-size", "Batch size", "Most frames in a batch; grows here as needed", 1, d.batch_size),
            uint("width", "Width", "Width of the pictures; 0: that of the frame (extension)", 0, d.width),
            uint("height", "Height", "Height of the pictures; 0: that of the frame (extension)", 0, d.height),
            glib::ParamSpecInt::builder("operate-on-seg-meta-id")
                .nick("Operate on segmentation id")
                .blurb("Show maps of the network with this unique-id only; -1: of any")
                .minimum(-1)
                .default_value(d.operate_on)
                .mutable_playing()
                .build(),
            glib::ParamSpecBoolean::builder("original-background")
                .nick("Original background")
                .blurb("Show the picture under the colours")
                .default_value(d.original_background)
                .mutable_playing()
                .build(),
            glib::ParamSpecFloat::builder("alpha")
                .nick("Alpha")
                .blurb("How much of the colour there is over the picture")
                .minimum(0.0)
                .maximum(1.0)
                .default_value(d.alpha)
                .mutable_playing()
                .build(),
        ]
    }

    /// The size that a frame of `size` is shown at.
    pub fn size(&self, size: Size) -> Size {
        let side = |pixels: u32, own: u32| if pixels == 0 { own } else { pixels.min(i32::MAX as u32) };
        Size { width: side(self.width, size.width), height: side(self.height, size.height) }
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "unique-id" => self.unique_id = value.get()?,
            "gpu-id" => self.gpu_id = value.get()?,
            "batch-size" => self.batch_size = value.get()?,
            "width" => self.width = value.get()?,
            "height" => self.height = value.get()?,
            "operate-on-seg-meta-id" => self.operate_on = value.get()?,
            "original-background" => self.original_background = value.get()?,
            _ => self.alpha = value.get()?,
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "unique-id" => self.unique_id.to_value(),
            "gpu-id" => self.gpu_id.to_value(),
            "batch-size" => self.batch_size.to_value(),
            "width" => self.width.to_value(),
            "height" => self.height.to_value(),
            "operate-on-seg-meta-id" => self.operate_on.to_value(),
            "original-background" => self.original_background.to_value(),
            _ => self.alpha.to_value(),
        }
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;
