//! Memory for surfaces: aligned, zeroed blocks and the plane layout `NvBufSurfaceParams` describes.
//!
//! A block lies in plain host memory, or in CUDA's where a GPU reaches it too. Everything above asks a block only for its
//! base address and its `memType`.

use super::cuda::{Gpu, Kind, Memory};
use super::error::SurfaceError;
use super::ffi::{NvBufSurfaceParams, NvBufSurfacePlaneParams};
use super::format::Format;
use super::values::{
    NVBUF_LAYOUT_PITCH, NVBUF_MEM_CUDA_PINNED, NVBUF_MEM_CUDA_UNIFIED, NVBUF_MEM_SYSTEM, NvBufSurfaceMemType,
};
use crate::base::geometry::Size;
use std::alloc::Layout as AllocLayout;
use std::ptr::{NonNull, null_mut};
use std::sync::Arc;

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

/// In which memory surfaces lie.
#[derive(Debug, Clone, Default)]
pub enum Place {
    /// Plain host memory.
    #[default]
    Host,
    /// Memory that this GPU reaches too.
    Cuda(Arc<Gpu>, Kind),
}

impl Place {
    /// Memory that this GPU reaches too.
    pub fn cuda(gpu: &Arc<Gpu>, kind: Kind) -> Self {
        Self::Cuda(gpu.clone(), kind)
    }

    /// `memType` and `gpuId` of surfaces here.
    pub(super) fn describe(&self) -> (NvBufSurfaceMemType, u32) {
        match self {
            Self::Host => (NVBUF_MEM_SYSTEM, 0),
            Self::Cuda(gpu, Kind::Pinned) => (NVBUF_MEM_CUDA_PINNED, gpu.ordinal()),
            Self::Cuda(gpu, Kind::Unified) => (NVBUF_MEM_CUDA_UNIFIED, gpu.ordinal()),
        }
    }
}

/// An owned block for `count` pictures of one plan, zeroed when new.
pub(super) struct Block {
    storage: Storage,
    stride: usize,
    plan: Plan,
    count: u32,
}

/// What holds the bytes.
enum Storage {
    Host(NonNull<u8>, AllocLayout),
    Cuda(Memory),
}

// SAFETY: the block owns its bytes; nothing in it is bound to a thread.
unsafe impl Send for Block {}
// SAFETY: a shared block only gives out addresses; who may write through them is decided in `memory`.
unsafe impl Sync for Block {}

impl Block {
    /// Allocates zeroed memory.
    pub fn new(place: &Place, plan: Plan, count: u32) -> Result<Self, SurfaceError> {
        let refused = || SurfaceError::Allocate { size: plan.size, count };
        let stride = (plan.bytes as usize).next_multiple_of(ALIGNMENT);
        let bytes = stride.checked_mul(count as usize).filter(|bytes| *bytes > 0).ok_or_else(refused)?;
        let storage = match place {
            Place::Host => {
                let layout = AllocLayout::from_size_align(bytes, ALIGNMENT).map_err(|_| refused())?;
                // SAFETY: the size is not zero, as filtered above.
                let base = NonNull::new(unsafe { std::alloc::alloc_zeroed(layout) }).ok_or_else(refused)?;
                Storage::Host(base, layout)
            }
            Place::Cuda(gpu, kind) => Storage::Cuda(Memory::new(gpu, *kind, bytes)?),
        };
        Ok(Self { storage, stride, plan, count })
    }

    /// How many pictures there is room for.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// In which memory it lies.
    pub fn place(&self) -> Place {
        match &self.storage {
            Storage::Host(..) => Place::Host,
            Storage::Cuda(memory) => Place::cuda(memory.gpu(), memory.kind()),
        }
    }

    /// One description per picture.
    pub fn params(&self) -> Vec<NvBufSurfaceParams> {
        let base = match &self.storage {
            Storage::Host(base, _) => base.as_ptr(),
            Storage::Cuda(memory) => memory.base().as_ptr(),
        };
        (0..self.count as usize).map(|i| self.plan.params(base.wrapping_add(i * self.stride))).collect()
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if let Storage::Host(base, layout) = &self.storage {
            // SAFETY: allocated in `new` with this layout, freed once.
            unsafe { std::alloc::dealloc(base.as_ptr(), *layout) }
        }
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
