//! The one plane that a set of edges moves with, found from few and uncertain vectors and then fitted to the pixels.
//!
//! Vectors of weak surfaces are mostly wrong, so they only propose planes; what decides is how many edges are in the next
//! picture where the plane puts them. The fit is Gauss-Newton's on the brightness of those edges, each measured in pixels
//! along its slope and weighted by Geman and McClure's function, first with a wide and then with a narrow scale.

use nalgebra::{Matrix3, Vector2, Vector3};

use super::dice::Dice;
use super::edges::Edge;
use super::epipolar::{Match, Planes};
use super::picture::Picture;

/// Planes that are proposed, the edges they are judged by, how many of the best are fitted.
const PROPOSALS: usize = 1000;
const JUDGES: usize = 250;
const FITTED: usize = 8;
/// How far apart the three vectors of a proposal may lie, in half picture widths.
const NEAR: f64 = 0.5;
/// Scales in pixels: of the proposals' judgement, of the first steps of a fit, of the last ones.
const SCALES: [f32; 3] = [0.75, 1.0, 0.35];
/// Steps of a fit with the wide and with the narrow scale.
const STEPS: [usize; 2] = [10, 8];
/// The height, as a share, at which a floor moves less than at the lower rim.
const ABOVE: f32 = 0.6;
/// The fewest edges, and the fewest of them and the least share that a plane has to put right.
const LEAST_EDGES: usize = 16;
const LEAST_RIGHT: (f32, f32) = (8.0, 0.2);
/// How far points usually are from where they are expected: in pixels, and as a share of their way.
const USUAL: (f64, f64) = (0.25, 0.05);
/// How many edges what is not expected weighs up at most, and what is as good as expected.
const STRANGE: (f32, f32) = (2.0, 4.0);

/// Two pictures and the planes that may be in them.
pub struct Scene<'a> {
    /// The picture before.
    pub first: &'a Picture,
    /// The picture after.
    pub second: &'a Picture,
    /// How planes move.
    pub planes: &'a Planes,
    /// Points of the floor and where they should go.
    pub expected: Option<[Match; 3]>,
}

impl Scene<'_> {
    /// The plane that most of `edges` move with, proposed by `matches` and by what is expected, and whether they show it;
    /// `None` where too few do and nothing is expected.
    pub fn fit(&self, edges: &[Edge], matches: &[Match]) -> Option<(Vector3<f64>, bool)> {
        let mut found: Vec<Vector3<f64>> = Vec::new();
        if edges.len() >= LEAST_EDGES && matches.len() >= LEAST_EDGES {
            found.extend(self.proposed(edges, matches).into_iter().map(|v| self.fitted(v, edges, false)));
        }
        let expected = self.expected.as_ref().and_then(|[a, b, c]| self.planes.through([a, b, c]));
        found.extend(expected.map(|v| self.fitted(v, edges, true)));
        let judged = found.into_iter().filter(|v| self.may_be_below(v)).map(|v| {
            let (right, strange) = (self.right(&v, edges, SCALES[2]), self.strange(&v));
            (right - (strange / 2.0).min(STRANGE.0), right, strange, v)
        });
        let (_, right, strange, v) = judged.max_by(|a, b| a.0.total_cmp(&b.0))?;
        let (least, share) = LEAST_RIGHT;
        let shown = right >= least.max(share * edges.len() as f32);
        (shown || self.expected.is_some() && strange < STRANGE.1).then_some((v, shown))
    }

    /// The best of the planes that `matches` propose.
    fn proposed(&self, edges: &[Edge], matches: &[Match]) -> Vec<Vector3<f64>> {
        let mut dice = Dice::new(0xf100);
        let judges: Vec<Edge> = match edges.len() {
            few if few <= JUDGES => edges.to_vec(),
            many => (0..JUDGES).map(|_| edges[dice.below(many)]).collect(),
        };
        let mut proposed: Vec<(f32, Vector3<f64>)> = (0..PROPOSALS)
            .filter_map(|_| self.planes.through(three(matches, &mut dice)?))
            .filter(|v| self.may_be_below(v))
            .map(|v| (self.right(&v, &judges, SCALES[0]), v))
            .collect();
        proposed.sort_by(|a, b| b.0.total_cmp(&a.0));
        proposed.into_iter().take(FITTED).map(|(_, v)| v).collect()
    }

    /// `v` fitted to `edges`, and where `held`, not far from what is expected.
    fn fitted(&self, mut v: Vector3<f64>, edges: &[Edge], held: bool) -> Vector3<f64> {
        for (steps, scale) in STEPS.into_iter().zip([SCALES[1], SCALES[2]]) {
            (0..steps).for_each(|_| v = self.step(&v, edges, scale, held).unwrap_or(v));
        }
        v
    }

    /// How far the points that are expected somewhere are from there along the way they can go, each in parts of what is
    /// usual, and what a change of `v . from` changes of that.
    fn surprises(&self, v: &Vector3<f64>) -> impl Iterator<Item = (f64, Vector3<f64>)> {
        let moves = self.planes.homography(v);
        self.expected.iter().flatten().map(move |expected| {
            let moved = moves * expected.from;
            let slope = Vector2::from(self.planes.slope(&moved));
            let unit = self.second.unit();
            let usual = USUAL.0 + USUAL.1 * (expected.to.xy() - expected.from.xy()).norm() * unit;
            let along = slope.try_normalize(1e-12).unwrap_or_default();
            let off = (moved.xy() / moved.z - expected.to.xy()).dot(&along) * unit / usual;
            (off, expected.from * (slope.norm() * unit / usual))
        })
    }

    /// How far `v` is from what is expected, as the sum of the squares of the [`Self::surprises`].
    fn strange(&self, v: &Vector3<f64>) -> f32 {
        self.surprises(v).map(|(off, _)| off * off).sum::<f64>() as f32
    }

    /// Whether `v` can be a floor below the camera: along the lower rim of the picture all of it goes the same way, away
    /// from the epipole or towards it, and in the middle farther than higher up.
    fn may_be_below(&self, v: &Vector3<f64>) -> bool {
        let moves = self.planes.homography(v);
        let (right, low) = ((self.first.size.width - 1) as f32, (self.first.size.height - 1) as f32);
        let along = |x: f32, y: f32| {
            let from = self.first.point(x, y);
            let moved = moves * from;
            let way = (from * self.planes.epipole.z - self.planes.epipole).xy();
            (moved.xy() / moved.z - from.xy()).dot(&way) / way.norm().max(f64::EPSILON)
        };
        let [left, middle, right, above] =
            [along(0.0, low), along(right / 2.0, low), along(right, low), along(right / 2.0, low * ABOVE)];
        left * middle > 0.0 && right * middle > 0.0 && middle.abs() > above.abs()
    }

    /// How far an edge is off with the motion `moves`, in pixels along its slope, and where it comes to.
    fn off(&self, moves: &Matrix3<f64>, edge: &Edge) -> Option<(f32, Vector3<f64>, [f32; 2])> {
        let [x, y] = edge.place;
        let moved = moves * self.first.point(x, y);
        let place = self.second.place(&moved)?;
        let difference = self.second.at(place[0], place[1])? - self.first.at(x, y)?;
        Some((difference / edge.steep, moved, place))
    }

    /// How many of `edges` the plane `v` puts right, in parts where it nearly does.
    fn right(&self, v: &Vector3<f64>, edges: &[Edge], scale: f32) -> f32 {
        let moves = self.planes.homography(v);
        edges.iter().filter_map(|edge| self.off(&moves, edge)).map(|(off, ..)| weight(off, scale)).sum()
    }

    /// A better plane than `v`; `None` where nothing says which.
    fn step(&self, v: &Vector3<f64>, edges: &[Edge], scale: f32, held: bool) -> Option<Vector3<f64>> {
        let moves = self.planes.homography(v);
        let (mut squares, mut sum) = (Matrix3::zeros(), Vector3::zeros());
        for edge in edges {
            let Some((off, moved, [x, y])) = self.off(&moves, edge) else { continue };
            let weight = f64::from(weight(off, scale));
            let [left, top] = edge.place;
            let (Some(then), Some(now)) = (self.second.slope(x, y), self.first.slope(left, top)) else { continue };
            let [u, v] = self.planes.slope(&moved);
            let slope = f64::from(then[0] + now[0]) * u + f64::from(then[1] + now[1]) * v;
            // In pixels for a change of `v . from`, as `off` is in pixels.
            let row = self.first.point(left, top) * (slope / 2.0 * self.second.unit() / f64::from(edge.steep));
            squares += row * row.transpose() * weight;
            sum += row * (weight * f64::from(off));
        }
        // As sure as an edge that is off by the narrow scale.
        let sure = f64::from(SCALES[2] * SCALES[2]);
        for (off, row) in self.surprises(v).filter(|_| held) {
            squares += row * row.transpose() * sure;
            sum += row * (sure * off);
        }
        let damped = squares + Matrix3::identity() * (squares.trace() * 1e-9);
        let better = v - damped.try_inverse()? * sum;
        better.iter().all(|part| part.is_finite()).then_some(better)
    }
}

/// Geman and McClure's weight of a residual; nothing beyond four scales of the widest.
fn weight(off: f32, scale: f32) -> f32 {
    if off.abs() > 2.0 { 0.0 } else { (1.0 + (off / scale).powi(2)).powi(-2) }
}

/// Three vectors near each other.
fn three<'a>(matches: &'a [Match], dice: &mut Dice) -> Option<[&'a Match; 3]> {
    let first = &matches[dice.below(matches.len())];
    let mut near = || {
        (0..20)
            .map(|_| &matches[dice.below(matches.len())])
            .find(|other| *other != first && (other.from - first.from).amax() < NEAR)
    };
    Some([first, near()?, near()?])
}
