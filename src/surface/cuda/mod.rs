//! NVIDIA GPUs: the only folder that knows `cudarc`.
//!
//! Neither a GPU nor a driver is needed to build or start the program: the libraries are loaded when a GPU is first asked
//! for, and what is missing is an error with its reason. Pixels that the GPU edits in place lie in memory that the CPU
//! reaches too ([`Kind`]), so that every element works on them; whoever launches a kernel waits for it before anybody
//! else looks.

mod error;
mod kernel;
mod memory;
mod tint;

pub use error::CudaError;
pub use memory::Kind;
pub(in crate::surface) use memory::Memory;
pub use tint::Tint;

use cudarc::driver::{CudaContext, CudaStream, sys};
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A GPU, and the stream on which surfaces are worked on.
#[derive(Debug)]
pub struct Gpu {
    context: Arc<CudaContext>,
    stream: Arc<CudaStream>,
    name: String,
    ordinal: u32,
}

impl Gpu {
    /// The GPU of this number; the same one for everybody who asks.
    pub fn open(ordinal: u32) -> Result<Arc<Self>, CudaError> {
        static OPEN: Mutex<Vec<Arc<Gpu>>> = Mutex::new(Vec::new());
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gpu) = open.iter().find(|gpu| gpu.ordinal == ordinal) {
            return Ok(gpu.clone());
        }
        let gpu = Arc::new(Self::start(ordinal)?);
        open.push(gpu.clone());
        Ok(gpu)
    }

    /// As the driver names it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its number.
    pub fn ordinal(&self) -> u32 {
        self.ordinal
    }

    fn start(ordinal: u32) -> Result<Self, CudaError> {
        if !driver_is_there() {
            return Err(CudaError::NoDriver);
        }
        // A driver too old for a call that is made panics inside the binding.
        let open = || -> Result<Self, CudaError> {
            let count = CudaContext::device_count().map_err(|error| CudaError::driver("counting GPUs", error))?;
            if i64::from(ordinal) >= i64::from(count) {
                return Err(CudaError::NoDevice { ordinal, count });
            }
            let failed = |error| CudaError::driver("starting the GPU", error);
            let context = CudaContext::new(ordinal as usize).map_err(failed)?;
            // Surfaces are ordered by whoever works on them, not by events.
            // SAFETY: no memory is shared between streams: there is one.
            unsafe { context.disable_event_tracking() };
            let stream = context.new_stream().map_err(failed)?;
            let name = context.name().map_err(failed)?;
            Ok(Self { context, stream, name, ordinal })
        };
        catch_unwind(open).unwrap_or(Err(CudaError::OldDriver))
    }

    /// `(major, minor)` of the compute capability.
    fn capability(&self) -> Result<(i32, i32), CudaError> {
        self.context.compute_capability().map_err(|error| CudaError::driver("asking for the compute capability", error))
    }

    /// Makes the GPU the calling thread's.
    fn bind(&self) -> Result<(), CudaError> {
        self.context.bind_to_thread().map_err(|error| CudaError::driver("binding the GPU to a thread", error))
    }
}

/// Whether `libcuda` can be loaded.
fn driver_is_there() -> bool {
    static THERE: OnceLock<bool> = OnceLock::new();
    // SAFETY: loads the library, whose start-up code is the driver's own.
    *THERE.get_or_init(|| catch_unwind(|| unsafe { sys::is_culib_present() }).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_that_is_not_there_is_an_error_with_its_reason() {
        let error = Gpu::open(4096).unwrap_err();
        assert!(matches!(error, CudaError::NoDriver | CudaError::NoDevice { ordinal: 4096, .. }), "{error}");
    }
}
