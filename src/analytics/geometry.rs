//! Points, straight lines and polygons, in pixels with y down.

use crate::base::geometry::{Rect, Size};
use crate::config::analytics::Point as Written;

/// A point, or the way from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// Pixels to the right.
    pub x: f64,
    /// Pixels down.
    pub y: f64,
}

impl Point {
    /// Where the object of a box stands: in the middle of its lower edge.
    pub fn foot(rect: &Rect) -> Self {
        Self { x: f64::from(rect.left) + f64::from(rect.width) / 2.0, y: f64::from(rect.top) + f64::from(rect.height) }
    }

    /// The way from `self` to `other`.
    pub fn to(self, other: Self) -> Self {
        Self { x: other.x - self.x, y: other.y - self.y }
    }

    /// The product of lengths and cosine.
    pub fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }

    /// The product of lengths and sine.
    pub fn cross(self, other: Self) -> f64 {
        self.x * other.y - self.y * other.x
    }

    /// How long a way is.
    pub fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    /// The cosine between two ways; 0 if one has no length.
    pub fn cosine(self, other: Self) -> f64 {
        let lengths = self.length() * other.length();
        if lengths > 0.0 { self.dot(other) / lengths } else { 0.0 }
    }
}

/// From the frame that a configuration was written for to the frame that boxes are in.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    x: f64,
    y: f64,
}

impl Scale {
    /// Scales by the ratio of two sizes; an empty one scales by 1.
    pub fn new(written: Size, frame: Size) -> Self {
        let ratio = |to: u32, from: u32| if to == 0 || from == 0 { 1.0 } else { f64::from(to) / f64::from(from) };
        Self { x: ratio(frame.width, written.width), y: ratio(frame.height, written.height) }
    }

    /// A point of the configuration in the frame.
    pub fn point(self, (x, y): Written) -> Point {
        Point { x: f64::from(x) * self.x, y: f64::from(y) * self.y }
    }

    /// Two points of the configuration in the frame.
    pub fn pair(self, [from, to]: [Written; 2]) -> [Point; 2] {
        [self.point(from), self.point(to)]
    }
}

/// A closed polygon.
#[derive(Debug, Clone)]
pub struct Polygon {
    corners: Vec<Point>,
    low: Point,
    high: Point,
}

impl Polygon {
    /// The polygon of these corners; the last one is joined to the first.
    pub fn new(corners: impl IntoIterator<Item = Point>) -> Self {
        let corners: Vec<Point> = corners.into_iter().collect();
        let fold =
            |start: f64, pick: fn(f64, f64) -> f64, of: fn(&Point) -> f64| corners.iter().map(of).fold(start, pick);
        let low = Point { x: fold(f64::MAX, f64::min, |p| p.x), y: fold(f64::MAX, f64::min, |p| p.y) };
        let high = Point { x: fold(f64::MIN, f64::max, |p| p.x), y: fold(f64::MIN, f64::max, |p| p.y) };
        Self { corners, low, high }
    }

    /// Whether a point lies inside, by the even-odd rule: a line to the right meets an odd number of edges. Of points on
    /// the outline those on upper and left edges are inside, so that regions side by side share none.
    pub fn contains(&self, p: Point) -> bool {
        if p.x < self.low.x || p.x > self.high.x || p.y < self.low.y || p.y > self.high.y {
            return false;
        }
        let next = self.corners.iter().cycle().skip(1);
        let met = self
            .corners
            .iter()
            .zip(next)
            .filter(|(a, b)| (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x));
        met.count() % 2 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn polygon(corners: &[(f64, f64)]) -> Polygon {
        Polygon::new(corners.iter().map(|&(x, y)| Point { x, y }))
    }

    #[test]
    fn a_notch_is_outside_and_edges_belong_to_one_side() {
        let u = polygon(&[
            (0.0, 0.0),
            (30.0, 0.0),
            (30.0, 30.0),
            (20.0, 30.0),
            (20.0, 10.0),
            (10.0, 10.0),
            (10.0, 30.0),
            (0.0, 30.0),
        ]);
        let inside = |x, y| u.contains(Point { x, y });
        assert!(inside(5.0, 20.0) && inside(25.0, 20.0) && inside(15.0, 5.0));
        assert!(!inside(15.0, 20.0) && !inside(-1.0, 5.0) && !inside(31.0, 5.0));
        let (left, right) = (
            polygon(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]),
            polygon(&[(10.0, 0.0), (20.0, 0.0), (20.0, 10.0), (10.0, 10.0)]),
        );
        for (x, y) in [(10.0, 0.0), (10.0, 5.0), (10.0, 9.0)] {
            let p = Point { x, y };
            assert!(left.contains(p) != right.contains(p), "{p:?}");
        }
    }

    proptest! {
        #[test]
        fn a_triangle_contains_what_lies_on_the_same_side_of_its_edges(c in proptest::array::uniform6(0f64..100.0), x in 0f64..100.0, y in 0f64..100.0) {
            let (a, b, d, p) = (Point { x: c[0], y: c[1] }, Point { x: c[2], y: c[3] }, Point { x: c[4], y: c[5] }, Point { x, y });
            let sides = [(a, b), (b, d), (d, a)].map(|(from, to)| from.to(to).cross(from.to(p)));
            prop_assume!(sides.iter().all(|side| side.abs() > 1e-6));
            let same = sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0);
            prop_assert_eq!(Polygon::new([a, b, d]).contains(p), same);
        }
    }
}
