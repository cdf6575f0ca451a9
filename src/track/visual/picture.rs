//! The pixels of a frame, borrowed, as luma and chroma.

/// A frame to look at.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// The pixels.
    pub pixels: Pixels<'a>,
}

/// How pixels lie in memory; pitches and steps are in bytes.
#[derive(Clone, Copy)]
pub enum Pixels<'a> {
    /// Luma, and chroma at half the size.
    Ycbcr {
        /// Luma rows.
        luma: &'a [u8],
        /// From luma row to luma row.
        luma_pitch: usize,
        /// Cb samples.
        cb: &'a [u8],
        /// Cr samples.
        cr: &'a [u8],
        /// From chroma row to chroma row.
        chroma_pitch: usize,
        /// From chroma sample to chroma sample: 1, or 2 where Cb and Cr alternate.
        chroma_step: usize,
    },
    /// Red, green and blue in one plane.
    Rgb {
        /// The rows.
        data: &'a [u8],
        /// From row to row.
        pitch: usize,
        /// From pixel to pixel.
        step: usize,
        /// Where red, green and blue are in a pixel.
        places: [usize; 3],
    },
    /// Luma alone.
    Gray {
        /// The rows.
        data: &'a [u8],
        /// From row to row.
        pitch: usize,
    },
}

/// Chroma of gray.
const NEUTRAL: f32 = 128.0;

impl Picture<'_> {
    /// The places of a row's pixels, or a column's, at these coordinates; the border goes on for ever outside.
    pub fn places(coordinates: impl Iterator<Item = f32>, length: usize, places: &mut Vec<usize>) {
        let last = length.saturating_sub(1) as f32;
        places.clear();
        // Truncated as floored: nothing is below 0 any more.
        places.extend(coordinates.map(|at| at.clamp(0.0, last) as usize));
    }

    /// Y, Cb and Cr of one pixel.
    #[cfg(test)]
    pub fn at(&self, x: f32, y: f32) -> [f32; 3] {
        let place = |at: f32, length: usize| {
            let mut places = Vec::new();
            Picture::places([at].into_iter(), length, &mut places);
            places[0]
        };
        let mut sums = [[0.0; 3]];
        self.add_row(place(y, self.height), &[place(x, self.width)], 1, &mut sums);
        sums[0]
    }

    /// Adds Y, Cb and Cr, 0 to 255, of pixels of row `y` to sums: `dense` of `columns` to each. Missing bytes are gray.
    pub fn add_row(&self, y: usize, columns: &[usize], dense: usize, sums: &mut [[f32; 3]]) {
        let each = sums.iter_mut().zip(columns.chunks_exact(dense.max(1)));
        match self.pixels {
            Pixels::Ycbcr { luma, luma_pitch, cb, cr, chroma_pitch, chroma_step } => {
                let luma = row(luma, y * luma_pitch);
                let (cb, cr) = (row(cb, y / 2 * chroma_pitch), row(cr, y / 2 * chroma_pitch));
                for (sum, columns) in each {
                    for &x in columns {
                        let chroma = x / 2 * chroma_step;
                        sum[0] += byte(luma, x);
                        sum[1] += byte(cb, chroma);
                        sum[2] += byte(cr, chroma);
                    }
                }
            }
            Pixels::Rgb { data, pitch, step, places } => {
                let data = row(data, y * pitch);
                for (sum, columns) in each {
                    for &x in columns {
                        let [r, g, b] = places.map(|place| byte(data, x * step + place));
                        // BT.601; features compare pictures of one camera, so the range does not matter.
                        let luma = 0.299 * r + 0.587 * g + 0.114 * b;
                        sum[0] += luma;
                        sum[1] += NEUTRAL + 0.564 * (b - luma);
                        sum[2] += NEUTRAL + 0.713 * (r - luma);
                    }
                }
            }
            Pixels::Gray { data, pitch } => {
                let data = row(data, y * pitch);
                for (sum, columns) in each {
                    for &x in columns {
                        sum[0] += byte(data, x);
                        sum[1] += NEUTRAL;
                        sum[2] += NEUTRAL;
                    }
                }
            }
        }
    }
}

/// What lies from `at` on.
fn row(data: &[u8], at: usize) -> &[u8] {
    data.get(at..).unwrap_or_default()
}

fn byte(row: &[u8], at: usize) -> f32 {
    row.get(at).map_or(NEUTRAL, |&value| f32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_gives_the_same_colour_and_the_border_goes_on() {
        let rgb = [200u8, 30, 40, 255, 0, 0, 0, 0];
        let pixels = Pixels::Rgb { data: &rgb, pitch: 8, step: 4, places: [0, 1, 2] };
        let picture = Picture { width: 2, height: 1, pixels };
        let [y, cb, cr] = picture.at(-5.0, 3.0);
        let (luma, chroma) = ([y as u8; 4], [cb as u8, cr as u8]);
        let [cb_plane, cr_plane] = [&chroma[..], &chroma[1..]];
        let pixels =
            Pixels::Ycbcr { luma: &luma, luma_pitch: 2, cb: cb_plane, cr: cr_plane, chroma_pitch: 2, chroma_step: 2 };
        let other = Picture { width: 2, height: 2, pixels }.at(9.0, 9.0);
        assert!([y, cb, cr].iter().zip(other).all(|(a, b)| (a - b).abs() < 1.0), "{other:?}");
        let gray = |width: usize, data: &'static [u8]| Picture {
            width,
            height: width,
            pixels: Pixels::Gray { data, pitch: width },
        };
        assert_eq!(gray(1, &[7]).at(0.0, 0.0), [7.0, 128.0, 128.0]);
        assert_eq!(gray(9, &[]).at(8.0, 8.9), [128.0; 3]);
        assert_eq!(gray(1, &[7]).at(f32::NAN, f32::INFINITY), [7.0, 128.0, 128.0]);
    }
}
