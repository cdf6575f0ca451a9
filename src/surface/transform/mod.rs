//! Crop, scale and convert in one call, between any two formats a host surface can have.
//!
//! Scaling happens in the source's own planes where it is YCbCr (half the bytes of RGB), else on whichever side has fewer
//! pixels; colours are converted at that size. The row work is done by `fast_image_resize` and `yuv`, both SIMD.
//! Another kind of memory (CUDA) would have its own [`convert`] with the same regions and filters; see `host.rs`.

mod colour;
mod fill;
mod flip;
mod plane;
mod region;
mod resize;
#[cfg(test)]
mod tests;

pub use fill::{fill_black, fill_outside};
pub use flip::{Flip, flip};
pub use region::{Region, crop, crop_mut};

use super::error::SurfaceError;
use super::format::{Format, Layout};
use super::host::Plan;
use super::view::{View, ViewMut};
use crate::base::geometry::Size;
use std::cell::RefCell;

/// How samples between pixels are made. Fixed kernels, as OpenCV's and NVIDIA's, except for [`Filter::Area`] and
/// [`Filter::Lanczos`], whose kernels grow with the shrinking factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Filter {
    /// The nearest pixel.
    Nearest,
    /// Between the four nearest pixels.
    #[default]
    Bilinear,
    /// Between sixteen pixels (Catmull-Rom).
    Cubic,
    /// The mean of the pixels covered.
    Area,
    /// Windowed sinc over three lobes.
    Lanczos,
}

/// What conversions keep between calls: the resizer's coefficients and intermediate pictures.
#[derive(Default)]
pub struct Converter {
    resizer: fast_image_resize::Resizer,
    first: Scratch,
    second: Scratch,
    unturned: Scratch,
}

/// A picture whose memory is kept for the next one.
#[derive(Default)]
struct Scratch(Vec<u8>);

impl Scratch {
    /// A picture of this kind, with undefined pixels.
    fn picture(&mut self, format: Format, size: Size) -> Result<ViewMut<'_>, SurfaceError> {
        let plan = Plan::new(format, size).ok_or(SurfaceError::Allocate { size, count: 1 })?;
        if self.0.len() < plan.bytes as usize {
            self.0.resize(plan.bytes as usize, 0);
        }
        let (luma, rest) = self.0[..plan.bytes as usize].split_at_mut(match format.layout.planes() {
            1 => plan.bytes as usize,
            _ => plan.offsets[1] as usize,
        });
        let (cb, cr) = rest.split_at_mut(match format.layout.planes() {
            3 => (plan.offsets[2] - plan.offsets[1]) as usize,
            _ => rest.len(),
        });
        Ok(ViewMut::new(format, size, [luma, cb, cr], plan.pitches.map(|pitch| pitch as usize))?)
    }
}

impl Converter {
    /// Writes region `from` of `source` into region `to` of `target`, scaled and converted. Pixels of `target` outside
    /// `to` stay.
    pub fn convert(
        &mut self,
        source: &View<'_>,
        from: Region,
        target: &mut ViewMut<'_>,
        to: Region,
        filter: Filter,
    ) -> Result<(), SurfaceError> {
        let source = crop(source, from)?;
        let mut target = crop_mut(target, to)?;
        if source.size == target.size {
            return self.recolour(&source, &mut target);
        }
        if source.format == target.format {
            return resize::resize(&mut self.resizer, &source, &mut target, filter);
        }
        let area = |size: Size| u64::from(size.width) * u64::from(size.height);
        let colour_first = is_rgb(source.format.layout) && area(target.size) > area(source.size);
        // The intermediate picture is taken out so that the conversion itself may use the other one.
        let mut scratch = std::mem::take(&mut self.first);
        let result = (|| {
            if colour_first {
                let mut between = scratch.picture(target.format, source.size)?;
                self.recolour(&source, &mut between)?;
                resize::resize(&mut self.resizer, &between.as_view(), &mut target, filter)
            } else {
                let mut between = scratch.picture(source.format, target.size)?;
                resize::resize(&mut self.resizer, &source, &mut between, filter)?;
                self.recolour(&between.as_view(), &mut target)
            }
        })();
        self.first = scratch;
        result
    }

    /// As [`Self::convert`], and turns the picture, so that region `to` shows it as `method` says.
    pub fn turn(
        &mut self,
        source: &View<'_>,
        from: Region,
        target: &mut ViewMut<'_>,
        to: Region,
        method: Flip,
        filter: Filter,
    ) -> Result<(), SurfaceError> {
        if method == Flip::None {
            return self.convert(source, from, target, to, filter);
        }
        let size = method.size(to.size);
        if source.format == target.format && from.size == size {
            flip(&crop(source, from)?, &mut crop_mut(target, to)?, method);
            return Ok(());
        }
        let mut scratch = std::mem::take(&mut self.unturned);
        let result = (|| {
            let mut unturned = scratch.picture(target.format, size)?;
            self.convert(source, from, &mut unturned, Region::whole(size), filter)?;
            flip(&unturned.as_view(), &mut crop_mut(target, to)?, method);
            Ok(())
        })();
        self.unturned = scratch;
        result
    }

    /// Converts between pictures of the same size.
    fn recolour(&mut self, source: &View<'_>, target: &mut ViewMut<'_>) -> Result<(), SurfaceError> {
        if !colour::needs_rgb_between(source.format, target.format) {
            return colour::convert(source, target);
        }
        let mut between = self.second.picture(Format::plain(Layout::Rgb), source.size)?;
        colour::convert(source, &mut between)?;
        colour::convert(&between.as_view(), target)
    }
}

/// Whether pixels are stored as red, green and blue.
const fn is_rgb(layout: Layout) -> bool {
    matches!(layout, Layout::Rgba | Layout::Rgb | Layout::Bgrx)
}

thread_local! {
    static CONVERTER: RefCell<Converter> = RefCell::default();
}

/// [`Converter::convert`] with a converter of the calling thread.
pub fn convert(
    source: &View<'_>,
    from: Region,
    target: &mut ViewMut<'_>,
    to: Region,
    filter: Filter,
) -> Result<(), SurfaceError> {
    CONVERTER.with_borrow_mut(|converter| converter.convert(source, from, target, to, filter))
}
