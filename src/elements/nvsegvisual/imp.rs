//! The element: properties, negotiation, and the way of a buffer.

use super::settings::Settings;
use crate::base::geometry::Size;
use crate::draw::class_map;
use crate::elements::plumbing::{introduction, pad_templates, settings_properties};
use crate::elements::visual;
use crate::meta::segmentation::ClassMapView;
use crate::meta::{self, UserMeta};
use crate::surface::transform::{self, Filter, Region, fill_black};
use crate::surface::{PoolCache, SurfaceError};
use gst::glib;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::base_transform::GenerateOutputSuccess;
use gst_base::subclass::prelude::*;
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
    settings_properties!(CAT);
}

impl GstObjectImpl for NvSegVisual {}

impl ElementImpl for NvSegVisual {
    introduction!(
        "Segmentation visualiser",
        "Filter/Effect/Video",
        "Shows the class maps of a segmentation network as colours"
    );

    pad_templates!(visual::pads());
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
        Some(visual::transform_caps(direction, caps, filter, self.settings().size(Size::default())))
    }

    fn decide_allocation(&self, query: &mut gst::query::Allocation) -> Result<(), gst::LoggableError> {
        visual::refuse_pools(query);
        Ok(())
    }

    fn generate_output(&self) -> Result<GenerateOutputSuccess, gst::FlowError> {
        let settings = self.settings().clone();
        visual::generate_output(self, |batch| show(batch, &settings, &self.pools()))
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
}

/// The coloured pictures of a batch, without metadata.
fn show(batch: &gst::BufferRef, settings: &Settings, pools: &PoolCache) -> Result<gst::Buffer, SurfaceError> {
    visual::pictures(
        batch,
        pools,
        |size| settings.size(size),
        |view, target, frame| {
            if settings.original_background {
                let (from, to) = (Region::whole(view.size), Region::whole(target.size));
                transform::convert(view, from, target, to, Filter::Bilinear)?;
            } else {
                fill_black(target);
            }
            let maps = frame.into_iter().flat_map(|frame| frame.user_metas()).filter_map(UserMeta::class_map);
            for map in maps.filter(|map| wanted(map, settings)) {
                let alpha = if settings.original_background { settings.alpha } else { 1.0 };
                class_map::paint(target, map.ids, map.size.width as usize, map.size.height as usize, alpha);
            }
            Ok(())
        },
    )
}

fn wanted(map: &ClassMapView<'_>, settings: &Settings) -> bool {
    settings.operate_on < 0 || map.unique_id == settings.operate_on
}
