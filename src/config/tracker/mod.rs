//! The low-level configuration of `nvtracker`: DeepStream's YAML with one section a module of the tracker.
//!
//! Sections and keys are NVIDIA's; defaults and ranges are those of its documentation. What a key does is said at the
//! field it fills. Data only: `track/` gives it its meaning.

mod associator;
mod keys;
mod load;
mod reid;
mod target;
mod trajectory;
mod visual;

pub use associator::{DataAssociator, Matcher};
pub use load::Loaded;
pub use reid::{ReId, ReIdUse};
pub use target::{EstimatorKind, StateEstimator, TargetManagement};
pub use trajectory::TrajectoryManagement;
pub use visual::VisualTracker;

use std::path::PathBuf;

/// A whole file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrackerConfig {
    /// Where it was read from; empty for the defaults.
    pub path: PathBuf,
    /// `BaseConfig: minDetectorConfidence`: detections below are not looked at. 0.
    pub min_detector_confidence: f32,
    /// `TargetManagement`.
    pub target: TargetManagement,
    /// `TrajectoryManagement`.
    pub trajectory: TrajectoryManagement,
    /// `DataAssociator`.
    pub associator: DataAssociator,
    /// `StateEstimator`.
    pub estimator: StateEstimator,
    /// `VisualTracker`.
    pub visual: VisualTracker,
    /// `ReID`.
    pub reid: ReId,
}

impl TrackerConfig {
    /// Whether pixels are needed: a visual tracker or embeddings.
    pub fn needs_pixels(&self) -> bool {
        self.visual.enabled || self.reid.uses != ReIdUse::Nothing
    }
}
