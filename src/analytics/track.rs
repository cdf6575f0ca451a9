//! What is remembered of an identity.

use std::collections::VecDeque;

use super::direction::Recent;
use super::geometry::Point;
use super::line::Standing;
use crate::base::geometry::{Rect, Size};

/// What is believed of a box's trembling before it was seen, as a share of its height.
const TREMBLES_AT_FIRST: f64 = 0.02;
/// Weight of a sighting in what is believed of the trembling.
const WEIGHT: f64 = 0.1;
/// Three standard deviations of a trembling place, in means of its second differences' length: those of white noise in one
/// direction have `sqrt(6) sqrt(2 / pi)` standard deviations.
const THREE_SIGMA: f64 = 1.54;
/// A margin is at least so many pixels, and at most such a share of the frame's height.
const MARGIN: (f64, f64) = (1.0, 0.015);
/// The way an identity came is at least this long, in heights of its box and in pixels.
const WAY: (f64, f64) = (0.5, 8.0);
/// Places of its way that are kept, and how far they lie apart as a share of the way's length.
const PLACES: (usize, f64) = (24, 0.125);
/// Mean difference of steps, in heights of the box, below which a box is believed as it is: people's gait makes 0.012.
const STEADY: f64 = 0.015;
/// Weight of a sighting of a whole box in what is believed of its height.
const HEIGHT_WEIGHT: f64 = 0.1;
/// A box is believed to be at most so many times as high as what is seen of it.
const HIDDEN: f64 = 1.6;
/// Sightings in a row that make an identity with a trembling box be inside or outside of a region.
const SETTLED: u8 = 3;

/// One identity.
#[derive(Debug, Clone, Default)]
pub struct Track {
    /// Where it stood when it was last seen.
    pub foot: Option<Point>,
    /// Its box then.
    pub rect: Rect,
    /// When that was, in nanoseconds.
    pub time: u64,
    /// The frame of the stream then.
    pub frame: u64,
    /// One a line.
    pub standings: Vec<Standing>,
    /// One a region.
    pub stays: Vec<Stay>,
    /// For directions.
    pub recent: Recent,
    way: VecDeque<Point>,
    /// The last step, and the mean length of the steps' differences.
    stride: Option<Point>,
    /// Its box's height while it was whole.
    height: Option<f64>,
    tremble: Option<f64>,
    /// Whether its box hardly trembles.
    pub steady: bool,
    /// Classes with the number of sightings as such.
    classes: Vec<(i32, u32)>,
}

impl Track {
    /// A new identity before so many lines and regions.
    pub fn new(lines: usize, regions: usize) -> Self {
        Self { standings: vec![Standing::default(); lines], stays: vec![Stay::default(); regions], ..Self::default() }
    }

    /// The same identity before other rules: for each, the place it had before, if it was there.
    pub fn for_rules(&self, lines: &[Option<usize>], regions: &[Option<usize>]) -> Self {
        let standing = |place: &Option<usize>| place.map_or_else(Standing::default, |place| self.standings[place]);
        let stay = |place: &Option<usize>| place.map_or_else(Stay::default, |place| self.stays[place]);
        let (standings, stays) = (lines.iter().map(standing).collect(), regions.iter().map(stay).collect());
        Self { standings, stays, ..self.clone() }
    }

    /// Where it stands. Feet that another object hides are believed to be as far below the box's upper edge as they were
    /// when they were last seen.
    pub fn stand(&mut self, rect: &Rect, feet_hidden: bool) -> Point {
        let (foot, seen) = (Point::foot(rect), f64::from(rect.height));
        let whole = match self.height {
            Some(height) if feet_hidden => {
                return Point { y: foot.y - seen + height.clamp(seen, HIDDEN * seen), ..foot };
            }
            Some(height) => height + (seen - height) * HEIGHT_WEIGHT,
            None => seen,
        };
        if !feet_hidden {
            self.height = Some(whole);
        }
        foot
    }

    /// Takes the class it is seen as; answers the one it was seen as most often, so that a detector in doubt makes no
    /// identity come and go.
    pub fn class(&mut self, class_id: i32) -> i32 {
        match self.classes.iter_mut().find(|(class, _)| *class == class_id) {
            Some((_, seen)) => *seen += 1,
            None => self.classes.push((class_id, 1)),
        }
        self.class_id()
    }

    /// The class it was seen as most often.
    pub fn class_id(&self) -> i32 {
        self.classes.iter().max_by_key(|(_, seen)| *seen).map_or(-1, |(class, _)| *class)
    }

    /// Takes where it stands, before [`Track::foot`] is changed; answers how far from a line it is beyond doubt on one
    /// side, in pixels. Boxes of a good detector tremble by less than a pixel, others by a tenth of their height, so it is
    /// measured: by how much its steps differ from each other.
    pub fn margin(&mut self, foot: Point, height: f64, frame: Size) -> f64 {
        let stride = self.foot.map(|before| before.to(foot));
        let change = self.stride.zip(stride).map(|(last, stride)| last.to(stride).length());
        self.stride = stride;
        let tremble = self.tremble.get_or_insert(TREMBLES_AT_FIRST * height);
        if let Some(change) = change {
            *tremble += (change - *tremble) * WEIGHT;
        }
        self.steady = *tremble < STEADY * height;
        (THREE_SIGMA * *tremble).min(MARGIN.1 * f64::from(frame.height)).max(MARGIN.0)
    }

    /// Takes where it stands; answers the way it came, as long as its box is not small against it.
    pub fn walk(&mut self, foot: Point, height: f64) -> Point {
        let length = (WAY.0 * height).max(WAY.1);
        if self.way.back().is_none_or(|last| last.to(foot).length() >= length * PLACES.1) {
            if self.way.len() == PLACES.0 {
                self.way.pop_front();
            }
            self.way.push_back(foot);
        }
        let from = self.way.iter().rev().find(|place| place.to(foot).length() >= length).or(self.way.front());
        from.map_or(Point::default(), |from| from.to(foot))
    }
}

/// The outward directions of the frame's edges that a box touches, up to half a pixel.
pub fn edges(rect: &Rect, frame: Size) -> impl Iterator<Item = Point> {
    const NEAR: f32 = 0.5;
    let (width, height) = (frame.width as f32, frame.height as f32);
    [
        (rect.left <= NEAR, -1.0, 0.0),
        (rect.top <= NEAR, 0.0, -1.0),
        (rect.right() >= width - 1.0 - NEAR, 1.0, 0.0),
        (rect.bottom() >= height - 1.0 - NEAR, 0.0, 1.0),
    ]
    .into_iter()
    .filter(|(touches, ..)| *touches)
    .map(|(_, x, y)| Point { x, y })
}

/// Whether an identity is in a region, for counting who comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stay {
    /// What was made sure; `None` before the first sighting.
    inside: Option<bool>,
    other: u8,
}

impl Stay {
    /// Takes whether it is inside now, and whether its box is steady; answers whether it has come in.
    pub fn update(&mut self, inside: bool, steady: bool) -> bool {
        let sure = *self.inside.get_or_insert(inside);
        self.other = if inside != sure { self.other + 1 } else { 0 };
        if self.other < if steady { 1 } else { SETTLED } {
            return false;
        }
        (self.inside, self.other) = (Some(inside), 0);
        inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_that_before_a_stop() {
        let mut track = Track::new(0, 0);
        for n in 0..40 {
            track.walk(Point { x: 5.0 * f64::from(n), y: 0.0 }, 60.0);
        }
        let mut way = Point::default();
        for n in 0..300 {
            way = track.walk(Point { x: 195.0, y: f64::from(n % 2) }, 60.0);
        }
        assert!(way.x >= 30.0 && way.x < 60.0 && way.y.abs() < 2.0, "{way:?}");
    }

    #[test]
    fn one_sighting_of_a_trembling_box_is_no_entry() {
        let seen = [false, true, false, true, true, true, true, false, true];
        let entries = |steady: bool| {
            let mut stay = Stay::default();
            seen.into_iter().filter(|inside| stay.update(*inside, steady)).count()
        };
        assert_eq!((entries(false), entries(true)), (1, 3));
        assert!(!Stay::default().update(true, true), "who began inside did not come in");
    }
}
