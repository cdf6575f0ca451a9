//! Where objects were, as a picture: dark where nobody ever stood, over violet and orange to pale yellow where most did.

use super::geometry::Point;
use crate::base::geometry::{Rect, Size};

/// Pixels of a cell's side.
const CELL: u32 = 4;
/// Three box blurs of this radius, in cells, look like a Gaussian one.
const BLUR: usize = 3;
/// Share of the warm cells that may be as bright as can be, so that one waiting car does not darken all others.
const BRIGHTEST: f64 = 0.01;
/// The eye compares ratios.
const GAMMA: f32 = 0.5;
/// Colours from cold to hot.
const COLOURS: [[f32; 3]; 6] = [
    [10.0, 10.0, 22.0],
    [62.0, 15.0, 104.0],
    [150.0, 38.0, 103.0],
    [222.0, 81.0, 58.0],
    [251.0, 159.0, 20.0],
    [252.0, 250.0, 180.0],
];

/// How often objects stood in each place.
#[derive(Debug, Clone)]
pub struct Heatmap {
    size: Size,
    columns: usize,
    rows: usize,
    cells: Vec<f32>,
}

impl Heatmap {
    /// A picture of this size, at least one pixel.
    pub fn new(size: Size) -> Self {
        let size = Size { width: size.width.max(1), height: size.height.max(1) };
        let (columns, rows) = (size.width.div_ceil(CELL) as usize, size.height.div_ceil(CELL) as usize);
        Self { size, columns, rows, cells: vec![0.0; columns * rows] }
    }

    /// The picture's size.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Adds an object of a frame of this size: it warms the ground it stands on, as wide as its box and a quarter as deep.
    pub fn add(&mut self, rect: &Rect, frame: Size) {
        let scale = |to: u32, from: u32| f64::from(to) / f64::from(from.max(1)) / f64::from(CELL);
        let (sx, sy) = (scale(self.size.width, frame.width), scale(self.size.height, frame.height));
        let foot = Point::foot(rect);
        let (half, deep) = (f64::from(rect.width) / 2.0, f64::from(rect.width) / 4.0);
        let span = |from: f64, to: f64, count: usize| {
            let cell = |at: f64| at.clamp(0.0, count as f64) as usize;
            cell(from)..cell(to.ceil()).max(cell(from))
        };
        let columns = span((foot.x - half) * sx, (foot.x + half) * sx, self.columns);
        for row in span((foot.y - deep) * sy, foot.y * sy, self.rows) {
            self.cells[row * self.columns..][columns.clone()].iter_mut().for_each(|cell| *cell += 1.0);
        }
    }

    /// The picture: red, green and blue of every pixel, row by row.
    pub fn paint(&self) -> Vec<u8> {
        let mut heat = self.cells.clone();
        for _ in 0..3 {
            heat = blurred(&heat, self.columns, self.rows);
        }
        let mut warm: Vec<f32> = heat.iter().copied().filter(|heat| *heat > 0.01).collect();
        let rank = ((warm.len() as f64 * (1.0 - BRIGHTEST)) as usize).min(warm.len().saturating_sub(1));
        let hottest = match warm.is_empty() {
            true => 1.0,
            false => *warm.select_nth_unstable_by(rank, f32::total_cmp).1,
        };
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let mut pixels = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                let heat = self.between(&heat, x, y) / hottest;
                pixels.extend(colour(heat.clamp(0.0, 1.0).powf(GAMMA)));
            }
        }
        pixels
    }

    /// The heat at a pixel, between the centres of the four cells around it.
    fn between(&self, heat: &[f32], x: usize, y: usize) -> f32 {
        let place = |at: usize, count: usize| {
            let place = ((at as f32 + 0.5) / CELL as f32 - 0.5).clamp(0.0, count as f32 - 1.0);
            let low = place as usize;
            (low, (low + 1).min(count - 1), place - low as f32)
        };
        let ((left, right, u), (top, bottom, v)) = (place(x, self.columns), place(y, self.rows));
        let at = |row: usize, column: usize| heat[row * self.columns + column];
        let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
        mix(mix(at(top, left), at(top, right), u), mix(at(bottom, left), at(bottom, right), u), v)
    }
}

/// The mean over a square around every cell, as far as it lies inside.
fn blurred(cells: &[f32], columns: usize, rows: usize) -> Vec<f32> {
    let line = |from: &dyn Fn(usize) -> f32, count: usize, to: &mut dyn FnMut(usize, f32)| {
        for at in 0..count {
            let around = at.saturating_sub(BLUR)..(at + BLUR + 1).min(count);
            to(at, around.map(from).sum::<f32>() / (2 * BLUR + 1) as f32);
        }
    };
    let mut across = vec![0.0; cells.len()];
    for row in 0..rows {
        line(&|column| cells[row * columns + column], columns, &mut |column, heat| {
            across[row * columns + column] = heat
        });
    }
    let mut both = vec![0.0; cells.len()];
    for column in 0..columns {
        line(&|row| across[row * columns + column], rows, &mut |row, heat| both[row * columns + column] = heat);
    }
    both
}

fn colour(heat: f32) -> [u8; 3] {
    let place = heat * (COLOURS.len() - 1) as f32;
    let low = (place as usize).min(COLOURS.len() - 2);
    let share = place - low as f32;
    std::array::from_fn(|channel| {
        let (from, to) = (COLOURS[low][channel], COLOURS[low + 1][channel]);
        (from + (to - from) * share).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_stands_warms_the_ground_below() {
        let size = Size { width: 160, height: 121 };
        let mut map = Heatmap::new(size);
        let pixel = |pixels: &[u8], x: usize, y: usize| pixels[(y * 160 + x) * 3..][..3].to_vec();
        assert_eq!(map.paint(), [10, 10, 22].repeat(160 * 121));
        for _ in 0..50 {
            map.add(&Rect { left: 60.0, top: 20.0, width: 40.0, height: 60.0 }, size);
        }
        let pixels = map.paint();
        assert_eq!(pixels.len(), 160 * 121 * 3);
        assert_eq!(pixel(&pixels, 10, 110), [10, 10, 22]);
        let (foot, head) = (pixel(&pixels, 80, 75), pixel(&pixels, 80, 25));
        assert!(foot[0] > 240 && head == [10, 10, 22], "{foot:?} {head:?}");
        // Boxes outside, and frames of another size.
        map.add(&Rect { left: -500.0, top: 0.0, width: 9000.0, height: 9000.0 }, size);
        map.add(&Rect { left: 0.0, top: 0.0, width: 10.0, height: 10.0 }, Size { width: 0, height: 0 });
        assert_eq!(map.paint().len(), pixels.len());
    }
}
