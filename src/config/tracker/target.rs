//! When a target begins, counts, hides and ends, and how its motion is modelled.

/// `TargetManagement`.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetManagement {
    /// `preserveStreamUpdateOrder`. Ids are per stream here, so they never depend on the order. False.
    pub preserve_stream_update_order: bool,
    /// `maxTargetsPerStream`: targets of all states together, 0 to 65535. 30.
    pub max_targets: usize,
    /// `minIouDiff4NewTarget`: an unmatched detection that overlaps a target more than this begins no new one. 0.5.
    pub min_iou_diff_4_new_target: f32,
    /// `enableBboxUnClipping`: a box cut at the border of the picture keeps the size its target had before. False.
    pub unclip_boxes: bool,
    /// `minTrackerConfidence`: a target below is shadow tracked. 0.6.
    pub min_tracker_confidence: f32,
    /// `minTrackingConfidenceDuringInactive`: a target that no detection confirms is shown on while the visual tracker is
    /// this sure of it. 0.9.
    pub min_confidence_unconfirmed: f32,
    /// `probationAge`: frames a target is tentative before it counts. 5.
    pub probation_age: u32,
    /// `maxShadowTrackingAge`: frames without a match after which a target ends. 38.
    pub max_shadow_tracking_age: u32,
    /// `earlyTerminationAge`: the same for a tentative target. 2.
    pub early_termination_age: u32,
    /// `outputTerminatedTracks`: attach the history of targets that ended. False.
    pub output_terminated_tracks: bool,
    /// `outputShadowTracks`: attach the targets that are shadow tracked. False.
    pub output_shadow_tracks: bool,
    /// `terminatedTrackFilename`; no file is written. None.
    pub terminated_track_filename: Option<String>,
    /// `maxTrajectoryBufferLength`: points kept of a target's history; `None` (negative): as many as it has. 1000.
    pub max_trajectory_length: Option<u32>,
}

impl Default for TargetManagement {
    fn default() -> Self {
        Self {
            preserve_stream_update_order: false,
            max_targets: 30,
            min_iou_diff_4_new_target: 0.5,
            unclip_boxes: false,
            min_tracker_confidence: 0.6,
            min_confidence_unconfirmed: 0.9,
            probation_age: 5,
            max_shadow_tracking_age: 38,
            early_termination_age: 2,
            output_terminated_tracks: false,
            output_shadow_tracks: false,
            terminated_track_filename: None,
            max_trajectory_length: Some(1000),
        }
    }
}

/// `stateEstimatorType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EstimatorKind {
    /// 0: the last box seen.
    #[default]
    Dummy,
    /// 1: Kalman filter over x, y, width, height and the velocity of x and y; noise in pixels.
    Simple,
    /// 2: Kalman filter over x, y, width (or aspect ratio), height and the velocity of each; noise follows the height.
    Regular,
}

impl EstimatorKind {
    /// The numbers there are. 3, the 3D model, runs as 1.
    pub const NUMBERS: &[i64] = &[0, 1, 2, 3];

    /// The kind of a number.
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Dummy),
            1 | 3 => Some(Self::Simple),
            2 => Some(Self::Regular),
            _ => None,
        }
    }
}

/// `StateEstimator`.
#[derive(Debug, Clone, PartialEq)]
pub struct StateEstimator {
    /// `stateEstimatorType`. Dummy.
    pub kind: EstimatorKind,
    /// `processNoiseVar4Loc`: variance of the centre a frame, in square pixels. 2.
    pub process_noise_location: f32,
    /// `processNoiseVar4Size`: of width and height. 1.
    pub process_noise_size: f32,
    /// `processNoiseVar4Vel`: of the velocity. 0.1.
    pub process_noise_velocity: f32,
    /// `measurementNoiseVar4Detector`: variance of a detector's box. 4.
    pub measurement_noise_detector: f32,
    /// `measurementNoiseVar4Tracker`: variance of the visual tracker's box. 16.
    pub measurement_noise_tracker: f32,
    /// `noiseWeightVar4Loc`: standard deviation of place and size over the height. 0.05.
    pub noise_weight_location: f32,
    /// `noiseWeightVar4Vel`: standard deviation of velocities over the height. 0.00625.
    pub noise_weight_velocity: f32,
    /// `useAspectRatio`: model width over height in place of the width. False.
    pub use_aspect_ratio: bool,
}

impl Default for StateEstimator {
    fn default() -> Self {
        Self {
            kind: EstimatorKind::Dummy,
            process_noise_location: 2.0,
            process_noise_size: 1.0,
            process_noise_velocity: 0.1,
            measurement_noise_detector: 4.0,
            measurement_noise_tracker: 16.0,
            noise_weight_location: 0.05,
            noise_weight_velocity: 0.006_25,
            use_aspect_ratio: false,
        }
    }
}
