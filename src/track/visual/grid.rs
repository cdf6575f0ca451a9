//! A part of the picture, scaled to a square of samples.

use super::picture::Picture;

/// A part of the picture, in its pixels; may reach beyond it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Middle, across.
    pub x: f32,
    /// Middle, down.
    pub y: f32,
    /// Pixels across.
    pub width: f32,
    /// Pixels down.
    pub height: f32,
}

/// Square samples of luma and chroma, row by row.
#[derive(Debug, Default)]
pub struct Grid {
    /// Samples a side.
    pub side: usize,
    /// Y, Cb, Cr of each sample.
    pub samples: Vec<[f32; 3]>,
    /// Which pixels samples are made of, across and down.
    columns: Vec<usize>,
    rows: Vec<usize>,
}

/// The most pixels a side that one sample is the mean of; more are skipped over.
const DENSEST: usize = 2;

impl Grid {
    /// A grid of samples that are there already.
    #[cfg(test)]
    pub fn of(side: usize, samples: Vec<[f32; 3]>) -> Self {
        Self { side, samples, ..Self::default() }
    }

    /// Takes `side` samples a side of `window`, each the mean of the pixels about its middle.
    pub fn fill(&mut self, picture: &Picture<'_>, window: &Window, side: usize) {
        self.side = side;
        let (step_x, step_y) = (window.width / side as f32, window.height / side as f32);
        let (left, top) = (window.x - window.width / 2.0, window.y - window.height / 2.0);
        let (dense_x, dense_y) = (density(step_x), density(step_y));
        let place = |start: f32, step: f32, dense: usize| {
            (0..side * dense).map(move |at| start + (at as f32 + 0.5) / dense as f32 * step)
        };
        Picture::places(place(left, step_x, dense_x), picture.width, &mut self.columns);
        Picture::places(place(top, step_y, dense_y), picture.height, &mut self.rows);
        self.samples.clear();
        self.samples.resize(side * side, [0.0; 3]);
        let share = 1.0 / (dense_x * dense_y) as f32;
        for (samples, rows) in self.samples.chunks_exact_mut(side.max(1)).zip(self.rows.chunks_exact(dense_y)) {
            rows.iter().for_each(|&y| picture.add_row(y, &self.columns, dense_x, samples));
            samples.iter_mut().for_each(|sample| *sample = sample.map(|sum| sum * share));
        }
    }
}

/// How many pixels a side a sample of this many is the mean of.
fn density(step: f32) -> usize {
    (step.round().max(1.0) as usize).min(DENSEST)
}

#[cfg(test)]
mod tests {
    use super::super::picture::Pixels;
    use super::*;

    #[test]
    fn samples_lie_in_the_middle_of_their_part() {
        let data: Vec<u8> = (0..64).map(|at| (at % 8) * 10).collect();
        let picture = Picture { width: 8, height: 8, pixels: Pixels::Gray { data: &data, pitch: 8 } };
        let mut grid = Grid::default();
        grid.fill(&picture, &Window { x: 4.0, y: 4.0, width: 8.0, height: 8.0 }, 4);
        let lumas: Vec<f32> = grid.samples[..4].iter().map(|sample| sample[0]).collect();
        assert_eq!(lumas, [5.0, 25.0, 45.0, 65.0]);
        grid.fill(&picture, &Window { x: -20.0, y: 4.0, width: 4.0, height: 4.0 }, 4);
        assert!(grid.samples.iter().all(|sample| sample[0] == 0.0));
    }
}
