//! The element: properties, negotiation, and the way of a buffer.

use super::settings::Settings;
use crate::base::geometry::Size;
use crate::draw::class_map;
use crate::meta::segmentation::ClassMapView;
use crate::meta::{self, Batch, UserMeta};
use crate::surface::format::{Format, Layout};
use crate::surface::transform::{self, Filter, Region, fill_black};
use crate::surface::{PoolCache, SurfaceError, Surfaces, SurfacesMut, caps, memory};
use gst::glib;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::base_transform::GenerateOutputSuccess;
use gst_base::subclass::prelude::*;
use gst_video::VideoFormat;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new("nvsegvisual", gst::DebugColorFlags::empty(), Some("Segmentation visualiser"))
});

#[derive(Default)]
pub struct NvSegVisual {
    settings: Mutex<Settings>,
    pools: Mutex<PoolCache>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvSegVisual {
    const NAME: &'static str = "GstNvSegVisual";
    type Type = super::NvSegVisual;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvSegVisual {
    fn properties() -> &'static [glib::ParamSpec] {
        static SPECS: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(Settings::specs);
        &SPECS
    }

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        if let Err(error) = self.settings().set(spec.name(), value) {
            gst::warning!(CAT, imp = self, "{}: {error}", spec.name());
        }
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        self.settings().get(spec.name())
    }
}

impl GstObjectImpl for NvSegVisual {}

impl ElementImpl for NvSegVisual {
    fn metadata() -> Option<&'static gst::subclass::ElementMetadata> {
        static METADATA: LazyLock<gst::subclass::ElementMetadata> = LazyLock::new(|| {
            gst::subclass::ElementMetadata::new(
                "Segmentation visualiser",
                "Filter/Effect/Video",
                "Shows the class maps of a segmentation network as colours",
                "ds-apps",
            )
        });
        Some(&METADATA)
    }

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let template = |name, direction, formats: &[VideoFormat]| {
                gst::PadTemplate::new(name, direction, gst::PadPresence::Always, &caps::nvmm(formats))
            };
            let all = [
                template("sink", gst::PadDirection::Sink, &caps::FORMATS),
                template("src", gst::PadDirection::Src, &[VideoFormat::Rgba]),
            ];
            all.into_iter().filter_map(Result::ok).collect()
        });
        &TEMPLATES
    }
}

impl BaseTransformImpl for NvSegVisual {
    const MODE: BaseTransformMode = BaseTransformMode::NeverInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        *self.pools() = PoolCache::default();
        Ok(())
    }

    fn transform_caps(
        &self,
        direction: gst::PadDirection,
        caps: &gst::Caps,
        filter: Option<&gst::Caps>,
    ) -> Option<gst::Caps> {
        let other = match direction {
            gst::PadDirection::Sink => self.given(caps),
            _ => taken(caps),
        };
        Some(match filter {
            Some(filter) => filter.intersect_with_mode(&other, gst::CapsIntersectMode::First),
            None => other,
        })
    }

    fn decide_allocation(&self, query: &mut gst::query::Allocation) -> Result<(), gst::LoggableError> {
        // Pictures come from pools of the element's own.
        while query.allocation_pools().len() > 0 {
            query.remove_nth_allocation_pool(0);
        }
        Ok(())
    }

    fn generate_output(&self) -> Result<GenerateOutputSuccess, gst::FlowError> {
        let Some(batch) = self.take_queued_buffer() else { return Ok(GenerateOutputSuccess::NoOutput) };
        let settings = self.settings().clone();
        let mut shown = show(&batch, &settings, &mut self.pools()).map_err(|error| {
            gst::element_imp_error!(self, gst::StreamError::Format, ("nvsegvisual cannot show this batch: {error}"));
            gst::FlowError::Error
        })?;
        self.parent_copy_metadata(&batch, shown.make_mut()).map_err(|error| {
            gst::element_imp_error!(self, gst::CoreError::Failed, ("the frame's metadata cannot be copied: {error}"));
            gst::FlowError::Error
        })?;
        Ok(GenerateOutputSuccess::Buffer(shown))
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

impl NvSegVisual {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pools(&self) -> MutexGuard<'_, PoolCache> {
        self.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What leaves when `caps` arrive.
    fn given(&self, caps: &gst::Caps) -> gst::Caps {
        let Size { width, height } = self.settings().size(Size::default());
        rewritten(caps, |structure| {
            structure.set("format", VideoFormat::Rgba.to_str());
            for (name, pixels) in [("width", width), ("height", height)].into_iter().filter(|(_, pixels)| *pixels > 0) {
                structure.set(name, pixels as i32);
            }
        })
    }
}

/// What has to arrive so that `caps` leave.
fn taken(caps: &gst::Caps) -> gst::Caps {
    rewritten(caps, |structure| {
        structure.set("format", gst::List::new(caps::FORMATS.map(VideoFormat::to_str)));
        structure.set("width", gst::IntRange::new(1, i32::MAX));
        structure.set("height", gst::IntRange::new(1, i32::MAX));
    })
}

fn rewritten(caps: &gst::Caps, change: impl Fn(&mut gst::Structure)) -> gst::Caps {
    let mut other = gst::Caps::new_empty();
    for structure in caps.iter() {
        let mut structure = structure.to_owned();
        structure.remove_fields(["pixel-aspect-ratio", "colorimetry", "chroma-site"]);
        change(&mut structure);
        let features = gst::CapsFeatures::new([caps::NVMM]);
        other.merge(gst::Caps::builder_full().structure_with_features(structure, features).build());
    }
    other
}

/// The coloured pictures of a batch, without metadata.
fn show(batch: &gst::BufferRef, settings: &Settings, pools: &mut PoolCache) -> Result<gst::Buffer, SurfaceError> {
    let surfaces = Surfaces::map(batch)?;
    let metas = Batch::of(batch);
    let mut pictures = Vec::with_capacity(surfaces.len());
    for index in 0..surfaces.len() {
        let view = surfaces.view(index)?;
        let size = settings.size(view.size);
        let mut picture = pools.acquire(Format::plain(Layout::Rgba), size)?;
        {
            let mut target = SurfacesMut::of(&mut picture)?;
            let mut target = target.view_mut(0)?;
            if settings.original_background {
                let (from, to) = (Region::whole(view.size), Region::whole(size));
                transform::convert(&view, from, &mut target, to, Filter::Bilinear)?;
            } else {
                fill_black(&mut target);
            }
            let frame = metas.and_then(|batch| batch.frames().find(|frame| frame.batch_id() as usize == index));
            let maps = frame.into_iter().flat_map(|frame| frame.user_metas()).filter_map(UserMeta::class_map);
            for map in maps.filter(|map| wanted(map, settings)) {
                let alpha = if settings.original_background { settings.alpha } else { 1.0 };
                class_map::paint(&mut target, map.ids, map.size.width as usize, map.size.height as usize, alpha);
            }
        }
        pictures.push(picture);
    }
    let mut output = gst::Buffer::new();
    output.make_mut().append_memory(memory::batch(&pictures)?);
    Ok(output)
}

fn wanted(map: &ClassMapView<'_>, settings: &Settings) -> bool {
    settings.operate_on < 0 || map.unique_id == settings.operate_on
}
