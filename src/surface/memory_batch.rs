//! Surfaces of several memories as one batch, and copy on write.

use super::{Owner, Shared, SurfaceError, SurfaceMemory, host_memory, new_memory};
use crate::surface::format::Format;
use crate::surface::host::{Block, Plan};
use crate::surface::map::{self, Surfaces};
use crate::surface::pool::PoolCache;
use crate::surface::view::{View, ViewMut};

/// The memories a batch refers to, and which of their surfaces it shows.
pub(in crate::surface) struct Parts {
    inputs: Vec<Shared>,
    /// For each surface: the input, and the surface in it.
    origins: Vec<(u32, u32)>,
}

impl Parts {
    /// Surfaces shown.
    pub fn len(&self) -> usize {
        self.origins.len()
    }

    /// Whether nobody but this batch refers to surface `index`.
    pub fn is_exclusive(&self, index: usize) -> bool {
        let Some(&(input, surface)) = self.origins.get(index) else { return false };
        SurfaceMemory::of(&self.inputs[input as usize].0).is_ok_and(|memory| memory.is_writable(surface as usize))
    }

    /// Which surface of which memory surface `index` is.
    pub fn origin(&self, index: usize) -> (&gst::MemoryRef, usize) {
        let (input, surface) = self.origins[index];
        (&self.inputs[input as usize].0, surface as usize)
    }
}

/// A memory with the surfaces of all `inputs`, in order. Pixels are not copied: the descriptions are, and the inputs are
/// kept alive, shared for as long as anybody else holds them too.
pub fn batch(inputs: &[gst::Memory]) -> Result<gst::Memory, SurfaceError> {
    batch_of(inputs, 0)
}

/// As [`batch`], with room for `capacity` surfaces in the `batchSize` consumers see, as nvstreammux's `batch-size` is.
pub fn batch_of(inputs: &[gst::Memory], capacity: u32) -> Result<gst::Memory, SurfaceError> {
    let mut all = Vec::with_capacity(inputs.len());
    for input in inputs {
        all.extend((0..SurfaceMemory::of(input)?.len()).map(|index| (&**input, index)));
    }
    from_surfaces(&all, capacity)
}

/// A batch of the named surfaces.
fn from_surfaces(surfaces: &[(&gst::MemoryRef, usize)], capacity: u32) -> Result<gst::Memory, SurfaceError> {
    if surfaces.is_empty() {
        return Err(SurfaceError::Empty);
    }
    let mut parts = Parts { inputs: Vec::with_capacity(surfaces.len()), origins: Vec::with_capacity(surfaces.len()) };
    let mut params = Vec::with_capacity(surfaces.len().max(capacity as usize));
    for &(memory, index) in surfaces {
        let described = SurfaceMemory::of(memory)?;
        params.push(described.params(index)?);
        let known = parts.inputs.iter().position(|input| input.0.as_ptr() == memory.as_ptr());
        let input = match known {
            Some(known) => known,
            None => {
                parts.inputs.push(described.share()?);
                parts.inputs.len() - 1
            }
        };
        parts.origins.push((input as u32, index as u32));
    }
    Ok(new_memory(params, Owner::Batch(parts), capacity, false))
}

/// Copies every surface of `buffer` that is shared or read-only, so that all can be written. Whether anything was copied.
pub fn make_writable(buffer: &mut gst::BufferRef, pools: &PoolCache) -> Result<bool, SurfaceError> {
    replace_shared(buffer, pools, None)
}

/// Copies surface `index` of `buffer` if it is shared or read-only. Whether it was copied. The others stay as they are.
pub fn make_surface_writable(
    buffer: &mut gst::BufferRef,
    index: usize,
    pools: &PoolCache,
) -> Result<bool, SurfaceError> {
    replace_shared(buffer, pools, Some(index))
}

fn replace_shared(buffer: &mut gst::BufferRef, pools: &PoolCache, only: Option<usize>) -> Result<bool, SurfaceError> {
    let surfaces = SurfaceMemory::in_buffer(buffer)?;
    let (count, capacity) = (surfaces.len(), surfaces.surface().batchSize);
    if let Some(index) = only.filter(|index| *index >= count) {
        return Err(SurfaceError::Index { index, count });
    }
    let mut copies: Vec<Option<gst::Memory>> = Vec::with_capacity(count);
    for index in 0..count {
        let wanted = only.is_none_or(|only| only == index) && !surfaces.is_writable(index);
        copies.push(if wanted { Some(copy_of(surfaces.memory, index, pools)?) } else { None });
    }
    if copies.iter().all(Option::is_none) {
        return Ok(false);
    }
    let new = match (count, copies.pop().flatten()) {
        (1, Some(single)) => single,
        (_, last) => {
            copies.push(last);
            let chosen: Vec<(&gst::MemoryRef, usize)> =
                copies.iter().enumerate().map(|(index, copy)| choose(&surfaces, index, copy.as_deref())).collect();
            from_surfaces(&chosen, capacity)?
        }
    };
    buffer.replace_all_memory(new);
    Ok(true)
}

/// The copy of surface `index`, or where it lies now.
fn choose<'a>(
    surfaces: &SurfaceMemory<'a>,
    index: usize,
    copy: Option<&'a gst::MemoryRef>,
) -> (&'a gst::MemoryRef, usize) {
    match (copy, surfaces.owner()) {
        (Some(copy), _) => (copy, 0),
        (None, Owner::Batch(parts)) => parts.origin(index),
        (None, _) => (surfaces.memory, index),
    }
}

/// Surface `index` of `memory` in memory of its own.
fn copy_of(memory: &gst::MemoryRef, index: usize, pools: &PoolCache) -> Result<gst::Memory, SurfaceError> {
    let from = Surfaces::of(memory)?;
    let (format, size) = from.shape(index)?;
    let mut copy = pools.acquire(format, size)?;
    copy_planes(&from.view(index)?, &mut map::fresh_view(&mut copy)?);
    Ok(copy)
}

/// All surfaces in memory of their own, outside any pool: the `mem_copy` of GStreamer.
pub(super) fn copy(surfaces: &SurfaceMemory<'_>) -> Result<gst::Memory, SurfaceError> {
    let from = Surfaces::of(surfaces.memory)?;
    let mut copies = Vec::with_capacity(from.len());
    for index in 0..from.len() {
        let (format, size): (Format, _) = from.shape(index)?;
        let plan = Plan::new(format, size).ok_or(SurfaceError::Allocate { size, count: 1 })?;
        let mut copy = host_memory(Block::new(plan, 1)?, None);
        copy_planes(&from.view(index)?, &mut map::fresh_view(&mut copy)?);
        copies.push(copy);
    }
    match copies.len() {
        1 => Ok(copies.remove(0)),
        _ => batch_of(&copies, surfaces.surface().batchSize),
    }
}

/// Copies pixels between views of the same format and size.
fn copy_planes(from: &View<'_>, to: &mut ViewMut<'_>) {
    for plane in 0..from.format.layout.planes() {
        for y in 0..from.format.layout.plane_size(plane, from.size).height as usize {
            to.row_mut(plane, y).copy_from_slice(from.row(plane, y));
        }
    }
}
