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
    /// Y, Cb and Cr of a pixel, 0 to 255; the border goes on for ever outside. Missing bytes are gray.
    pub fn at(&self, x: i32, y: i32) -> [f32; 3] {
        let inside = |value: i32, length: usize| (value.max(0) as usize).min(length.saturating_sub(1));
        let (x, y) = (inside(x, self.width), inside(y, self.height));
        let byte = |data: &[u8], at: usize| data.get(at).map_or(NEUTRAL, |&value| f32::from(value));
        match self.pixels {
            Pixels::Ycbcr { luma, luma_pitch, cb, cr, chroma_pitch, chroma_step } => {
                let chroma = y / 2 * chroma_pitch + x / 2 * chroma_step;
                [byte(luma, y * luma_pitch + x), byte(cb, chroma), byte(cr, chroma)]
            }
            Pixels::Rgb { data, pitch, step, places } => {
                let start = y * pitch + x * step;
                let [r, g, b] = places.map(|place| byte(data, start + place));
                // BT.601; features compare pictures of one camera, so the range does not matter.
                let luma = 0.299 * r + 0.587 * g + 0.114 * b;
                [luma, NEUTRAL + 0.564 * (b - luma), NEUTRAL + 0.713 * (r - luma)]
            }
            Pixels::Gray { data, pitch } => [byte(data, y * pitch + x), NEUTRAL, NEUTRAL],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_gives_the_same_colour_and_the_border_goes_on() {
        let rgb = [200u8, 30, 40, 255, 0, 0, 0, 0];
        let pixels = Pixels::Rgb { data: &rgb, pitch: 8, step: 4, places: [0, 1, 2] };
        let picture = Picture { width: 2, height: 1, pixels };
        let [y, cb, cr] = picture.at(-5, 3);
        let (luma, chroma) = ([y as u8; 4], [cb as u8, cr as u8]);
        let [cb_plane, cr_plane] = [&chroma[..], &chroma[1..]];
        let pixels =
            Pixels::Ycbcr { luma: &luma, luma_pitch: 2, cb: cb_plane, cr: cr_plane, chroma_pitch: 2, chroma_step: 2 };
        let other = Picture { width: 2, height: 2, pixels }.at(9, 9);
        assert!([y, cb, cr].iter().zip(other).all(|(a, b)| (a - b).abs() < 1.0), "{other:?}");
        assert_eq!(
            Picture { width: 1, height: 1, pixels: Pixels::Gray { data: &[7], pitch: 1 } }.at(0, 0),
            [7.0, 128.0, 128.0]
        );
        assert_eq!(Picture { width: 9, height: 9, pixels: Pixels::Gray { data: &[], pitch: 9 } }.at(8, 8), [128.0; 3]);
    }
}
