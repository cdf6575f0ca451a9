//! `nvv4l2decoder`: compressed video in, frames as NVMM surfaces out.
//!
//! ```text
//! gst-launch-1.0 filesrc location=street.h264 ! h264parse ! nvv4l2decoder ! m.sink_0 nvstreammux name=m batch-size=1 width=1280 height=720 ! fakesink
//! ```
//!
//! A bin over the best decoder the machine has for the stream (H.264, H.265, VP8, VP9, AV1, MPEG-1/2/4, DivX, JPEG),
//! chosen by rank when the caps arrive, software or hardware. Frames are I420 or NV12, whichever the decoder makes, and
//! are handed on without a copy; other formats (10 bit, 4:2:2, 4:4:4) are converted. Ranked as NVIDIA's element, so that
//! `decodebin` and `uridecodebin` pick it.
//!
//! Properties are NVIDIA's. `drop-frame-interval` and `skip-frames` work as there, `low-latency-mode` asks the decoder
//! not to hold frames back; those about CUDA and V4L2 memory are taken and change nothing. `max-threads` is an extension.

use gst::{glib, prelude::*};

mod imp;
mod props;

glib::wrapper! {
    /// The element. Pads: `sink` and `src`, always there.
    pub struct Decoder(ObjectSubclass<imp::Decoder>) @extends gst::Bin, gst::Element, gst::Object, @implements gst::ChildProxy;
}

/// Which frames `skip-frames` leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsSkipFrames")]
pub enum SkipFrames {
    /// Every frame is decoded.
    #[default]
    #[enum_value(name = "Decode all frames", nick = "decode_all")]
    None = 0,
    /// Frames no other frame refers to are left out.
    #[enum_value(name = "Decode non-ref frames", nick = "decode_non_ref")]
    NonReference = 1,
    /// Only key frames are decoded.
    #[enum_value(name = "decode key frames", nick = "decode_key")]
    KeyOnly = 2,
}

/// Kinds of CUDA memory, without meaning on host surfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsCudaDecMemType")]
pub enum MemoryType {
    /// Device memory.
    #[default]
    #[enum_value(name = "Memory type Device", nick = "memtype_device")]
    Device = 0,
    /// Page-locked host memory.
    #[enum_value(name = "Memory type Host Pinned", nick = "memtype_pinned")]
    Pinned = 1,
    /// Managed memory.
    #[enum_value(name = "Memory type Unified", nick = "memtype_unified")]
    Unified = 2,
}

/// How buffers reach the V4L2 device, without meaning here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "DsAppsV4l2IoMode")]
pub enum IoMode {
    /// The driver's choice.
    #[default]
    #[enum_value(name = "GST_V4L2_IO_AUTO", nick = "auto")]
    Auto = 0,
    /// Mapped buffers.
    #[enum_value(name = "GST_V4L2_IO_MMAP", nick = "mmap")]
    Mmap = 2,
    /// The user's memory.
    #[enum_value(name = "GST_V4L2_IO_USERPTR", nick = "userptr")]
    UserPtr = 3,
    /// DMA buffers.
    #[enum_value(name = "GST_V4L2_IO_DMABUF_IMPORT", nick = "dmabuf-import")]
    DmabufImport = 5,
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    // NVIDIA's own element has this rank.
    gst::Element::register(plugin, "nvv4l2decoder", gst::Rank::PRIMARY + 11, Decoder::static_type())
}
