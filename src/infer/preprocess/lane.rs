//! Scaling one plane of a picture, a row at a time: rows are blended first (wide, no gathering), columns picked after.

use super::area::{Spans, add_row};
use super::taps::{Axis, Filter, Tap};
use crate::surface::view::View;

/// Steps of a row's weight. Products of 8 bits by this fill 16 bits.
pub const STEPS: u16 = 256;

/// One plane with the samples each row and column of the scaled picture is made of.
#[derive(Debug, Default)]
pub struct Lane {
    plane: usize,
    channels: usize,
    rows: Vec<Tap>,
    columns: Columns,
    taps: Vec<Tap>,
    /// Rows and columns when scaling by area.
    area: Option<[Spans; 2]>,
    /// First and last row and first column of the plane that are used.
    bounds: [u32; 3],
    /// Rows blended into one, times [`STEPS`], channel by channel; one more sample than is used, so that every tap has a
    /// neighbour.
    blended: [Vec<u16>; 3],
}

impl Lane {
    /// Prepares for a plane of `channels` interleaved samples, scaled to `size` (columns, rows).
    pub fn plan(&mut self, plane: usize, channels: usize, axes: (Axis, Axis), size: (u32, u32), filter: Filter) {
        let (across, down) = axes;
        across.fill(size.0, filter, &mut self.taps);
        self.columns.plan(&self.taps);
        down.fill(size.1, filter, &mut self.rows);
        self.area = match filter {
            Filter::Area => {
                let [mut rows, mut columns] = self.area.take().unwrap_or_default();
                rows.plan(&down, size.1, &mut self.taps);
                columns.plan(&across, size.0, &mut self.taps);
                Some([rows, columns])
            }
            _ => None,
        };
        let ((left, right), (top, bottom)) = (across.bounds(), down.bounds());
        (self.plane, self.channels, self.bounds) = (plane, channels, [top, bottom, left]);
        let used = channels.min(self.blended.len());
        self.blended[..used].iter_mut().for_each(|row| row.resize((right - left + 2) as usize, 0));
    }

    /// Scales row `y` of the result into `out`, one slice a channel; `CHANNELS` is that of the plan, `USED` of them (at
    /// most 3) are wanted.
    #[inline(always)]
    pub fn row<const CHANNELS: usize, const USED: usize>(
        &mut self,
        view: &View<'_>,
        y: usize,
        out: [&mut [f32]; USED],
    ) {
        if let Some([rows, columns]) = &self.area {
            let [top, _, left] = self.bounds;
            let used = self.blended[0].len() - 1;
            let Some(sums) = self.blended.first_chunk_mut::<USED>() else { return };
            sums.iter_mut().for_each(|row| row.fill(0));
            for (row, weight) in rows.steps_of(y) {
                let (pixels, _) = view.row(self.plane, (top + row) as usize).as_chunks::<CHANNELS>();
                add_row(&pixels[left as usize..left as usize + used], weight, sums.each_mut().map(|row| &mut row[..]));
            }
            out.into_iter().zip(&*sums).for_each(|(out, row)| columns.pick(row, out));
            return;
        }
        self.blend::<CHANNELS, USED>(view, y);
        for (out, row) in out.into_iter().zip(&self.blended) {
            self.columns.pick(row, out);
        }
    }

    #[inline(always)]
    fn blend<const CHANNELS: usize, const USED: usize>(&mut self, view: &View<'_>, y: usize) {
        let [top, bottom, left] = self.bounds;
        let tap = self.rows[y];
        let upper = top + tap.first;
        let lower = (upper + 1).min(bottom);
        let used = self.blended[0].len() - 1;
        let pixels = |row: u32| {
            let (pixels, _) = view.row(self.plane, row as usize).as_chunks::<CHANNELS>();
            &pixels[left as usize..left as usize + used]
        };
        let weight = (tap.weight * f32::from(STEPS)).round() as u16;
        let Some(rows) = self.blended.first_chunk_mut::<USED>() else { return };
        blend_rows(pixels(upper), pixels(lower), weight, rows.each_mut().map(|row| &mut row[..used]));
        // The neighbour of the last sample; its weight is always 0.
        self.blended.iter_mut().filter_map(|row| row.last_mut()).for_each(|last| *last = 0);
    }
}

/// `out = a * (STEPS - weight) + b * weight`, each channel by itself.
#[inline(always)]
fn blend_rows<const CHANNELS: usize, const USED: usize>(
    a: &[[u8; CHANNELS]],
    b: &[[u8; CHANNELS]],
    weight: u16,
    out: [&mut [u16]; USED],
) {
    let (rest, count) = (STEPS - weight, a.len().min(b.len()));
    let (a, b) = (&a[..count], &b[..count]);
    let out = out.map(|row| &mut row[..count]);
    for i in 0..count {
        for channel in 0..USED {
            out[channel][i] = u16::from(a[i][channel]) * rest + u16::from(b[i][channel]) * weight;
        }
    }
}

/// The columns of the scaled picture.
#[derive(Debug, Default)]
struct Columns {
    /// Index of each one's left sample.
    firsts: Vec<u32>,
    /// Share of the right one, divided by [`STEPS`].
    weights: Vec<f32>,
    /// Left (low) and right (high) samples of a row.
    pairs: Vec<u32>,
}

impl Columns {
    fn plan(&mut self, taps: &[Tap]) {
        let Self { firsts, weights, pairs } = self;
        firsts.clear();
        firsts.extend(taps.iter().map(|tap| tap.first));
        weights.clear();
        weights.extend(taps.iter().map(|tap| tap.weight / f32::from(STEPS)));
        pairs.resize(taps.len(), 0);
    }

    /// Takes each tap from a blended row. What cannot be done on vectors, collecting the samples, is a loop of its own, one
    /// load for both; nothing in it can panic, so that it can be unrolled.
    #[inline(always)]
    fn pick(&mut self, row: &[u16], out: &mut [f32]) {
        let Some(last) = row.len().checked_sub(2) else { return };
        for (pair, &first) in self.pairs.iter_mut().zip(&self.firsts) {
            let first = (first as usize).min(last);
            *pair = u32::from(row[first]) | u32::from(row[first + 1]) << 16;
        }
        for ((out, &pair), &weight) in out.iter_mut().zip(&self.pairs).zip(&self.weights) {
            let (a, b) = ((pair & 0xffff) as i32, (pair >> 16) as i32);
            *out = a as f32 * (1.0 / STEPS as f32) + (b - a) as f32 * weight;
        }
    }
}
