//! Instance masks over boxes.

use super::colour::{Colour, Ink};
use super::paint::{self, Coverage};
use crate::base::geometry::Rect;
use crate::base::grid::Grid;
use crate::surface::view::ViewMut;

/// A mask of `width` x `height` values, stretched over a box; a value above `threshold` belongs to the object.
pub struct Mask<'a> {
    /// Row by row, `width * height` values.
    pub values: &'a [f32],
    /// Values across.
    pub width: usize,
    /// Values down.
    pub height: usize,
    /// What a value must exceed.
    pub threshold: f32,
}

/// Tints the object's pixels. Does nothing where the mask is empty or shorter than it says.
pub fn draw(view: &mut ViewMut<'_>, rect: &Rect, mask: &Mask<'_>, colour: Colour) {
    let Some(grid) = Grid::new(mask.values, mask.width, mask.height) else { return };
    let inside = rect.clipped(view.size.width as f32, view.size.height as f32);
    let (left, top) = (inside.left.floor(), inside.top.floor());
    let (width, height) = ((inside.right().ceil() - left) as usize, (inside.bottom().ceil() - top) as usize);
    if width == 0 || height == 0 || rect.width <= 0.0 || rect.height <= 0.0 {
        return;
    }
    let ink = Ink::new(colour, view.format);
    let (su, sv) = (mask.width as f32 / rect.width, mask.height as f32 / rect.height);
    let mut row = vec![0u8; width];
    // Two rows at a time keep the chroma of 4:2:0 layouts whole.
    let mut pair = Vec::with_capacity(2 * width);
    let mut start = top as usize;
    while start < top as usize + height {
        let end = (start + 2 - start % 2).min(top as usize + height);
        pair.clear();
        for y in start..end {
            let v = (y as f32 + 0.5 - rect.top) * sv - 0.5;
            for (x, cell) in row.iter_mut().enumerate() {
                let u = (left + x as f32 + 0.5 - rect.left) * su - 0.5;
                *cell = if grid.at(u, v) > mask.threshold { 255 } else { 0 };
            }
            pair.extend_from_slice(&row);
        }
        paint::cover(view, &Coverage { x: left as i32, y: start as i32, width, bytes: &pair }, ink);
        start = end;
    }
}
