//! From the description of a surface to its pixels.

use crate::base::geometry::Size;
use crate::surface::error::SurfaceError;
use crate::surface::ffi::{NvBufSurface, NvBufSurfaceParams};
use crate::surface::format::Format;
use crate::surface::values::NVBUF_MEM_CUDA_DEVICE;
use crate::surface::view::{View, ViewMut};

/// Format and size that a description gives.
pub(super) fn shape(params: &NvBufSurfaceParams) -> Result<(Format, Size), SurfaceError> {
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
///
/// # Safety
/// The description was made over pixels that stay alive and mapped for `'a`, and nobody writes them meanwhile.
pub(crate) unsafe fn view<'a>(params: &NvBufSurfaceParams) -> Result<View<'a>, SurfaceError> {
    let (format, size) = shape(params)?;
    let (starts, lengths, pitches) = planes(params, format, size);
    // SAFETY: promised by the caller.
    let plane = |i: usize| unsafe { std::slice::from_raw_parts(starts[i].cast_const(), lengths[i]) };
    Ok(View::new(format, size, [plane(0), plane(1), plane(2)], pitches)?)
}

/// The described pixels, to write.
///
/// # Safety
/// As for [`view`], and nobody reads the pixels either.
pub(super) unsafe fn view_mut<'a>(params: &NvBufSurfaceParams) -> Result<ViewMut<'a>, SurfaceError> {
    let (format, size) = shape(params)?;
    let (starts, lengths, pitches) = planes(params, format, size);
    // SAFETY: promised by the caller; planes do not overlap.
    let plane = |i: usize| unsafe { std::slice::from_raw_parts_mut(starts[i], lengths[i]) };
    Ok(ViewMut::new(format, size, [plane(0), plane(1), plane(2)], pitches)?)
}

/// The pixels of surface `index` of a batch that C code passed.
///
/// # Safety
/// `surface` is NULL or points to an `NvBufSurface` whose list has `batchSize` descriptions of pixels in host memory that
/// stay alive for `'a` and are not written meanwhile.
pub(crate) unsafe fn view_of<'a>(surface: *const NvBufSurface, index: usize) -> Result<View<'a>, SurfaceError> {
    // SAFETY: promised by the caller.
    unsafe {
        let Some(surface) = surface.as_ref().filter(|surface| !surface.surfaceList.is_null()) else {
            return Err(SurfaceError::Empty);
        };
        if surface.memType == NVBUF_MEM_CUDA_DEVICE {
            return Err(SurfaceError::NotSurface("its pixels are in device memory".to_owned()));
        }
        let count = surface.batchSize as usize;
        if index >= count {
            return Err(SurfaceError::Index { index, count });
        }
        view(&*surface.surfaceList.add(index))
    }
}
