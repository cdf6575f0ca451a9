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
/// [`super::memory::make_writable`].
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
        shape(&self.params(index)?)
    }

    /// Whether surface `index` could be written: nobody else refers to it.
    pub fn is_writable(&self, index: usize) -> bool {
        self.memory.is_writable(index)
    }

    /// The pixels of surface `index`.
    pub fn view(&self, index: usize) -> Result<View<'a>, SurfaceError> {
        view(&self.params(index)?)
    }
}

impl<'a> SurfacesMut<'a> {
    /// The surfaces of `buffer`, which holds one memory of these elements.
    pub fn map(buffer: &'a mut gst::BufferRef) -> Result<Self, SurfaceError> {
        Ok(Self { memory: SurfaceMemory::in_buffer(buffer)?, exclusive: PhantomData })
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
        view(&self.memory.params(index)?)
    }

    /// The pixels of surface `index`; [`SurfaceError::ReadOnly`] while they are shared.
    pub fn view_mut(&mut self, index: usize) -> Result<ViewMut<'_>, SurfaceError> {
        let params = self.memory.params(index)?;
        if !self.memory.is_writable(index) {
            return Err(SurfaceError::ReadOnly(index));
        }
        // SAFETY: the memory keeps these pixels alive for at least as long as the borrow of `self`. Nobody else refers to
        // the memory or what stands below it (`is_writable`), and its buffer is borrowed mutably.
        unsafe { view_mut(&params) }
    }
}

/// The pixels of a memory that was just made and is in no buffer yet.
pub(super) fn fresh_view(memory: &mut gst::Memory) -> Result<ViewMut<'_>, SurfaceError> {
    let surfaces = SurfaceMemory::of(memory)?;
    let params = surfaces.params(0)?;
    if !surfaces.is_writable(0) {
        return Err(SurfaceError::ReadOnly(0));
    }
    // SAFETY: as in `SurfacesMut::view_mut`; the memory is borrowed mutably.
    unsafe { view_mut(&params) }
}

/// Format and size that a description gives.
fn shape(params: &NvBufSurfaceParams) -> Result<(Format, Size), SurfaceError> {
    let format = Format::from_color_format(params.colorFormat).ok_or(SurfaceError::ColorFormat(params.colorFormat))?;
    Ok((format, Size { width: params.width, height: params.height }))
}

/// Start, length and pitch of each plane of a described picture.
type Planes = ([*mut u8; 3], [usize; 3], [usize; 3]);

/// Where the planes of a described picture lie: exactly the bytes from the first sample to the last.
fn planes(params: &NvBufSurfaceParams, format: Format, size: Size) -> Planes {
    let dangling = std::ptr::NonNull::<u8>::dangling().as_ptr();
    let mut planes = ([dangling; 3], [0; 3], [0; 3]);
    if params.dataPtr.is_null() {
        return planes;
    }
    for plane in 0..format.layout.planes() {
        let samples = format.layout.plane_size(plane, size);
        let row = samples.width as usize * format.layout.bytes_per_pixel(plane);
        let pitch = params.planeParams.pitch[plane] as usize;
        planes.0[plane] = params.dataPtr.cast::<u8>().wrapping_add(params.planeParams.offset[plane] as usize);
        planes.1[plane] = (samples.height as usize).saturating_sub(1) * pitch + row;
        planes.2[plane] = pitch;
    }
    planes
}

/// The described pixels, to read.
fn view<'a>(params: &NvBufSurfaceParams) -> Result<View<'a>, SurfaceError> {
    let (format, size) = shape(params)?;
    let (starts, lengths, pitches) = planes(params, format, size);
    // SAFETY: the callers hold the memory whose description this is for `'a`; it was made over pixels that stay alive and
    // mapped with it, of at least this length. Writers need the memory exclusively (`view_mut`).
    let plane = |i: usize| unsafe { std::slice::from_raw_parts(starts[i].cast_const(), lengths[i]) };
    Ok(View::new(format, size, [plane(0), plane(1), plane(2)], pitches)?)
}

/// The described pixels, to write.
///
/// # Safety
/// As for `view`, and nobody else may look at the pixels for `'a`.
unsafe fn view_mut<'a>(params: &NvBufSurfaceParams) -> Result<ViewMut<'a>, SurfaceError> {
    let (format, size) = shape(params)?;
    let (starts, lengths, pitches) = planes(params, format, size);
    // SAFETY: promised by the caller; planes do not overlap.
    let plane = |i: usize| unsafe { std::slice::from_raw_parts_mut(starts[i], lengths[i]) };
    Ok(ViewMut::new(format, size, [plane(0), plane(1), plane(2)], pitches)?)
}
