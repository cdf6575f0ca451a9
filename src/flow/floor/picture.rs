//! A picture made small and soft: what is left of it are the edges that coding and noise do not move.

use nalgebra::Vector3;

use crate::base::geometry::Size;

/// Rows of brightness without gaps.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// Its size in pixels of its own.
    pub size: Size,
    /// `width * height` of them.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// The brightness at a place, between pixels too; `None` outside.
    pub fn at(&self, x: f32, y: f32) -> Option<f32> {
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        if !(x >= 0.0 && y >= 0.0 && x < (width - 1) as f32 && y < (height - 1) as f32) {
            return None;
        }
        let (column, row) = (x as usize, y as usize);
        let (right, down) = (x - column as f32, y - row as f32);
        let rows = self.pixels.get(row * width + column..(row + 1) * width + column + 2)?;
        let [a, b, c, d] = [rows[0], rows[1], rows[width], rows[width + 1]].map(f32::from);
        let (upper, lower) = (a + (b - a) * right, c + (d - c) * right);
        Some(upper + (lower - upper) * down)
    }

    /// The change of brightness to the right and down at a place, for a pixel of this picture.
    pub fn slope(&self, x: f32, y: f32) -> Option<[f32; 2]> {
        let across = (self.at(x + 1.0, y)? - self.at(x - 1.0, y)?) / 2.0;
        Some([across, (self.at(x, y + 1.0)? - self.at(x, y - 1.0)?) / 2.0])
    }

    /// Pixels from the middle to the right edge: the unit of [`super::epipolar`].
    pub fn unit(&self) -> f64 {
        f64::from(self.size.width) / 2.0
    }

    /// A place of this picture as a point of [`super::epipolar`].
    pub fn point(&self, x: f32, y: f32) -> Vector3<f64> {
        let unit = self.unit();
        let (x, y) = (f64::from(x) + 0.5 - unit, f64::from(y) + 0.5 - f64::from(self.size.height) / 2.0);
        Vector3::new(x / unit, y / unit, 1.0)
    }

    /// The place of a point; `None` where it is behind the camera.
    pub fn place(&self, point: &Vector3<f64>) -> Option<[f32; 2]> {
        if point.z.abs() < 1e-9 {
            return None;
        }
        let (x, y) = (point.x / point.z * self.unit(), point.y / point.z * self.unit());
        Some([(x + self.unit() - 0.5) as f32, (y + f64::from(self.size.height) / 2.0 - 0.5) as f32])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_between_pixels_and_outside() {
        let size = Size { width: 4, height: 4 };
        let picture = Picture { size, pixels: (0..16).map(|at| at % 4 * 10 + at / 4 * 3).collect() };
        assert_eq!(picture.at(1.5, 0.5), Some(16.5));
        assert_eq!((picture.at(-0.1, 0.0), picture.at(3.0, 0.0), picture.at(f32::NAN, 0.0)), (None, None, None));
        assert_eq!((picture.slope(0.5, 1.0), picture.slope(1.0, 1.0)), (None, Some([10.0, 3.0])));
        let point = picture.point(2.0, 1.5);
        assert_eq!((point.x, point.y), (0.25, 0.0));
        assert_eq!(picture.place(&point), Some([2.0, 1.5]));
    }
}
