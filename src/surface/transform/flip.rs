//! Turning and mirroring pictures.

use crate::base::geometry::Size;
use crate::surface::view::{View, ViewMut};

/// What happens to a picture, with the values of `flip-method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Flip {
    /// Nothing.
    #[default]
    None = 0,
    /// A quarter turn counter-clockwise.
    Counterclockwise = 1,
    /// A half turn.
    Rotate180 = 2,
    /// A quarter turn clockwise.
    Clockwise = 3,
    /// Left and right change places.
    Horizontal = 4,
    /// Mirrored across the diagonal from upper right to lower left.
    UpperRightDiagonal = 5,
    /// Top and bottom change places.
    Vertical = 6,
    /// Mirrored across the diagonal from upper left to lower right.
    UpperLeftDiagonal = 7,
}

impl Flip {
    /// The size a picture of `size` has afterwards.
    pub const fn size(self, size: Size) -> Size {
        if self.transposes() { Size { width: size.height, height: size.width } } else { size }
    }

    /// Whether rows become columns.
    pub const fn transposes(self) -> bool {
        matches!(self, Flip::Counterclockwise | Flip::Clockwise | Flip::UpperRightDiagonal | Flip::UpperLeftDiagonal)
    }

    /// Where pixel `x`, `y` of the result comes from, in a source of `w` x `h` pixels.
    const fn origin(self, x: usize, y: usize, w: usize, h: usize) -> (usize, usize) {
        match self {
            Flip::None => (x, y),
            Flip::Counterclockwise => (w - 1 - y, x),
            Flip::Rotate180 => (w - 1 - x, h - 1 - y),
            Flip::Clockwise => (y, h - 1 - x),
            Flip::Horizontal => (w - 1 - x, y),
            Flip::UpperRightDiagonal => (w - 1 - y, h - 1 - x),
            Flip::Vertical => (x, h - 1 - y),
            Flip::UpperLeftDiagonal => (y, x),
        }
    }
}

/// Pixels a tile of a transposition has a side: small enough that its rows stay in the cache.
const TILE: usize = 32;

/// Writes `source`, turned, to `target`, which has the same format and the size [`Flip::size`] gives.
pub fn flip(source: &View<'_>, target: &mut ViewMut<'_>, method: Flip) {
    debug_assert_eq!((source.format, method.size(source.size)), (target.format, target.size));
    for plane in 0..source.format.layout.planes() {
        match source.format.layout.bytes_per_pixel(plane) {
            1 => flip_plane::<1>(source, target, plane, method),
            2 => flip_plane::<2>(source, target, plane, method),
            3 => flip_plane::<3>(source, target, plane, method),
            _ => flip_plane::<4>(source, target, plane, method),
        }
    }
}

/// Turns a plane whose pixels are `N` bytes.
fn flip_plane<const N: usize>(source: &View<'_>, target: &mut ViewMut<'_>, plane: usize, method: Flip) {
    let of = |size: Size| (size.width as usize, size.height as usize);
    let (sw, sh) = of(source.format.layout.plane_size(plane, source.size));
    let (width, height) = of(target.format.layout.plane_size(plane, target.size));
    let tile = if method.transposes() { TILE } else { width };
    for top in (0..height).step_by(TILE) {
        for left in (0..width).step_by(tile.max(1)) {
            for y in top..(top + TILE).min(height) {
                let row = target.row_mut(plane, y).as_chunks_mut::<N>().0;
                for (x, pixel) in row.iter_mut().enumerate().take(left + tile).skip(left) {
                    let (from_x, from_y) = method.origin(x, y, sw, sh);
                    let at = from_y * source.pitch(plane) + from_x * N;
                    pixel.copy_from_slice(&source.plane(plane)[at..at + N]);
                }
            }
        }
    }
}
