//! Host memory for surfaces: aligned, zeroed blocks and the plane layout `NvBufSurfaceParams` describes.
//!
//! This is where device memory would come in: a CUDA block has the same [`Plan`], another allocator and another
//! `memType`; everything above asks a block only for its base address.

use super::error::SurfaceError;
use super::ffi::{NvBufSurfaceParams, NvBufSurfacePlaneParams};
use super::format::Format;
use super::values::NVBUF_LAYOUT_PITCH;
use crate::base::geometry::Size;
use std::alloc::Layout as AllocLayout;
use std::ptr::{NonNull, null_mut};

/// Rows and planes start at multiples of this many bytes.
pub const ALIGNMENT: usize = 64;

/// Where the planes of one picture lie in its memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// What the samples are.
    pub format: Format,
    /// Size of the picture in pixels.
    pub size: Size,
    /// Bytes from row to row, by plane.
    pub pitches: [u32; 3],
    /// Bytes from the start of the picture to each plane.
    pub offsets: [u32; 3],
    /// Bytes of the whole picture.
    pub bytes: u32,
}

impl Plan {
    /// The layout of a new picture: rows aligned to 64 bytes, planes one after another. `None` when the picture is empty
    /// or over 4 GiB, which is more than `dataSize` can say.
    pub fn new(format: Format, size: Size) -> Option<Self> {
        if size.width == 0 || size.height == 0 {
            return None;
        }
        let (mut pitches, mut offsets, mut end) = ([0; 3], [0; 3], 0u64);
        for plane in 0..format.layout.planes() {
            let samples = format.layout.plane_size(plane, size);
            let row = u64::from(samples.width) * format.layout.bytes_per_pixel(plane) as u64;
            let pitch = row.next_multiple_of(ALIGNMENT as u64);
            pitches[plane] = u32::try_from(pitch).ok()?;
            offsets[plane] = u32::try_from(end).ok()?;
            end = pitch.checked_mul(samples.height.into())?.checked_add(end)?;
        }
        Some(Self { format, size, pitches, offsets, bytes: u32::try_from(end).ok()? })
    }

    /// What `NvBufSurfaceParams` says about a picture laid out like this at `base`.
    pub fn params(&self, base: *mut u8) -> NvBufSurfaceParams {
        let mut planes = NvBufSurfacePlaneParams {
            num_planes: self.format.layout.planes() as u32,
            width: [0; 4],
            height: [0; 4],
            pitch: [0; 4],
            offset: [0; 4],
            psize: [0; 4],
            bytesPerPix: [0; 4],
            _reserved: [null_mut(); 16],
        };
        for plane in 0..self.format.layout.planes() {
            let samples = self.format.layout.plane_size(plane, self.size);
            planes.width[plane] = samples.width;
            planes.height[plane] = samples.height;
            planes.pitch[plane] = self.pitches[plane];
            planes.offset[plane] = self.offsets[plane];
            planes.psize[plane] = self.pitches[plane].saturating_mul(samples.height);
            planes.bytesPerPix[plane] = self.format.layout.bytes_per_pixel(plane) as u32;
        }
        // SAFETY: integers and nullable pointers; all zero is a valid value of each.
        let mut params: NvBufSurfaceParams = unsafe { std::mem::zeroed() };
        params.width = self.size.width;
        params.height = self.size.height;
        params.pitch = self.pitches[0];
        params.colorFormat = self.format.color_format();
        params.layout = NVBUF_LAYOUT_PITCH;
        params.dataSize = self.bytes;
        params.dataPtr = base.cast();
        params.planeParams = planes;
        params
    }
}

/// Where a block goes when its last user is done with it.
pub(super) trait Home: Send + Sync {
    /// Keeps the block for the next user.
    fn give_back(&self, block: Block);
}

/// An owned block for `count` pictures of one plan, zeroed when new.
pub(super) struct Block {
    base: NonNull<u8>,
    layout: AllocLayout,
    stride: usize,
    plan: Plan,
    count: u32,
}

// SAFETY: the block owns its bytes; nothing in it is bound to a thread.
unsafe impl Send for Block {}
// SAFETY: a shared block only gives out addresses; who may write through them is decided in `memory`.
unsafe impl Sync for Block {}

impl Block {
    /// Allocates zeroed memory.
    pub fn new(plan: Plan, count: u32) -> Result<Self, SurfaceError> {
        let refused = || SurfaceError::Allocate { size: plan.size, count };
        let stride = (plan.bytes as usize).next_multiple_of(ALIGNMENT);
        let bytes = stride.checked_mul(count as usize).filter(|bytes| *bytes > 0).ok_or_else(refused)?;
        let layout = AllocLayout::from_size_align(bytes, ALIGNMENT).map_err(|_| refused())?;
        // SAFETY: the size is not zero, as filtered above.
        let base = NonNull::new(unsafe { std::alloc::alloc_zeroed(layout) }).ok_or_else(refused)?;
        Ok(Self { base, layout, stride, plan, count })
    }

    /// How many pictures there is room for.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// One description per picture.
    pub fn params(&self) -> Vec<NvBufSurfaceParams> {
        let base = self.base.as_ptr();
        (0..self.count as usize).map(|i| self.plan.params(base.wrapping_add(i * self.stride))).collect()
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout, freed once.
        unsafe { std::alloc::dealloc(self.base.as_ptr(), self.layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::format::Layout;

    #[test]
    fn odd_pictures_are_laid_out_with_chroma_rounded_up() {
        let plan = Plan::new(Format::plain(Layout::I420), Size { width: 641, height: 359 }).unwrap();
        assert_eq!(plan.pitches, [704, 384, 384]);
        assert_eq!(plan.offsets, [0, 704 * 359, 704 * 359 + 384 * 180]);
        assert_eq!(plan.bytes, 704 * 359 + 2 * 384 * 180);
        let params = plan.params(std::ptr::null_mut());
        assert_eq!((params.pitch, params.planeParams.num_planes, params.planeParams.width[1]), (704, 3, 321));
    }

    #[test]
    fn empty_and_absurd_pictures_are_refused() {
        let rgba = Format::plain(Layout::Rgba);
        for (width, height) in [(0, 5), (5, 0), (u32::MAX, 1), (1 << 20, 1 << 20), (u32::MAX, u32::MAX)] {
            assert_eq!(Plan::new(rgba, Size { width, height }), None, "{width}x{height}");
        }
        assert_eq!(Plan::new(rgba, Size { width: 1, height: 1 }).map(|p| p.bytes), Some(64));
    }
}
