//! Looking at the pixels of a buffer's surfaces.

use super::error::SurfaceError;
use super::ffi::NvBufSurfaceParams;
use super::format::Format;
use super::memory::SurfaceMemory;
use super::view::{View, ViewMut};
use crate::base::geometry::Size;
use std::marker::PhantomData;

/// The surfaces of a buffer, to read.
pub struct Surfaces<'a> {
    memory: SurfaceMemory<'a>,
}

/// The surfaces of a buffer, to read and write. A surface that somebody else may look at cannot be written: see
/// [`super::PoolCache::make_writable`].
pub struct SurfacesMut<'a> {
    memory: SurfaceMemory<'a>,
    exclusive: PhantomData<&'a mut [u8]>,
}

impl<'a> Surfaces<'a> {
    /// The surfaces of `buffer`, which holds one memory of these elements.
    pub fn map(buffer: &'a gst::BufferRef) -> Result<Self, SurfaceError> {
        Ok(Self { memory: SurfaceMemory::in_buffer(buffer)? })
    }

    /// The surfaces of a memory outside a buffer.
    pub fn of(memory: &'a gst::MemoryRef) -> Result<Self, SurfaceError> {
        Ok(Self { memory: SurfaceMemory::of(memory)? })
    }

    /// How many surfaces hold pictures (`numFilled`).
    pub fn len(&self) -> usize {
        self.memory.len()
    }

    /// How many there is room for (`batchSize`).
    pub fn capacity(&self) -> u32 {
        self.memory.surface().batchSize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The description of surface `index`.
    pub fn params(&self, index: usize) -> Result<NvBufSurfaceParams, SurfaceError> {
        self.memory.params(index)
    }

    /// Format and size of surface `index`.
    pub fn shape(&self, index: usize) -> Result<(Format, Size), SurfaceError> {
        self.memory.shape(index)
    }

    /// Whether surface `index` could be written: nobody else refers to it.
    pub fn is_writable(&self, index: usize) -> bool {
        self.memory.is_writable(index)
    }

    /// The pixels of surface `index`.
    pub fn view(&self, index: usize) -> Result<View<'a>, SurfaceError> {
        self.memory.view(index)
    }
}

impl<'a> SurfacesMut<'a> {
    /// The surfaces of `buffer`, which holds one memory of these elements.
    pub fn map(buffer: &'a mut gst::BufferRef) -> Result<Self, SurfaceError> {
        Ok(Self { memory: SurfaceMemory::in_buffer(buffer)?, exclusive: PhantomData })
    }

    /// The surfaces of a memory outside a buffer, such as one fresh from a pool.
    pub fn of(memory: &'a mut gst::Memory) -> Result<Self, SurfaceError> {
        Ok(Self { memory: SurfaceMemory::of(memory)?, exclusive: PhantomData })
    }

    /// How many surfaces hold pictures (`numFilled`).
    pub fn len(&self) -> usize {
        self.memory.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pixels of surface `index`, to read.
    pub fn view(&self, index: usize) -> Result<View<'_>, SurfaceError> {
        self.memory.view(index)
    }

    /// The pixels of surface `index` for as long as the memory is borrowed; [`SurfaceError::ReadOnly`] while they are shared.
    pub fn into_view_mut(self, index: usize) -> Result<ViewMut<'a>, SurfaceError> {
        // SAFETY: the memory or its buffer is borrowed mutably for `'a`, and `self`, the only other way to it, ends here.
        unsafe { self.memory.view_mut(index) }
    }

    /// The pixels of surface `index`; [`SurfaceError::ReadOnly`] while they are shared.
    pub fn view_mut(&mut self, index: usize) -> Result<ViewMut<'_>, SurfaceError> {
        // SAFETY: the buffer is borrowed mutably by `self`, and `self` by the view.
        unsafe { self.memory.view_mut(index) }
    }
}
