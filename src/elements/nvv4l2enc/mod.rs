//! `nvv4l2h264enc` and `nvv4l2h265enc`: frames in, compressed video out, over the best encoder the machine has.
//!
//! ```text
//! gst-launch-1.0 -e nvurisrcbin uri=test:smpte ! nvvideoconvert ! nvv4l2h264enc bitrate=2000000 ! h264parse ! mp4mux ! filesink location=out.mp4
//! ```
//!
//! Frames come from NVMM or system memory; what the encoder does not take is converted. Hardware encoders that work on
//! the machine go first, then x264 and x265 at speeds that leave a core for inference. Properties are NVIDIA's: `bitrate`
//! in bits a second (also while playing), `iframeinterval`, `control-rate`, `profile`, presets and the rest; those about its hardware are taken and
//! change nothing. Pictures of odd size lose their last column or row. The signal `force-IDR` asks for a key frame.

mod child;
mod imp;
mod inert;
mod kind;
mod settings;

use gst::glib;
use gst::prelude::*;

pub use settings::{ControlRate, PresetLevel, Profile, Tuning};

glib::wrapper! {
    /// The H.264 encoder.
    pub struct H264Encoder(ObjectSubclass<imp::h264::Encoder>) @extends gst::Bin, gst::Element, gst::Object, @implements gst::ChildProxy;
}

glib::wrapper! {
    /// The H.265 encoder.
    pub struct H265Encoder(ObjectSubclass<imp::h265::Encoder>) @extends gst::Bin, gst::Element, gst::Object, @implements gst::ChildProxy;
}

/// Registers the elements with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    let rank = gst::Rank::PRIMARY + 11;
    gst::Element::register(plugin, "nvv4l2h264enc", rank, H264Encoder::static_type())?;
    gst::Element::register(plugin, "nvv4l2h265enc", rank, H265Encoder::static_type())
}
