//! Blends coverage with a colour into the samples of a surface.

use super::colour::Ink;
use crate::surface::format::Layout;
use crate::surface::view::ViewMut;

/// A block of coverage: `width` x `height` bytes, its top left corner at (`x`, `y`) of the picture. 255 covers fully.
pub struct Coverage<'a> {
    /// Left edge in pixels, may lie outside the picture.
    pub x: i32,
    /// Top edge in pixels, may lie outside the picture.
    pub y: i32,
    /// Pixels across.
    pub width: usize,
    /// Rows of `width` bytes.
    pub bytes: &'a [u8],
}

/// The part of a block that lies in the picture.
#[derive(Clone, Copy)]
struct Span {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
}

impl Span {
    fn of(x: i32, y: i32, width: usize, height: usize, view: &ViewMut<'_>) -> Option<Self> {
        let clip = |from: i32, length: usize, end: u32| {
            let last = i64::from(from).saturating_add_unsigned(length as u64).min(i64::from(end)).max(0);
            (from.max(0) as usize, last as usize)
        };
        let (left, right) = clip(x, width, view.size.width);
        let (top, bottom) = clip(y, height, view.size.height);
        (left < right && top < bottom).then_some(Self { left, right, top, bottom })
    }
}

/// `under` with `alpha`/255 of `over` on it, rounded.
#[inline]
fn mix(under: u8, over: u8, alpha: u32) -> u8 {
    let sum = u32::from(under) * (255 - alpha) + u32::from(over) * alpha + 127;
    ((sum + (sum >> 8)) >> 8).min(255) as u8
}

/// Fills the rectangle at (`x`, `y`) of `width` x `height` pixels; what lies outside the picture is left out.
pub fn fill(view: &mut ViewMut<'_>, x: i32, y: i32, width: usize, height: usize, ink: Ink) {
    if let Some(span) = Span::of(x, y, width, height, view) {
        blend(view, span, ink, |_, _| 255);
    }
}

/// Blends a block of coverage; what lies outside the picture is left out.
pub fn cover(view: &mut ViewMut<'_>, block: &Coverage<'_>, ink: Ink) {
    if block.width == 0 {
        return;
    }
    let height = block.bytes.len() / block.width;
    if let Some(span) = Span::of(block.x, block.y, block.width, height, view) {
        let origin = (i64::from(block.y) * block.width as i64) + i64::from(block.x);
        blend(view, span, ink, |px, py| block.bytes[(py as i64 * block.width as i64 + px as i64 - origin) as usize]);
    }
}

/// Blends `ink` over `span`, weighted with `coverage(x, y)`.
fn blend(view: &mut ViewMut<'_>, span: Span, ink: Ink, coverage: impl Fn(usize, usize) -> u8) {
    let layout = view.format.layout;
    let alpha = u32::from(ink.alpha);
    let bytes = layout.bytes_per_pixel(0);
    let channels = bytes.min(3);
    for y in span.top..span.bottom {
        let row = view.row_mut(0, y);
        let pixels = row[span.left * bytes..span.right * bytes].chunks_exact_mut(bytes);
        for (x, pixel) in (span.left..).zip(pixels) {
            let weight = (alpha * u32::from(coverage(x, y)) + 127) / 255;
            if weight > 0 {
                for (sample, over) in pixel[..channels].iter_mut().zip(ink.samples) {
                    *sample = mix(*sample, over, weight);
                }
            }
        }
    }
    if matches!(layout, Layout::Nv12 | Layout::I420) {
        blend_chroma(view, span, ink, coverage);
    }
}

/// Blends the chroma of `ink`: a sample stands for 2x2 pixels and takes their mean coverage.
fn blend_chroma(view: &mut ViewMut<'_>, span: Span, ink: Ink, coverage: impl Fn(usize, usize) -> u8) {
    let layout = view.format.layout;
    let pixel = |x: usize, y: usize| {
        let inside = x >= span.left && x < span.right && y >= span.top && y < span.bottom;
        if inside { u32::from(coverage(x, y)) } else { 0 }
    };
    for cy in span.top / 2..span.bottom.div_ceil(2) {
        for cx in span.left / 2..span.right.div_ceil(2) {
            let (x, y) = (cx * 2, cy * 2);
            let sum = pixel(x, y) + pixel(x + 1, y) + pixel(x, y + 1) + pixel(x + 1, y + 1);
            let weight = (u32::from(ink.alpha) * sum + 510) / 1020;
            if weight == 0 {
                continue;
            }
            if layout == Layout::Nv12 {
                let pair = &mut view.row_mut(1, cy)[cx * 2..cx * 2 + 2];
                pair[0] = mix(pair[0], ink.samples[1], weight);
                pair[1] = mix(pair[1], ink.samples[2], weight);
            } else {
                for plane in 1..3 {
                    let sample = &mut view.row_mut(plane, cy)[cx];
                    *sample = mix(*sample, ink.samples[plane], weight);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::draw::colour::Colour;
    use crate::surface::format::Format;

    #[test]
    fn mixing_is_exact_at_the_ends_and_in_the_middle() {
        for under in 0..=255u8 {
            assert_eq!(mix(under, 77, 0), under);
            assert_eq!(mix(under, 77, 255), 77);
        }
        assert_eq!(mix(0, 255, 128), 128);
    }

    #[test]
    fn a_fill_reaches_luma_and_chroma_and_stays_inside() {
        let format = Format::plain(Layout::I420);
        let (mut y, mut u, mut v) = ([16u8; 25], [128u8; 9], [128u8; 9]);
        let size = Size { width: 5, height: 5 };
        let mut view = ViewMut::new(format, size, [&mut y, &mut u, &mut v], [5, 3, 3]).unwrap();
        fill(&mut view, 1, 1, 100, 1, Ink::new(Colour::rgb(1.0, 0.0, 0.0), format));
        fill(&mut view, -9, -9, 3, 3, Ink::new(Colour::rgb(1.0, 1.0, 1.0), format));
        assert_eq!(y[5..10], [16, 81, 81, 81, 81]);
        assert_eq!(y[0], 16);
        // The first chroma sample has one of four pixels covered, the second two of four.
        assert_eq!((v[0], v[1]), (128 + 28, 128 + 56));
        assert_eq!(v[3], 128);
    }

    #[test]
    fn coverage_at_an_edge_is_clipped() {
        let format = Format::plain(Layout::Rgba);
        let mut pixels = [0u8; 4 * 4];
        let size = Size { width: 2, height: 2 };
        let mut view = ViewMut::new(format, size, [&mut pixels, &mut [], &mut []], [8, 0, 0]).unwrap();
        let block = Coverage { x: 1, y: -1, width: 2, bytes: &[10, 20, 255, 30] };
        cover(&mut view, &block, Ink::new(Colour::rgb(1.0, 1.0, 1.0), format));
        assert_eq!(pixels[4..8], [255, 255, 255, 0]);
        assert_eq!(pixels[0..4], [0; 4]);
        assert_eq!(pixels[8..], [0; 8]);
    }
}
