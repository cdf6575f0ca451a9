//! Surfaces of several memories as one batch.

use super::{Owner, Shared, SurfaceMemory, fresh_view, host_memory, new_memory};
use crate::surface::error::SurfaceError;
use crate::surface::host::{Block, Place, Plan};
use gst::glib::translate::from_glib_none;

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

    /// In which memory surface `index` lies.
    pub fn place(&self, index: usize) -> Place {
        let (memory, at) = self.origin(index);
        SurfaceMemory::of(memory).map_or(Place::Host, |memory| memory.place(at))
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

/// Surface `index` of a memory by itself. Where a batch refers to a memory that is just that surface, the answer is that
/// memory, which can be written again as soon as the batch has gone; else it keeps the whole of `memory` alive.
pub fn single(memory: &gst::MemoryRef, index: usize) -> Result<gst::Memory, SurfaceError> {
    let described = SurfaceMemory::of(memory)?;
    described.params(index)?;
    let (origin, at) = match described.owner() {
        Owner::Batch(parts) => parts.origin(index),
        _ => (memory, index),
    };
    if SurfaceMemory::of(origin)?.owner().len() == 1 {
        // SAFETY: a live memory; this takes a reference (`to_owned` would copy).
        return Ok(unsafe { from_glib_none(origin.as_ptr()) });
    }
    from_surfaces(&[(origin, at)], 1)
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

/// `memory` with those surfaces exchanged for which there is a copy (a memory of one surface). The others stay as they
/// are, and do not count as shared for having been here.
pub(in crate::surface) fn replaced(
    memory: &SurfaceMemory<'_>,
    mut copies: Vec<Option<gst::Memory>>,
) -> Result<gst::Memory, SurfaceError> {
    if let [single @ Some(_)] = copies.as_mut_slice() {
        return single.take().ok_or(SurfaceError::Empty);
    }
    let mut chosen: Vec<(&gst::MemoryRef, usize)> = Vec::with_capacity(copies.len());
    for (index, copy) in copies.iter().enumerate() {
        chosen.push(match (copy, memory.owner()) {
            (Some(copy), _) => (copy, 0),
            (None, Owner::Batch(parts)) => parts.origin(index),
            (None, _) => (memory.memory, index),
        });
    }
    from_surfaces(&chosen, memory.surface().batchSize)
}

/// All surfaces in memory of their own, outside any pool: the `mem_copy` of GStreamer.
pub(super) fn copy(from: &SurfaceMemory<'_>) -> Result<gst::Memory, SurfaceError> {
    let mut copies = Vec::with_capacity(from.len());
    for index in 0..from.len() {
        let (format, size) = from.shape(index)?;
        let plan = Plan::new(format, size).ok_or(SurfaceError::Allocate { size, count: 1 })?;
        let mut copy = host_memory(Block::new(&from.place(index), plan, 1)?, None);
        fresh_view(&mut copy)?.copy_from(&from.view(index)?);
        copies.push(copy);
    }
    match copies.len() {
        1 => Ok(copies.remove(0)),
        _ => batch_of(&copies, from.surface().batchSize),
    }
}
