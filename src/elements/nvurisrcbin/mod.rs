//! `nvurisrcbin`: the video of any URI as NVMM surfaces.
//!
//! ```text
//! gst-launch-1.0 nvurisrcbin uri=file:///tmp/street.mp4 file-loop=true ! m.sink_0 nvstreammux name=m batch-size=1 width=1280 height=720 ! fakesink
//! ```
//!
//! Files of every container and codec GStreamer knows, raw streams (`.h264`), HTTP, RTSP, `v4l2://` cameras; a plain path
//! is taken as a file. As an extension, `test:PATTERN?size=WxH&fps=N&frames=N&live=true` generates a picture.
//! Video comes out of `vsrc_0`, which appears when the stream is known; only the first video stream is used. With
//! `disable-audio=false` audio comes out of `asrc_%u`.
//!
//! `file-loop` joins passes without a gap: one segment, rising times, no end. A source that cannot seek is opened anew.
//! `drop-frame-interval`, `dec-skip-frames` and the like are handed to the decoder; `latency`, `select-rtp-protocol`,
//! `drop-on-latency`, `udp-buffer-size` and `buffer-mode` to the RTSP source, which also puts the camera's time of day on
//! its frames. With `rtsp-reconnect-interval` a lost RTSP source is connected anew, again and again with growing waits up to
//! 2 s; its frames go on with rising times, and the message `nvurisrcbin-reconnect` says so. Smart recording is not done: its properties
//! are taken with a warning.

use gst::{glib, prelude::*};

mod enums;
mod imp;
mod link;
mod pattern;
mod props;
mod schedule;
mod splice;
mod stall;
mod streams;
mod wire;

pub use enums::{RtpProtocol, SourceType};

glib::wrapper! {
    /// The element. Pads: `vsrc_%u` and `asrc_%u`, there when the stream is known.
    pub struct UriSource(ObjectSubclass<imp::UriSource>) @extends gst::Bin, gst::Element, gst::Object, @implements gst::ChildProxy;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvurisrcbin", gst::Rank::NONE, UriSource::static_type())
}
