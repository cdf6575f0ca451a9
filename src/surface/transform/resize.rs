//! Scaling between pictures of one format, plane by plane.

use super::Filter;
use super::plane::{PlaneImage, PlaneImageMut};
use crate::surface::error::SurfaceError;
use crate::surface::view::{View, ViewMut};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

/// Scales all of `source` to all of `target`, which has the same format.
pub(super) fn resize(
    resizer: &mut Resizer,
    source: &View<'_>,
    target: &mut ViewMut<'_>,
    filter: Filter,
) -> Result<(), SurfaceError> {
    let algorithm = match filter {
        Filter::Nearest => ResizeAlg::Nearest,
        Filter::Bilinear => ResizeAlg::Interpolation(FilterType::Bilinear),
        Filter::Cubic => ResizeAlg::Interpolation(FilterType::CatmullRom),
        Filter::Area => ResizeAlg::Convolution(FilterType::Box),
        Filter::Lanczos => ResizeAlg::Convolution(FilterType::Lanczos3),
    };
    for plane in 0..source.format.layout.planes() {
        let run = match source.format.layout.bytes_per_pixel(plane) {
            1 => plane_of::<U8>,
            2 => plane_of::<U8x2>,
            3 => plane_of::<U8x3>,
            _ => plane_of::<U8x4>,
        };
        run(resizer, source, target, plane, algorithm)?;
    }
    Ok(())
}

/// Scales one plane of pixels `P`.
fn plane_of<P: PixelTrait>(
    resizer: &mut Resizer,
    source: &View<'_>,
    target: &mut ViewMut<'_>,
    plane: usize,
    algorithm: ResizeAlg,
) -> Result<(), SurfaceError> {
    let format = source.format;
    let options = ResizeOptions::new().resize_alg(algorithm).use_alpha(false);
    let (from, mut to) = (PlaneImage::<P>::new(source, plane), PlaneImageMut::<P>::new(target, plane));
    resizer.resize_typed(&from, &mut to, &options).map_err(|error| SurfaceError::Convert {
        from: format,
        to: format,
        reason: error.to_string(),
    })
}
