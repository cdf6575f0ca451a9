//! The blue tint of `gpu-edit`, on the host: what the GPU's kernel is compared with.

use super::error::SurfaceError;
use super::format::Layout;
use super::view::ViewMut;

/// Halves the red of every RGBA pixel, rounding up: `r' = (r + 1) / 2`, as 0.5 r + 0.5 cut to a byte.
pub fn halve_red(view: &mut ViewMut<'_>) -> Result<(), SurfaceError> {
    if view.format.layout != Layout::Rgba {
        return Err(SurfaceError::NotRgba(view.format.layout));
    }
    for y in 0..view.size.height as usize {
        let (pixels, _) = view.row_mut(0, y).as_chunks_mut::<4>();
        for pixel in pixels {
            pixel[0] = pixel[0].div_ceil(2);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::surface::format::Format;

    #[test]
    fn every_red_is_halved_and_nothing_else() {
        let mut pixels: Vec<u8> = (0..=255u8).flat_map(|red| [red, 1, 2, 3]).collect();
        let size = Size { width: 128, height: 2 };
        let mut view =
            ViewMut::new(Format::plain(Layout::Rgba), size, [&mut pixels, &mut [], &mut []], [512, 0, 0]).unwrap();
        halve_red(&mut view).unwrap();
        for (red, pixel) in pixels.as_chunks::<4>().0.iter().enumerate() {
            // As the formula says it, in floating point.
            assert_eq!(*pixel, [(0.5 * red as f32 + 0.5) as u8, 1, 2, 3]);
        }
    }

    #[test]
    fn other_layouts_are_refused() {
        let (mut luma, mut u, mut v) = ([0; 4], [0; 1], [0; 1]);
        let size = Size { width: 2, height: 2 };
        let mut view = ViewMut::new(Format::plain(Layout::I420), size, [&mut luma, &mut u, &mut v], [2, 1, 1]).unwrap();
        assert_eq!(halve_red(&mut view), Err(SurfaceError::NotRgba(Layout::I420)));
    }
}
