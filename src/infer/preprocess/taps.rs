//! Which samples of a row or column make one sample of the scaled picture.

/// How samples between pixels are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Filter {
    /// The nearest pixel.
    Nearest,
    /// The two pixels around, weighted: OpenCV's `INTER_LINEAR`, pixel centres at halves.
    #[default]
    Bilinear,
    /// The mean of all pixels covered: OpenCV's `INTER_AREA`, NPP's super sampling.
    Area,
}

/// One axis of a plane: the part of it that is scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis {
    /// First pixel of the crop, in pixels of the picture.
    pub start: u32,
    /// Pixels of the crop.
    pub length: u32,
    /// Whether the plane has half as many samples as the picture (4:2:0 chroma, sited between two pixels).
    pub halved: bool,
}

/// A sample position: the sample at `first` and, with weight `weight`, the one after it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tap {
    /// Index of the sample at or before the position.
    pub first: u32,
    /// 0..1: share of the next sample.
    pub weight: f32,
}

impl Axis {
    /// The samples of the plane the crop may touch: first and last index.
    pub fn bounds(&self) -> (u32, u32) {
        let last = self.start + self.length.max(1) - 1;
        if self.halved { (self.start / 2, last / 2) } else { (self.start, last) }
    }

    /// Replaces `taps` by those of `count` samples over this axis; indices count from the first of [`Axis::bounds`].
    /// Positions beyond the crop are those of its edge. A tap on the last sample has weight 0.
    pub fn fill(&self, count: u32, filter: Filter, taps: &mut Vec<Tap>) {
        taps.clear();
        taps.extend((0..count).map(|i| self.tap(i, count, filter)));
    }

    /// Samples of the plane that one of `count` samples covers.
    pub fn samples_per(&self, count: u32) -> f64 {
        let samples = f64::from(self.length) / f64::from(count);
        if self.halved { samples / 2.0 } else { samples }
    }

    /// Where sample `i` of `count` begins and ends, in samples of the plane from the first of [`Axis::bounds`].
    pub fn range(&self, i: u32, count: u32) -> (f64, f64) {
        let (first, last) = self.bounds();
        let edge = |i: u32| {
            let picture = f64::from(i) * f64::from(self.length) / f64::from(count) + f64::from(self.start);
            let position = if self.halved { picture / 2.0 } else { picture };
            (position - f64::from(first)).clamp(0.0, f64::from(last - first + 1))
        };
        (edge(i), edge(i + 1))
    }

    fn tap(&self, i: u32, count: u32, filter: Filter) -> Tap {
        let (first, last) = self.bounds();
        let picture = (f64::from(i) + 0.5) * f64::from(self.length) / f64::from(count) + f64::from(self.start);
        // In samples of the plane, with the centre of the first at 0.
        let position = if self.halved { picture / 2.0 - 0.5 } else { picture - 0.5 };
        let position = (position - f64::from(first)).clamp(0.0, f64::from(last - first));
        match filter {
            Filter::Nearest => Tap { first: position.round() as u32, weight: 0.0 },
            Filter::Bilinear | Filter::Area => {
                let index = position as u32;
                Tap { first: index, weight: (position - f64::from(index)) as f32 }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taps(axis: Axis, count: u32, filter: Filter) -> Vec<Tap> {
        let mut taps = Vec::new();
        axis.fill(count, filter, &mut taps);
        taps
    }

    #[test]
    fn the_same_length_takes_every_sample_as_it_is() {
        let axis = Axis { start: 7, length: 5, halved: false };
        for (i, tap) in taps(axis, 5, Filter::Bilinear).iter().enumerate() {
            assert_eq!(*tap, Tap { first: i as u32, weight: 0.0 });
        }
        assert_eq!(axis.bounds(), (7, 11));
    }

    #[test]
    fn halving_lies_between_two_samples() {
        let axis = Axis { start: 0, length: 4, halved: false };
        assert_eq!(taps(axis, 2, Filter::Bilinear), [Tap { first: 0, weight: 0.5 }, Tap { first: 2, weight: 0.5 }]);
        // Doubling stays at the edge there and goes in quarters in between.
        let axis = Axis { start: 0, length: 2, halved: false };
        let weights: Vec<f32> =
            taps(axis, 4, Filter::Bilinear).iter().map(|tap| tap.first as f32 + tap.weight).collect();
        assert_eq!(weights, [0.0, 0.25, 0.75, 1.0]);
        assert_eq!(taps(axis, 4, Filter::Nearest).iter().map(|tap| tap.first).collect::<Vec<_>>(), [0, 0, 1, 1]);
    }

    #[test]
    fn chroma_of_odd_crops_stays_inside() {
        let axis = Axis { start: 3, length: 5, halved: true };
        assert_eq!(axis.bounds(), (1, 3));
        let taps = taps(axis, 5, Filter::Bilinear);
        assert_eq!(taps[0], Tap { first: 0, weight: 0.25 });
        assert_eq!(taps[4], Tap { first: 2, weight: 0.0 });
        let one = Axis { start: 0, length: 1, halved: true };
        assert_eq!(one.bounds(), (0, 0));
    }
}
