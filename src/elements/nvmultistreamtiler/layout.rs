//! Which source is shown where. Knows no pixels.

use std::collections::BTreeSet;

use super::custom::CustomTile;
use super::settings::Settings;
use crate::base::geometry::Size;
use crate::base::tiles::{Grid, Tile};

/// More tiles are not shown.
const MOST: u32 = 128;

/// The sources there are, and the grid as it has grown.
#[derive(Debug, Default)]
pub struct Layout {
    sources: BTreeSet<u32>,
    grown: Option<Grid>,
}

impl Layout {
    /// Source `id` is there. The answer is the new grid, if it had to grow for it.
    pub fn add(&mut self, id: u32, settings: &Settings) -> Option<Grid> {
        self.sources.insert(id);
        let missing = !settings.square_seq_grid && id >= self.grid(settings).tiles() && id < MOST;
        if missing {
            self.grown = Some(Grid::for_sources(id + 1));
        }
        self.grown.filter(|_| missing)
    }

    /// Source `id` has gone.
    pub fn remove(&mut self, id: u32) {
        self.sources.remove(&id);
    }

    /// Rows and columns were set: the grid is as they say again.
    pub fn reset(&mut self) {
        self.grown = None;
    }

    /// Whether anything can be seen beside the tiles of the grid, or through them.
    pub fn has_gaps(&self, settings: &Settings, canvas: Size) -> bool {
        if settings.show_source >= 0 {
            return false;
        }
        let grid = self.grid(settings);
        let fits = |pixels: u32, tiles: u32| u64::from(pixels).is_multiple_of(2 * u64::from(tiles));
        !settings.custom.is_empty() || !fits(canvas.width, grid.columns) || !fits(canvas.height, grid.rows)
    }

    /// Where a source is shown; `None` for one that is not.
    pub fn tile(&self, id: u32, settings: &Settings, canvas: Size) -> Option<Tile> {
        if let Ok(only) = u32::try_from(settings.show_source) {
            return (only == id).then_some(Tile { left: 0, top: 0, size: canvas });
        }
        if let Some(own) = settings.custom.iter().find(|tile| tile.source_id == id) {
            return fraction(own, canvas);
        }
        let index = match settings.square_seq_grid {
            true => u32::try_from(self.sources.iter().position(|source| *source == id)?).ok()?,
            false => id,
        };
        self.grid(settings).tile(index, canvas)
    }

    /// The tiles no source of `shown` covers.
    pub fn empty(&self, shown: &BTreeSet<u32>, settings: &Settings, canvas: Size) -> Vec<Tile> {
        let taken: BTreeSet<(u32, u32)> =
            shown.iter().filter_map(|id| self.tile(*id, settings, canvas)).map(|tile| (tile.left, tile.top)).collect();
        let all: Vec<Tile> = match settings.show_source >= 0 {
            true => vec![Tile { left: 0, top: 0, size: canvas }],
            false => {
                let grid = self.grid(settings);
                (0..grid.tiles().min(MOST)).filter_map(|index| grid.tile(index, canvas)).collect()
            }
        };
        all.into_iter().filter(|tile| !taken.contains(&(tile.left, tile.top))).collect()
    }

    /// Rows and columns as they are now.
    fn grid(&self, settings: &Settings) -> Grid {
        match settings.square_seq_grid {
            true => Grid::square(self.sources.len().min(MOST as usize) as u32),
            false => self.grown.unwrap_or(Grid { rows: settings.rows, columns: settings.columns }),
        }
    }
}

/// A place given as fractions, in even pixels inside the canvas.
fn fraction(tile: &CustomTile, canvas: Size) -> Option<Tile> {
    let even = |part: f32, whole: u32| (part.clamp(0.0, 1.0) * whole as f32) as u32 & !1;
    let (left, top) = (even(tile.x, canvas.width), even(tile.y, canvas.height));
    let width = even(tile.width, canvas.width).min((canvas.width - left) & !1);
    let height = even(tile.height, canvas.height).min((canvas.height - top) & !1);
    (width > 0 && height > 0).then_some(Tile { left, top, size: Size { width, height } })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Size = Size { width: 1280, height: 720 };

    fn place(layout: &Layout, id: u32, settings: &Settings) -> Option<(u32, u32, u32, u32)> {
        layout.tile(id, settings, CANVAS).map(|t| (t.left, t.top, t.size.width, t.size.height))
    }

    #[test]
    fn a_source_beyond_the_grid_makes_it_grow() {
        let settings = Settings { rows: 1, columns: 2, ..Settings::default() };
        let mut layout = Layout::default();
        assert_eq!(layout.add(1, &settings), None);
        assert_eq!(place(&layout, 1, &settings), Some((640, 0, 640, 720)));
        assert_eq!(layout.add(3, &settings), Some(Grid { rows: 2, columns: 2 }));
        assert_eq!(place(&layout, 1, &settings), Some((640, 0, 640, 360)));
        assert_eq!((layout.add(500, &settings), place(&layout, 500, &settings)), (None, None));
        layout.reset();
        assert_eq!(place(&layout, 3, &settings), None);
    }

    #[test]
    fn a_square_grid_closes_its_ranks() {
        let settings = Settings { square_seq_grid: true, ..Settings::default() };
        let mut layout = Layout::default();
        for id in [7, 2, 9, 4, 30] {
            layout.add(id, &settings);
        }
        assert_eq!(place(&layout, 9, &settings), Some((0, 240, 426, 240)));
        layout.remove(4);
        assert_eq!(place(&layout, 9, &settings), Some((0, 360, 640, 360)));
        assert_eq!(place(&layout, 4, &settings), None);
    }

    #[test]
    fn one_source_may_have_everything_or_a_place_of_its_own() {
        let custom = vec![CustomTile { source_id: 1, x: 0.75, y: 0.5, width: 0.5, height: 0.25 }];
        let layout = Layout::default();
        let settings = Settings { rows: 1, columns: 2, custom, ..Settings::default() };
        assert_eq!(place(&layout, 1, &settings), Some((960, 360, 320, 180)));
        assert_eq!(place(&layout, 0, &settings), Some((0, 0, 640, 720)));
        let only = Settings { show_source: 1, ..settings };
        assert_eq!(place(&layout, 1, &only), Some((0, 0, 1280, 720)));
        assert_eq!(place(&layout, 0, &only), None);
    }

    #[test]
    fn tiles_without_a_source_are_known() {
        let settings = Settings { rows: 2, columns: 2, ..Settings::default() };
        let layout = Layout::default();
        let empty = layout.empty(&BTreeSet::from([0, 2]), &settings, CANVAS);
        assert_eq!(empty.iter().map(|t| (t.left, t.top)).collect::<Vec<_>>(), [(640, 0), (640, 360)]);
        assert!(!layout.has_gaps(&settings, CANVAS));
        assert!(layout.has_gaps(&Settings { columns: 3, ..settings }, CANVAS));
    }
}
