//! What association may ask beside boxes.

use super::Frame;
use crate::track::association::Evidence;
use crate::track::target::Target;
use crate::track::visual::Sight;

/// The targets and detections of a frame.
pub struct Known<'a> {
    /// The frame.
    pub frame: &'a Frame<'a>,
    /// The targets.
    pub targets: &'a [Target],
}

impl Evidence for Known<'_> {
    fn visual(&self, target: usize, detection: usize) -> Option<f32> {
        let response = self.targets[target].response.as_ref()?;
        Some(Sight::likeness(response, self.frame.picture?, &self.frame.found[detection].rect))
    }

    fn reid(&self, target: usize, detection: usize) -> Option<f32> {
        self.targets[target].gallery.similarity(self.frame.embeddings.get(detection)?)
    }

    fn distance(&self, target: usize, detection: usize) -> f32 {
        let estimator = &self.targets[target].estimator;
        estimator.distance(&self.frame.config.estimator, &self.frame.found[detection].rect)
    }
}
