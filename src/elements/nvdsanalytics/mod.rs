//! `nvdsanalytics`: says which objects are in regions, cross lines and move in directions, and counts them.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvinfer config-file-path=configs/config_infer_primary_detector.txt ! \
//!     nvtracker ll-config-file=configs/config_tracker_NvSORT.yml ! \
//!     nvdsanalytics config-file=configs/config_nvdsanalytics.txt ! nvdsosd ! nvvideoconvert ! autovideosink \
//!     nvurisrcbin uri=test:smpte ! mux.sink_0
//! ```
//!
//! The rules stand in `config-file`, per stream (the number of the mux's pad). A file that changes while frames pass is read
//! anew within a second; a broken one is said so in a warning on the bus, and the old rules stay. So it is on the action
//! signal `reload-config` and on DeepStream's event for it.

mod attach;
mod batch;
mod error;
mod imp;
mod overlay;
mod settings;
mod streams;
mod watch;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvDsAnalytics(ObjectSubclass<imp::NvDsAnalytics>) @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvdsanalytics", gst::Rank::PRIMARY, NvDsAnalytics::static_type())
}
