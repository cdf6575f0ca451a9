//! The filter of one target.

use super::features::Extractor;
use super::grid::Window;
use super::picture::Picture;
use super::spectrum::C;
use crate::base::geometry::Rect;

/// Keeps frequencies without energy out of the filter.
const REGULAR: f32 = 1e-2;

/// Where a target looks most like itself.
#[derive(Debug, Clone)]
pub struct Response {
    /// Its box, moved.
    pub rect: Rect,
    /// How much it looks like itself, 0 to 1.
    pub confidence: f32,
    window: Window,
    side: usize,
    peak: f32,
    values: Vec<f32>,
}

impl Response {
    /// The response where a box has its middle, over the greatest one: 1 at the peak, 0 outside the search region.
    pub fn at(&self, rect: &Rect) -> f32 {
        let (x, y) = rect.centre();
        let cell = |at: f32, middle: f32, size: f32| (at - middle) / size * self.side as f32 + (self.side / 2) as f32;
        let (column, row) = (cell(x, self.window.x, self.window.width), cell(y, self.window.y, self.window.height));
        let last = (self.side - 1) as f32;
        if self.peak <= 0.0 || !(0.0..=last).contains(&column) || !(0.0..=last).contains(&row) {
            return 0.0;
        }
        let value = |column: f32, row: f32| self.values[row.min(last) as usize * self.side + column.min(last) as usize];
        let (c, r) = (column.floor(), row.floor());
        let mix = |a: f32, b: f32, share: f32| a + (b - a) * share;
        let above = mix(value(c, r), value(c + 1.0, r), column - c);
        let below = mix(value(c, r + 1.0), value(c + 1.0, r + 1.0), column - c);
        (mix(above, below, row - r) / self.peak).clamp(0.0, 1.0)
    }
}

/// What a target looks like: numerator of each channel, common denominator, weights of channels.
pub struct Filter {
    numerators: Vec<C>,
    denominator: Vec<f32>,
    weights: Vec<f32>,
}

impl Filter {
    /// A filter of what is seen in `rect`, in pixels of the picture.
    pub fn new(extractor: &mut Extractor, picture: &Picture<'_>, rect: &Rect, padding: f32) -> Self {
        let (channels, area) = (extractor.channels(), extractor.transform().area());
        let mut filter = Self {
            numerators: vec![C::default(); channels * area],
            denominator: vec![0.0; area],
            weights: vec![1.0; channels],
        };
        filter.learn(extractor, picture, rect, padding, 1.0, 0.0);
        filter
    }

    /// Takes in how the target looks at `rect`; `rate` is the share of this frame, `weights_rate` that of the channels'.
    pub fn learn(
        &mut self,
        extractor: &mut Extractor,
        picture: &Picture<'_>,
        rect: &Rect,
        padding: f32,
        rate: f32,
        weights_rate: f32,
    ) {
        extractor.extract(picture, &search_region(rect, padding));
        let area = self.denominator.len();
        if weights_rate > 0.0 {
            self.weigh(extractor, weights_rate);
        }
        self.denominator.iter_mut().for_each(|value| *value *= 1.0 - rate);
        let wanted = extractor.wanted();
        for (numerator, seen) in self.numerators.chunks_exact_mut(area).zip(extractor.spectra().chunks_exact(area)) {
            for at in 0..area {
                numerator[at] = numerator[at] * (1.0 - rate) + wanted[at].conj() * seen[at] * rate;
                self.denominator[at] += seen[at].norm_sqr() * rate;
            }
        }
    }

    /// Where in the region about `rect` the target looks most like itself.
    pub fn locate(&self, extractor: &mut Extractor, picture: &Picture<'_>, rect: &Rect, padding: f32) -> Response {
        let window = search_region(rect, padding);
        extractor.extract(picture, &window);
        let (side, area) = (extractor.side(), self.denominator.len());
        let mut sum = vec![C::default(); area];
        let seen = extractor.spectra().chunks_exact(area);
        for ((numerator, seen), weight) in self.numerators.chunks_exact(area).zip(seen).zip(&self.weights) {
            for at in 0..area {
                sum[at] += numerator[at].conj() * seen[at] * *weight;
            }
        }
        let floor = self.floor();
        sum.iter_mut().zip(&self.denominator).for_each(|(value, energy)| *value /= energy + floor);
        let mut values = Vec::with_capacity(area);
        extractor.transform().inverse(&sum, &mut values);
        let (peak, (column, row)) = peak(&values, side);
        let middle = (side / 2) as f32;
        let moved = ((column - middle) * window.width / side as f32, (row - middle) * window.height / side as f32);
        let rect = Rect { left: rect.left + moved.0, top: rect.top + moved.1, ..*rect };
        Response { rect, confidence: peak.clamp(0.0, 1.0), window, side, peak, values }
    }

    /// Gives more weight to channels that respond in the middle, where the target is now.
    fn weigh(&mut self, extractor: &Extractor, rate: f32) {
        let (area, side) = (self.denominator.len(), extractor.side());
        let floor = self.floor();
        // The inverse transform at the middle cell alone; spectra are transposed, which the middle does not see.
        let turn =
            |steps: usize| C::from_polar(1.0, std::f32::consts::TAU * (steps * (side / 2) % side) as f32 / side as f32);
        let turns: Vec<C> = (0..side).map(turn).collect();
        let middle = |(at, energy): (usize, &f32)| turns[(at % side + at / side) % side] / (energy + floor);
        let middle: Vec<C> = self.denominator.iter().enumerate().map(middle).collect();
        let response = |(numerator, seen): (&[C], &[C])| {
            let both = numerator.iter().zip(seen).map(|(numerator, seen)| numerator.conj() * seen);
            both.zip(&middle).map(|(both, middle)| (both * middle).re).sum::<f32>().max(0.0)
        };
        let seen = extractor.spectra().chunks_exact(area);
        let responses: Vec<f32> = self.numerators.chunks_exact(area).zip(seen).map(response).collect();
        let mean = responses.iter().sum::<f32>() / responses.len() as f32;
        if mean > 0.0 {
            for (weight, response) in self.weights.iter_mut().zip(responses) {
                *weight += rate * ((response / mean).min(MOST_WEIGHT) - *weight);
            }
        }
    }

    fn floor(&self) -> f32 {
        REGULAR * self.denominator.iter().sum::<f32>() / self.denominator.len() as f32 + f32::MIN_POSITIVE
    }
}

/// The most a channel may count, over the mean.
const MOST_WEIGHT: f32 = 3.0;

/// The box, wider and higher by `padding` times the root of its area.
fn search_region(rect: &Rect, padding: f32) -> Window {
    let (x, y) = rect.centre();
    let more = padding * (rect.width * rect.height).max(0.0).sqrt();
    Window { x, y, width: (rect.width + more).max(1.0), height: (rect.height + more).max(1.0) }
}

/// The greatest value, and where it is to a fraction of a cell.
fn peak(values: &[f32], side: usize) -> (f32, (f32, f32)) {
    let best = (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap_or(0);
    let (column, row) = (best % side, best / side);
    let value = |column: usize, row: usize| values[row * side + column];
    // The top of a parabola through the peak and its neighbours.
    let top = |before: f32, here: f32, after: f32| {
        let bend = before - 2.0 * here + after;
        if bend < 0.0 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 }
    };
    let inside = |at: usize| at > 0 && at + 1 < side;
    let dx = if inside(column) { top(value(column - 1, row), value(column, row), value(column + 1, row)) } else { 0.0 };
    let dy = if inside(row) { top(value(column, row - 1), value(column, row), value(column, row + 1)) } else { 0.0 };
    (values[best], (column as f32 + dx, row as f32 + dy))
}

#[cfg(test)]
mod tests {
    use super::super::picture::Pixels;
    use super::*;
    use crate::config::tracker::VisualTracker;

    const SIDE: usize = 200;

    /// A red and a blue patch over green, on a ramp of brightness; the red one's left edge is at `left`.
    fn rgb(left: usize) -> Vec<u8> {
        let mut data = Vec::with_capacity(SIDE * SIDE * 3);
        for at in 0..SIDE * SIDE {
            let (x, y) = (at % SIDE, at / SIDE);
            let inside = (left..left + 30).contains(&x) && (80..120).contains(&y);
            let stripe = (x - left.min(x)) / 6 % 2 == 0;
            data.extend(match (inside, stripe && y < 100) {
                (true, true) => [200, 30, 30],
                (true, false) => [40, 40, 190],
                _ => [30, (60 + x / 2) as u8, (40 + y / 4) as u8],
            });
        }
        data
    }

    fn picture(data: &[u8]) -> Picture<'_> {
        let pixels = Pixels::Rgb { data, pitch: SIDE * 3, step: 3, places: [0, 1, 2] };
        Picture { width: SIDE, height: SIDE, pixels }
    }

    const RECT: Rect = Rect { left: 60.0, top: 80.0, width: 30.0, height: 40.0 };

    fn configs() -> [VisualTracker; 3] {
        let plain = VisualTracker::default();
        let colours = VisualTracker { use_color_names: true, ..plain.clone() };
        let all = VisualTracker { use_hog: true, feature_image_size_level: 3, ..colours.clone() };
        [plain, colours, all]
    }

    #[test]
    fn a_target_is_found_where_it_moved_to() {
        for config in configs() {
            let mut extractor = Extractor::new(&config);
            let (before, after) = (rgb(60), rgb(69));
            let filter = Filter::new(&mut extractor, &picture(&before), &RECT, 1.0);
            let same = filter.locate(&mut extractor, &picture(&before), &RECT, 1.0);
            assert!((same.rect.left - 60.0).abs() < 0.7 && same.confidence > 0.7, "{config:?} {same:?}");
            let moved = filter.locate(&mut extractor, &picture(&after), &RECT, 1.0);
            assert!((moved.rect.left - 69.0).abs() < 2.0, "{config:?} {:?}", moved.rect);
            assert!((moved.rect.top - 80.0).abs() < 2.0 && moved.confidence > 0.25, "{config:?} {}", moved.confidence);
        }
    }

    #[test]
    fn what_is_gone_has_little_confidence() {
        for config in &configs()[1..] {
            let mut extractor = Extractor::new(config);
            let (there, gone) = (rgb(60), rgb(0));
            let filter = Filter::new(&mut extractor, &picture(&there), &RECT, 1.0);
            let right = filter.locate(&mut extractor, &picture(&there), &RECT, 1.0).confidence;
            let wrong = filter.locate(&mut extractor, &picture(&gone), &RECT, 1.0).confidence;
            assert!(wrong < 0.5 * right, "{config:?}: {wrong} {right}");
        }
    }

    #[test]
    fn the_response_falls_off_from_its_peak() {
        let mut extractor = Extractor::new(&configs()[2]);
        let data = rgb(60);
        let filter = Filter::new(&mut extractor, &picture(&data), &RECT, 1.0);
        let response = filter.locate(&mut extractor, &picture(&data), &RECT, 1.0);
        assert!(response.at(&RECT) > 0.9);
        assert!(response.at(&Rect { left: RECT.left + 15.0, ..RECT }) < 0.5);
        assert_eq!(response.at(&Rect { left: 500.0, ..RECT }), 0.0);
    }

    #[test]
    fn learning_follows_a_change_of_looks_and_keeps_the_weights_sound() {
        let mut extractor = Extractor::new(&configs()[1]);
        let (before, after) = (rgb(60), rgb(66));
        let mut filter = Filter::new(&mut extractor, &picture(&before), &RECT, 1.0);
        let moved = Rect { left: 66.0, ..RECT };
        for _ in 0..20 {
            filter.learn(&mut extractor, &picture(&after), &moved, 1.0, 0.1, 0.1);
        }
        assert!(filter.locate(&mut extractor, &picture(&after), &moved, 1.0).confidence > 0.8);
        assert!(filter.weights.iter().all(|weight| (0.0..=MOST_WEIGHT).contains(weight)));
    }

    #[test]
    fn absurd_boxes_do_no_harm() {
        let mut extractor = Extractor::new(&configs()[2]);
        let data = rgb(60);
        for rect in [
            Rect::default(),
            Rect { left: -1e6, top: 1e6, width: 1e6, height: 1.0 },
            Rect { left: 199.5, top: 199.5, width: 0.1, height: 0.1 },
        ] {
            let filter = Filter::new(&mut extractor, &picture(&data), &rect, 3.0);
            let response = filter.locate(&mut extractor, &picture(&data), &rect, 3.0);
            assert!(response.confidence.is_finite() && response.rect.left.is_finite());
        }
    }
}
