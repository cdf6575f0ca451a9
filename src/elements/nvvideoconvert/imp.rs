//! The element: negotiation, properties, and the way of a buffer and its metadata through a conversion.

use super::convert::{Side, Work};
use super::negotiate;
use super::settings::Settings;
use crate::elements::codec::kept::Kept;
use crate::elements::plumbing::{introduction, settings_specs};
use crate::meta;
use crate::surface::caps::{self, FORMATS};
use gst::glib;
use gst::subclass::prelude::*;
use gst_base::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::base_transform::GenerateOutputSuccess;
use gst_base::subclass::prelude::*;
use gst_video::VideoMeta;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new("nvvideoconvert", gst::DebugColorFlags::empty(), Some("Video converter and scaler"))
});

/// The element's state.
#[derive(Default)]
pub struct NvVideoConvert {
    settings: Mutex<Settings>,
    accepted: Kept,
    work: Mutex<Option<Work>>,
    /// Whether downstream reads strides from a `GstVideoMeta`.
    strides: Mutex<bool>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvVideoConvert {
    const NAME: &'static str = "Gstnvvideoconvert";
    type Type = super::NvVideoConvert;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvVideoConvert {
    settings_specs!();

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        let before = *self.settings();
        let taken = self.settings().set(spec.name(), value);
        match taken {
            None => self.accepted.set(spec, value),
            Some(Err(error)) => gst::warning!(CAT, imp = self, "{}: {error}", spec.name()),
            Some(Ok(())) => {}
        }
        let turned = before.flip_method != self.settings().flip_method;
        if self.choose_passthrough() || turned {
            self.obj().reconfigure_src();
        }
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        let value = self.settings().get(spec.name());
        value.unwrap_or_else(|| self.accepted.get(spec))
    }
}

impl GstObjectImpl for NvVideoConvert {}

impl ElementImpl for NvVideoConvert {
    introduction!(
        "Video converter",
        "Filter/Converter/Video/Scaler",
        "Moves frames between system memory and NVMM surfaces; converts, scales, crops and turns them"
    );

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let mut both = caps::nvmm(&FORMATS);
            both.merge(caps::system(&FORMATS));
            let template = |name, direction| gst::PadTemplate::new(name, direction, gst::PadPresence::Always, &both);
            let all = [template("sink", gst::PadDirection::Sink), template("src", gst::PadDirection::Src)];
            all.into_iter().filter_map(Result::ok).collect()
        });
        &TEMPLATES
    }
}

impl BaseTransformImpl for NvVideoConvert {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        *self.work() = None;
        *self.strides() = false;
        Ok(())
    }

    fn transform_caps(
        &self,
        _direction: gst::PadDirection,
        caps: &gst::Caps,
        filter: Option<&gst::Caps>,
    ) -> Option<gst::Caps> {
        let flip = self.settings().flip_method;
        Some(negotiate::transform(caps, flip, filter))
    }

    fn fixate_caps(&self, _direction: gst::PadDirection, caps: &gst::Caps, othercaps: gst::Caps) -> gst::Caps {
        let flip = self.settings().flip_method;
        negotiate::fixate(caps, othercaps, flip)
    }

    fn set_caps(&self, incaps: &gst::Caps, outcaps: &gst::Caps) -> Result<(), gst::LoggableError> {
        let side = |caps: &gst::Caps| Side::new(caps).map_err(|error| gst::loggable_error!(CAT, "{error}"));
        let strides = *self.strides();
        let (place, missing) = self.settings().place();
        if let Some(missing) = missing {
            gst::warning!(CAT, imp = self, "surfaces lie in host memory: {missing}");
        }
        *self.work() = Some(Work::new(side(incaps)?, side(outcaps)?, place, strides));
        gst::debug!(CAT, imp = self, "{incaps} to {outcaps}");
        self.choose_passthrough();
        Ok(())
    }

    fn propose_allocation(
        &self,
        decided: Option<&gst::query::Allocation>,
        query: &mut gst::query::Allocation,
    ) -> Result<(), gst::LoggableError> {
        self.parent_propose_allocation(decided, query)?;
        let plain = query.get().0.is_some_and(|caps| !caps::is_nvmm(caps));
        if plain && decided.is_some() {
            query.add_allocation_meta::<VideoMeta>(None);
        }
        Ok(())
    }

    fn decide_allocation(&self, query: &mut gst::query::Allocation) -> Result<(), gst::LoggableError> {
        let strides = query.find_allocation_meta::<VideoMeta>().is_some();
        *self.strides() = strides;
        if let Some(work) = self.work().as_mut() {
            work.set_strides(strides);
        }
        // Buffers come from pools of the element's own.
        while query.allocation_pools().len() > 0 {
            query.remove_nth_allocation_pool(0);
        }
        Ok(())
    }

    fn generate_output(&self) -> Result<GenerateOutputSuccess, gst::FlowError> {
        let Some(mut frame) = self.take_queued_buffer() else { return Ok(GenerateOutputSuccess::NoOutput) };
        let settings = *self.settings();
        let mut guard = self.work();
        let Some(work) = guard.as_mut() else {
            gst::element_imp_error!(self, gst::CoreError::Negotiation, ("frames came before their caps"));
            return Err(gst::FlowError::NotNegotiated);
        };
        if work.is_nothing(&settings) {
            return Ok(GenerateOutputSuccess::Buffer(frame));
        }
        // Metadata that nobody else looks at is handed on; what is shared is copied with the rest below.
        let batch = frame.get_mut().and_then(meta::detach);
        let mut converted = work.convert(&frame, &settings).map_err(|error| {
            gst::element_imp_error!(
                self,
                gst::StreamError::Format,
                ("nvvideoconvert cannot convert this frame: {error}")
            );
            gst::FlowError::Error
        })?;
        drop(guard);
        let target = converted.make_mut();
        self.parent_copy_metadata(&frame, target).map_err(|error| {
            gst::element_imp_error!(self, gst::CoreError::Failed, ("the frame's metadata cannot be copied: {error}"));
            gst::FlowError::Error
        })?;
        if let Some(batch) = batch {
            meta::attach(target, batch);
        }
        Ok(GenerateOutputSuccess::Buffer(converted))
    }

    fn transform_meta<'a>(
        &self,
        outbuf: &mut gst::BufferRef,
        meta: gst::MetaRef<'a, gst::Meta>,
        inbuf: &'a gst::BufferRef,
    ) -> bool {
        meta::is_nvds_meta(&meta) || self.parent_transform_meta(outbuf, meta, inbuf)
    }
}

impl NvVideoConvert {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) -> MutexGuard<'_, Option<Work>> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn strides(&self) -> MutexGuard<'_, bool> {
        self.strides.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Steps out of the way of allocation queries where frames go through as they are. Whether that is new.
    fn choose_passthrough(&self) -> bool {
        let settings = *self.settings();
        let nothing = self.work().as_ref().is_some_and(|work| work.is_nothing(&settings));
        let new = nothing != self.obj().is_passthrough();
        self.obj().set_passthrough(nothing);
        new
    }
}
