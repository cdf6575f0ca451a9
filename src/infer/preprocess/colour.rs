//! From YCbCr to red, green and blue, a row at a time.

use crate::surface::format::{Format, Matrix};

/// `red = luma + red_cr * cr` and so on, with luma scaled to 0..255 and chroma centred at 0.
///
/// The numbers follow from ITU-R BT.601 (Kr 0.299, Kb 0.114) and BT.709 (Kr 0.2126, Kb 0.0722).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour {
    black: f32,
    luma: f32,
    red_cr: f32,
    green_cb: f32,
    green_cr: f32,
    blue_cb: f32,
}

impl Colour {
    /// The weights a format was made with.
    pub fn of(format: Format) -> Self {
        let (kr, kb) = match format.matrix {
            Matrix::Bt601 => (0.299, 0.114),
            Matrix::Bt709 => (0.2126, 0.0722),
        };
        let kg = 1.0 - kr - kb;
        let (black, luma, chroma) =
            if format.full_range { (0.0, 1.0, 1.0) } else { (16.0, 255.0 / 219.0, 255.0 / 224.0) };
        Self {
            black,
            luma,
            red_cr: 2.0 * (1.0 - kr) * chroma,
            green_cb: -2.0 * kb * (1.0 - kb) / kg * chroma,
            green_cr: -2.0 * kr * (1.0 - kr) / kg * chroma,
            blue_cb: 2.0 * (1.0 - kb) * chroma,
        }
    }

    /// Turns rows of Y, Cb, Cr (0..255) into red, green and blue in 0..255. The rows are equally long.
    #[inline(always)]
    pub fn row_to_rgb(&self, y: &[f32], cb: &[f32], cr: &[f32], red: &mut [f32], green: &mut [f32], blue: &mut [f32]) {
        let n = y.len();
        let (cb, cr) = (&cb[..n], &cr[..n]);
        let (red, green, blue) = (&mut red[..n], &mut green[..n], &mut blue[..n]);
        for i in 0..n {
            let luma = (y[i] - self.black) * self.luma;
            let (b, r) = (cb[i] - 128.0, cr[i] - 128.0);
            red[i] = (luma + self.red_cr * r).clamp(0.0, 255.0);
            green[i] = (luma + self.green_cb * b + self.green_cr * r).clamp(0.0, 255.0);
            blue[i] = (luma + self.blue_cb * b).clamp(0.0, 255.0);
        }
    }

    /// Stretches a row of luma to 0..255.
    #[inline(always)]
    pub fn row_to_gray(&self, y: &[f32], gray: &mut [f32]) {
        for (to, &luma) in gray.iter_mut().zip(y) {
            *to = ((luma - self.black) * self.luma).clamp(0.0, 255.0);
        }
    }
}

/// The luma of a row of red, green and blue, with BT.601's weights, as OpenCV's `COLOR_RGB2GRAY`.
#[inline(always)]
pub fn rgb_to_gray(red: &[f32], green: &[f32], blue: &[f32], gray: &mut [f32]) {
    let n = gray.len();
    let (red, green, blue) = (&red[..n], &green[..n], &blue[..n]);
    for i in 0..n {
        gray[i] = 0.299 * red[i] + 0.587 * green[i] + 0.114 * blue[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::format::Layout;

    fn rgb(format: Format, ycc: [f32; 3]) -> [f32; 3] {
        let (mut r, mut g, mut b) = ([0.0], [0.0], [0.0]);
        Colour::of(format).row_to_rgb(&ycc[..1], &ycc[1..2], &ycc[2..], &mut r, &mut g, &mut b);
        [r[0], g[0], b[0]]
    }

    #[test]
    fn white_black_and_the_primaries_are_what_the_standards_say() {
        let limited = Format::plain(Layout::I420);
        let full = Format { full_range: true, ..limited };
        let hd = Format { matrix: Matrix::Bt709, ..limited };
        let near = |found: [f32; 3], wanted: [f32; 3]| {
            assert!(found.iter().zip(wanted).all(|(f, w)| (f - w).abs() < 1.2), "{found:?} is not {wanted:?}");
        };
        near(rgb(limited, [235.0, 128.0, 128.0]), [255.0; 3]);
        near(rgb(limited, [16.0, 128.0, 128.0]), [0.0; 3]);
        near(rgb(full, [255.0, 128.0, 128.0]), [255.0; 3]);
        near(rgb(limited, [81.0, 90.0, 240.0]), [255.0, 0.0, 0.0]);
        near(rgb(hd, [63.0, 102.0, 240.0]), [255.0, 0.0, 0.0]);
        near(rgb(full, [149.7, 43.5, 21.2]), [0.0, 255.0, 0.0]);
    }
}
