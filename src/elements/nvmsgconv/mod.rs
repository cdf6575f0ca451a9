//! `nvmsgconv`: makes messages of events, in DeepStream's JSON, and attaches them to the frames they are about.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvinfer config-file-path=configs/config_infer_primary_detector.txt ! \
//!     nvmsgconv config=configs/config_msgconv.txt payload-type=PAYLOAD_DEEPSTREAM_MINIMAL msg2p-newapi=true \
//!     debug-payload-dir=/tmp ! fakesink nvurisrcbin uri=test:smpte ! mux.sink_0
//! ```
//!
//! Events are user metadata of frames (`NvDsEventMsgMeta`); with `msg2p-newapi` messages are made of the frames and objects
//! themselves. Buffers without a message go through as they are, also when another branch holds them. `nvmsgbroker` sends
//! what is attached. docs/messages.md shows the schemas.

mod convert;
mod dump;
mod error;
mod imp;
mod settings;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvMsgConv(ObjectSubclass<imp::NvMsgConv>) @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

pub use settings::PayloadType;

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvmsgconv", gst::Rank::NONE, NvMsgConv::static_type())
}
