//! Motion vectors as colours.

use crate::base::flow;
use crate::surface::format::Layout;
use crate::surface::view::ViewMut;

/// Paints `columns` x `rows` motion vectors over the whole of an RGBA picture, each in its colour ([`flow::colour`]) where
/// its block lies. `reach` is the motion in pixels that has the full colour.
///
/// Does nothing to a picture of another layout, or where there are fewer vectors than it says.
pub fn paint(view: &mut ViewMut<'_>, vectors: &[[i16; 2]], columns: usize, rows: usize, reach: f32) {
    let needed = columns.checked_mul(rows);
    if view.format.layout != Layout::Rgba || needed.is_none_or(|needed| needed == 0 || vectors.len() < needed) {
        return;
    }
    let (width, height) = (view.size.width as usize, view.size.height as usize);
    let nearest: Vec<usize> = (0..width).map(|x| (2 * x + 1) * columns / (2 * width)).collect();
    let (mut line, mut shown) = (vec![0; width * 4], None);
    for y in 0..height {
        let row = (2 * y + 1) * rows / (2 * height);
        if shown != Some(row) {
            let colours: Vec<[u8; 3]> =
                vectors[row * columns..][..columns].iter().map(|vector| flow::colour(*vector, reach)).collect();
            for (pixel, x) in line.as_chunks_mut::<4>().0.iter_mut().zip(&nearest) {
                let [r, g, b] = colours[*x];
                *pixel = [r, g, b, 255];
            }
            shown = Some(row);
        }
        view.row_mut(0, y).copy_from_slice(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::surface::format::Format;

    #[test]
    fn every_pixel_has_the_colour_of_its_block() {
        let size = Size { width: 6, height: 8 };
        let mut pixels = [9; 6 * 8 * 4];
        let mut view =
            ViewMut::new(Format::plain(Layout::Rgba), size, [&mut pixels, &mut [], &mut []], [24, 0, 0]).unwrap();
        let vectors = [[0, 0], [32, 0], [-32, 0], [0, 32]];
        paint(&mut view, &vectors[..3], 2, 2, 1.0);
        assert_eq!(view.row_mut(0, 0)[..4], [9; 4], "too few vectors");
        paint(&mut view, &vectors, 2, 2, 1.0);
        for (y, row) in pixels.chunks(24).enumerate() {
            for (x, pixel) in row.chunks(4).enumerate() {
                let [r, g, b] = flow::colour(vectors[y / 4 * 2 + x / 3], 1.0);
                assert_eq!(pixel, [r, g, b, 255], "{x} {y}");
            }
        }
    }
}
