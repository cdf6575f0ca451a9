//! A linear Kalman filter over a box: the models for `adskalman`, with unit time steps of one frame.
//!
//! The state is the box (centre x, centre y, width or aspect ratio, height) followed by the velocity of its first `S - 4`
//! components; a measurement is the box.

use adskalman::{CovarianceUpdateMethod, ObservationModel, StateAndCovariance, TransitionModelLinearNoControl};
use nalgebra::{SMatrix, SVector};

/// A measured or estimated box.
pub type Measure = SVector<f64, 4>;

/// Estimate of a state of `S` numbers.
#[derive(Debug, Clone)]
pub struct Kalman<const S: usize> {
    estimate: StateAndCovariance<f64, nalgebra::Const<S>>,
}

struct Motion<const S: usize> {
    transition: SMatrix<f64, S, S>,
    transposed: SMatrix<f64, S, S>,
    noise: SMatrix<f64, S, S>,
}

impl<const S: usize> TransitionModelLinearNoControl<f64, nalgebra::Const<S>> for Motion<S> {
    fn F(&self) -> &SMatrix<f64, S, S> {
        &self.transition
    }

    fn FT(&self) -> &SMatrix<f64, S, S> {
        &self.transposed
    }

    fn Q(&self) -> &SMatrix<f64, S, S> {
        &self.noise
    }
}

struct BoxSensor<const S: usize> {
    observation: SMatrix<f64, 4, S>,
    transposed: SMatrix<f64, S, 4>,
    noise: SMatrix<f64, 4, 4>,
}

impl<const S: usize> ObservationModel<f64, nalgebra::Const<S>, nalgebra::Const<4>> for BoxSensor<S> {
    fn H(&self) -> &SMatrix<f64, 4, S> {
        &self.observation
    }

    fn HT(&self) -> &SMatrix<f64, S, 4> {
        &self.transposed
    }

    fn R(&self) -> &SMatrix<f64, 4, 4> {
        &self.noise
    }
}

impl<const S: usize> Kalman<S> {
    /// A state at rest with these variances.
    pub fn new(measure: Measure, variances: SVector<f64, S>) -> Self {
        let mut state = SVector::<f64, S>::zeros();
        state.fixed_rows_mut::<4>(0).copy_from(&measure);
        Self { estimate: StateAndCovariance::new(state, SMatrix::from_diagonal(&variances)) }
    }

    /// One frame on; `noise` are the variances that a frame adds.
    pub fn predict(&mut self, noise: &SVector<f64, S>) {
        let mut transition = SMatrix::<f64, S, S>::identity();
        for moved in 0..S - 4 {
            transition[(moved, moved + 4)] = 1.0;
        }
        let model = Motion { transition, transposed: transition.transpose(), noise: SMatrix::from_diagonal(noise) };
        self.estimate = model.predict(&self.estimate);
    }

    /// Takes a measurement in. One that is no number, or a covariance that lost its shape, changes nothing.
    pub fn update(&mut self, measure: &Measure, noise: &Measure) {
        if measure.iter().any(|value| !value.is_finite()) {
            return;
        }
        let sensor = sensor::<S>(noise);
        if let Ok(next) = sensor.update(&self.estimate, measure, CovarianceUpdateMethod::OptimalKalmanForcedSymmetric) {
            self.estimate = next;
        }
    }

    /// The estimated box.
    pub fn measure(&self) -> Measure {
        self.estimate.state().fixed_rows::<4>(0).into_owned()
    }

    /// Moves the centre, and nothing else.
    pub fn shift(&mut self, (x, y): (f64, f64)) {
        let state = self.estimate.state_mut();
        state[0] += x;
        state[1] += y;
    }

    /// Velocity of the centre a frame.
    #[cfg(test)]
    fn velocity(&self) -> (f64, f64) {
        (self.estimate.state()[4], self.estimate.state()[5])
    }

    /// Squared distance of a measurement from the estimate in standard deviations (Mahalanobis); infinite if undefined.
    pub fn distance(&self, measure: &Measure, noise: &Measure) -> f64 {
        let sensor = sensor::<S>(noise);
        let spread = sensor.observation * self.estimate.covariance() * sensor.transposed + sensor.noise;
        let off = measure - self.measure();
        spread.cholesky().map_or(f64::INFINITY, |cholesky| off.dot(&cholesky.solve(&off)))
    }
}

fn sensor<const S: usize>(noise: &Measure) -> BoxSensor<S> {
    let observation = SMatrix::<f64, 4, S>::identity();
    BoxSensor { observation, transposed: observation.transpose(), noise: SMatrix::from_diagonal(noise) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_in_steady_motion_is_foreseen() {
        let at = |t: f64| Measure::new(100.0 + 5.0 * t, 50.0 - 2.0 * t, 20.0, 40.0);
        let noise = Measure::repeat(1.0);
        let mut filter = Kalman::<6>::new(at(0.0), SVector::repeat(10.0));
        for frame in 1..30 {
            filter.predict(&SVector::repeat(0.01));
            filter.update(&at(f64::from(frame)), &noise);
        }
        assert!((filter.velocity().0 - 5.0).abs() < 0.05 && (filter.velocity().1 + 2.0).abs() < 0.05);
        filter.predict(&SVector::repeat(0.01));
        assert!((filter.measure() - at(30.0)).norm() < 0.3);
        assert!(filter.distance(&at(30.0), &noise) < 1.0);
        assert!(filter.distance(&at(40.0), &noise) > 100.0);
    }

    #[test]
    fn one_step_is_the_textbooks() {
        // P = 4 + 1, R = 5: the gain is a half.
        let mut filter = Kalman::<6>::new(Measure::zeros(), SVector::from([4.0, 4.0, 4.0, 4.0, 0.0, 0.0]));
        filter.predict(&SVector::from([1.0, 1.0, 1.0, 1.0, 0.0, 0.0]));
        filter.update(&Measure::repeat(2.0), &Measure::repeat(5.0));
        assert!((filter.measure() - Measure::repeat(1.0)).norm() < 1e-9);
    }

    #[test]
    fn what_is_no_number_changes_nothing() {
        let mut filter = Kalman::<8>::new(Measure::zeros(), SVector::repeat(1.0));
        filter.update(&Measure::new(f64::NAN, 0.0, 0.0, 0.0), &Measure::repeat(1.0));
        assert_eq!(filter.measure(), Measure::zeros());
        assert_eq!(filter.distance(&Measure::zeros(), &Measure::repeat(-5.0)), f64::INFINITY);
    }
}
