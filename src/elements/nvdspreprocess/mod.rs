//! `nvdspreprocess`: makes tensors of regions of frames, or of objects, for an `nvinfer` with `input-tensor-meta`.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvdspreprocess config-file=configs/config_preprocess.txt ! \
//!     nvinfer config-file-path=configs/config_infer_primary_detector.txt input-tensor-meta=1 ! \
//!     nvdsosd ! nvvideoconvert ! autovideosink nvurisrcbin uri=test:smpte ! mux.sink_0
//! ```
//!
//! What is looked at stands in `config-file`, DeepStream's own: groups of sources with their regions. Every region is
//! cropped, scaled, converted and normalised in one pass into its part of a tensor; tensors of at most
//! `network-input-shape`'s first side of regions are attached to the batch, with the regions, for the networks that
//! `target-unique-ids` names. What DeepStream's default library does is done here. Another way of making the tensor is a library
//! of one's own (`custom-lib-path`), by DeepStream's C++ interface on host memory, or code of the same program
//! ([`NvDsPreprocess::prepare_with`]).
//!
//! A region that reaches over the edge of a frame is cut there; one that lies outside of it is an error. Overlapping regions
//! are looked at one by one, so an object in both is found twice, as in DeepStream.

mod attach;
mod error;
mod imp;
mod library;
mod select;
mod settings;
mod worker;

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use crate::config::preprocess::PreprocessConfig;
use crate::infer::prepare::{PrepareError, TensorPreparation};

glib::wrapper! {
    /// The element.
    pub struct NvDsPreprocess(ObjectSubclass<imp::NvDsPreprocess>) @extends gst_base::BaseTransform, gst::Element, gst::Object;
}

/// Makes what fills the tensors for a configuration.
pub type MakePreparation = dyn Fn(&PreprocessConfig) -> Result<Box<dyn TensorPreparation>, PrepareError> + Send + Sync;

impl NvDsPreprocess {
    /// Fills the tensors in a way of the caller's own, from the next start on.
    pub fn prepare_with(&self, make: Arc<MakePreparation>) {
        self.imp().prepare_with(make);
    }
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvdspreprocess", gst::Rank::PRIMARY, NvDsPreprocess::static_type())
}
