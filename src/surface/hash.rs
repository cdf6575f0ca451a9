//! A perceptual hash: 64 bits that stay alike when a picture is scaled, brightened or compressed.

use super::error::SurfaceError;
use super::format::{Format, Layout};
use super::transform::{Filter, Region, convert};
use super::view::{View, ViewMut};
use crate::base::geometry::Size;

/// One column more than the eight differences of a row.
const SAMPLES: Size = Size { width: 9, height: 8 };

/// The difference hash ("dHash") of a picture: it is shrunk to 9x8 grey samples, and a bit says whether a sample is
/// brighter than its left neighbour, row by row, the first in the highest bit. Two pictures look alike when few bits
/// differ ([`distance`]); unrelated ones differ in about 32.
///
/// Source: N. Krawetz, "Kind of Like That", The Hacker Factor Blog, 21 January 2013.
///
/// # Errors
/// When the pixels cannot be converted.
pub fn difference_hash(view: &View<'_>) -> Result<u64, SurfaceError> {
    let mut grey = [0u8; (SAMPLES.width * SAMPLES.height) as usize];
    let pitch = SAMPLES.width as usize;
    let mut small = ViewMut::new(Format::plain(Layout::Gray8), SAMPLES, [&mut grey, &mut [], &mut []], [pitch, 0, 0])?;
    // Luma alone says it all where there is one.
    let luma = match view.format.layout {
        Layout::Nv12 | Layout::I420 => {
            let format = Format { layout: Layout::Gray8, ..view.format };
            View::new(format, view.size, [view.plane(0), &[], &[]], [view.pitch(0), 0, 0])?
        }
        _ => *view,
    };
    convert(&luma, Region::whole(luma.size), &mut small, Region::whole(SAMPLES), Filter::Area)?;
    let brighter = grey.chunks_exact(pitch).flat_map(|row| row.windows(2).map(|pair| u64::from(pair[1] > pair[0])));
    Ok(brighter.fold(0, |hash, bit| hash << 1 | bit))
}

/// In how many of 64 bits two hashes differ.
pub const fn distance(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grey picture made by a formula.
    fn hash_of(size: Size, pixel: impl Fn(u32, u32) -> f32) -> u64 {
        let bytes: Vec<u8> = (0..size.height)
            .flat_map(|y| (0..size.width).map(move |x| (x, y)))
            .map(|(x, y)| pixel(x, y) as u8)
            .collect();
        let planes = [&bytes[..], &[], &[]];
        let view = View::new(Format::plain(Layout::Gray8), size, planes, [size.width as usize, 0, 0]).unwrap();
        difference_hash(&view).unwrap()
    }

    const BIG: Size = Size { width: 180, height: 160 };

    fn waves(x: f32, y: f32) -> f32 {
        120.0 + 50.0 * (x * 11.0).sin() * (y * 7.0).cos() + 30.0 * (x * 5.0 + y * 9.0).sin()
    }

    #[test]
    fn ramps_are_all_ones_or_all_zeros() {
        assert_eq!(hash_of(BIG, |x, _| x as f32), u64::MAX);
        assert_eq!(hash_of(BIG, |x, _| 255.0 - x as f32), 0);
        assert_eq!(hash_of(BIG, |_, y| y as f32), 0);
        assert_eq!(hash_of(BIG, |x, y| if y < 80 { x as f32 } else { 0.0 }), u64::MAX << 32);
    }

    #[test]
    fn the_same_picture_smaller_and_darker_is_close_and_another_is_not() {
        let at = |size: Size, x: u32, y: u32| (x as f32 / size.width as f32, y as f32 / size.height as f32);
        let picture = |size: Size, gain: f32| {
            hash_of(size, move |x, y| {
                let (x, y) = at(size, x, y);
                gain * waves(x, y)
            })
        };
        let one = picture(BIG, 1.0);
        assert!(distance(one, picture(Size { width: 90, height: 64 }, 0.8)) <= 4);
        let other = hash_of(BIG, |x, y| {
            let (x, y) = at(BIG, x, y);
            waves(y, 1.0 - x)
        });
        assert!(distance(one, other) >= 16, "{}", distance(one, other));
    }
}
