//! Scaling by area: a sample of the scaled picture is the mean of all it covers, as OpenCV's `INTER_AREA` and NPP's super
//! sampling define it. Rows first, columns after, as in [`super::lane`].

use super::lane::STEPS;
use super::taps::{Axis, Filter, Tap};

/// The samples that one sample of the scaled picture covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    /// Index of the first sample, counted from the first of [`Axis::bounds`].
    first: u32,
    /// Where its weights lie among those of the axis.
    start: u32,
    /// Samples covered, 1 or more.
    count: u32,
}

/// One axis: for each sample of the scaled picture the samples it covers and their weights.
#[derive(Debug, Default)]
pub struct Spans {
    spans: Vec<Span>,
    /// Shares; those of a span add up to 1.
    weights: Vec<f32>,
    /// The same in steps; those of a span add up to [`STEPS`].
    steps: Vec<u16>,
}

impl Spans {
    /// Plans `count` samples over `axis`. Where the picture grows, area has no meaning and samples are blended in pairs.
    pub fn plan(&mut self, axis: &Axis, count: u32, taps: &mut Vec<Tap>) {
        self.spans.clear();
        self.weights.clear();
        let (first, last) = axis.bounds();
        let samples = last - first + 1;
        if axis.samples_per(count) <= 1.0 {
            axis.fill(count, Filter::Bilinear, taps);
            for tap in taps.iter() {
                match tap.first + 1 < samples {
                    true => self.push(tap.first, &[1.0 - tap.weight, tap.weight]),
                    false => self.push(tap.first, &[1.0]),
                }
            }
        } else {
            (0..count).for_each(|i| self.cover(axis, i, count, samples));
        }
        self.quantise();
    }

    fn cover(&mut self, axis: &Axis, i: u32, count: u32, samples: u32) {
        let (begin, end) = axis.range(i, count);
        let first = (begin as u32).min(samples - 1);
        let last = (end.ceil() as u32).clamp(first + 1, samples);
        let share = |sample: u32| (end.min(f64::from(sample) + 1.0) - begin.max(f64::from(sample))).max(0.0);
        let sum: f64 = (first..last).map(share).sum();
        let start = self.weights.len() as u32;
        self.weights.extend((first..last).map(|sample| if sum > 0.0 { (share(sample) / sum) as f32 } else { 1.0 }));
        self.spans.push(Span { first, start, count: last - first });
    }

    fn push(&mut self, first: u32, weights: &[f32]) {
        self.spans.push(Span { first, start: self.weights.len() as u32, count: weights.len() as u32 });
        self.weights.extend_from_slice(weights);
    }

    /// Rounds running sums rather than weights, so that each span adds up exactly.
    fn quantise(&mut self) {
        self.steps.clear();
        for span in &self.spans {
            let (mut sum, mut before) = (0.0, 0);
            for weight in &self.weights[span.start as usize..][..span.count as usize] {
                sum += weight;
                let now = ((sum * f32::from(STEPS)).round() as u16).min(STEPS);
                self.steps.push(now - before);
                before = now;
            }
        }
    }

    /// The samples of scaled sample `i`, each with its weight in steps.
    pub fn steps_of(&self, i: usize) -> impl Iterator<Item = (u32, u16)> + '_ {
        let span = self.spans[i];
        let steps = &self.steps[span.start as usize..][..span.count as usize];
        (span.first..).zip(steps.iter().copied())
    }

    /// Blends the columns of a row whose samples were multiplied by [`STEPS`].
    #[inline(always)]
    pub fn pick(&self, row: &[u16], out: &mut [f32]) {
        for (out, span) in out.iter_mut().zip(&self.spans) {
            let samples = &row[span.first as usize..][..span.count as usize];
            let weights = &self.weights[span.start as usize..][..span.count as usize];
            let sum: f32 = samples.iter().zip(weights).map(|(sample, weight)| f32::from(*sample) * weight).sum();
            *out = sum * (1.0 / f32::from(STEPS));
        }
    }
}

/// Adds `weight` times a row to `out`, each channel by itself.
#[inline(always)]
pub fn add_row<const CHANNELS: usize, const USED: usize>(row: &[[u8; CHANNELS]], weight: u16, out: [&mut [u16]; USED]) {
    let out = out.map(|sums| &mut sums[..row.len()]);
    for i in 0..row.len() {
        for channel in 0..USED {
            out[channel][i] += u16::from(row[i][channel]) * weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(axis: Axis, count: u32) -> Spans {
        let mut spans = Spans::default();
        spans.plan(&axis, count, &mut Vec::new());
        spans
    }

    #[test]
    fn a_third_is_the_mean_of_three() {
        let spans = spans(Axis { start: 0, length: 6, halved: false }, 2);
        let mut out = [0.0; 2];
        spans.pick(&[0, 3 * 256, 6 * 256, 9 * 256, 9 * 256, 12 * 256], &mut out);
        assert!((out[0] - 3.0).abs() < 1e-4 && (out[1] - 10.0).abs() < 1e-4, "{out:?}");
    }

    #[test]
    fn parts_of_samples_count_by_their_share() {
        // 5 samples to 2: two and a half each.
        let spans = spans(Axis { start: 0, length: 5, halved: false }, 2);
        assert_eq!(spans.steps_of(0).collect::<Vec<_>>(), [(0, 102), (1, 103), (2, 51)]);
        assert_eq!(spans.steps_of(1).collect::<Vec<_>>(), [(2, 51), (3, 103), (4, 102)]);
    }

    #[test]
    fn steps_of_every_span_add_up_and_stay_inside() {
        for (start, length, halved) in [(0, 720, false), (3, 451, true), (1, 1, true), (0, 1, false), (7, 352, false)] {
            let axis = Axis { start, length, halved };
            let (first, last) = axis.bounds();
            for count in [1, 2, 352, 1000] {
                let spans = spans(axis, count);
                for i in 0..count as usize {
                    assert_eq!(spans.steps_of(i).map(|(_, step)| step).sum::<u16>(), STEPS);
                    assert!(spans.steps_of(i).all(|(sample, _)| sample <= last - first));
                }
            }
        }
    }
}
