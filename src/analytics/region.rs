//! Regions: who stands inside, and who came in.

use super::geometry::{Point, Polygon, Scale};
use crate::config::analytics::{Classes, RegionRule};

/// A region of a stream.
#[derive(Debug, Clone)]
pub struct Region {
    /// What it was made of.
    pub rule: RegionRule,
    /// Where it is in the frame.
    pub polygon: Polygon,
    /// How many objects came in since the start, those that began inside not counted.
    pub entered: u64,
}

impl Region {
    /// The region of a rule in the frame.
    pub fn new(rule: &RegionRule, scale: Scale) -> Self {
        let polygon = Polygon::new(rule.polygon.iter().map(|&corner| scale.point(corner)));
        Self { rule: rule.clone(), polygon, entered: 0 }
    }

    /// Whether an object of this class that stands there is meant.
    pub fn holds(&self, class_id: i32, foot: Point) -> bool {
        self.classes().hold(class_id) && self.polygon.contains(foot) != self.rule.inverse
    }

    fn classes(&self) -> &Classes {
        &self.rule.classes
    }
}
