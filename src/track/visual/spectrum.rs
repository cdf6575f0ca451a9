//! Fourier transforms of small squares. Spectra are kept transposed: everything done to them is cell by cell.

use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

/// A complex number.
pub type C = Complex<f32>;

/// Transforms of squares of one size.
pub struct Transform {
    side: usize,
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    scratch: Vec<C>,
    square: Vec<C>,
    turned: Vec<C>,
}

impl Transform {
    /// Transforms of `side` by `side` cells.
    pub fn new(side: usize) -> Self {
        let mut planner = FftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(side), planner.plan_fft_inverse(side));
        let scratch = forward.get_inplace_scratch_len().max(inverse.get_inplace_scratch_len());
        let empty = || vec![C::default(); side * side];
        Self { side, forward, inverse, scratch: vec![C::default(); scratch], square: empty(), turned: empty() }
    }

    /// Cells of a square.
    pub fn area(&self) -> usize {
        self.side * self.side
    }

    /// The spectra of two real squares in one transform.
    pub fn forward_two(&mut self, a: &[f32], b: &[f32], a_out: &mut [C], b_out: &mut [C]) {
        for (to, (a, b)) in self.square.iter_mut().zip(a.iter().zip(b)) {
            *to = C::new(*a, *b);
        }
        self.forward.process_with_scratch(&mut self.square, &mut self.scratch);
        turn(&self.square, &mut self.turned, self.side);
        self.forward.process_with_scratch(&mut self.turned, &mut self.scratch);
        let side = self.side;
        let opposite = |at: usize| (side - at) % side;
        for y in 0..side {
            for x in 0..side {
                let here = self.turned[y * side + x];
                let there = self.turned[opposite(y) * side + opposite(x)].conj();
                a_out[y * side + x] = (here + there) * 0.5;
                b_out[y * side + x] = (here - there) * C::new(0.0, -0.5);
            }
        }
    }

    /// The real square of a spectrum.
    pub fn inverse(&mut self, spectrum: &[C], out: &mut Vec<f32>) {
        self.turned.copy_from_slice(spectrum);
        self.inverse.process_with_scratch(&mut self.turned, &mut self.scratch);
        turn(&self.turned, &mut self.square, self.side);
        self.inverse.process_with_scratch(&mut self.square, &mut self.scratch);
        let share = 1.0 / self.area() as f32;
        out.clear();
        out.extend(self.square.iter().map(|value| value.re * share));
    }
}

fn turn(from: &[C], to: &mut [C], side: usize) {
    for y in 0..side {
        for x in 0..side {
            to[x * side + y] = from[y * side + x];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_come_back_and_correlations_are_shifts() {
        let side = 6;
        let mut transform = Transform::new(side);
        let a: Vec<f32> = (0..36).map(|v| (v * v % 17) as f32).collect();
        let b: Vec<f32> = (0..36).map(|at| a[(at / 6 + 4) % 6 * 6 + (at + 5) % 6]).collect();
        let (mut fa, mut fb, mut back) = (vec![C::default(); 36], vec![C::default(); 36], Vec::new());
        transform.forward_two(&a, &b, &mut fa, &mut fb);
        transform.inverse(&fb, &mut back);
        assert!(back.iter().zip(&b).all(|(x, y)| (x - y).abs() < 1e-3));
        // `b` is `a` moved by one to the right and two down: there the correlation is greatest.
        let product: Vec<C> = fa.iter().zip(&fb).map(|(a, b)| a.conj() * b).collect();
        transform.inverse(&product, &mut back);
        let peak = (0..36).max_by(|&i, &j| back[i].total_cmp(&back[j])).unwrap();
        assert_eq!((peak % 6, peak / 6), (1, 2));
    }
}
