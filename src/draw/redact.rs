//! Covers a box of a picture, in the pixels themselves, so that nobody is recognised in any copy of it.

use super::blur::blur;
use crate::base::geometry::Rect;
use crate::surface::SurfaceError;
use crate::surface::transform::{Region, crop_mut, fill_black};
use crate::surface::view::ViewMut;
use std::ops::Range;

/// How a box is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redaction {
    /// Black.
    #[default]
    Fill,
    /// So blurred that only broad colours are left.
    Blur,
    /// A few flat squares.
    Pixelate,
}

/// Squares along the shorter side of a pixelated box: a face needs more than this to be told from others.
const SQUARES: u32 = 5;

/// Covers what of `rect` lies inside the picture; `false` when that is nothing.
///
/// # Errors
/// When the pixels cannot be looked at.
pub fn redact(view: &mut ViewMut<'_>, rect: &Rect, how: Redaction) -> Result<bool, SurfaceError> {
    let Some(region) = Region::covering(rect, view.format.layout, view.size) else { return Ok(false) };
    let mut inside = crop_mut(view, region)?;
    let (width, height) = (region.size.width as f32, region.size.height as f32);
    match how {
        Redaction::Fill => fill_black(&mut inside),
        Redaction::Blur => blur(&mut inside, &Rect { left: 0.0, top: 0.0, width, height }),
        Redaction::Pixelate => pixelate(&mut inside),
    }
    Ok(true)
}

/// Replaces squares by their mean colour.
fn pixelate(view: &mut ViewMut<'_>) {
    // Even, so that squares of luma and chroma cover each other.
    let side = (view.size.width.min(view.size.height).div_ceil(SQUARES).max(2) + 1) & !1;
    for plane in 0..view.format.layout.planes() {
        let samples = view.format.layout.plane_size(plane, view.size);
        let shrunk = (view.size.width.div_ceil(samples.width.max(1))).max(1);
        let side = (side / shrunk).max(1) as usize;
        let channels = view.format.layout.bytes_per_pixel(plane);
        let (width, height) = (samples.width as usize, samples.height as usize);
        for rows in pieces(height, side) {
            for columns in pieces(width, side) {
                flatten(view, plane, channels, (columns, rows.clone()));
            }
        }
    }
}

/// `0..length` in pieces of `side`; what is left over belongs to the last one, so that none shows more than the others.
fn pieces(length: usize, side: usize) -> impl Iterator<Item = Range<usize>> {
    let count = (length / side).max(1);
    (0..count).map(move |index| index * side..if index + 1 == count { length } else { (index + 1) * side })
}

/// Gives all samples of a square their mean, each channel its own.
fn flatten(view: &mut ViewMut<'_>, plane: usize, channels: usize, (columns, rows): (Range<usize>, Range<usize>)) {
    let mut sums = [0u32; 4];
    let count = (columns.len() * rows.len()).max(1) as u32;
    let bytes = columns.start * channels..columns.end * channels;
    for y in rows.clone() {
        for pixel in view.row_mut(plane, y)[bytes.clone()].chunks_exact(channels) {
            sums.iter_mut().zip(pixel).for_each(|(sum, sample)| *sum += u32::from(*sample));
        }
    }
    let means = sums.map(|sum| ((sum + count / 2) / count) as u8);
    for y in rows {
        for pixel in view.row_mut(plane, y)[bytes.clone()].chunks_exact_mut(channels) {
            pixel.copy_from_slice(&means[..channels]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::surface::format::{Format, Layout};

    const SIZE: Size = Size { width: 40, height: 40 };
    const BOX: Rect = Rect { left: 9.0, top: 11.0, width: 20.5, height: 18.0 };

    /// Luma of stripes two pixels wide, chroma of stripes.
    fn nv12() -> (Vec<u8>, Vec<u8>) {
        let stripe = |x: usize| if (x / 2).is_multiple_of(2) { 30 } else { 220 };
        ((0..1600).map(|i| stripe(i % 40)).collect(), (0..800).map(|i| stripe(i % 40)).collect())
    }

    fn redacted(how: Redaction, rect: Rect) -> (bool, Vec<u8>, Vec<u8>) {
        let (mut luma, mut chroma) = nv12();
        let planes = [&mut luma[..], &mut chroma[..], &mut []];
        let mut view = ViewMut::new(Format::plain(Layout::Nv12), SIZE, planes, [40, 40, 0]).unwrap();
        let any = redact(&mut view, &rect, how).unwrap();
        (any, luma, chroma)
    }

    /// The spread of the luma inside the box.
    fn spread(luma: &[u8]) -> u8 {
        let inside = || (11..29).flat_map(|y| (9..29).map(move |x| luma[y * 40 + x]));
        inside().max().unwrap() - inside().min().unwrap()
    }

    #[test]
    fn nothing_is_left_of_what_was_there() {
        let (luma, _) = nv12();
        assert_eq!(spread(&luma), 190);
        for (how, left) in [(Redaction::Fill, 0), (Redaction::Blur, 60), (Redaction::Pixelate, 40)] {
            let (any, luma, chroma) = redacted(how, BOX);
            assert!(any && spread(&luma) <= left, "{how:?}: {}", spread(&luma));
            if how == Redaction::Fill {
                assert_eq!((luma[11 * 40 + 9], luma[28 * 40 + 29], chroma[14 * 40 + 29]), (16, 16, 128));
            }
        }
    }

    #[test]
    fn what_lies_outside_stays() {
        let (luma, chroma) = nv12();
        for how in [Redaction::Fill, Redaction::Blur, Redaction::Pixelate] {
            let (_, after, after_chroma) = redacted(how, BOX);
            for (i, (was, is)) in luma.iter().zip(&after).enumerate() {
                let (x, y) = (i % 40, i / 40);
                // The box reaches out to whole pixels, and to the left and up to even ones.
                let inside = (8..30).contains(&x) && (10..29).contains(&y);
                assert!(inside || was == is, "{how:?} {x},{y}");
            }
            assert_eq!(chroma[..5 * 40], after_chroma[..5 * 40]);
            assert_eq!(chroma[15 * 40..], after_chroma[15 * 40..]);
        }
    }

    #[test]
    fn boxes_are_clipped_and_those_outside_are_none() {
        let at = |left: f32, width: f32| Rect { left, top: -5.0, width, height: 10.0 };
        let (any, luma, _) = redacted(Redaction::Fill, at(30.0, 1e9));
        assert!(any && luma[39] == 16 && luma[4 * 40 + 39] == 16 && luma[29] != 16);
        for outside in [at(40.0, 5.0), at(-20.0, 20.0), at(3.0, 0.0), at(f32::NAN, 3.0)] {
            let (any, luma, _) = redacted(Redaction::Blur, outside);
            assert!(!any && luma == nv12().0, "{outside:?}");
        }
    }
}
