//! Properties of `nvvideoconvert` with DeepStream's names, types, defaults and ranges.

use crate::base::geometry::Size;
use crate::elements::enums::{ComputeHw, Interpolation, MemoryType};
use crate::surface::Place;
use crate::surface::cuda::{CudaError, Gpu, Kind};
use crate::surface::transform::{Flip, Region};
use gst::glib;
use gst::prelude::*;

/// `flip-method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstNvDsVideoFlipMethod")]
#[repr(i32)]
pub enum FlipMethod {
    /// `none`
    #[default]
    #[enum_value(name = "Identity (no rotation)", nick = "none")]
    None = 0,
    /// `counterclockwise`
    #[enum_value(name = "Rotate counter-clockwise 90 degrees", nick = "counterclockwise")]
    Counterclockwise = 1,
    /// `rotate-180`
    #[enum_value(name = "Rotate 180 degrees", nick = "rotate-180")]
    Rotate180 = 2,
    /// `clockwise`
    #[enum_value(name = "Rotate clockwise 90 degrees", nick = "clockwise")]
    Clockwise = 3,
    /// `horizontal-flip`
    #[enum_value(name = "Flip horizontally", nick = "horizontal-flip")]
    HorizontalFlip = 4,
    /// `upper-right-diagonal`
    #[enum_value(name = "Flip across upper right/lower left diagonal", nick = "upper-right-diagonal")]
    UpperRightDiagonal = 5,
    /// `vertical-flip`
    #[enum_value(name = "Flip vertically", nick = "vertical-flip")]
    VerticalFlip = 6,
    /// `upper-left-diagonal`
    #[enum_value(name = "Flip across upper left/lower right diagonal", nick = "upper-left-diagonal")]
    UpperLeftDiagonal = 7,
}

impl From<FlipMethod> for Flip {
    fn from(method: FlipMethod) -> Self {
        match method {
            FlipMethod::None => Flip::None,
            FlipMethod::Counterclockwise => Flip::Counterclockwise,
            FlipMethod::Rotate180 => Flip::Rotate180,
            FlipMethod::Clockwise => Flip::Clockwise,
            FlipMethod::HorizontalFlip => Flip::Horizontal,
            FlipMethod::UpperRightDiagonal => Flip::UpperRightDiagonal,
            FlipMethod::VerticalFlip => Flip::Vertical,
            FlipMethod::UpperLeftDiagonal => Flip::UpperLeftDiagonal,
        }
    }
}

/// `copy-hw`. The CPU copies, whatever is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstNvCopyHWType")]
#[repr(i32)]
pub enum CopyHw {
    /// `GPU`
    #[default]
    #[enum_value(name = "GPU", nick = "GPU")]
    Gpu = 1,
    /// `VIC`
    #[enum_value(name = "VIC", nick = "VIC")]
    Vic = 2,
}

/// What the properties say that have an effect on host surfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The part of the input that is used, if not all.
    pub src_crop: Option<Region>,
    /// The part of the output that is filled, if not all; the rest is black.
    pub dest_crop: Option<Region>,
    /// How frames are turned.
    pub flip_method: FlipMethod,
    /// How frames are scaled.
    pub interpolation_method: Interpolation,
    /// Whether frames are copied even where nothing changes.
    pub disable_passthrough: bool,
    /// In which memory surfaces that are made lie.
    pub memory_type: MemoryType,
    /// The GPU whose memory that is.
    pub gpu_id: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            src_crop: None,
            dest_crop: None,
            flip_method: FlipMethod::None,
            interpolation_method: Interpolation::Default,
            disable_passthrough: false,
            memory_type: MemoryType::Default,
            gpu_id: 0,
        }
    }
}

/// Why a property's value was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A value of another type.
    #[error(transparent)]
    Type(#[from] glib::value::ValueTypeMismatchError),
    /// A rectangle that is none.
    #[error("{0:?} is no rectangle left:top:width:height")]
    Rectangle(String),
}

impl Settings {
    /// Whether frames come out as they go in, apart from what the caps say.
    pub fn keeps_pixels(&self) -> bool {
        self.src_crop.is_none()
            && self.dest_crop.is_none()
            && self.flip_method == FlipMethod::None
            && !self.disable_passthrough
    }

    /// In which memory surfaces are made. Launch lines of machines with a GPU ask for CUDA's as a matter of course, so
    /// where there is none they get host memory, and the reason is given beside it.
    pub fn place(&self) -> (Place, Option<CudaError>) {
        let kind = match self.memory_type {
            MemoryType::CudaPinned => Kind::Pinned,
            MemoryType::CudaUnified => Kind::Unified,
            _ => return (Place::Host, None),
        };
        match Gpu::open(self.gpu_id) {
            Ok(gpu) => (Place::cuda(&gpu, kind), None),
            Err(error) => (Place::Host, Some(error)),
        }
    }

    /// All properties; the defaults of those with an effect are taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let crop = |name: &'static str, nick: &'static str, blurb: &'static str| {
            glib::ParamSpecString::builder(name)
                .nick(nick)
                .blurb(blurb)
                .default_value(Some(NO_CROP))
                .mutable_playing()
                .build()
        };
        let mut specs = vec![
            crop("src-crop", "Source crop", "Part of the input that is used, left:top:width:height"),
            crop("dest-crop", "Destination crop", "Part of the output that is filled, left:top:width:height"),
            glib::ParamSpecEnum::builder_with_default("flip-method", d.flip_method)
                .nick("Flip method")
                .blurb("How frames are turned")
                .mutable_playing()
                .build(),
            glib::ParamSpecEnum::builder_with_default("interpolation-method", d.interpolation_method)
                .nick("Interpolation method")
                .blurb("How frames are scaled")
                .mutable_playing()
                .build(),
            glib::ParamSpecBoolean::builder("disable-passthrough")
                .nick("Disable passthrough")
                .blurb("Copy frames even where nothing changes")
                .default_value(d.disable_passthrough)
                .mutable_ready()
                .build(),
            glib::ParamSpecEnum::builder_with_default("nvbuf-memory-type", d.memory_type)
                .nick("Memory type")
                .blurb("Memory of the surfaces; pinned and unified where there is a GPU, host memory otherwise")
                .mutable_ready()
                .build(),
            glib::ParamSpecUInt::builder("gpu-id")
                .nick("GPU")
                .blurb("GPU that reaches pinned and unified surfaces")
                .default_value(d.gpu_id)
                .mutable_ready()
                .build(),
        ];
        specs.extend(inert());
        specs
    }

    /// Takes the value of the property called `name`. `None` if it is one of those that change nothing here.
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Option<Result<(), Refused>> {
        Some(match name {
            "src-crop" => rectangle(value).map(|region| self.src_crop = region),
            "dest-crop" => rectangle(value).map(|region| self.dest_crop = region),
            "flip-method" => value.get().map(|method| self.flip_method = method).map_err(Refused::from),
            "interpolation-method" => {
                value.get().map(|method| self.interpolation_method = method).map_err(Refused::from)
            }
            "disable-passthrough" => value.get().map(|off| self.disable_passthrough = off).map_err(Refused::from),
            "nvbuf-memory-type" => value.get().map(|kind| self.memory_type = kind).map_err(Refused::from),
            "gpu-id" => value.get().map(|gpu| self.gpu_id = gpu).map_err(Refused::from),
            _ => return None,
        })
    }

    /// The value of the property called `name`, unless it is one of those that change nothing here.
    pub fn get(&self, name: &str) -> Option<glib::Value> {
        Some(match name {
            "src-crop" => text(self.src_crop).to_value(),
            "dest-crop" => text(self.dest_crop).to_value(),
            "flip-method" => self.flip_method.to_value(),
            "interpolation-method" => self.interpolation_method.to_value(),
            "disable-passthrough" => self.disable_passthrough.to_value(),
            "nvbuf-memory-type" => self.memory_type.to_value(),
            "gpu-id" => self.gpu_id.to_value(),
            _ => return None,
        })
    }
}

/// How "everything" is spelled.
const NO_CROP: &str = "0:0:0:0";

/// The rectangle of a crop property; one without an area means everything.
fn rectangle(value: &glib::Value) -> Result<Option<Region>, Refused> {
    let text = value.get::<Option<String>>()?.unwrap_or_default();
    if text.trim().is_empty() {
        return Ok(None);
    }
    let numbers: Result<Vec<u32>, _> = text.split(':').map(|number| number.trim().parse()).collect();
    match numbers.as_deref() {
        Ok(&[left, top, width, height]) => {
            let size = Size { width, height };
            Ok((width > 0 && height > 0).then_some(Region { left, top, size }))
        }
        _ => Err(Refused::Rectangle(text)),
    }
}

fn text(region: Option<Region>) -> String {
    region.map_or_else(|| NO_CROP.to_owned(), |r| format!("{}:{}:{}:{}", r.left, r.top, r.size.width, r.size.height))
}

/// Properties about devices, and pools that need no size here.
fn inert() -> [glib::ParamSpec; 7] {
    let switch = |name: &'static str, nick: &'static str, blurb: &'static str, default: bool| {
        glib::ParamSpecBoolean::builder(name).nick(nick).blurb(blurb).default_value(default).build()
    };
    [
        glib::ParamSpecEnum::builder_with_default("compute-hw", ComputeHw::default())
            .nick("Conversion hardware")
            .blurb("What converts frames; the CPU here")
            .build(),
        glib::ParamSpecEnum::builder_with_default("copy-hw", CopyHw::default())
            .nick("Copy hardware")
            .blurb("What copies surfaces; the CPU here")
            .build(),
        glib::ParamSpecUInt::builder("output-buffers")
            .nick("Output buffers")
            .blurb("Buffers of the output pool; here it grows as needed")
            .minimum(1)
            .default_value(4)
            .mutable_playing()
            .build(),
        switch("allow-odd-crop", "Odd crops", "Rectangles may have odd sizes; they always may here", true),
        switch("bl-output", "Block linear output", "Host surfaces are always pitch linear", false),
        switch("contiguous-buffers", "Contiguous buffers", "Surfaces of a batch lie apart here", false),
        switch("silent", "Silent", "Nothing is printed in any case", false),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_are_read_and_written_as_deepstream_does() {
        let read = |text: &str| rectangle(&text.to_value());
        let region = Region { left: 20, top: 40, size: Size { width: 150, height: 101 } };
        assert_eq!(read("20:40:150:101").unwrap(), Some(region));
        assert_eq!(text(Some(region)), "20:40:150:101");
        assert_eq!(read("0:0:0:0").unwrap(), None);
        assert_eq!(read("").unwrap(), None);
        assert_eq!(text(None), "0:0:0:0");
        for wrong in ["1:2:3", "a:b:c:d", "-1:0:5:5", "1:2:3:4:5", "99999999999:0:1:1"] {
            assert!(matches!(read(wrong), Err(Refused::Rectangle(_))), "{wrong}");
        }
    }
}
