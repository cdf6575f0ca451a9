//! (placeholder, replaced by the element's own work)

use gst::glib;

/// Registers the elements of this folder with `plugin`, or with the process when `None`.
pub fn register(_plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    Ok(())
}
