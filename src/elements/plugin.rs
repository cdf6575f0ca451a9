//! The plugin's entry points: what GStreamer looks for in `libgstdsapps.so` and in `libds_apps.so`.

#![allow(missing_docs)] // the macro's items

use super::register_all;
use gst::glib;

fn init(plugin: &gst::Plugin) -> Result<(), glib::BoolError> {
    register_all(Some(plugin))
}

gst::plugin_define!(
    dsapps,
    "DeepStream's elements on any machine",
    init,
    env!("CARGO_PKG_VERSION"),
    "MIT/X11",
    env!("CARGO_PKG_NAME"),
    env!("CARGO_PKG_NAME"),
    env!("CARGO_PKG_NAME")
);

/// The same under the name GStreamer makes of `libds_apps.so`.
// SAFETY: the name is this library's own; nothing else defines it.
#[unsafe(no_mangle)]
pub extern "C" fn gst_plugin_ds_apps_get_desc() -> *const gst::ffi::GstPluginDesc {
    // SAFETY: returns the address of a static.
    unsafe { plugin_desc::gst_plugin_dsapps_get_desc() }
}
