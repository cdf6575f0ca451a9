//! Overcrowding: too many objects in a region for too long.

use super::geometry::{Point, Polygon, Scale};
use crate::config::analytics::CrowdRule;

/// A region that can have too many objects.
#[derive(Debug, Clone)]
pub struct Crowd {
    /// What it was made of.
    pub rule: CrowdRule,
    /// Where it is in the frame.
    pub polygon: Polygon,
    /// When the number of objects last came to reach the threshold, in nanoseconds; `None` while it does not.
    since: Option<u64>,
}

impl Crowd {
    /// The region of a rule in the frame.
    pub fn new(rule: &CrowdRule, scale: Scale) -> Self {
        let polygon = Polygon::new(rule.polygon.iter().map(|&corner| scale.point(corner)));
        Self { rule: rule.clone(), polygon, since: None }
    }

    /// Whether an object of this class that stands there is counted.
    pub fn holds(&self, class_id: i32, foot: Point) -> bool {
        self.rule.classes.hold(class_id) && self.polygon.contains(foot)
    }

    /// Takes the number of objects inside at a time in nanoseconds; answers whether they are too many for long enough.
    pub fn update(&mut self, count: u32, now: u64) -> bool {
        if count < self.rule.object_threshold {
            self.since = None;
            return false;
        }
        let since = *self.since.get_or_insert(now);
        now.saturating_sub(since) >= u64::from(self.rule.time_threshold_ms) * 1_000_000
    }

    /// Forgets since when there are too many: time began anew.
    pub fn restart(&mut self) {
        self.since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::config::analytics::Classes;

    #[test]
    fn too_many_for_too_short_is_no_crowd() {
        let rule = CrowdRule {
            label: "OC".into(),
            polygon: vec![(0, 0), (9, 0), (9, 9)],
            object_threshold: 2,
            time_threshold_ms: 100,
            classes: Classes::default(),
        };
        let size = Size { width: 10, height: 10 };
        let mut crowd = Crowd::new(&rule, Scale::new(size, size));
        let counts = [2, 3, 1, 2, 2, 2, 2, 0];
        let told: Vec<bool> = counts.iter().zip(0..).map(|(count, n)| crowd.update(*count, n * 50_000_000)).collect();
        assert_eq!(told, [false, false, false, false, false, true, true, false]);
    }
}
