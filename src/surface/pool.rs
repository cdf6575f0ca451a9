//! Recycled memory, so that a running pipeline allocates no pictures, and copy on write into it.

use super::error::SurfaceError;
use super::format::Format;
pub use super::host::Place;
use super::host::{Block, Home, Plan};
use super::memory::{self, SurfaceMemory};
use crate::base::geometry::Size;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Hands out memories of equal surfaces. A memory returns when its last reference goes; the pool may be gone by then.
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shelf>,
    place: Place,
    plan: Option<Plan>,
    format: Format,
    size: Size,
    count: u32,
}

/// Blocks waiting for use, never more than were in use at once.
#[derive(Default)]
struct Shelf {
    free: Mutex<Vec<Block>>,
}

impl Home for Shelf {
    fn give_back(&self, block: Block) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(block);
    }
}

impl Pool {
    /// A pool of memories with `surfaces_per_buffer` surfaces of this format and size. Nothing is allocated yet; an
    /// impossible size shows in [`Self::acquire`].
    pub fn new(format: Format, size: Size, surfaces_per_buffer: u32) -> Self {
        Self::placed(Place::Host, format, size, surfaces_per_buffer)
    }

    /// As [`Self::new`], in this memory.
    pub fn placed(place: Place, format: Format, size: Size, surfaces_per_buffer: u32) -> Self {
        let plan = Plan::new(format, size);
        Self { shared: Arc::default(), place, plan, format, size, count: surfaces_per_buffer }
    }

    /// Format of the surfaces.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Size of the surfaces in pixels.
    pub fn size(&self) -> Size {
        self.size
    }

    /// A memory whose pixels are whatever its last user left (zeros at first). Rows are aligned to 64 bytes.
    pub fn acquire(&self) -> Result<gst::Memory, SurfaceError> {
        let recycled = self.shared.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let block = match (recycled, self.plan) {
            (Some(block), _) => block,
            (None, Some(plan)) => Block::new(&self.place, plan, self.count)?,
            (None, None) => return Err(SurfaceError::Allocate { size: self.size, count: self.count }),
        };
        let shelf: Weak<Shelf> = Arc::downgrade(&self.shared);
        Ok(memory::host_memory(block, Some(shelf)))
    }
}

/// Single-surface pools by format and size, for elements that meet several. The least recently used goes first.
#[derive(Default)]
pub struct PoolCache {
    place: Place,
    pools: Mutex<Vec<Pool>>,
}

impl PoolCache {
    /// More kinds of surfaces than this are not kept.
    const KEPT: usize = 16;

    /// Pools of this memory.
    pub fn placed(place: Place) -> Self {
        Self { place, pools: Mutex::default() }
    }

    /// A one-surface memory of this format and size.
    pub fn acquire(&self, format: Format, size: Size) -> Result<gst::Memory, SurfaceError> {
        self.pool(&self.place, format, size).acquire()
    }

    /// Copies every surface of `buffer` that is shared or read-only, so that all can be written. Whether anything was.
    pub fn make_writable(&self, buffer: &mut gst::BufferRef) -> Result<bool, SurfaceError> {
        self.replace_shared(buffer, None)
    }

    /// Copies surface `index` of `buffer` if it is shared or read-only. Whether it was. The others stay as they are.
    pub fn make_surface_writable(&self, buffer: &mut gst::BufferRef, index: usize) -> Result<bool, SurfaceError> {
        self.replace_shared(buffer, Some(index))
    }

    /// As [`Self::make_surface_writable`], of a memory outside a buffer.
    pub fn make_memory_writable(&self, memory: &mut gst::Memory, index: usize) -> Result<bool, SurfaceError> {
        let new = self.without_shared(&SurfaceMemory::of(memory)?, Some(index))?;
        Ok(new.map(|new| *memory = new).is_some())
    }

    fn replace_shared(&self, buffer: &mut gst::BufferRef, only: Option<usize>) -> Result<bool, SurfaceError> {
        let new = self.without_shared(&SurfaceMemory::in_buffer(buffer)?, only)?;
        Ok(new.map(|new| buffer.replace_all_memory(new)).is_some())
    }

    /// The surfaces with those copied that are shared, all or `only` one; `None` when there is none.
    fn without_shared(
        &self,
        surfaces: &SurfaceMemory<'_>,
        only: Option<usize>,
    ) -> Result<Option<gst::Memory>, SurfaceError> {
        let count = surfaces.len();
        if let Some(index) = only.filter(|index| *index >= count) {
            return Err(SurfaceError::Index { index, count });
        }
        let mut copies = Vec::with_capacity(count);
        for index in 0..count {
            let wanted = only.is_none_or(|only| only == index) && !surfaces.is_writable(index);
            copies.push(if wanted { Some(self.copy(surfaces, index)?) } else { None });
        }
        if copies.iter().all(Option::is_none) {
            return Ok(None);
        }
        memory::replaced(surfaces, copies).map(Some)
    }

    /// Surface `index` in memory of its own, of the kind it was in.
    fn copy(&self, from: &SurfaceMemory<'_>, index: usize) -> Result<gst::Memory, SurfaceError> {
        let (format, size) = from.shape(index)?;
        let mut copy = self.pool(&from.place(index), format, size).acquire()?;
        memory::fresh_view(&mut copy)?.copy_from(&from.view(index)?);
        Ok(copy)
    }

    fn pool(&self, place: &Place, format: Format, size: Size) -> Pool {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = match pools
            .iter()
            .position(|pool| pool.format == format && pool.size == size && pool.place.describe() == place.describe())
        {
            Some(found) => pools.remove(found),
            None => Pool::placed(place.clone(), format, size, 1),
        };
        pools.push(pool.clone());
        if pools.len() > Self::KEPT {
            pools.remove(0);
        }
        pool
    }
}
