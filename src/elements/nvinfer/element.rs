//! `nvinfer` itself: its properties over the machinery of [`Inference`](super::Inference).

use std::sync::LazyLock;

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::InferenceImpl;
use super::settings::Settings;

#[derive(Default)]
pub struct NvInfer;

#[glib::object_subclass]
impl ObjectSubclass for NvInfer {
    const NAME: &'static str = "GstNvInfer";
    type Type = super::NvInfer;
    type ParentType = super::Inference;
}

impl ObjectImpl for NvInfer {
    fn properties() -> &'static [glib::ParamSpec] {
        static SPECS: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(Settings::specs);
        &SPECS
    }

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        self.obj().upcast_ref::<super::Inference>().set_setting(spec.name(), value);
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        self.obj().upcast_ref::<super::Inference>().setting(spec.name())
    }
}

impl GstObjectImpl for NvInfer {}

impl ElementImpl for NvInfer {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "Inference",
                "Filter/Analyzer/Video",
                "Runs a network over frames and adds what it finds to the metadata",
                "ds-apps",
            )
        });
        Some(&METADATA)
    }
}

impl InferenceImpl for NvInfer {}
