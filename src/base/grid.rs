//! Values on a grid, read between their points. Knows not what they are.

/// `width` x `height` values, row by row.
#[derive(Debug, Clone, Copy)]
pub struct Grid<'a> {
    values: &'a [f32],
    width: usize,
    height: usize,
}

impl<'a> Grid<'a> {
    /// A grid; `None` when it is empty or `values` are fewer than it needs.
    pub fn new(values: &'a [f32], width: usize, height: usize) -> Option<Self> {
        let needed = width.checked_mul(height).filter(|needed| *needed > 0)?;
        (values.len() >= needed).then_some(Self { values, width, height })
    }

    /// Values across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Values down.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The value at (`u`, `v`), interpolated between the four nearest; the first value lies at (0, 0). Outside, the edge goes on.
    #[inline]
    pub fn at(&self, u: f32, v: f32) -> f32 {
        let (u, v) = (u.clamp(0.0, (self.width - 1) as f32), v.clamp(0.0, (self.height - 1) as f32));
        let (x, y) = (u as usize, v as usize);
        let (x1, y1) = ((x + 1).min(self.width - 1), (y + 1).min(self.height - 1));
        let (fx, fy) = (u - x as f32, v - y as f32);
        let value = |x: usize, y: usize| self.values[y * self.width + x];
        let top = value(x, y) * (1.0 - fx) + value(x1, y) * fx;
        let bottom = value(x, y1) * (1.0 - fx) + value(x1, y1) * fx;
        top * (1.0 - fy) + bottom * fy
    }

    /// A part of the grid at another size: `width` x `height` values, each read at the centre of its cell. `part` is left,
    /// top, width and height as shares of the grid: `[0, 0, 1, 1]` is all of it.
    pub fn resized(&self, part: [f32; 4], width: usize, height: usize) -> Vec<f32> {
        let [left, top, across, down] = part;
        let mut out = Vec::with_capacity(width * height);
        for y in 0..height {
            let v = (top + (y as f32 + 0.5) / height as f32 * down) * self.height as f32 - 0.5;
            for x in 0..width {
                let u = (left + (x as f32 + 0.5) / width as f32 * across) * self.width as f32 - 0.5;
                out.push(self.at(u, v));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_at_whole_numbers_and_between_them_on_lines() {
        let grid = Grid::new(&[0.0, 1.0, 2.0, 3.0], 2, 2).unwrap();
        assert_eq!((grid.at(0.0, 0.0), grid.at(1.0, 1.0), grid.at(0.5, 0.0), grid.at(0.5, 0.5)), (0.0, 3.0, 0.5, 1.5));
        assert_eq!((grid.at(-9.0, 0.0), grid.at(9.0, 9.0)), (0.0, 3.0), "the edge goes on");
    }

    #[test]
    fn a_grid_at_its_own_size_is_itself_and_a_part_of_it_is_cut_out() {
        let values: Vec<f32> = (0..16).map(|value| value as f32).collect();
        let grid = Grid::new(&values, 4, 4).unwrap();
        assert_eq!(grid.resized([0.0, 0.0, 1.0, 1.0], 4, 4), values);
        assert_eq!(grid.resized([0.5, 0.25, 0.5, 0.5], 2, 2), [6.0, 7.0, 10.0, 11.0]);
        assert_eq!(grid.resized([0.0, 0.0, 1.0, 1.0], 1, 1), [7.5]);
        assert!(grid.resized([0.0, 0.0, 1.0, 1.0], 0, 3).is_empty());
    }

    #[test]
    fn what_is_too_short_is_no_grid() {
        assert!(Grid::new(&[0.0; 3], 2, 2).is_none() && Grid::new(&[], 0, 4).is_none());
        assert!(Grid::new(&[0.0], usize::MAX, 2).is_none());
    }
}
