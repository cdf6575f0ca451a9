//! Properties of `nvdsosd` with DeepStream's names, types, defaults and ranges.

use gst::glib;
use gst::prelude::*;

/// `process-mode`. Both draw on the CPU here; the property is kept for pipelines written for a GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstNvDsOsdMode")]
#[repr(i32)]
pub enum ProcessMode {
    /// `MODE_CPU`
    #[enum_value(name = "CPU_MODE", nick = "MODE_CPU")]
    Cpu = 0,
    /// `MODE_GPU`
    #[default]
    #[enum_value(name = "GPU_MODE", nick = "MODE_GPU")]
    Gpu = 1,
}

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether the time of day is drawn.
    pub display_clock: bool,
    /// Whether texts of objects are drawn.
    pub display_text: bool,
    /// Whether boxes of objects are drawn.
    pub display_bbox: bool,
    /// Whether masks of objects are drawn.
    pub display_mask: bool,
    /// Font of the clock.
    pub clock_font: String,
    /// Size of the clock in points.
    pub clock_font_size: u32,
    /// Left edge of the clock.
    pub x_clock_offset: u32,
    /// Top edge of the clock.
    pub y_clock_offset: u32,
    /// Colour of the clock, 0xRRGGBBAA.
    pub clock_color: u32,
    /// CPU or GPU.
    pub process_mode: ProcessMode,
    /// GPU to use.
    pub gpu_id: u32,
    /// `gie-id:class-id` pairs separated by `;` whose boxes are blurred; empty: all.
    pub blur_on_gie_class_ids: Option<String>,
    /// 0: no blur, 1: the box, 2: the mask if there is one.
    pub blur_bbox: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            display_clock: false,
            display_text: true,
            display_bbox: true,
            display_mask: true,
            clock_font: "Serif".to_owned(),
            clock_font_size: 12,
            x_clock_offset: 0,
            y_clock_offset: 0,
            clock_color: u32::MAX,
            process_mode: ProcessMode::default(),
            gpu_id: 0,
            blur_on_gie_class_ids: None,
            blur_bbox: 0,
        }
    }
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let boolean = |name: &'static str, nick: &'static str, blurb: &'static str, default: bool| {
            glib::ParamSpecBoolean::builder(name)
                .nick(nick)
                .blurb(blurb)
                .default_value(default)
                .mutable_playing()
                .build()
        };
        let uint = |name: &'static str, nick: &'static str, blurb: &'static str, max: u32, default: u32| {
            glib::ParamSpecUInt::builder(name)
                .nick(nick)
                .blurb(blurb)
                .maximum(max)
                .default_value(default)
                .mutable_ready()
                .build()
        };
        vec![
            boolean("display-clock", "Clock", "Whether to display the time of day", d.display_clock),
            boolean("display-text", "Text", "Whether to display texts of objects", d.display_text),
            boolean("display-bbox", "Boxes", "Whether to display bounding boxes", d.display_bbox),
            boolean("display-mask", "Masks", "Whether to display instance masks", d.display_mask),
            glib::ParamSpecString::builder("clock-font")
                .nick("Clock font")
                .blurb("Font of the clock")
                .default_value(Some(d.clock_font.as_str()))
                .build(),
            uint("clock-font-size", "Clock font size", "Size of the clock in points", 60, d.clock_font_size),
            uint("x-clock-offset", "Clock x", "Left edge of the clock in pixels", u32::MAX, d.x_clock_offset),
            uint("y-clock-offset", "Clock y", "Top edge of the clock in pixels", u32::MAX, d.y_clock_offset),
            uint("clock-color", "Clock colour", "Colour of the clock, 0xRRGGBBAA", u32::MAX, d.clock_color),
            glib::ParamSpecEnum::builder_with_default("process-mode", d.process_mode)
                .nick("Process mode")
                .blurb("Where to draw; host surfaces are drawn on by the CPU in both modes")
                .mutable_ready()
                .build(),
            uint("gpu-id", "GPU", "GPU to use; host surfaces need none", u32::MAX, d.gpu_id),
            glib::ParamSpecString::builder("blur-on-gie-class-ids")
                .nick("Blur on GIE class ids")
                .blurb("Blur boxes of these detectors and classes, 'gie:class' pairs separated by ';' (default: all)")
                .mutable_ready()
                .build(),
            uint("blur-bbox", "Blur boxes", "0: off, 1: the whole box, 2: the mask if there is one", 2, d.blur_bbox),
        ]
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), WrongType> {
        match name {
            "display-clock" => self.display_clock = value.get()?,
            "display-text" => self.display_text = value.get()?,
            "display-bbox" => self.display_bbox = value.get()?,
            "display-mask" => self.display_mask = value.get()?,
            "clock-font" => self.clock_font = value.get::<Option<String>>()?.unwrap_or_default(),
            "clock-font-size" => self.clock_font_size = value.get()?,
            "x-clock-offset" => self.x_clock_offset = value.get()?,
            "y-clock-offset" => self.y_clock_offset = value.get()?,
            "clock-color" => self.clock_color = value.get()?,
            "process-mode" => self.process_mode = value.get()?,
            "gpu-id" => self.gpu_id = value.get()?,
            "blur-on-gie-class-ids" => self.blur_on_gie_class_ids = value.get()?,
            _ => self.blur_bbox = value.get()?,
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "display-clock" => self.display_clock.to_value(),
            "display-text" => self.display_text.to_value(),
            "display-bbox" => self.display_bbox.to_value(),
            "display-mask" => self.display_mask.to_value(),
            "clock-font" => self.clock_font.to_value(),
            "clock-font-size" => self.clock_font_size.to_value(),
            "x-clock-offset" => self.x_clock_offset.to_value(),
            "y-clock-offset" => self.y_clock_offset.to_value(),
            "clock-color" => self.clock_color.to_value(),
            "process-mode" => self.process_mode.to_value(),
            "gpu-id" => self.gpu_id.to_value(),
            "blur-on-gie-class-ids" => self.blur_on_gie_class_ids.to_value(),
            _ => self.blur_bbox.to_value(),
        }
    }

    /// Whether the box of an object found by detector `gie` as `class` is to be blurred.
    pub fn blurs(&self, gie: i32, class: i32) -> bool {
        let Some(pairs) = self.blur_on_gie_class_ids.as_deref().filter(|pairs| !pairs.trim().is_empty()) else {
            return self.blur_bbox > 0;
        };
        self.blur_bbox > 0
            && pairs
                .split(';')
                .filter_map(|pair| pair.split_once(':'))
                .any(|(g, c)| (g.trim().parse(), c.trim().parse()) == (Ok(gie), Ok(class)))
    }
}

/// A value of another type than the property's.
pub type WrongType = glib::value::ValueTypeMismatchOrNoneError<glib::value::ValueTypeMismatchError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blur_pairs_name_detector_and_class() {
        let some = Settings { blur_bbox: 1, blur_on_gie_class_ids: Some("1:2; 3:0;x:y".into()), ..Settings::default() };
        assert!(some.blurs(1, 2) && some.blurs(3, 0));
        assert!(!some.blurs(1, 0) && !some.blurs(2, 1));
        let all = Settings { blur_bbox: 1, ..Settings::default() };
        assert!(all.blurs(7, 7));
        assert!(!Settings::default().blurs(7, 7));
    }
}
