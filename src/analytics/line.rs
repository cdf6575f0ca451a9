//! Lines and who crossed them.
//!
//! A detector's box trembles, so the sign of a distance is no crossing. An identity has a side of each line. It changes sides
//! once it was seen twice in a row farther beyond the line than boxes tremble; whether that counts is decided where the
//! way met the line. Who stands on the line, trembles over it or touches it and turns back changes nothing; who comes
//! back for good has crossed back, and its next crossing counts again.

use super::geometry::{Point, Scale};
use crate::config::analytics::{LineRule, Mode};

/// Who crossed has crossed back once it went so many heights of its box from where it turned: boxes of who stands still
/// drift by less.
const RETURN: f64 = 0.25;
/// Sightings in a row beyond a line that make a crossing: one more than an outlier has.
const SIGHTINGS: u8 = 2;
/// Cosine between an edge's outward direction and the way over the line from which on the edge is what ends the way.
const TOWARDS_EDGE: f64 = 0.5;

/// A line of a stream.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it was made of.
    pub rule: LineRule,
    /// Its ends in the frame.
    pub ends: [Point; 2],
    /// The ends of its direction in the frame.
    pub direction: [Point; 2],
    /// Crossings since the start.
    pub crossed: u64,
    /// Of length 1, upright on the line, to the side that the direction leads to.
    normal: Point,
}

/// One step of an identity.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Where it stood when it was last seen, if that was a short while ago.
    pub before: Option<Point>,
    /// Where it stands.
    pub now: Point,
    /// How far its box trembles, in pixels.
    pub margin: f64,
    /// The height of its box in pixels.
    pub height: f64,
    /// Outward directions of the frame's edges that its box touches: it gets no farther that way.
    pub edges: &'a [Point],
    /// The way it came, longer than its box trembles where there was one.
    pub way: Point,
}

/// Where an identity is with respect to a line.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Standing {
    /// The side that was last made sure: the direction's (1), the other (-1), none yet (0).
    side: i8,
    /// Whether the way last met the line where it counts.
    met: bool,
    /// Sightings in a row on the other side beyond the margin.
    beyond: u8,
    /// Whether it changed sides before, and how far from the line it was since then.
    changed: bool,
    reach: f64,
    /// Whether the way follows the direction well enough.
    follows: bool,
}

impl Line {
    /// The line of a rule in the frame.
    pub fn new(rule: &LineRule, scale: Scale) -> Self {
        let (ends, direction) = (scale.pair(rule.line), scale.pair(rule.direction));
        let along = ends[0].to(ends[1]);
        let upright = Point { x: -along.y, y: along.x };
        let forward = if upright.dot(direction[0].to(direction[1])) < 0.0 { -1.0 } else { 1.0 };
        let length = upright.length().max(f64::MIN_POSITIVE) * forward;
        let normal = Point { x: upright.x / length, y: upright.y / length };
        Self { rule: rule.clone(), ends, direction, crossed: 0, normal }
    }

    /// Takes a step of an identity of a class that is counted; answers whether it now has crossed the line in its direction.
    pub fn step(&self, standing: &mut Standing, step: &Step<'_>) -> bool {
        let distance = self.distance(step.now);
        let side = side_of(distance);
        if let Some(before) = step.before
            && side_of(self.distance(before)) != side
        {
            standing.met = self.rule.extended || self.meets(before, step.now);
        }
        if standing.side == 0 {
            standing.side = side;
        }
        let outward = |edge: &Point| edge.dot(self.normal) * f64::from(side) > TOWARDS_EDGE;
        let clear = distance.abs() > step.margin || step.edges.iter().any(outward);
        let turned = !standing.changed || standing.reach + distance.abs() >= RETURN * step.height;
        if side == standing.side {
            standing.reach = standing.reach.max(distance.abs());
        }
        standing.beyond = if side != standing.side && clear && turned { standing.beyond + 1 } else { 0 };
        if standing.beyond == 1 {
            standing.follows = self.follows(step.way);
        }
        if standing.beyond >= SIGHTINGS { self.change(standing) } else { false }
    }

    /// The identity is gone; answers whether it has crossed the line with the last that was seen of it.
    pub fn end(&self, standing: &mut Standing) -> bool {
        if standing.beyond > 0 { self.change(standing) } else { false }
    }

    fn change(&self, standing: &mut Standing) -> bool {
        standing.side = -standing.side;
        (standing.beyond, standing.changed, standing.reach) = (0, true, 0.0);
        standing.side > 0 && standing.met && standing.follows
    }

    /// Pixels from the line, positive on the side that the direction leads to.
    fn distance(&self, p: Point) -> f64 {
        self.normal.dot(self.ends[0].to(p))
    }

    /// Whether the way between two points on different sides meets the line between its ends.
    fn meets(&self, from: Point, to: Point) -> bool {
        let (way, along) = (from.to(to), self.ends[0].to(self.ends[1]));
        let place = from.to(self.ends[0]).cross(way) / way.cross(along);
        (0.0..=1.0).contains(&place)
    }

    fn follows(&self, way: Point) -> bool {
        match self.rule.mode {
            Mode::Loose => true,
            mode => way.cosine(self.direction[0].to(self.direction[1])) >= least_cosine(mode),
        }
    }
}

/// A point on the line counts to the direction's side.
fn side_of(distance: f64) -> i8 {
    if distance >= 0.0 { 1 } else { -1 }
}

/// The smallest cosine between a movement and a direction that is followed: DeepStream's for the three modes.
pub fn least_cosine(mode: Mode) -> f64 {
    match mode {
        Mode::Loose => 0.1,
        Mode::Balanced => 0.5,
        Mode::Strict => 0.8,
    }
}
