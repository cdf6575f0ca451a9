//! The element: properties, negotiation, and the way of a buffer.

use super::compose::Composer;
use super::settings::Settings;
use crate::base::geometry::Size;
use crate::elements::plumbing::{introduction, settings_specs};
use crate::meta::event::SourceEvent;
use crate::meta::{Batch, latency};
use crate::surface::caps;
use gst::glib;
use gst::subclass::prelude::*;
use gst_base::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::base_transform::GenerateOutputSuccess;
use gst_base::subclass::prelude::*;
use gst_video::VideoFormat;
use gst_video::VideoInfo;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new("nvmultistreamtiler", gst::DebugColorFlags::empty(), Some("Stream tiler"))
});

/// DeepStream's formats, as they leave.
const FORMATS: [VideoFormat; 3] = [VideoFormat::Nv12, VideoFormat::Rgba, VideoFormat::I420];

/// The formats that are taken, each with the one it leaves as.
const TAKEN: [(VideoFormat, VideoFormat); 6] = [
    (VideoFormat::Nv12, VideoFormat::Nv12),
    (VideoFormat::Rgba, VideoFormat::Rgba),
    (VideoFormat::I420, VideoFormat::I420),
    (VideoFormat::Rgb, VideoFormat::Rgba),
    (VideoFormat::Bgrx, VideoFormat::Rgba),
    (VideoFormat::Gray8, VideoFormat::Nv12),
];

#[derive(Default)]
pub struct NvMultiStreamTiler {
    settings: Mutex<Settings>,
    composer: Mutex<Option<Composer>>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvMultiStreamTiler {
    const NAME: &'static str = "GstNvMultiStreamTiler";
    type Type = super::NvMultiStreamTiler;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvMultiStreamTiler {
    settings_specs!();

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        if let Err(error) = self.settings().set(spec.name(), value) {
            gst::warning!(CAT, imp = self, "{}: {error}", spec.name());
        }
        match spec.name() {
            "width" | "height" => self.obj().reconfigure_src(),
            "rows" | "columns" => {
                if let Some(composer) = self.composer().as_mut() {
                    composer.layout.reset();
                }
            }
            _ => {}
        }
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        self.settings().get(spec.name())
    }
}

impl GstObjectImpl for NvMultiStreamTiler {}

impl ElementImpl for NvMultiStreamTiler {
    introduction!("Stream tiler", "Generic", "Shows the frames of a batch side by side in one picture");

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let template = |name, direction, formats: &[VideoFormat]| {
                gst::PadTemplate::new(name, direction, gst::PadPresence::Always, &caps::nvmm(formats))
            };
            let all = [
                template("sink", gst::PadDirection::Sink, &TAKEN.map(|(taken, _)| taken)),
                template("src", gst::PadDirection::Src, &FORMATS),
            ];
            all.into_iter().filter_map(Result::ok).collect()
        });
        &TEMPLATES
    }
}

impl BaseTransformImpl for NvMultiStreamTiler {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        *self.composer() = None;
        Ok(())
    }

    fn transform_caps(
        &self,
        direction: gst::PadDirection,
        caps: &gst::Caps,
        filter: Option<&gst::Caps>,
    ) -> Option<gst::Caps> {
        let other = across(caps, direction, self.settings().canvas());
        Some(match filter {
            Some(filter) => filter.intersect_with_mode(&other, gst::CapsIntersectMode::First),
            None => other,
        })
    }

    fn set_caps(&self, _incaps: &gst::Caps, outcaps: &gst::Caps) -> Result<(), gst::LoggableError> {
        let refused = |error: &dyn std::fmt::Display| gst::loggable_error!(CAT, "{outcaps}: {error}");
        let info = VideoInfo::from_caps(outcaps).map_err(|error| refused(&error))?;
        let format = caps::format(&info).map_err(|error| refused(&error))?;
        self.composer().get_or_insert_with(|| Composer::new(format)).set_format(format);
        Ok(())
    }

    fn decide_allocation(&self, query: &mut gst::query::Allocation) -> Result<(), gst::LoggableError> {
        // Pictures come from pools of the element's own.
        while query.allocation_pools().len() > 0 {
            query.remove_nth_allocation_pool(0);
        }
        Ok(())
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        let settings = self.settings().clone();
        if let (Some((id, event)), Some(composer)) = (SourceEvent::parse(&event), self.composer().as_mut()) {
            match event {
                SourceEvent::PadAdded => {
                    composer.layout.add(id, &settings);
                }
                SourceEvent::PadDeleted => {
                    if let Err(error) = composer.forget(id, &settings) {
                        gst::warning!(CAT, imp = self, "source {id} is gone: {error}");
                    }
                }
                _ => {}
            }
        }
        self.parent_sink_event(event)
    }

    fn generate_output(&self) -> Result<GenerateOutputSuccess, gst::FlowError> {
        let Some(batch) = self.take_queued_buffer() else { return Ok(GenerateOutputSuccess::NoOutput) };
        let (settings, came_in) = (self.settings().clone(), latency::now_ms());
        let mut composer = self.composer();
        let Some(composer) = composer.as_mut() else {
            gst::element_imp_error!(self, gst::CoreError::Negotiation, ("frames came before their caps"));
            return Err(gst::FlowError::NotNegotiated);
        };
        let (mut picture, grown) = composer.compose(&batch, &settings).map_err(|error| {
            gst::element_imp_error!(self, gst::StreamError::Format, ("nvmultistreamtiler: {error}"));
            gst::FlowError::Error
        })?;
        if let Some(grid) = grown {
            gst::info!(CAT, imp = self, "a source had no tile: now {}x{} tiles", grid.columns, grid.rows);
        }
        if latency::flags().any()
            && let Some(metas) = Batch::of_mut(picture.make_mut())
        {
            let (name, went_out) = (self.obj().name(), latency::now_ms());
            metas.add_latency(latency::Record { component: &name, came_in, went_out, ..Default::default() });
        }
        Ok(GenerateOutputSuccess::Buffer(picture))
    }
}

/// What one pad has when the other one has `caps`.
fn across(caps: &gst::Caps, direction: gst::PadDirection, canvas: Size) -> gst::Caps {
    let mut other = gst::Caps::new_empty();
    for structure in caps.iter() {
        let mut structure = structure.to_owned();
        structure.remove_fields(["pixel-aspect-ratio", "batch-size", "nvbuf-memory-type", "gpu-id"]);
        let pairs = match direction {
            gst::PadDirection::Sink => {
                structure.set("width", canvas.width as i32);
                structure.set("height", canvas.height as i32);
                structure.set("batch-size", 1);
                TAKEN
            }
            _ => {
                structure.set("width", gst::IntRange::new(1, i32::MAX));
                structure.set("height", gst::IntRange::new(1, i32::MAX));
                TAKEN.map(|(taken, given)| (given, taken))
            }
        };
        for (own, new) in pairs.into_iter().filter(|(own, _)| has_format(&structure, *own)) {
            let mut structure = structure.clone();
            structure.set("format", new.to_str());
            if own != new {
                structure.remove_fields(["colorimetry", "chroma-site"]);
            }
            let features = gst::CapsFeatures::new([caps::NVMM]);
            other.merge(gst::Caps::builder_full().structure_with_features(structure, features).build());
        }
    }
    other
}

fn has_format(structure: &gst::StructureRef, format: VideoFormat) -> bool {
    let wanted = gst::Structure::builder(structure.name().as_str()).field("format", format.to_str()).build();
    structure.can_intersect(&wanted)
}

impl NvMultiStreamTiler {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn composer(&self) -> MutexGuard<'_, Option<Composer>> {
        self.composer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
