//! From a part of the picture to the spectra of its features.

use super::grid::{Grid, Window};
use super::picture::Picture;
use super::spectrum::{C, Transform};
use super::{colours, gradients};
use crate::config::tracker::VisualTracker;

/// Cells a side of each `featureImgSizeLevel`.
const SIDES: [usize; 5] = [12, 18, 24, 30, 36];

/// Makes features; one serves all targets of a stream.
pub struct Extractor {
    config: VisualTracker,
    side: usize,
    /// How much each cell counts: nothing at the edge.
    focus: Vec<f32>,
    transform: Transform,
    grid: Grid,
    channels: Vec<f32>,
    /// The spectra of the last region, channel by channel.
    spectra: Vec<C>,
    /// The wanted response: a peak in the middle.
    wanted: Vec<C>,
}

impl Extractor {
    /// Features as `config` says; luma where it names none.
    pub fn new(config: &VisualTracker) -> Self {
        let level = (config.feature_image_size_level as usize).clamp(1, SIDES.len());
        let side = SIDES[level - 1];
        let mut transform = Transform::new(side);
        let area = transform.area();
        let peak = peak(side, config.gaussian_sigma);
        let (mut wanted, mut rest) = (vec![C::default(); area], vec![C::default(); area]);
        transform.forward_two(&peak, &peak, &mut wanted, &mut rest);
        let count = count(config);
        Self {
            config: config.clone(),
            side,
            focus: focus(side, config.feature_focus_offset_y),
            transform,
            grid: Grid::default(),
            // An even number, because channels are transformed in pairs.
            channels: vec![0.0; count.next_multiple_of(2) * area],
            spectra: vec![C::default(); count.next_multiple_of(2) * area],
            wanted,
        }
    }

    /// Cells a side.
    pub fn side(&self) -> usize {
        self.side
    }

    /// How many channels there are.
    pub fn channels(&self) -> usize {
        count(&self.config)
    }

    /// Spectra of the region that was extracted last.
    pub fn spectra(&self) -> &[C] {
        &self.spectra[..self.channels() * self.transform.area()]
    }

    /// Spectrum of the wanted response.
    pub fn wanted(&self) -> &[C] {
        &self.wanted
    }

    /// The transform, for filters of the same size.
    pub fn transform(&mut self) -> &mut Transform {
        &mut self.transform
    }

    /// Looks at a part of the picture.
    pub fn extract(&mut self, picture: &Picture<'_>, window: &Window) {
        let area = self.transform.area();
        self.grid.fill(picture, window, self.side * gradients::SAMPLES);
        let mut next = 0;
        if self.config.use_color_names {
            self.fill_colours(area);
            next = colours::CHANNELS;
        }
        if self.config.use_hog {
            gradients::fill(&self.grid, self.side, &mut self.channels[next * area..][..gradients::CHANNELS * area]);
            next += gradients::CHANNELS;
        }
        if next == 0 {
            for cell in 0..area {
                self.channels[cell] = self.mean(cell)[0] / 255.0;
            }
        }
        let count = self.channels();
        for channel in self.channels.chunks_exact_mut(area).take(count) {
            let mean = sum(channel) / area as f32;
            channel.iter_mut().zip(&self.focus).for_each(|(value, focus)| *value = (*value - mean) * focus);
        }
        for (channels, spectra) in self.channels.chunks_exact(2 * area).zip(self.spectra.chunks_exact_mut(2 * area)) {
            let (a, b) = channels.split_at(area);
            let (a_out, b_out) = spectra.split_at_mut(area);
            self.transform.forward_two(a, b, a_out, b_out);
        }
    }

    fn fill_colours(&mut self, area: usize) {
        for cell in 0..area {
            let shares = colours::names(self.mean(cell));
            for (channel, share) in shares.iter().enumerate() {
                self.channels[channel * area + cell] = *share;
            }
        }
    }

    /// The mean colour of a cell.
    fn mean(&self, cell: usize) -> [f32; 3] {
        const SAMPLES: usize = gradients::SAMPLES;
        let (column, row) = (cell % self.side * SAMPLES, cell / self.side * SAMPLES);
        let mut sum = [0.0; 3];
        for at in 0..SAMPLES * SAMPLES {
            let sample = self.grid.samples[(row + at / SAMPLES) * self.grid.side + column + at % SAMPLES];
            sum.iter_mut().zip(sample).for_each(|(sum, value)| *sum += value);
        }
        sum.map(|value| value / (SAMPLES * SAMPLES) as f32)
    }
}

/// The sum, taken in eight strands that a processor adds at once.
fn sum(values: &[f32]) -> f32 {
    let (chunks, rest) = values.as_chunks::<8>();
    let mut strands = [0.0; 8];
    for chunk in chunks {
        strands.iter_mut().zip(chunk).for_each(|(strand, value)| *strand += value);
    }
    strands.iter().chain(rest).sum()
}

fn count(config: &VisualTracker) -> usize {
    let colours = if config.use_color_names { colours::CHANNELS } else { 0 };
    let gradients = if config.use_hog { gradients::CHANNELS } else { 0 };
    (colours + gradients).max(1)
}

/// A Hann window over both axes, its middle moved down by `offset` of the height.
fn focus(side: usize, offset: f32) -> Vec<f32> {
    let hann = |at: f32| (std::f32::consts::PI * at.clamp(-0.5, 0.5)).cos().powi(2);
    let place = |index: usize| (index as f32 + 0.5) / side as f32 - 0.5;
    (0..side * side).map(|at| hann(place(at % side)) * hann(place(at / side) - offset)).collect()
}

/// A Gaussian in the middle cell.
fn peak(side: usize, sigma: f32) -> Vec<f32> {
    let middle = (side / 2) as f32;
    let distance = |at: usize| ((at % side) as f32 - middle).powi(2) + ((at / side) as f32 - middle).powi(2);
    (0..side * side).map(|at| (-distance(at) / (2.0 * sigma * sigma)).exp()).collect()
}
