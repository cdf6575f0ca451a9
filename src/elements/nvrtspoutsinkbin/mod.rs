//! `nvrtspoutsinkbin`: frames in, an RTSP server out.
//!
//! ```text
//! gst-launch-1.0 nvurisrcbin uri=test:smpte?live=true ! nvrtspoutsinkbin rtsp-port=8554
//! ```
//!
//! Frames are encoded once and served to any number of clients, over UDP or interleaved in the RTSP connection, at
//! `rtsp://127.0.0.1:8554/ds-test`. `codec`, `bitrate`, `enc-type`, `rtsp-port`, `sync` and the rest are NVIDIA's; there are
//! no UDP ports in between, so `udp-port` is taken and changes nothing. Extensions: `address` (loopback unless told
//! otherwise), `rtsp-port=0` for any free port, `mount-point`, `user` and `password`, `certificate` for TLS, and `url`,
//! which says where the stream is once the element is READY.
//!
//! A client that joins gets a key frame at once. A slow or stuck client holds up nobody.

mod feeds;
mod imp;
mod server;
mod settings;

use gst::glib;
use gst::prelude::*;

pub use settings::Codec;

glib::wrapper! {
    /// The element. Pad: `sink`.
    pub struct RtspOutSink(ObjectSubclass<imp::RtspOutSink>) @extends gst::Bin, gst::Element, gst::Object, @implements gst::ChildProxy;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvrtspoutsinkbin", gst::Rank::NONE, RtspOutSink::static_type())
}
