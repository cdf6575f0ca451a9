//! The element: an in-place transform that gathers, makes the surfaces writable, and renders.

use super::gather;
use super::settings::Settings;
use crate::draw::Colour;
use crate::draw::scene::Scene;
use crate::draw::text::{Style, Typesetter};
use crate::elements::plumbing::{introduction, pad_templates, same_pads, settings_properties};
use crate::meta::{Batch, latency};
use crate::surface::caps;
use crate::surface::error::SurfaceError;
use crate::surface::map::SurfacesMut;
use crate::surface::pool::PoolCache;
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_base::subclass::BaseTransformMode;
use gst_base::subclass::prelude::*;
use gst_video::VideoFormat;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvdsosd", gst::DebugColorFlags::empty(), Some("On-screen display")));

/// Formats drawn on, DeepStream's two and the one software decoders give.
const FORMATS: [VideoFormat; 3] = [VideoFormat::Nv12, VideoFormat::Rgba, VideoFormat::I420];

/// What is kept from frame to frame.
#[derive(Default)]
struct State {
    scene: Scene,
    setter: Typesetter,
    pools: PoolCache,
}

#[derive(Default)]
pub struct NvDsOsd {
    settings: Mutex<Settings>,
    state: Mutex<State>,
}

#[glib::object_subclass]
impl ObjectSubclass for NvDsOsd {
    const NAME: &'static str = "GstNvDsOsd";
    type Type = super::NvDsOsd;
    type ParentType = gst_base::BaseTransform;
}

impl ObjectImpl for NvDsOsd {
    settings_properties!(CAT);
}

impl GstObjectImpl for NvDsOsd {}

impl ElementImpl for NvDsOsd {
    introduction!(
        "On-screen display",
        "Filter/Video",
        "Draws boxes, masks, texts, lines, arrows and circles from metadata"
    );

    pad_templates!(same_pads(&caps::nvmm(&FORMATS)));
}

impl BaseTransformImpl for NvDsOsd {
    const MODE: BaseTransformMode = BaseTransformMode::AlwaysInPlace;
    const PASSTHROUGH_ON_SAME_CAPS: bool = false;
    const TRANSFORM_IP_ON_PASSTHROUGH: bool = false;

    fn stop(&self) -> Result<(), gst::ErrorMessage> {
        *self.state() = State::default();
        Ok(())
    }

    fn transform_ip(&self, buffer: &mut gst::BufferRef) -> Result<gst::FlowSuccess, gst::FlowError> {
        let settings = self.settings().clone();
        let measured = latency::flags().any().then(|| self.obj().name());
        if let (Some(name), Some(batch)) = (&measured, Batch::of_mut(buffer)) {
            batch.begin_latency(name);
        }
        self.draw(buffer, &settings).map_err(|error| {
            gst::element_imp_error!(self, gst::StreamError::Format, ("nvdsosd cannot draw on this frame: {error}"));
            gst::FlowError::Error
        })?;
        if let (Some(name), Some(batch)) = (&measured, Batch::of_mut(buffer)) {
            batch.end_latency(name);
        }
        Ok(gst::FlowSuccess::Ok)
    }
}

impl NvDsOsd {
    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self, buffer: &mut gst::BufferRef, settings: &Settings) -> Result<(), SurfaceError> {
        let mut state = self.state();
        let State { scene, setter, pools } = &mut *state;
        scene.clear();
        if let Some(batch) = Batch::of(buffer) {
            gather::batch(scene, batch, settings);
        }
        if settings.display_clock {
            clock(scene, settings);
        }
        let mut next = scene.next_surface(0);
        while let Some(surface) = next {
            pools.make_surface_writable(buffer, surface)?;
            let mut surfaces = SurfacesMut::map(buffer)?;
            scene.render(surface, &mut surfaces.view_mut(surface)?, setter);
            next = scene.next_surface(surface + 1);
        }
        Ok(())
    }
}

/// The time of day on the first surface.
fn clock(scene: &mut Scene, settings: &Settings) {
    let Some(now) = glib::DateTime::now_local().and_then(|now| now.format("%a %b %e %H:%M:%S %Y")).ok() else { return };
    let [red, green, blue, alpha] = settings.clock_color.to_be_bytes().map(|channel| f64::from(channel) / 255.0);
    let colour = Colour { red, green, blue, alpha };
    let style = Style { font: &settings.clock_font, size: settings.clock_font_size, colour, background: None };
    let pixel = |v: u32| i32::try_from(v).unwrap_or(i32::MAX);
    scene.text(0, &now, (pixel(settings.x_clock_offset), pixel(settings.y_clock_offset)), &style);
}
