//! Colours as the metadata gives them, and as a surface stores them.

use crate::surface::format::{Format, Layout, Matrix};

/// A colour: red, green, blue and alpha, each 0..1. Values outside are clamped when used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour {
    /// Red.
    pub red: f64,
    /// Green.
    pub green: f64,
    /// Blue.
    pub blue: f64,
    /// 0 is invisible, 1 covers what is below.
    pub alpha: f64,
}

impl Colour {
    /// An opaque colour.
    pub const fn rgb(red: f64, green: f64, blue: f64) -> Self {
        Self { red, green, blue, alpha: 1.0 }
    }
}

/// A colour in the samples of one format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    /// In the layout's own order: three channels, or luma, Cb, Cr.
    pub samples: [u8; 3],
    /// 0..255.
    pub alpha: u8,
}

impl Ink {
    /// `colour` as `format` stores it. YCbCr weights are those of ITU-R BT.601 and BT.709.
    pub fn new(colour: Colour, format: Format) -> Self {
        let byte = |v: f64| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
        let (r, g, b) = (colour.red.clamp(0.0, 1.0), colour.green.clamp(0.0, 1.0), colour.blue.clamp(0.0, 1.0));
        let samples = match format.layout {
            Layout::Rgba | Layout::Rgb => [byte(r), byte(g), byte(b)],
            Layout::Bgrx => [byte(b), byte(g), byte(r)],
            Layout::Nv12 | Layout::I420 | Layout::Gray8 => ycbcr(r, g, b, format),
        };
        Self { samples, alpha: byte(colour.alpha) }
    }
}

/// Luma, Cb and Cr of a colour in 0..1.
fn ycbcr(r: f64, g: f64, b: f64, format: Format) -> [u8; 3] {
    let (kr, kb) = match format.matrix {
        Matrix::Bt601 => (0.299, 0.114),
        Matrix::Bt709 => (0.2126, 0.0722),
    };
    let luma = kr * r + (1.0 - kr - kb) * g + kb * b;
    let (cb, cr) = ((b - luma) / (2.0 * (1.0 - kb)), (r - luma) / (2.0 * (1.0 - kr)));
    let (offset, luma_range, chroma_range) = if format.full_range { (0.0, 255.0, 255.0) } else { (16.0, 219.0, 224.0) };
    let byte = |v: f64| v.round().clamp(0.0, 255.0) as u8;
    [byte(offset + luma * luma_range), byte(128.0 + cb * chroma_range), byte(128.0 + cr * chroma_range)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_in_every_layout() {
        let red = Colour::rgb(1.0, 0.0, 0.0);
        assert_eq!(Ink::new(red, Format::plain(Layout::Rgba)).samples, [255, 0, 0]);
        assert_eq!(Ink::new(red, Format::plain(Layout::Bgrx)).samples, [0, 0, 255]);
        assert_eq!(Ink::new(red, Format::plain(Layout::I420)).samples, [81, 90, 240]);
        let hd = Format { layout: Layout::Nv12, matrix: Matrix::Bt709, full_range: false };
        assert_eq!(Ink::new(red, hd).samples, [63, 102, 240]);
    }

    #[test]
    fn values_outside_the_range_are_clamped() {
        let ink = Ink::new(Colour { red: 7.0, green: -1.0, blue: f64::NAN, alpha: 2.0 }, Format::plain(Layout::Rgb));
        assert_eq!((ink.samples, ink.alpha), ([255, 0, 0], 255));
    }
}
