//! What can go wrong with a GPU.

use cudarc::driver::DriverError;

/// Why something cannot be done on a GPU.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CudaError {
    /// There is no `libcuda`.
    #[error("there is no NVIDIA driver on this machine (libcuda.so cannot be loaded)")]
    NoDriver,
    /// The driver lacks a function.
    #[error("the NVIDIA driver is too old for this program; CUDA 12 is needed")]
    OldDriver,
    /// There are fewer GPUs.
    #[error("there is no GPU {ordinal}: the driver sees {count}")]
    NoDevice {
        /// The one asked for.
        ordinal: u32,
        /// How many there are.
        count: i32,
    },
    /// The driver refused.
    #[error("{doing}: {reason}")]
    Driver {
        /// What was being done.
        doing: &'static str,
        /// What the driver says.
        reason: String,
    },
    /// The kernel does not work on pictures like this.
    #[error("{kernel} works on RGBA surfaces, not on {found}")]
    Layout {
        /// The kernel.
        kernel: &'static str,
        /// What was given.
        found: String,
    },
}

impl CudaError {
    pub(super) fn driver(doing: &'static str, error: DriverError) -> Self {
        // The binding's own text panics where libcuda cannot explain itself; its number never does.
        let reason = match error.error_string() {
            Ok(text) => text.to_string_lossy().into_owned(),
            Err(_) => format!("CUDA error {}", error.0 as u32),
        };
        Self::Driver { doing, reason }
    }
}
