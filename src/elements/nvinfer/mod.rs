//! `nvinfer`: runs a network over the frames of a batch and adds what it finds to the metadata.
//!
//! ```text
//! gst-launch-1.0 nvstreammux name=mux batch-size=1 ! nvinfer config-file-path=configs/config_infer_primary_detector.txt ! \
//!     nvdsosd ! nvvideoconvert ! autovideosink nvurisrcbin uri=test:smpte ! mux.sink_0
//! ```
//!
//! The configuration is DeepStream's; properties win over it. Buffers pass through as they are. As many frames are looked
//! at side by side as there are cores, and leave in the order they came:
//!
//! ```text
//! sink pad -> ticket -> queue (in order) ---------------> source pad's task: waits for the ticket, attaches, pushes
//!                \--> jobs -> workers (preprocess, run, decode, cluster) --/
//! ```
//!
//! With `process-mode=2` the pictures are crops of objects found upstream, those of a whole batch in as few runs as
//! `batch-size` allows. What a classifier said of a tracked object is kept and attached again until the object is due
//! (`secondary-reinfer-interval`) or has grown; with `classifier-async-mode` buffers do not wait for it at all.
//!
//! With `network-type=3` every object gets its mask (`output-instance-mask`), cut at `segmentation-threshold`. With
//! `input-tensor-meta` no pixels are read: tensors that `nvdspreprocess` made for this `unique-id` are run, each part by itself,
//! and what is found goes back through its region to the frame.
//!
//! Events wait in the same queue. Nothing is locked while pushing. Models are loaded on the way to PAUSED; setting
//! `config-file-path` while playing loads another one beside the running one, and `model-updated` says when it took over.

mod attach;
mod configuration;
mod element;
mod error;
mod history;
mod imp;
mod objects;
mod pads;
mod pool;
mod prepared;
mod queue;
mod raw_callback;
mod raw_output;
mod settings;
mod start;
mod tensors;
mod ticket;

use std::sync::Arc;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use crate::config::nvinfer::NvInferConfig;
use crate::infer::InferError;
use crate::infer::engine::Engine;
pub use configuration::Configuration;
pub use raw_callback::RawCallback;
pub use settings::{PerformanceMode, ProcessMode};

/// Reading and writing of property values that elements of this kind share.
pub mod values {
    pub use super::settings::{class_ids, get, get_text, join};
}

glib::wrapper! {
    /// The machinery without properties, for elements that run networks: `nvinfer` and `nvinferserver`.
    pub struct Inference(ObjectSubclass<imp::Inference>) @extends gst::Element, gst::Object;
}

glib::wrapper! {
    /// The element.
    pub struct NvInfer(ObjectSubclass<element::NvInfer>) @extends Inference, gst::Element, gst::Object;
}

/// An element that runs networks.
pub trait InferenceImpl: ElementImpl + ObjectSubclass<Type: IsA<Inference>> {}

// SAFETY: the machinery adds no virtual methods of its own, so its class is set up as that of any element.
unsafe impl<T: InferenceImpl> IsSubclassable<T> for Inference {}

/// Makes the engine for a configuration.
pub type MakeEngine = dyn Fn(&NvInferConfig) -> Result<Box<dyn Engine>, InferError> + Send + Sync;

impl Inference {
    /// Reads properties and files of another kind than `nvinfer`'s; to be called while the element is made.
    pub fn use_configuration(&self, configuration: Box<dyn Configuration>) {
        *self.imp().settings() = configuration;
    }

    /// Sets one of the configuration's properties.
    pub fn set_setting(&self, name: &str, value: &glib::Value) {
        self.imp().set(name, value);
    }

    /// Reads one of the configuration's properties, or `engine`.
    pub fn setting(&self, name: &str) -> glib::Value {
        self.imp().get(name)
    }
}

impl NvInfer {
    /// Runs the networks of this element on engines of the caller's instead of ONNX Runtime; tests do so.
    pub fn use_engine(&self, make: Arc<MakeEngine>) {
        self.upcast_ref::<Inference>().imp().use_engine(make);
    }
}

/// Registers the element with `plugin`, or with the process when `None`.
pub fn register(plugin: Option<&gst::Plugin>) -> Result<(), glib::BoolError> {
    gst::Element::register(plugin, "nvinfer", gst::Rank::PRIMARY, NvInfer::static_type())
}
