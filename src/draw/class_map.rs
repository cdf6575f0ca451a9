//! Class maps as colours, over a picture or alone.

use crate::base::palette;
use crate::surface::format::Layout;
use crate::surface::view::ViewMut;

/// Paints a map of `width` x `height` classes over the whole of an RGBA picture, the nearest class to each pixel. `alpha`
/// (0..1) is how much of the colour there is; the rest is what the picture showed. Pixels of no class stay as they are.
///
/// Does nothing to a picture of another layout, or where the map is shorter than it says.
pub fn paint(view: &mut ViewMut<'_>, ids: &[i32], width: usize, height: usize, alpha: f32) {
    let needed = width.checked_mul(height);
    if view.format.layout != Layout::Rgba || needed.is_none_or(|needed| needed == 0 || ids.len() < needed) {
        return;
    }
    let share = (alpha.clamp(0.0, 1.0) * 256.0) as u32;
    let (columns, rows) = (view.size.width as usize, view.size.height as usize);
    let nearest: Vec<usize> = (0..columns).map(|x| (2 * x + 1) * width / (2 * columns)).collect();
    for y in 0..rows {
        let classes = &ids[(2 * y + 1) * height / (2 * rows) * width..][..width];
        let (pixels, _) = view.row_mut(0, y).as_chunks_mut::<4>();
        for (pixel, x) in pixels.iter_mut().zip(&nearest) {
            let Some(colour) = palette::colour(classes[*x]) else { continue };
            for (old, new) in pixel.iter_mut().zip(colour) {
                *old = ((u32::from(*old) * (256 - share) + u32::from(new) * share) >> 8) as u8;
            }
            pixel[3] = 255;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::surface::format::Format;

    #[test]
    fn every_pixel_gets_the_nearest_class_and_none_stays() {
        let mut pixels = [100; 4 * 2 * 4];
        let size = Size { width: 4, height: 2 };
        let mut view =
            ViewMut::new(Format::plain(Layout::Rgba), size, [&mut pixels, &mut [], &mut []], [16, 0, 0]).unwrap();
        paint(&mut view, &[1, -1], 2, 1, 1.0);
        paint(&mut view, &[1], 2, 1, 1.0);
        let [r, g, b] = palette::colour(1).unwrap();
        for row in pixels.as_chunks::<4>().0.chunks(4) {
            assert_eq!(row, [[r, g, b, 255], [r, g, b, 255], [100; 4], [100; 4]]);
        }
    }

    #[test]
    fn half_of_the_colour_leaves_half_of_the_picture() {
        let mut pixels = [100, 100, 100, 7];
        let size = Size { width: 1, height: 1 };
        let mut view =
            ViewMut::new(Format::plain(Layout::Rgba), size, [&mut pixels, &mut [], &mut []], [4, 0, 0]).unwrap();
        paint(&mut view, &[13], 1, 1, 0.5);
        assert_eq!(pixels, [65, 105, 160, 255]);
    }
}
