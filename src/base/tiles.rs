//! How the pictures of several sources lie in one: a grid of equal tiles, and what a place does to coordinates.

use super::geometry::{Rect, Size};

/// Rows and columns of equal tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Tiles from top to bottom.
    pub rows: u32,
    /// Tiles from left to right.
    pub columns: u32,
}

/// Where a source is shown, in whole pixels of the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// Left edge.
    pub left: u32,
    /// Top edge.
    pub top: u32,
    /// Size.
    pub size: Size,
}

impl Grid {
    /// The grid upstream's apps choose for `sources` sources, and nvmultistreamtiler when one comes that has no tile: as
    /// many rows as the square root, and the columns that are needed then.
    pub fn for_sources(sources: u32) -> Self {
        let rows = sources.isqrt().max(1);
        Self { rows, columns: sources.max(1).div_ceil(rows) }
    }

    /// The grid with the largest tiles for `sources` pictures that are wider than high.
    pub fn compact(sources: u32) -> Self {
        let columns = Self::square(sources).columns;
        Self { rows: sources.max(1).div_ceil(columns), columns }
    }

    /// The smallest square grid for `sources` sources.
    pub fn square(sources: u32) -> Self {
        let root = sources.isqrt().max(1);
        let side = if root.saturating_mul(root) < sources { root + 1 } else { root };
        Self { rows: side, columns: side }
    }

    /// How many tiles there are.
    pub fn tiles(self) -> u32 {
        self.rows.saturating_mul(self.columns)
    }

    /// Tile `index` of a canvas, row by row. Sizes are rounded down to even numbers, as chroma has half the pixels;
    /// `None` beyond the last tile, or where nothing would be left of it.
    pub fn tile(self, index: u32, canvas: Size) -> Option<Tile> {
        if index >= self.tiles() {
            return None;
        }
        let size = Size { width: (canvas.width / self.columns) & !1, height: (canvas.height / self.rows) & !1 };
        let (row, column) = (index / self.columns, index % self.columns);
        (size.width > 0 && size.height > 0).then(|| Tile { left: column * size.width, top: row * size.height, size })
    }

    /// The largest canvas inside `limit` on which pictures of `shape` fill their tiles without being stretched.
    pub fn canvas(self, shape: Size, limit: Size) -> Size {
        let (width, height) = (u64::from(shape.width.max(1)), u64::from(shape.height.max(1)));
        let (columns, rows) = (u64::from(self.columns.max(1)), u64::from(self.rows.max(1)));
        let across = u64::from(limit.width) / columns;
        let down = u64::from(limit.height) / rows;
        let wide = across * height <= down * width;
        let tile = if wide { (across, across * height / width) } else { (down * width / height, down) };
        // Edges that encoders and chroma can be cut at.
        let edge = |pixels: u64, tiles: u64| ((pixels & !1).max(2) * tiles).next_multiple_of(4) as u32;
        Size { width: edge(tile.0, columns), height: edge(tile.1, rows) }
    }
}

/// From pixels of a picture to pixels of the canvas it is shown on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Left edge of the picture on the canvas.
    pub left: f32,
    /// Top edge of the picture on the canvas.
    pub top: f32,
    /// Scale across.
    pub x: f32,
    /// Scale down.
    pub y: f32,
}

impl Placement {
    /// A picture of `size` shown at `tile`.
    pub fn new(size: Size, tile: Tile) -> Self {
        Self {
            left: tile.left as f32,
            top: tile.top as f32,
            x: tile.size.width as f32 / size.width.max(1) as f32,
            y: tile.size.height as f32 / size.height.max(1) as f32,
        }
    }

    /// A box.
    pub fn rect(&self, rect: Rect) -> Rect {
        Rect {
            left: rect.left * self.x + self.left,
            top: rect.top * self.y + self.top,
            width: rect.width * self.x,
            height: rect.height * self.y,
        }
    }

    /// A point in whole pixels.
    pub fn point(&self, (x, y): (u32, u32)) -> (u32, u32) {
        ((x as f32 * self.x + self.left) as u32, (y as f32 * self.y + self.top) as u32)
    }

    /// A length that has no direction, such as a radius: scaled by the smaller factor.
    pub fn length(&self, length: u32) -> u32 {
        (length as f32 * self.x.min(self.y)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn size(width: u32, height: u32) -> Size {
        Size { width, height }
    }

    #[test]
    fn grids_grow_as_upstreams_do() {
        let grid = |n| (Grid::for_sources(n).rows, Grid::for_sources(n).columns);
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 8, 9, 10].map(grid),
            [(1, 1), (1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (2, 4), (3, 3), (3, 4)]
        );
        let compact = |n| (Grid::compact(n).rows, Grid::compact(n).columns);
        assert_eq!([0, 1, 2, 3, 5, 7].map(compact), [(1, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 3)]);
        let square = |n| Grid::square(n).rows;
        assert_eq!([0, 1, 2, 4, 5, 9, 10].map(square), [1, 1, 2, 2, 3, 3, 4]);
    }

    #[test]
    fn tiles_lie_row_by_row_on_even_pixels() {
        let grid = Grid { rows: 2, columns: 3 };
        let canvas = size(1280, 722);
        assert_eq!(grid.tile(4, canvas), Some(Tile { left: 426, top: 360, size: size(426, 360) }));
        assert_eq!(grid.tile(6, canvas), None);
        assert_eq!(Grid { rows: 1, columns: 1000 }.tile(0, canvas), None);
        assert_eq!(Grid { rows: u32::MAX, columns: u32::MAX }.tile(7, canvas), None);
    }

    #[test]
    fn a_canvas_wastes_and_stretches_nothing() {
        let canvas = |n| Grid::for_sources(n).canvas(size(16, 9), size(1280, 720));
        assert_eq!([1, 2, 4].map(canvas), [size(1280, 720), size(1280, 360), size(1280, 720)]);
        assert_eq!(canvas(6), size(1280, 476));
        assert_eq!(Grid { rows: 1, columns: 1 }.canvas(size(9, 16), size(1280, 720)), size(404, 720));
    }

    #[test]
    fn boxes_move_with_their_picture() {
        let tile = Grid { rows: 2, columns: 2 }.tile(3, size(1280, 720));
        let place = Placement::new(size(1280, 720), tile.unwrap());
        let rect = Rect { left: 100.0, top: 50.0, width: 20.0, height: 10.0 };
        assert_eq!(place.rect(rect), Rect { left: 690.0, top: 385.0, width: 10.0, height: 5.0 });
        assert_eq!((place.point((100, 50)), place.length(9)), ((690, 385), 4));
    }
}
