//! Types of properties that several elements have, with NVIDIA's type names, values and nicks.

use crate::surface::transform::Filter;
use gst::glib;

/// `nvbuf-memory-type`. nvvideoconvert makes pinned and unified surfaces where there is a GPU; all others lie in host memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstNvBufMemoryType")]
#[repr(i32)]
pub enum MemoryType {
    /// `nvbuf-mem-default`
    #[default]
    #[enum_value(name = "Default memory allocated, specific to particular platform", nick = "nvbuf-mem-default")]
    Default = 0,
    /// `nvbuf-mem-cuda-pinned`
    #[enum_value(name = "Allocate Pinned/Host cuda memory", nick = "nvbuf-mem-cuda-pinned")]
    CudaPinned = 1,
    /// `nvbuf-mem-cuda-device`
    #[enum_value(name = "Allocate Device cuda memory", nick = "nvbuf-mem-cuda-device")]
    CudaDevice = 2,
    /// `nvbuf-mem-cuda-unified`
    #[enum_value(name = "Allocate Unified cuda memory", nick = "nvbuf-mem-cuda-unified")]
    CudaUnified = 3,
    /// `nvbuf-mem-surface-array`
    #[enum_value(name = "Allocate Surface Array memory, applicable for Jetson", nick = "nvbuf-mem-surface-array")]
    SurfaceArray = 4,
    /// `nvbuf-mem-system`
    #[enum_value(name = "Allocate system memory", nick = "nvbuf-mem-system")]
    System = 6,
}

/// `compute-hw`. The CPU computes, whatever is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstNvComputeHWType")]
#[repr(i32)]
pub enum ComputeHw {
    /// `Default`
    #[default]
    #[enum_value(name = "Default, GPU for Tesla, VIC for Jetson", nick = "Default")]
    Default = 0,
    /// `GPU`
    #[enum_value(name = "GPU", nick = "GPU")]
    Gpu = 1,
    /// `VIC`
    #[enum_value(name = "VIC", nick = "VIC")]
    Vic = 2,
}

/// `interpolation-method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, glib::Enum)]
#[enum_type(name = "GstNvInterpolationMethod")]
#[repr(i32)]
pub enum Interpolation {
    /// `Nearest`
    #[enum_value(name = "Nearest", nick = "Nearest")]
    Nearest = 0,
    /// `Bilinear`
    #[default]
    #[enum_value(name = "Bilinear", nick = "Bilinear")]
    Bilinear = 1,
    /// `Algo-1`
    #[enum_value(name = "GPU - Cubic, VIC - 5 Tap", nick = "Algo-1")]
    Algo1 = 2,
    /// `Algo-2`
    #[enum_value(name = "GPU - Super, VIC - 10 Tap", nick = "Algo-2")]
    Algo2 = 3,
    /// `Algo-3`
    #[enum_value(name = "GPU - LanzoS, VIC - Smart", nick = "Algo-3")]
    Algo3 = 4,
    /// `Algo-4`
    #[enum_value(name = "GPU - Ignored, VIC - Nicest", nick = "Algo-4")]
    Algo4 = 5,
    /// `Default`
    #[enum_value(name = "GPU - Nearest, VIC - Nearest", nick = "Default")]
    Default = 6,
}

impl Interpolation {
    /// How it is done on host memory: as NVIDIA's GPU path does it, except that `Default` is bilinear, not nearest.
    pub fn filter(self) -> Filter {
        match self {
            Interpolation::Nearest => Filter::Nearest,
            Interpolation::Bilinear | Interpolation::Default => Filter::Bilinear,
            Interpolation::Algo1 => Filter::Cubic,
            Interpolation::Algo2 => Filter::Area,
            Interpolation::Algo3 | Interpolation::Algo4 => Filter::Lanczos,
        }
    }
}
