//! What the elements share that show a frame's metadata as an RGBA picture of its own: pads, caps, and the way of a batch.

use crate::base::geometry::Size;
use crate::elements::plumbing;
use crate::meta::{Batch, Frame};
use crate::surface::format::{Format, Layout};
use crate::surface::view::{View, ViewMut};
use crate::surface::{PoolCache, SurfaceError, Surfaces, SurfacesMut, caps, memory};
use gst::prelude::*;
use gst_base::subclass::base_transform::GenerateOutputSuccess;
use gst_base::subclass::prelude::*;
use gst_video::VideoFormat;

/// Any surface comes in, RGBA goes out.
pub fn pads() -> Vec<gst::PadTemplate> {
    plumbing::pads(&caps::nvmm(&caps::FORMATS), &caps::nvmm(&[VideoFormat::Rgba]))
}

/// What stands on the other pad when `caps` stand on that of `direction`. A side of `size` that is 0 is the frame's own.
pub fn transform_caps(
    direction: gst::PadDirection,
    caps: &gst::Caps,
    filter: Option<&gst::Caps>,
    size: Size,
) -> gst::Caps {
    let other = match direction {
        gst::PadDirection::Sink => given(caps, size),
        _ => taken(caps, size),
    };
    match filter {
        Some(filter) => filter.intersect_with_mode(&other, gst::CapsIntersectMode::First),
        None => other,
    }
}

/// What leaves when `caps` arrive.
fn given(caps: &gst::Caps, size: Size) -> gst::Caps {
    rewritten(caps, |structure| {
        structure.set("format", VideoFormat::Rgba.to_str());
        for (name, pixels) in sides(size).into_iter().filter(|(_, pixels)| *pixels > 0) {
            structure.set(name, pixels as i32);
        }
    })
}

/// What has to arrive so that `caps` leave.
fn taken(caps: &gst::Caps, size: Size) -> gst::Caps {
    rewritten(caps, |structure| {
        structure.set("format", gst::List::new(caps::FORMATS.map(VideoFormat::to_str)));
        for (name, _) in sides(size).into_iter().filter(|(_, pixels)| *pixels > 0) {
            structure.set(name, gst::IntRange::new(1, i32::MAX));
        }
    })
}

fn sides(size: Size) -> [(&'static str, u32); 2] {
    [("width", size.width), ("height", size.height)]
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

/// Pictures come from pools of the element's own: none of those that others offer is taken.
pub fn refuse_pools(query: &mut gst::query::Allocation) {
    while query.allocation_pools().len() > 0 {
        query.remove_nth_allocation_pool(0);
    }
}

/// A buffer of pictures, one for each frame of `batch`, without metadata. `size` makes the size of a picture of that of
/// its frame; `paint` gets the frame's pixels, the picture, which holds anything, and the frame's metadata.
///
/// # Errors
/// When the buffer has no surfaces, or `paint` says so.
pub fn pictures(
    batch: &gst::BufferRef,
    pools: &PoolCache,
    size: impl Fn(Size) -> Size,
    mut paint: impl FnMut(&View<'_>, &mut ViewMut<'_>, Option<&Frame>) -> Result<(), SurfaceError>,
) -> Result<gst::Buffer, SurfaceError> {
    let surfaces = Surfaces::map(batch)?;
    let metas = Batch::of(batch);
    let mut pictures = Vec::with_capacity(surfaces.len());
    for index in 0..surfaces.len() {
        let view = surfaces.view(index)?;
        let mut picture = pools.acquire(Format::plain(Layout::Rgba), size(view.size))?;
        let frame = metas.and_then(|batch| batch.frames().find(|frame| frame.batch_id() as usize == index));
        paint(&view, &mut SurfacesMut::of(&mut picture)?.view_mut(0)?, frame)?;
        pictures.push(picture);
    }
    let mut output = gst::Buffer::new();
    output.make_mut().append_memory(memory::batch(&pictures)?);
    Ok(output)
}

/// The next picture of an element: what `show` makes of the batch that waits, with its metadata.
///
/// # Errors
/// When there is nothing to show, which the element reports.
pub fn generate_output<T: BaseTransformImpl + ObjectSubclass<ParentType: IsA<gst_base::BaseTransform>>>(
    element: &T,
    show: impl FnOnce(&gst::BufferRef) -> Result<gst::Buffer, SurfaceError>,
) -> Result<GenerateOutputSuccess, gst::FlowError> {
    let Some(batch) = element.take_queued_buffer() else { return Ok(GenerateOutputSuccess::NoOutput) };
    let object = element.obj();
    let object = object.upcast_ref::<gst::Element>();
    let mut shown = show(&batch).map_err(|error| {
        gst::element_error!(object, gst::StreamError::Format, ("this batch cannot be shown: {error}"));
        gst::FlowError::Error
    })?;
    element.parent_copy_metadata(&batch, shown.make_mut()).map_err(|error| {
        gst::element_error!(object, gst::CoreError::Failed, ("the frame's metadata cannot be copied: {error}"));
        gst::FlowError::Error
    })?;
    Ok(GenerateOutputSuccess::Buffer(shown))
}
