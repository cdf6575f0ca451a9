//! Properties of `nvofvisual` with DeepStream's names and types.

use gst::glib;
use gst::prelude::*;

/// What the properties say.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The motion in pixels that has the full colour; 0: by what each frame has.
    pub max_motion: f32,
    gpu_id: u32,
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        vec![
            glib::ParamSpecUInt::builder("gpu-id")
                .nick("GPU")
                .blurb("GPU to use; host surfaces need none")
                .default_value(d.gpu_id)
                .mutable_ready()
                .build(),
            glib::ParamSpecFloat::builder("max-motion")
                .nick("Largest motion")
                .blurb("Pixels from frame to frame that have the full colour; 0: what 99 of 100 blocks of a frame stay below (extension)")
                .minimum(0.0)
                .maximum(1024.0)
                .default_value(d.max_motion)
                .mutable_playing()
                .build(),
        ]
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "gpu-id" => self.gpu_id = value.get()?,
            _ => self.max_motion = value.get()?,
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "gpu-id" => self.gpu_id.to_value(),
            _ => self.max_motion.to_value(),
        }
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;
