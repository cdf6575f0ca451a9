//! The GStreamer elements under DeepStream's names, and the plugin that offers them.
//!
//! Each folder is one element: `mod.rs` documents and registers it, `imp.rs` talks to GStreamer, the maths lives in the
//! layers above. The elements work inside the binary ([`register_all`]) and from `gst-launch-1.0` (`libgstdsapps.so`).

use gst::glib;

pub mod codec;
pub mod enums;
pub mod nvdsanalytics;
pub mod nvdslogger;
pub mod nvdsosd;
pub mod nvdspreprocess;
pub mod nvdssink;
pub mod nvinfer;
pub mod nvinferserver;
pub mod nvmsgbroker;
pub mod nvmsgconv;
pub mod nvmultistreamtiler;
pub mod nvof;
pub mod nvofvisual;
pub mod nvrtspoutsinkbin;
pub mod nvsegvisual;
pub mod nvstreamdemux;
pub mod nvstreammux;
pub mod nvtracker;
pub mod nvurisrcbin;
pub mod nvv4l2decoder;
pub mod nvv4l2enc;
pub mod nvvideoconvert;
mod plugin;
mod plumbing;
mod visual;

/// Registers every element with `plugin`, or with the process when `None`.
pub fn register_all(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    for register in [
        nvinfer::register,
        nvinferserver::register,
        nvdsanalytics::register,
        nvdsosd::register,
        nvdspreprocess::register,
        nvdslogger::register,
        nvstreammux::register,
        nvtracker::register,
        nvstreamdemux::register,
        nvmultistreamtiler::register,
        nvurisrcbin::register,
        nvv4l2decoder::register,
        nvv4l2enc::register,
        nvvideoconvert::register,
        nvdssink::register,
        nvrtspoutsinkbin::register,
        nvsegvisual::register,
        nvmsgbroker::register,
        nvof::register,
        nvofvisual::register,
        nvmsgconv::register,
    ] {
        register(plugin)?;
    }
    Ok(())
}
