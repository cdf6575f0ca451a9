//! An edit of pictures in place, on the GPU where there is one and on the host otherwise: the same bytes come of both.

use std::{fmt, sync::Arc};

use super::{DeviceChoice, Picture, PictureError, PipelineError};
use crate::surface::{
    cuda::{CudaError, Gpu, Tint as Kernel},
    tint,
};

/// Where pictures lie that a GPU edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GpuMemory {
    /// In host memory that the GPU reaches over the bus (`nvbuf-mem-cuda-pinned`).
    #[default]
    Pinned,
    /// Where they were last used: the driver moves them (`nvbuf-mem-cuda-unified`), as upstream's sample has it.
    Unified,
}

/// Halves the red of RGBA pictures, which tints them blue.
pub struct Tint(Way);

enum Way {
    /// Why not on a GPU.
    Host(String),
    Gpu {
        gpu: Arc<Gpu>,
        kernel: Kernel,
        memory: GpuMemory,
    },
}

impl Tint {
    /// The edit for a device: a GPU that was asked for has to be there, `auto` takes the first one if it can.
    ///
    /// # Errors
    /// [`PipelineError::Unavailable`] when there is no such GPU, or it does not run the kernel.
    pub fn choose(device: DeviceChoice, memory: GpuMemory) -> Result<Self, PipelineError> {
        let on = |number: u32| -> Result<Self, CudaError> {
            let gpu = Gpu::open(number)?;
            let kernel = Kernel::new(&gpu)?;
            Ok(Self(Way::Gpu { gpu, kernel, memory }))
        };
        match device {
            DeviceChoice::Cpu => Ok(Self(Way::Host("as asked for".into()))),
            DeviceChoice::Auto => Ok(on(0).unwrap_or_else(|error| Self(Way::Host(error.to_string())))),
            DeviceChoice::Cuda(number) => on(number).map_err(|error| PipelineError::Unavailable {
                flag: format!("--device cuda:{number}"),
                reason: format!("{error}; leave the flag out to edit on the CPU"),
            }),
        }
    }

    /// Edits one picture; it has to be RGBA.
    ///
    /// # Errors
    /// When its pixels cannot be reached or the GPU fails.
    pub fn apply(&self, picture: &mut Picture<'_>) -> Result<(), PictureError> {
        let mut view = picture.image_mut()?;
        match &self.0 {
            Way::Host(_) => tint::halve_red(&mut view)?,
            Way::Gpu { kernel, .. } => kernel.apply(&mut view).map_err(crate::surface::SurfaceError::from)?,
        }
        Ok(())
    }

    /// The GPU that edits.
    pub(super) fn gpu(&self) -> Option<u32> {
        match &self.0 {
            Way::Host(_) => None,
            Way::Gpu { gpu, .. } => Some(gpu.ordinal()),
        }
    }

    /// The converter's properties that put pictures where the edit works on them.
    pub(super) fn memory(&self) -> Vec<(&'static str, String)> {
        match &self.0 {
            Way::Host(_) => Vec::new(),
            Way::Gpu { gpu, memory, .. } => {
                let kind = match memory {
                    GpuMemory::Unified => "nvbuf-mem-cuda-unified",
                    GpuMemory::Pinned => "nvbuf-mem-cuda-pinned",
                };
                vec![("nvbuf-memory-type", kind.into()), ("gpu-id", gpu.ordinal().to_string())]
            }
        }
    }
}

impl fmt::Display for Tint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Way::Host(reason) => write!(f, "pixels are edited on the host: {reason}"),
            Way::Gpu { gpu, kernel, memory } => {
                let memory = format!("{memory:?}").to_lowercase();
                write!(
                    f,
                    "pixels are edited on cuda:{} ({}), {memory} memory, {}",
                    gpu.ordinal(),
                    gpu.name(),
                    kernel.origin()
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_that_was_asked_for_is_never_replaced() {
        let Err(error) = Tint::choose(DeviceChoice::Cuda(4096), GpuMemory::Unified) else { panic!("there is none") };
        let error = error.to_string();
        assert!(error.starts_with("--device cuda:4096: there is no "), "{error}");
        let host = Tint::choose(DeviceChoice::Cpu, GpuMemory::Pinned).unwrap();
        assert_eq!((host.gpu(), host.memory()), (None, Vec::new()));
        assert_eq!(host.to_string(), "pixels are edited on the host: as asked for");
    }
}
