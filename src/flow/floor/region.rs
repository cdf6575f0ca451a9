//! Which cells of a grid belong to one of two, where cells that look alike belong together.
//!
//! The energy is that of a Potts model: what a cell prefers, and a price wherever two neighbours differ. It is lowered by
//! min-sum belief propagation in sweeps (Felzenszwalb & Huttenlocher, "Efficient Belief Propagation for Early Vision",
//! IJCV 70, 2006); with two labels a message is one number, cut to the price of the border it crosses.

use crate::base::geometry::Size;

/// Sweeps there and back, along the rows and along the columns.
const SWEEPS: usize = 6;

/// A grid of cells.
#[derive(Debug, Clone)]
pub struct Cells {
    /// Columns and rows.
    pub size: Size,
    /// How much better the second label is for each cell, row by row; negative where it is worse.
    pub prefer: Vec<f32>,
    /// The price of a border between each cell and the one to its right.
    pub right: Vec<f32>,
    /// The price of a border between each cell and the one below.
    pub below: Vec<f32>,
}

impl Cells {
    /// Which cells have the second label.
    pub fn second(&self) -> Vec<bool> {
        let (columns, rows) = (self.size.width as usize, self.size.height as usize);
        let count = columns * rows;
        if [&self.prefer, &self.right, &self.below].iter().any(|part| part.len() < count) {
            return vec![false; count];
        }
        // What each cell hears from its left, its right, above and below, in the sense of `prefer`.
        let mut heard = [vec![0.0f32; count], vec![0.0; count], vec![0.0; count], vec![0.0; count]];
        let steps = |along: usize, across: usize, stride: usize, turn: usize| {
            (0..across).flat_map(move |line| (0..along.saturating_sub(1)).map(move |at| line * turn + at * stride))
        };
        for _ in 0..SWEEPS {
            for from in steps(columns, rows, 1, columns) {
                self.tell(&mut heard, from, from + 1, [0, 1], self.right[from]);
            }
            for from in steps(columns, rows, 1, columns).map(|at| count - 2 - at) {
                self.tell(&mut heard, from + 1, from, [1, 0], self.right[from]);
            }
            for from in steps(rows, columns, columns, 1) {
                self.tell(&mut heard, from, from + columns, [2, 3], self.below[from]);
            }
            for from in steps(rows, columns, columns, 1).map(|at| count - columns - 1 - at) {
                self.tell(&mut heard, from + columns, from, [3, 2], self.below[from]);
            }
        }
        (0..count).map(|at| self.prefer[at] + heard.iter().map(|heard| heard[at]).sum::<f32>() > 0.0).collect()
    }

    /// `to` hears, in `sides[0]` of it, what `from` thinks but for what that heard from `to`, in `sides[1]`.
    fn tell(&self, heard: &mut [Vec<f32>; 4], from: usize, to: usize, sides: [usize; 2], price: f32) {
        let all: f32 = heard.iter().map(|heard| heard[from]).sum();
        let thinks = self.prefer[from] + all - heard[sides[1]][from];
        heard[sides[0]][to] = thinks.clamp(-price, price);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_sure_cells_decide_for_those_that_look_alike() {
        let size = Size { width: 9, height: 7 };
        let mut cells = Cells { size, prefer: vec![-0.01; 63], right: vec![1.0; 63], below: vec![1.0; 63] };
        // An edge goes down between columns 4 and 5; one cell on the left is sure, and one of the right of the opposite.
        (0..7).for_each(|row| cells.right[row * 9 + 4] = 0.0);
        cells.prefer[2 * 9 + 1] = 5.0;
        cells.prefer[5 * 9 + 8] = -5.0;
        let second = cells.second();
        for (at, second) in second.iter().enumerate() {
            assert_eq!(*second, at % 9 <= 4, "{at}");
        }
    }

    #[test]
    fn a_lone_cell_is_outvoted_and_a_short_list_is_refused() {
        let size = Size { width: 5, height: 5 };
        let mut cells = Cells { size, prefer: vec![0.3; 25], right: vec![0.5; 25], below: vec![0.5; 25] };
        cells.prefer[12] = -1.0;
        assert_eq!(cells.second(), vec![true; 25]);
        cells.prefer[12] = -3.0;
        assert_eq!(cells.second().iter().filter(|second| !**second).count(), 1);
        cells.below.pop();
        assert_eq!(cells.second(), vec![false; 25]);
    }
}
