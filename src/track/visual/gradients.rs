//! Histograms of oriented gradients (Dalal and Triggs 2005): which way edges run in each cell.

use super::grid::Grid;

/// Directions told apart, over the whole circle.
pub const CHANNELS: usize = 18;

/// Samples a side in a cell.
pub const SAMPLES: usize = 2;
/// Keeps flat cells at zero.
const FLAT: f32 = 20.0;

/// Fills `channels`, each of `cells * cells` values, from a grid of [`SAMPLES`] times as many samples a side. Each cell is
/// divided by the strength of all its edges.
pub fn fill(grid: &Grid, cells: usize, channels: &mut [f32]) {
    let side = grid.side;
    let luma = |x: usize, y: usize| grid.samples[y.min(side - 1) * side + x.min(side - 1)][0];
    let area = cells * cells;
    channels.fill(0.0);
    for cell in 0..area {
        let (column, row) = (cell % cells, cell / cells);
        let mut strength = FLAT;
        for at in 0..SAMPLES * SAMPLES {
            let (x, y) = (column * SAMPLES + at % SAMPLES, row * SAMPLES + at / SAMPLES);
            let dx = luma(x + 1, y) - luma(x.saturating_sub(1), y);
            let dy = luma(x, y + 1) - luma(x, y.saturating_sub(1));
            let edge = dx.hypot(dy);
            let turn = (dy.atan2(dx) / std::f32::consts::TAU).rem_euclid(1.0) * CHANNELS as f32;
            let (low, share) = (turn.floor(), turn.fract());
            let low = low as usize % CHANNELS;
            channels[low * area + cell] += edge * (1.0 - share);
            channels[(low + 1) % CHANNELS * area + cell] += edge * share;
            strength += edge;
        }
        for channel in 0..CHANNELS {
            channels[channel * area + cell] /= strength;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_falls_into_its_direction() {
        let side = 4 * SAMPLES;
        let samples = (0..side * side).map(|at| [if at % side < 4 { 0.0 } else { 200.0 }, 128.0, 128.0]).collect();
        let mut channels = vec![1.0; CHANNELS * 16];
        fill(&Grid { side, samples }, 4, &mut channels);
        // Brighter to the right: direction 0, in the two columns at the edge and nowhere else.
        let of = |channel: usize| channels[channel * 16..channel * 16 + 4].to_vec();
        assert!(of(0)[1] > 0.4 && of(0)[2] > 0.4, "{:?}", of(0));
        assert_eq!((of(0)[0], of(0)[3], of(9)), (0.0, 0.0, vec![0.0; 4]));
    }
}
