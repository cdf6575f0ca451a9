//! Memory that the GPU and the CPU both reach at the same address.

use super::{CudaError, Gpu};
use cudarc::driver::{result, sys};
use std::ptr::NonNull;
use std::sync::Arc;

/// Where such memory lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In host memory that stays put; the GPU reaches it over the bus (`NVBUF_MEM_CUDA_PINNED`).
    Pinned,
    /// Wherever it was last used; the driver moves pages (`NVBUF_MEM_CUDA_UNIFIED`).
    Unified,
}

/// An owned, zeroed block.
#[derive(Debug)]
pub(in crate::surface) struct Memory {
    base: NonNull<u8>,
    kind: Kind,
    gpu: Arc<Gpu>,
}

// SAFETY: the block owns its bytes; the driver's calls may come from any thread that has bound the GPU.
unsafe impl Send for Memory {}
// SAFETY: a shared block only gives out its address.
unsafe impl Sync for Memory {}

impl Memory {
    /// Allocates `bytes` (over 0), aligned to at least 256 bytes.
    pub fn new(gpu: &Arc<Gpu>, kind: Kind, bytes: usize) -> Result<Self, CudaError> {
        gpu.bind()?;
        // SAFETY: the memory is zeroed below before anybody reads it.
        let base = unsafe {
            match kind {
                Kind::Pinned => {
                    result::malloc_host(bytes, sys::CU_MEMHOSTALLOC_PORTABLE | sys::CU_MEMHOSTALLOC_DEVICEMAP)
                        .map(|base| base.cast::<u8>())
                }
                Kind::Unified => result::malloc_managed(bytes, sys::CUmemAttach_flags::CU_MEM_ATTACH_GLOBAL)
                    .map(|base| base as usize as *mut u8),
            }
        };
        let base = base.map_err(|error| CudaError::driver("allocating a surface", error))?;
        let Some(base) = NonNull::new(base) else {
            return Err(CudaError::Driver {
                doing: "allocating a surface",
                reason: "the driver gave no memory".into(),
            });
        };
        // SAFETY: the driver allocated that many bytes, which the CPU may write.
        unsafe { base.write_bytes(0, bytes) };
        Ok(Self { base, kind, gpu: gpu.clone() })
    }

    /// Its address, for CPU and GPU.
    pub fn base(&self) -> NonNull<u8> {
        self.base
    }

    /// Where it lies.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The GPU that reaches it.
    pub fn gpu(&self) -> &Arc<Gpu> {
        &self.gpu
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let freed = self.gpu.bind().and_then(|()| {
            // SAFETY: allocated in `new` by the call of the same kind, freed once; kernels were waited for by those who
            // launched them.
            let freed = unsafe {
                match self.kind {
                    Kind::Pinned => result::free_host(self.base.as_ptr().cast()),
                    Kind::Unified => result::free_sync(self.base.as_ptr() as u64),
                }
            };
            freed.map_err(|error| CudaError::driver("freeing a surface", error))
        });
        if let Err(error) = freed {
            gst::warning!(gst::CAT_MEMORY, "{error}");
        }
    }
}

/// Whether the GPU can work on the bytes at this address as they lie there. The GPU is the calling thread's.
pub(super) fn reaches(address: *const u8) -> bool {
    let mut kind = 0u32;
    // SAFETY: the attribute is an unsigned int; of an address that CUDA does not know the call says so.
    let answer = unsafe {
        sys::cuPointerGetAttribute(
            (&raw mut kind).cast(),
            sys::CUpointer_attribute::CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
            address as u64,
        )
    };
    answer == sys::CUresult::CUDA_SUCCESS && kind != 0
}
