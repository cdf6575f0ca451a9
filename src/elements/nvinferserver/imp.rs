//! The element: its properties over the machinery of [`Inference`].

use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;

use super::settings::Settings;
use crate::elements::nvinfer::{Inference, InferenceImpl};
use crate::elements::plumbing::{introduction, settings_specs};

#[derive(Default)]
pub struct NvInferServer;

#[glib::object_subclass]
impl ObjectSubclass for NvInferServer {
    const NAME: &'static str = "GstNvInferServer";
    type Type = super::NvInferServer;
    type ParentType = Inference;
}

impl ObjectImpl for NvInferServer {
    settings_specs!();

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        self.obj().upcast_ref::<Inference>().set_setting(spec.name(), value);
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        self.obj().upcast_ref::<Inference>().setting(spec.name())
    }

    fn constructed(&self) {
        self.parent_constructed();
        self.obj().upcast_ref::<Inference>().use_configuration(Box::new(Settings::default()));
    }
}

impl GstObjectImpl for NvInferServer {}

impl ElementImpl for NvInferServer {
    introduction!(
        "Inference by a server",
        "Filter/Analyzer/Video",
        "Runs a model of a Triton model repository or server over frames"
    );
}

impl InferenceImpl for NvInferServer {}
