//! Where a point may be found again when a camera moves through a scene that rests.
//!
//! Points are `(x, y)` in units of half the picture's width from its middle, right and down, with 1 as third part. A
//! fundamental matrix `F` has `to . F from = 0` for every pair of them, and every plane of such a scene moves by a
//! homography `[e] F + e v^T`, where `e` is the epipole in the second picture and `v` are the plane's three numbers
//! (Hartley & Zisserman, "Multiple View Geometry", 2nd edition, chapters 9, 11 and 13).

use nalgebra::{Matrix3, SMatrix, SVector, Vector3};

use super::dice::Dice;

/// A point in one picture and where it is in the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// In the first picture.
    pub from: Vector3<f64>,
    /// In the second.
    pub to: Vector3<f64>,
}

/// Samples of eight that are tried.
const SAMPLES: usize = 400;
/// The fewest pairs that say anything.
const LEAST: usize = 40;
/// Rounds of the fit to all pairs that agree.
const ROUNDS: usize = 6;

/// A scene at rest, seen twice.
#[derive(Debug, Clone)]
pub struct Epipolar {
    matrix: Matrix3<f64>,
}

impl Epipolar {
    /// What most of `matches` agree on, each within `tolerance` of its line; `None` where fewer than half of them do.
    pub fn fit(matches: &[Match], tolerance: f64) -> Option<Self> {
        if matches.len() < LEAST {
            return None;
        }
        let mut dice = Dice::new(0x5eed);
        let agree = |scene: &Self| matches.iter().filter(|found| scene.distance(found) < tolerance).count();
        let (_, mut scene) = (0..SAMPLES)
            .filter_map(|_| {
                let sample: [Match; 8] = std::array::from_fn(|_| matches[dice.below(matches.len())]);
                let scene = Self::through(sample.iter().map(|found| (found, 1.0)))?;
                Some((agree(&scene), scene))
            })
            .max_by_key(|(agree, _)| *agree)?;
        for _ in 0..ROUNDS {
            let near = matches.iter().filter(|found| scene.distance(found) < tolerance);
            let weighted = near.map(|found| (found, 1.0 / scene.slope(found).max(f64::EPSILON)));
            let Some(better) = Self::through(weighted) else { break };
            scene = better;
        }
        (agree(&scene) * 2 >= matches.len()).then_some(scene)
    }

    /// The eight-point algorithm: the matrix with the least weighted squares of `to . F from`, made singular.
    fn through<'a>(matches: impl Iterator<Item = (&'a Match, f64)>) -> Option<Self> {
        let mut squares = SMatrix::<f64, 9, 9>::zeros();
        for (Match { from, to }, weight) in matches {
            let row = SVector::<f64, 9>::from_fn(|at, _| to[at / 3] * from[at % 3]);
            squares += row * row.transpose() * weight;
        }
        let eigen = squares.symmetric_eigen();
        let least = eigen.eigenvalues.imin();
        let column = eigen.eigenvectors.column(least);
        let mut parts = Matrix3::from_fn(|row, at| column[row * 3 + at]).svd(true, true);
        let smallest = parts.singular_values.imin();
        parts.singular_values[smallest] = 0.0;
        let matrix = parts.recompose().ok()?;
        matrix.iter().all(|part| part.is_finite()).then_some(Self { matrix })
    }

    /// The square of the slope of `to . F from` with the four coordinates.
    fn slope(&self, found: &Match) -> f64 {
        let (line, back) = (self.matrix * found.from, self.matrix.transpose() * found.to);
        line.xy().norm_squared() + back.xy().norm_squared()
    }

    /// Sampson's distance of a pair from its line: how far its points would have to move, to first order.
    pub fn distance(&self, found: &Match) -> f64 {
        found.to.dot(&(self.matrix * found.from)).abs() / self.slope(found).sqrt().max(f64::EPSILON)
    }

    /// How planes of the scene move.
    pub fn planes(&self) -> Option<Planes> {
        let parts = self.matrix.svd(true, false);
        let epipole = parts.u?.column(parts.singular_values.imin()).into_owned();
        // The sign is of no account; a positive third part has points move away from the epipole.
        let epipole = if epipole.z < 0.0 { -epipole } else { epipole };
        Some(Planes { base: epipole.cross_matrix() * self.matrix, epipole })
    }
}

/// The ways in which planes of a scene can move.
#[derive(Debug, Clone)]
pub struct Planes {
    base: Matrix3<f64>,
    /// Where the camera goes to or comes from, in the second picture; far off where its third part is next to nothing.
    pub epipole: Vector3<f64>,
}

impl Planes {
    /// How the plane `v` moves.
    pub fn homography(&self, v: &Vector3<f64>) -> Matrix3<f64> {
        self.base + self.epipole * v.transpose()
    }

    /// What `v . from` has to be for a plane that `found` lies on: the least squares of `to x (H from) = 0`.
    fn offset(&self, found: &Match) -> f64 {
        let (along, rest) = (found.to.cross(&self.epipole), found.to.cross(&(self.base * found.from)));
        -along.dot(&rest) / along.norm_squared().max(f64::EPSILON)
    }

    /// The plane that three pairs lie on; `None` where they lie in a row.
    pub fn through(&self, found: [&Match; 3]) -> Option<Vector3<f64>> {
        let points = Matrix3::from_rows(&found.map(|found| found.from.transpose()));
        let v = points.lu().solve(&Vector3::from(found.map(|found| self.offset(found))))?;
        v.iter().all(|part| part.is_finite()).then_some(v)
    }

    /// The change of where `from` comes to with a change of `v . from`, for the plane that brings it to `to`.
    pub fn slope(&self, moved: &Vector3<f64>) -> [f64; 2] {
        let (x, y) = (moved.x / moved.z, moved.y / moved.z);
        [(self.epipole.x - x * self.epipole.z) / moved.z, (self.epipole.y - y * self.epipole.z) / moved.z]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A camera that goes ahead by `(0.05, 0, 1)` and turns a little, before `points` (right, down, ahead).
    pub fn seen(points: &[[f64; 3]]) -> Vec<Match> {
        let turn = nalgebra::Rotation3::from_euler_angles(0.004, -0.006, 0.002);
        let seen = |point: Vector3<f64>| Vector3::new(point.x / point.z, point.y / point.z, 1.0);
        let both = |[x, y, z]: &[f64; 3]| {
            let point = Vector3::new(*x, *y, *z);
            Match { from: seen(point), to: seen(turn * (point - Vector3::new(0.05, 0.0, 1.0))) }
        };
        points.iter().map(both).collect()
    }

    /// Points all over, a few of which lie on a floor 1.5 below the camera.
    fn scene() -> (Vec<[f64; 3]>, Vec<[f64; 3]>) {
        let mut dice = Dice::new(3);
        let mut part = |low: f64, high: f64| low + (high - low) * dice.below(10_000) as f64 / 10_000.0;
        let walls = (0..120).map(|_| [part(-20.0, 20.0), part(-9.0, 1.4), part(12.0, 60.0)]).collect();
        let floor = (0..20).map(|_| [part(-5.0, 5.0), 1.5, part(5.0, 20.0)]).collect();
        (walls, floor)
    }

    #[test]
    fn a_scene_is_found_among_strays() {
        let (walls, floor) = scene();
        let mut matches = seen(&[walls, floor].concat());
        let mut dice = Dice::new(9);
        for stray in matches.iter_mut().step_by(4) {
            stray.to.x += (dice.below(100) as f64 - 50.0) / 300.0;
            stray.to.y += (dice.below(100) as f64 - 50.0) / 300.0;
        }
        let scene = Epipolar::fit(&matches, 1e-4).unwrap();
        assert!(matches.iter().enumerate().all(|(at, found)| at % 4 == 0 || scene.distance(found) < 1e-6));
        let epipole = scene.planes().unwrap().epipole;
        let ahead = nalgebra::Rotation3::from_euler_angles(0.004, -0.006, 0.002) * Vector3::new(0.05, 0.0, 1.0);
        assert!((epipole.xy() / epipole.z - ahead.xy() / ahead.z).norm() < 1e-4, "{epipole}");
        for (at, stray) in matches.iter_mut().enumerate().filter(|(at, _)| at % 4 != 0) {
            stray.to.y += (at * 7919 % 100) as f64 / 500.0;
        }
        assert!(Epipolar::fit(&matches, 1e-4).is_none(), "nothing that most agree on");
        assert!(Epipolar::fit(&matches[..20], 1e-4).is_none());
    }

    #[test]
    fn three_points_of_a_floor_say_how_all_of_it_moves() {
        let (walls, floor) = scene();
        let planes = Epipolar::fit(&seen(&walls), 1e-4).unwrap().planes().unwrap();
        let floor = seen(&floor);
        let v = planes.through([&floor[0], &floor[1], &floor[2]]).unwrap();
        for found in &floor {
            let moved = planes.homography(&v) * found.from;
            assert!((moved.xy() / moved.z - found.to.xy()).norm() < 1e-6);
            // A little more of `v . from` moves the point as the slope says.
            let [x, y] = planes.slope(&moved);
            let more = moved + planes.epipole * 1e-6;
            assert!((more.xy() / more.z - moved.xy() / moved.z - nalgebra::Vector2::new(x, y) * 1e-6).norm() < 1e-9);
        }
        assert!(planes.through([&floor[0], &floor[0], &floor[1]]).is_none());
    }
}
