//! The element: properties, negotiation, and the way of a buffer.

use super::settings::Settings;
use crate::base::flow;
use crate::base::geometry::Size;
use crate::draw::flow as painter;
use crate::elements::plumbing::{introduction, pad_templates, settings_properties};
use crate::elements::visual;
use crate::meta::{self, UserMeta};
use crate::surface::{PoolCache, SurfaceError};
use gst::glib;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::base_transform::GenerateOutputSuccess;
use gst_base::subclass::prelude::*;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new("nvofvisual", gst::DebugColorFlags::empty(), Some("Optical flow visualiser"))
});

#[derive(Default)]
pub struct NvOfVisual {
    settings: Mutex<Settings>,
    pools: Mutex<PoolCache>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvOfVisual {
    const NAME: &'static str = "GstNvOfVisual";
    type Type = super::NvOfVisual;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvOfVisual {
    settings_properties!(CAT);
}

impl GstObjectImpl for NvOfVisual {}

impl ElementImpl for NvOfVisual {
    introduction!("Optical flow visualiser", "Filter/Effect/Video", "Shows the motion vectors of nvof as colours");

    pad_templates!(visual::pads());
}

impl BaseTransformImpl for NvOfVisual {
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
        Some(visual::transform_caps(direction, caps, filter, Size::default()))
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

impl NvOfVisual {
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
        |size| size,
        |_, target, frame| {
            let found = frame.into_iter().flat_map(|frame| frame.user_metas()).find_map(UserMeta::optical_flow);
            let (rows, columns) = found.map_or((1, 1), |flow| (flow.grid.height as usize, flow.grid.width as usize));
            let vectors = found.map_or(&[[0; 2]][..], |flow| flow.vectors);
            let reach = if settings.max_motion > 0.0 { settings.max_motion } else { flow::reach(vectors) };
            painter::paint(target, vectors, columns, rows, reach);
            Ok(())
        },
    )
}
