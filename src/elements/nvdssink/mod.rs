//! `nveglglessink` and `nv3dsink`: frames into a window, over the best window sink the machine has.
//!
//! ```text
//! gst-launch-1.0 nvurisrcbin uri=test:smpte ! nveglglessink sync=true
//! ```
//!
//! Frames come from NVMM or system memory. Without a display the element says so when it is started, and what to do
//! instead. `sync`, `qos`, `max-lateness`, `async`, `ts-offset` and `force-aspect-ratio` are handed to the window sink.

mod choice;
mod imp;
mod settings;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// `nveglglessink`.
    pub struct EglGlesSink(ObjectSubclass<imp::egl::Sink>) @extends gst::Bin, gst::Element, gst::Object, @implements gst::ChildProxy;
}

glib::wrapper! {
    /// `nv3dsink`.
    pub struct Nv3dSink(ObjectSubclass<imp::nv3d::Sink>) @extends gst::Bin, gst::Element, gst::Object, @implements gst::ChildProxy;
}

/// Registers the elements with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nveglglessink", gst::Rank::NONE, EglGlesSink::static_type())?;
    gst::Element::register(plugin, "nv3dsink", gst::Rank::NONE, Nv3dSink::static_type())
}
