//! Blurs a box of a picture until what it holds cannot be recognised.

use crate::base::geometry::Rect;
use crate::surface::view::ViewMut;

/// Blurs `rect` in every plane: two passes of a box filter a quarter of the shorter side wide.
pub fn blur(view: &mut ViewMut<'_>, rect: &Rect) {
    let rect = rect.clipped(view.size.width as f32, view.size.height as f32);
    for plane in 0..view.format.layout.planes() {
        let samples = view.format.layout.plane_size(plane, view.size);
        let (sx, sy) =
            (view.size.width.div_ceil(samples.width.max(1)), view.size.height.div_ceil(samples.height.max(1)));
        let left = rect.left as usize / sx as usize;
        let top = rect.top as usize / sy as usize;
        let right = (rect.right().ceil() as usize).div_ceil(sx as usize).min(samples.width as usize);
        let bottom = (rect.bottom().ceil() as usize).div_ceil(sy as usize).min(samples.height as usize);
        if left >= right || top >= bottom {
            continue;
        }
        let channels = view.format.layout.bytes_per_pixel(plane);
        let radius = ((right - left).min(bottom - top) / 4).max(1);
        for _ in 0..2 {
            blur_rows(view, plane, (left, right, top, bottom), channels, radius);
            blur_columns(view, plane, (left, right, top, bottom), channels, radius);
        }
    }
}

/// Left, right, top and bottom of a block in samples.
type Block = (usize, usize, usize, usize);

fn blur_rows(view: &mut ViewMut<'_>, plane: usize, (left, right, top, bottom): Block, channels: usize, radius: usize) {
    let mut line = vec![0u8; right - left];
    for y in top..bottom {
        let row = &mut view.row_mut(plane, y)[left * channels..right * channels];
        for channel in 0..channels {
            for (to, from) in line.iter_mut().zip(row[channel..].iter().step_by(channels)) {
                *to = *from;
            }
            means(&line, radius, |x, mean| row[x * channels + channel] = mean);
        }
    }
}

fn blur_columns(
    view: &mut ViewMut<'_>,
    plane: usize,
    (left, right, top, bottom): Block,
    channels: usize,
    radius: usize,
) {
    let pitch = view.pitch(plane);
    let bytes = view.plane_mut(plane);
    let mut line = vec![0u8; bottom - top];
    for column in left * channels..right * channels {
        for (y, to) in line.iter_mut().enumerate() {
            *to = bytes[(top + y) * pitch + column];
        }
        means(&line, radius, |y, mean| bytes[(top + y) * pitch + column] = mean);
    }
}

/// Calls `put(i, mean)` with the mean of the samples within `radius` of each `i`.
fn means(line: &[u8], radius: usize, mut put: impl FnMut(usize, u8)) {
    let mut sum: u32 = line.iter().take(radius).map(|v| u32::from(*v)).sum();
    let mut count = radius.min(line.len()) as u32;
    for i in 0..line.len() {
        if let Some(entering) = line.get(i + radius) {
            sum += u32::from(*entering);
            count += 1;
        }
        if i > radius {
            sum -= u32::from(line[i - radius - 1]);
            count -= 1;
        }
        put(i, ((sum + count / 2) / count) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::surface::format::{Format, Layout};

    #[test]
    fn detail_is_lost_inside_and_kept_outside() {
        let checker = |i: usize| if (i % 64 / 4 + i / 64 / 4).is_multiple_of(2) { 0 } else { 255 };
        let mut grey: Vec<u8> = (0..64 * 64).map(checker).collect();
        let before = grey.clone();
        let size = Size { width: 64, height: 64 };
        let mut view =
            ViewMut::new(Format::plain(Layout::Gray8), size, [&mut grey, &mut [], &mut []], [64, 0, 0]).unwrap();
        blur(&mut view, &Rect { left: 16.0, top: 16.0, width: 32.0, height: 32.0 });
        let at = |x: usize, y: usize| grey[y * 64 + x];
        for y in 24..40 {
            for x in 24..40 {
                assert!((100..156).contains(&at(x, y)), "{x},{y}: {}", at(x, y));
            }
        }
        assert_eq!(grey[..16 * 64], before[..16 * 64]);
        assert_eq!(grey[48 * 64..], before[48 * 64..]);
    }

    #[test]
    fn means_of_short_lines() {
        let mut out = vec![0; 3];
        means(&[0, 30, 60], 1, |i, m| out[i] = m);
        assert_eq!(out, [15, 30, 45]);
        means(&[9], 5, |i, m| out[i] = m);
        assert_eq!(out[0], 9);
    }
}
