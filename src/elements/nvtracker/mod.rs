//! `nvtracker`: gives every object an id that stays, hides what is not yet believed, and carries objects over frames that no
//! detector looked at.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvinfer config-file-path=configs/config_infer_primary_detector.txt ! \
//!     nvtracker ll-config-file=configs/config_tracker_NvDCF_perf.yml ! nvdsosd ! nvvideoconvert ! autovideosink \
//!     nvurisrcbin uri=test:smpte ! mux.sink_0
//! ```
//!
//! `ll-config-file` is a file for NVIDIA's `libnvds_nvmultiobjecttracker.so` and says which tracker runs; without one it is
//! the IOU tracker with NVIDIA's defaults. `ll-lib-file` is accepted and not loaded: the tracker is `crate::track`. Streams
//! are independent: each counts its own ids from 0, so what one shows never depends on the others.

mod batch;
mod error;
mod imp;
mod label;
mod lists;
mod pixels;
mod reid;
mod settings;
mod streams;
mod sub_batches;

use gst::glib;
use gst::prelude::*;

glib::wrapper! {
    /// The element.
    pub struct NvTracker(ObjectSubclass<imp::NvTracker>) @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvtracker", gst::Rank::NONE, NvTracker::static_type())
}
