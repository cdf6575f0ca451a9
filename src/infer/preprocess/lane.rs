//! Scaling one plane of a picture, a row at a time: rows are blended first (wide, no gathering), columns picked after.

use super::taps::{Axis, Filter, Tap};
use crate::surface::view::View;

/// Steps of a row's weight. Products of 8 bits by this fill 16 bits.
const STEPS: u16 = 256;

/// One plane with the samples each row and column of the scaled picture is made of.
#[derive(Debug, Default)]
pub struct Lane {
    plane: usize,
    channels: usize,
    rows: Vec<Tap>,
    columns: Vec<Tap>,
    /// First and last row and first column of the plane that are used.
    bounds: [u32; 3],
    /// Rows blended into one, times [`STEPS`]; one more sample than is used, so that every tap has a neighbour.
    blended: Vec<u16>,
}

impl Lane {
    /// Prepares for a plane of `channels` interleaved samples, scaled to `size` (columns, rows).
    pub fn plan(&mut self, plane: usize, channels: usize, axes: (Axis, Axis), size: (u32, u32), filter: Filter) {
        let (across, down) = axes;
        across.fill(size.0, filter, &mut self.columns);
        down.fill(size.1, filter, &mut self.rows);
        let ((left, right), (top, bottom)) = (across.bounds(), down.bounds());
        (self.plane, self.channels, self.bounds) = (plane, channels, [top, bottom, left]);
        self.blended.resize((right - left + 2) as usize * channels, 0);
    }

    /// Scales row `y` of the result into `out`, one slice a channel; `CHANNELS` is that of the plan, `USED` of them are
    /// wanted.
    pub fn row<const CHANNELS: usize, const USED: usize>(
        &mut self,
        view: &View<'_>,
        y: usize,
        out: [&mut [f32]; USED],
    ) {
        self.blend(view, y);
        let pixels = self.blended.as_chunks::<CHANNELS>().0;
        pick(pixels, &self.columns, out);
    }

    fn blend(&mut self, view: &View<'_>, y: usize) {
        let [top, bottom, left] = self.bounds;
        let tap = self.rows[y];
        let upper = top + tap.first;
        let lower = (upper + 1).min(bottom);
        let start = left as usize * self.channels;
        let used = self.blended.len() - self.channels;
        let a = &view.row(self.plane, upper as usize)[start..start + used];
        let b = &view.row(self.plane, lower as usize)[start..start + used];
        let weight = (tap.weight * f32::from(STEPS)).round() as u16;
        blend_rows(a, b, weight, &mut self.blended[..used]);
        // The neighbour of the last sample; its weight is always 0.
        self.blended.copy_within(used - self.channels..used, used);
    }
}

/// `out = a * (STEPS - weight) + b * weight`.
fn blend_rows(a: &[u8], b: &[u8], weight: u16, out: &mut [u16]) {
    if weight == 0 {
        out.iter_mut().zip(a).for_each(|(out, &a)| *out = u16::from(a) * STEPS);
        return;
    }
    let rest = STEPS - weight;
    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
        *out = u16::from(a) * rest + u16::from(b) * weight;
    }
}

/// Takes each tap from a blended row.
fn pick<const CHANNELS: usize, const USED: usize>(row: &[[u16; CHANNELS]], taps: &[Tap], mut out: [&mut [f32]; USED]) {
    let out: [&mut [f32]; USED] = out.each_mut().map(|slice| &mut slice[..taps.len()]);
    for (x, tap) in taps.iter().enumerate() {
        let pair = &row[tap.first as usize..][..2];
        for channel in 0..USED {
            let (a, b) = (f32::from(pair[0][channel]), f32::from(pair[1][channel]));
            out[channel][x] = (a + (b - a) * tap.weight) * (1.0 / STEPS as f32);
        }
    }
}
