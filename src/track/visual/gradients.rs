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
            let edge = (dx * dx + dy * dy).sqrt();
            let turn = turn(dx, dy) * CHANNELS as f32;
            let low = (turn as usize).min(CHANNELS - 1);
            let share = turn - low as f32;
            channels[low * area + cell] += edge * (1.0 - share);
            channels[(low + 1) % CHANNELS * area + cell] += edge * share;
            strength += edge;
        }
        let share = 1.0 / strength;
        for channel in 0..CHANNELS {
            channels[channel * area + cell] *= share;
        }
    }
}

/// The direction of an edge as a share of the circle, 0 to 1: its arc tangent within 0.00002 turns, by a polynomial whose
/// greatest error over the first eighth of the circle is least.
fn turn(dx: f32, dy: f32) -> f32 {
    const ODD: [f32; 4] = [0.159_029_86, -0.051_117_03, 0.023_279_8, -0.006_205_63];
    let (x, y) = (dx.abs(), dy.abs());
    let steep = x.min(y) / x.max(y).max(f32::MIN_POSITIVE);
    let square = steep * steep;
    let eighth = ODD.iter().rev().fold(0.0, |sum, factor| sum * square + factor) * steep;
    let quarter = if y > x { 0.25 - eighth } else { eighth };
    let half = if dx < 0.0 { 0.5 - quarter } else { quarter };
    if dy < 0.0 { 1.0 - half } else { half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_is_the_arc_tangent() {
        for step in 0..1000 {
            let angle = std::f32::consts::TAU * step as f32 / 1000.0;
            let found = turn(30.0 * angle.cos(), 30.0 * angle.sin());
            let off = (found - step as f32 / 1000.0).abs();
            assert!(off.min(1.0 - off) < 2e-5, "{step}: {found}");
        }
        assert_eq!(turn(0.0, 0.0), 0.0);
    }

    #[test]
    fn an_edge_falls_into_its_direction() {
        let side = 4 * SAMPLES;
        let samples = (0..side * side).map(|at| [if at % side < 4 { 0.0 } else { 200.0 }, 128.0, 128.0]).collect();
        let mut channels = vec![1.0; CHANNELS * 16];
        fill(&Grid::of(side, samples), 4, &mut channels);
        // Brighter to the right: direction 0, in the two columns at the edge and nowhere else.
        let of = |channel: usize| channels[channel * 16..channel * 16 + 4].to_vec();
        assert!(of(0)[1] > 0.4 && of(0)[2] > 0.4, "{:?}", of(0));
        assert_eq!((of(0)[0], of(0)[3], of(9)), (0.0, 0.0, vec![0.0; 4]));
    }
}
