//! Where a target is and will be: the state estimators of `StateEstimator: stateEstimatorType`.

use nalgebra::SVector;

use super::kalman::{Kalman, Measure};
use crate::base::geometry::Rect;
use crate::config::tracker::{EstimatorKind, StateEstimator};

/// Standard deviations of an aspect ratio, and of its velocity, as in DeepSORT (Wojke et al. 2017).
const ASPECT: [f64; 2] = [1e-2, 1e-5];
/// The least width and height an estimate may have, in the tracker's pixels.
const LEAST: f64 = 1.0;
/// How much less sure a new velocity is than a new place; generous, so that the second detection sets it.
const NEW_VELOCITY: f64 = 10.0;

/// Who measured a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A detector.
    Detector,
    /// The visual tracker.
    Visual,
}

/// The estimate of one target.
#[derive(Debug, Clone)]
pub enum Estimator {
    /// The last box.
    Dummy(Rect),
    /// x, y, width, height, dx, dy; noise in pixels.
    Simple(Box<Kalman<6>>),
    /// x, y, width or aspect ratio, height and the velocity of each; noise in heights.
    Regular(Box<Kalman<8>>),
}

impl Estimator {
    /// An estimate of a target first seen at `rect`.
    pub fn new(config: &StateEstimator, rect: &Rect) -> Self {
        let first = measure(config, rect);
        match config.kind {
            EstimatorKind::Dummy => Self::Dummy(*rect),
            EstimatorKind::Simple => {
                let seen = f64::from(config.measurement_noise_detector).max(1e-6);
                let moved = NEW_VELOCITY * seen;
                Self::Simple(Box::new(Kalman::new(first, SVector::from([seen, seen, seen, seen, moved, moved]))))
            }
            EstimatorKind::Regular => {
                let place = 2.0 * deviation(config.noise_weight_location, first[3]);
                let speed = NEW_VELOCITY * deviation(config.noise_weight_velocity, first[3]);
                Self::Regular(Box::new(Kalman::new(first, squares(config, place, speed))))
            }
        }
    }

    /// Goes one frame on.
    pub fn predict(&mut self, config: &StateEstimator) {
        self.predict_scaled(config, 1.0);
    }

    /// As [`predict`](Self::predict), with the noise multiplied.
    pub fn predict_scaled(&mut self, config: &StateEstimator, scale: f64) {
        match self {
            Self::Dummy(_) => {}
            Self::Simple(filter) => {
                let [place, size, speed] =
                    [config.process_noise_location, config.process_noise_size, config.process_noise_velocity]
                        .map(|variance| f64::from(variance) * scale);
                filter.predict(&SVector::from([place, place, size, size, speed, speed]));
            }
            Self::Regular(filter) => {
                let height = filter.measure()[3];
                let place = deviation(config.noise_weight_location, height);
                let speed = deviation(config.noise_weight_velocity, height);
                filter.predict(&(squares(config, place, speed) * scale));
            }
        }
    }

    /// Takes in a box.
    pub fn update(&mut self, config: &StateEstimator, rect: &Rect, source: Source) {
        self.update_scaled(config, rect, source, 1.0);
    }

    /// As [`update`](Self::update), with the noise multiplied.
    pub fn update_scaled(&mut self, config: &StateEstimator, rect: &Rect, source: Source, scale: f64) {
        let seen = measure(config, rect);
        let noise = noise(config, source, seen[3]) * scale;
        match self {
            Self::Dummy(last) => *last = *rect,
            Self::Simple(filter) => filter.update(&seen, &noise),
            Self::Regular(filter) => filter.update(&seen, &noise),
        }
    }

    /// Moves the estimate along with the picture.
    pub fn shift(&mut self, (x, y): (f32, f32)) {
        let by = (f64::from(x), f64::from(y));
        match self {
            Self::Dummy(rect) => (rect.left, rect.top) = (rect.left + x, rect.top + y),
            Self::Simple(filter) => filter.shift(by),
            Self::Regular(filter) => filter.shift(by),
        }
    }

    /// The estimated box.
    pub fn rect(&self, config: &StateEstimator) -> Rect {
        let state = match self {
            Self::Dummy(rect) => return *rect,
            Self::Simple(filter) => filter.measure(),
            Self::Regular(filter) => filter.measure(),
        };
        let height = state[3].max(LEAST);
        let width = if uses_aspect(config) { state[2] * height } else { state[2] }.max(LEAST);
        let (left, top) = (state[0] - width / 2.0, state[1] - height / 2.0);
        Rect { left: left as f32, top: top as f32, width: width as f32, height: height as f32 }
    }

    /// Squared distance of a detection from the estimate in standard deviations; 0 without a filter.
    pub fn distance(&self, config: &StateEstimator, rect: &Rect) -> f32 {
        let seen = measure(config, rect);
        let noise = noise(config, Source::Detector, seen[3]);
        let distance = match self {
            Self::Dummy(_) => 0.0,
            Self::Simple(filter) => filter.distance(&seen, &noise),
            Self::Regular(filter) => filter.distance(&seen, &noise),
        };
        distance as f32
    }
}

fn uses_aspect(config: &StateEstimator) -> bool {
    config.kind == EstimatorKind::Regular && config.use_aspect_ratio
}

fn measure(config: &StateEstimator, rect: &Rect) -> Measure {
    let (width, height) = (f64::from(rect.width).max(LEAST), f64::from(rect.height).max(LEAST));
    let third = if uses_aspect(config) { width / height } else { width };
    Measure::new(f64::from(rect.left) + width / 2.0, f64::from(rect.top) + height / 2.0, third, height)
}

fn deviation(weight: f32, height: f64) -> f64 {
    (f64::from(weight) * height.max(LEAST)).max(1e-6)
}

/// Variances of a regular state from the standard deviations of its places and its velocities.
fn squares(config: &StateEstimator, place: f64, speed: f64) -> SVector<f64, 8> {
    let [aspect, aspect_speed] = if config.use_aspect_ratio { ASPECT } else { [place, speed] };
    SVector::from([place, place, aspect, place, speed, speed, aspect_speed, speed]).map(|sd: f64| sd * sd)
}

fn noise(config: &StateEstimator, source: Source, height: f64) -> Measure {
    match config.kind {
        EstimatorKind::Regular => {
            let place = deviation(config.noise_weight_location, height);
            let third = if config.use_aspect_ratio { 10.0 * ASPECT[0] } else { place };
            Measure::new(place, place, third, place).map(|sd| sd * sd)
        }
        _ => {
            let variance = match source {
                Source::Detector => config.measurement_noise_detector,
                Source::Visual => config.measurement_noise_tracker,
            };
            Measure::repeat(f64::from(variance).max(1e-6))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(frame: u32) -> Rect {
        Rect { left: 10.0 + 4.0 * frame as f32, top: 20.0, width: 30.0, height: 60.0 }
    }

    fn foreseen(kind: EstimatorKind, use_aspect_ratio: bool) -> Rect {
        let config = StateEstimator { kind, use_aspect_ratio, ..StateEstimator::default() };
        let mut estimator = Estimator::new(&config, &at(0));
        for frame in 1..20 {
            estimator.predict(&config);
            estimator.update(&config, &at(frame), Source::Detector);
        }
        estimator.predict(&config);
        estimator.rect(&config)
    }

    #[test]
    fn filters_foresee_steady_motion_and_the_dummy_stays() {
        for (kind, aspect) in
            [(EstimatorKind::Simple, false), (EstimatorKind::Regular, false), (EstimatorKind::Regular, true)]
        {
            assert!(foreseen(kind, aspect).iou(&at(20)) > 0.95, "{kind:?} {aspect}");
        }
        assert_eq!(foreseen(EstimatorKind::Dummy, false), at(19));
    }

    #[test]
    fn boxes_come_out_as_they_went_in() {
        for kind in [EstimatorKind::Dummy, EstimatorKind::Simple, EstimatorKind::Regular] {
            let config = StateEstimator { kind, use_aspect_ratio: true, ..StateEstimator::default() };
            let rect = Estimator::new(&config, &at(3)).rect(&config);
            assert!((rect.left - at(3).left).abs() < 1e-3 && (rect.width - 30.0).abs() < 1e-3, "{kind:?}");
        }
    }

    #[test]
    fn noise_of_the_visual_tracker_counts_less() {
        let config = StateEstimator { kind: EstimatorKind::Simple, ..StateEstimator::default() };
        let moved = |source| {
            let mut estimator = Estimator::new(&config, &at(0));
            estimator.predict(&config);
            estimator.update(&config, &at(1), source);
            estimator.rect(&config).left
        };
        assert!(moved(Source::Detector) > moved(Source::Visual));
    }
}
