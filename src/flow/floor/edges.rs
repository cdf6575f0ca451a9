//! Edges of a picture, and squares of it.

use super::picture::Picture;
use crate::base::geometry::Size;

/// Pixels on each side of a square.
pub const SIDE: usize = 4;

/// A place on an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Where, in pixels of the picture.
    pub place: [f32; 2],
    /// How steep it is along the way that was asked for, in brightness for a pixel.
    pub steep: f32,
}

/// Columns and rows of whole squares in a picture of `size`.
pub fn squares(size: Size) -> Size {
    Size { width: size.width / SIDE as u32, height: size.height / SIDE as u32 }
}

/// Calls `each` with every pixel of a square but those at the picture's rim: column, row, and the slope there.
fn pixels(picture: &Picture, column: usize, row: usize, mut each: impl FnMut(usize, usize, [f32; 2])) {
    let (width, height) = (picture.size.width as usize, picture.size.height as usize);
    for y in (row * SIDE).max(1)..((row + 1) * SIDE).min(height - 1) {
        for x in (column * SIDE).max(1)..((column + 1) * SIDE).min(width - 1) {
            let at = |x: usize, y: usize| f32::from(picture.pixels[y * width + x]);
            each(x, y, [(at(x + 1, y) - at(x - 1, y)) / 2.0, (at(x, y + 1) - at(x, y - 1)) / 2.0]);
        }
    }
}

/// The pixels of a square that are steeper than `least` along `way`, a unit vector at each place.
pub fn of_square(picture: &Picture, square: [usize; 2], way: impl Fn([f32; 2]) -> [f32; 2], least: f32) -> Vec<Edge> {
    let mut found = Vec::new();
    pixels(picture, square[0], square[1], |x, y, [across, down]| {
        // Most pixels are flat, and cost no root.
        if across * across + down * down > least * least {
            let place = [x as f32, y as f32];
            let [u, v] = way(place);
            let steep = (across * u + down * v).abs();
            if steep > least {
                found.push(Edge { place, steep });
            }
        }
    });
    found
}

/// The steepest pixel along `way` of every square, where it is steeper than `least`.
pub fn steepest(picture: &Picture, way: impl Fn([f32; 2]) -> [f32; 2], least: f32) -> Vec<Edge> {
    let Size { width, height } = squares(picture.size);
    let all = (0..height as usize).flat_map(|row| (0..width as usize).map(move |column| [column, row]));
    let best = |square| of_square(picture, square, &way, least).into_iter().max_by(|a, b| a.steep.total_cmp(&b.steep));
    all.filter_map(best).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_is_one_along_the_way_across_it_only() {
        let size = Size { width: 16, height: 12 };
        let pixels = (0..16 * 12).map(|at| if at % 16 < 6 { 10 } else { 90 }).collect();
        let picture = Picture { size, pixels };
        let right = steepest(&picture, |_| [1.0, 0.0], 8.0);
        assert_eq!(right.len(), 3, "one for each square that it crosses");
        assert!(right.iter().all(|edge| edge.steep == 40.0 && [5.0, 6.0].contains(&edge.place[0])), "{right:?}");
        assert_eq!(steepest(&picture, |_| [0.0, 1.0], 8.0), []);
        assert_eq!(of_square(&picture, [1, 1], |_| [1.0, 0.0], 8.0).len(), 8);
        assert_eq!(of_square(&picture, [2, 1], |_| [1.0, 0.0], 8.0), []);
    }
}
