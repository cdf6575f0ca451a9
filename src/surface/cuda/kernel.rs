//! A kernel over a picture: compiled for the GPU at hand by NVRTC, or taken from the PTX that lies beside its source.

use super::{CudaError, Gpu, memory};
use crate::base::geometry::Size;
use cudarc::driver::{CudaFunction, LaunchConfig, PushKernelArg};
use cudarc::nvrtc::{CompileOptions, Ptx, compile_ptx_with_opts, sys as nvrtc};
use std::panic::catch_unwind;
use std::sync::Arc;

/// Threads of a block, across and down.
const BLOCK: (u32, u32) = (32, 8);
/// Neighbouring pixels of a row that one thread works on.
const PIXELS: u32 = 4;

/// What a kernel is made from. Its entry has the signature
/// `(unsigned int *pixels, unsigned int width, unsigned int height, unsigned int pitch_in_pixels)`; a thread works on four
/// neighbours of a row, and none touches anything but the pixels of that picture.
pub(super) struct Source {
    /// Name of the entry.
    pub name: &'static str,
    /// CUDA C++.
    pub code: &'static str,
    /// The same compiled for compute capability 5.0, which any later GPU's driver compiles on.
    pub ptx: &'static str,
}

/// A kernel, loaded.
pub(super) struct Kernel {
    gpu: Arc<Gpu>,
    function: CudaFunction,
    origin: String,
}

impl Kernel {
    pub fn load(gpu: &Arc<Gpu>, source: &Source) -> Result<Self, CudaError> {
        match compiled(gpu, source)? {
            Ok((ptx, origin)) => Self::of(gpu, source, ptx, origin),
            Err(reason) => Self::shipped(gpu, source, &reason),
        }
    }

    /// From the PTX that lies beside the source, for this reason.
    pub fn shipped(gpu: &Arc<Gpu>, source: &Source, reason: &str) -> Result<Self, CudaError> {
        Self::of(gpu, source, Ptx::from_src(source.ptx), format!("shipped PTX ({reason})"))
    }

    fn of(gpu: &Arc<Gpu>, source: &Source, ptx: Ptx, origin: String) -> Result<Self, CudaError> {
        gpu.bind()?;
        let failed = |error| CudaError::driver("loading the kernel", error);
        let module = gpu.context.load_module(ptx).map_err(failed)?;
        let function = module.load_function(source.name).map_err(failed)?;
        Ok(Self { gpu: gpu.clone(), function, origin })
    }

    /// What was loaded, in words.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Runs over a picture of 4-byte pixels with rows `pitch` bytes apart, and waits until it is done. In place where the
    /// GPU reaches the bytes, else over a copy there and back.
    pub fn run(&self, pixels: &mut [u8], size: Size, pitch: usize) -> Result<(), CudaError> {
        self.gpu.bind()?;
        if memory::reaches(pixels.as_ptr()) {
            return self.launch(pixels.as_mut_ptr() as u64, size, pitch);
        }
        let stream = &self.gpu.stream;
        let failed = |error| CudaError::driver("copying a picture to the GPU and back", error);
        let staged = stream.clone_htod(&*pixels).map_err(failed)?;
        let address = {
            use cudarc::driver::DevicePtr;
            staged.device_ptr(stream).0
        };
        self.launch(address, size, pitch)?;
        stream.memcpy_dtoh(&staged, pixels).map_err(failed)?;
        stream.synchronize().map_err(failed)
    }

    fn launch(&self, address: u64, size: Size, pitch: usize) -> Result<(), CudaError> {
        let failed = |error| CudaError::driver("running the kernel", error);
        let pitch = (pitch / 4) as u32;
        let grid = (size.width.div_ceil(BLOCK.0 * PIXELS), size.height.div_ceil(BLOCK.1), 1);
        let config = LaunchConfig { grid_dim: grid, block_dim: (BLOCK.0, BLOCK.1, 1), shared_mem_bytes: 0 };
        let mut launch = self.gpu.stream.launch_builder(&self.function);
        launch.arg(&address).arg(&size.width).arg(&size.height).arg(&pitch);
        // SAFETY: the arguments are of the types that `Source` states, and its kernels touch only these pixels, which the
        // caller has alone until the wait below is over.
        unsafe { launch.launch(config) }.map_err(failed)?;
        self.gpu.stream.synchronize().map_err(failed)
    }
}

/// By NVRTC, or in words why not.
fn compiled(gpu: &Gpu, source: &Source) -> Result<Result<(Ptx, String), String>, CudaError> {
    let (major, minor) = gpu.capability()?;
    let compile = || {
        // SAFETY: loads the library, whose start-up code is NVIDIA's own.
        if !unsafe { nvrtc::is_culib_present() } {
            return Err("there is no NVRTC here".to_owned());
        }
        let arch = format!("--gpu-architecture=compute_{major}{minor}");
        let options = CompileOptions { options: vec![arch], ..CompileOptions::default() };
        let ptx = compile_ptx_with_opts(source.code, options).map_err(|error| format!("NVRTC refuses: {error:?}"))?;
        Ok((ptx, format!("NVRTC for compute capability {major}.{minor}")))
    };
    Ok(catch_unwind(compile).unwrap_or_else(|_| Err("this NVRTC lacks a function that is needed".to_owned())))
}
