//! What can go wrong with surfaces.

use super::cuda::CudaError;
use super::format::{Format, Layout};
use super::view::ViewError;
use crate::base::geometry::Size;

/// Why a surface could not be made, looked at, converted or handed on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SurfaceError {
    /// The GStreamer format is none of ours.
    #[error("video format {0} is not supported on surfaces (RGBA, RGB, BGRx, NV12, I420, GRAY8 are)")]
    VideoFormat(String),
    /// The `NvBufSurfaceColorFormat` is none of ours.
    #[error("colour format {0} of an NvBufSurface is not supported on host memory")]
    ColorFormat(u32),
    /// The picture is empty or needs more memory than an `NvBufSurface` can name.
    #[error("a surface of {}x{} pixels ({} of them) cannot be allocated", size.width, size.height, count)]
    Allocate {
        /// Size of one picture.
        size: Size,
        /// Pictures in the buffer.
        count: u32,
    },
    /// GStreamer could not map the frame's memory, or the memory is smaller than the caps say.
    #[error("the video frame's memory cannot be read as {0}")]
    Map(String),
    /// The buffer carries something else than one NVMM memory of this library.
    #[error("the buffer holds no NVMM surface made by these elements ({0})")]
    NotSurface(String),
    /// There are fewer surfaces.
    #[error("surface {index} of a batch of {count} was asked for")]
    Index {
        /// The surface asked for.
        index: usize,
        /// Surfaces there are.
        count: usize,
    },
    /// Somebody else may be looking at these pixels.
    #[error("surface {0} is shared and must be copied before it is written (make_writable)")]
    ReadOnly(usize),
    /// The memory is being written by somebody else.
    #[error("the surface is mapped for writing elsewhere")]
    Busy,
    /// A batch of no surfaces.
    #[error("a batch needs at least one surface")]
    Empty,
    /// A rectangle without area, or outside its picture.
    #[error("rectangle {left},{top} {width}x{height} does not lie in a picture of {}x{}", size.width, size.height)]
    Rectangle {
        /// Left edge.
        left: u32,
        /// Top edge.
        top: u32,
        /// Width.
        width: u32,
        /// Height.
        height: u32,
        /// The picture's size.
        size: Size,
    },
    /// The conversion library refused.
    #[error("converting {from:?} to {to:?} failed: {reason}")]
    Convert {
        /// Format read.
        from: Format,
        /// Format written.
        to: Format,
        /// What the library said.
        reason: String,
    },
    /// An edit of RGBA pictures was given another one.
    #[error(
        "RGBA pixels are edited, not {0:?}; convert them first (nvvideoconvert ! video/x-raw(memory:NVMM),format=RGBA)"
    )]
    NotRgba(Layout),
    /// The GPU refused.
    #[error(transparent)]
    Cuda(#[from] CudaError),
    /// The memory does not hold the picture its description promises.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The picture lies in several planes.
    #[error("a {0:?} picture lies in several planes: take them one by one, or ask for RGBA")]
    Planar(Layout),
    /// There are fewer planes.
    #[error("plane {plane} of a picture of {planes} was asked for")]
    Plane {
        /// The plane asked for.
        plane: usize,
        /// Planes there are.
        planes: usize,
    },
    /// The pixels are no array.
    #[error("the pixels cannot be looked at as an array ({0:?})")]
    Array(ndarray::ErrorKind),
    /// OpenCV refused.
    #[error("OpenCV: {message} (code {code})")]
    OpenCv {
        /// One of OpenCV's error codes.
        code: i32,
        /// What it said.
        message: String,
    },
}

impl From<ndarray::ShapeError> for SurfaceError {
    fn from(error: ndarray::ShapeError) -> Self {
        Self::Array(error.kind())
    }
}

impl From<opencv::Error> for SurfaceError {
    fn from(error: opencv::Error) -> Self {
        Self::OpenCv { code: error.code, message: error.message }
    }
}
