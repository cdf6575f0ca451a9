//! Directions and who moves in them.

use std::collections::VecDeque;

use super::geometry::{Point, Scale};
use super::line::least_cosine;
use crate::config::analytics::DirectionRule;

/// How long a movement is looked at, in nanoseconds.
const WINDOW: u64 = 1_000_000_000;
/// The most sightings that are kept: of faster streams every other, every third and so on.
const SIGHTINGS: u64 = 32;
/// Movement in a window that is one, in heights of the box, and at least so many pixels.
const MOVES: (f64, f64) = (0.15, 4.0);
/// Movement in a window below which an object stands still.
const STANDS: (f64, f64) = (0.05, 2.0);

/// A direction of a stream.
#[derive(Debug, Clone)]
pub struct Direction {
    /// What it was made of.
    pub rule: DirectionRule,
    /// Its ends in the frame.
    pub ends: [Point; 2],
}

impl Direction {
    /// The direction of a rule in the frame.
    pub fn new(rule: &DirectionRule, scale: Scale) -> Self {
        Self { rule: rule.clone(), ends: scale.pair(rule.vector) }
    }

    /// Whether a movement follows it.
    pub fn follows(&self, way: Point) -> bool {
        way.cosine(self.ends[0].to(self.ends[1])) >= least_cosine(self.rule.mode)
    }
}

/// How an identity moved in the last second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Movement {
    /// Not seen for long enough, or too little to say where to.
    Unknown,
    /// It stood.
    Stopped,
    /// It went this way.
    Moving(Point),
}

/// Where an identity stood in the last second.
#[derive(Debug, Clone, Default)]
pub struct Recent(VecDeque<(u64, Point)>);

impl Recent {
    /// Takes where it stands at a time in nanoseconds, with the height of its box.
    pub fn update(&mut self, now: u64, foot: Point, height: f64) -> Movement {
        while self.0.front().is_some_and(|(time, _)| now.saturating_sub(*time) > WINDOW) {
            self.0.pop_front();
        }
        if self.0.back().is_none_or(|(time, _)| now.saturating_sub(*time) >= WINDOW / SIGHTINGS) {
            self.0.push_back((now, foot));
        }
        self.movement(height)
    }

    /// From the mean of the older half to that of the newer, doubled: as far as it went, however its box trembles.
    fn movement(&self, height: f64) -> Movement {
        let half = self.0.len() / 2;
        if half < 2 {
            return Movement::Unknown;
        }
        let (older, newer) = (mean(self.0.iter().take(half)), mean(self.0.iter().rev().take(half)));
        let way = older.to(newer);
        let way = Point { x: way.x * 2.0, y: way.y * 2.0 };
        let (first, last) = (self.0.front(), self.0.back());
        let whole = first.zip(last).is_some_and(|(first, last)| last.0 - first.0 >= WINDOW / 10 * 9);
        let at_least = |(share, pixels): (f64, f64)| way.length() >= (share * height).max(pixels);
        match (at_least(MOVES), at_least(STANDS)) {
            (true, _) => Movement::Moving(way),
            (false, false) if whole => Movement::Stopped,
            _ => Movement::Unknown,
        }
    }
}

fn mean<'a>(points: impl ExactSizeIterator<Item = &'a (u64, Point)>) -> Point {
    let count = points.len() as f64;
    let sum = points.fold(Point::default(), |sum, (_, p)| Point { x: sum.x + p.x, y: sum.y + p.y });
    Point { x: sum.x / count, y: sum.y / count }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(step: (f64, f64), tremble: f64, frames: u64) -> Movement {
        let mut recent = Recent::default();
        let mut movement = Movement::Unknown;
        for n in 0..frames {
            let sign = if n % 2 == 0 { tremble } else { -tremble };
            let foot = Point { x: 100.0 + step.0 * n as f64 + sign, y: 100.0 + step.1 * n as f64 - sign };
            movement = recent.update(n * 33_333_333, foot, 80.0);
        }
        movement
    }

    #[test]
    fn standing_moving_and_not_yet_known_are_told_apart() {
        assert_eq!(moved((0.0, 0.0), 1.5, 60), Movement::Stopped);
        assert_eq!(moved((0.0, 0.0), 1.5, 10), Movement::Unknown);
        assert_eq!(moved((5.0, 0.0), 0.0, 2), Movement::Unknown);
        let Movement::Moving(way) = moved((3.0, -3.0), 1.5, 60) else { panic!("it moves") };
        assert!(way.x > 80.0 && way.y < -80.0, "{way:?}");
    }
}
