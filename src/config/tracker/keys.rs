//! The keys of each section and where their values go.

use std::ops::RangeInclusive;

use super::{EstimatorKind, Matcher, ReIdUse, TrackerConfig};
use crate::config::ConfigError;
use crate::config::value::Value;

pub(super) type Set = fn(&mut TrackerConfig, Value<'_>) -> Result<(), ConfigError>;

const COUNT: RangeInclusive<i64> = 0..=i32::MAX as i64;
const SHARE: RangeInclusive<f32> = 0.0..=1.0;
const POSITIVE: RangeInclusive<f32> = 0.0..=f32::MAX;
const ANY: RangeInclusive<f32> = f32::MIN..=f32::MAX;

/// A section, its keys, and those of its keys that NVIDIA's library knows and that change nothing here.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) keys: &'static [(&'static str, Set)],
    pub(super) without_effect: &'static [&'static str],
}

/// Every section that means something here.
pub(super) const SECTIONS: &[Section] = &[
    Section { name: "BaseConfig", keys: BASE, without_effect: &["checkClassMatch", "useBatchNumForFrameId"] },
    Section {
        name: "TargetManagement",
        keys: TARGET,
        without_effect: &["minVisibiilty4Tracking", "minIou4TargetDuplicate", "targetDuplicateRunInterval"],
    },
    Section { name: "TrajectoryManagement", keys: TRAJECTORY, without_effect: &[] },
    Section { name: "DataAssociator", keys: ASSOCIATOR, without_effect: &["minMatchingScore4PeerAssocIou"] },
    Section { name: "StateEstimator", keys: ESTIMATOR, without_effect: &[] },
    Section { name: "VisualTracker", keys: VISUAL, without_effect: &["vpiBackend4DcfTracker"] },
    Section { name: "ReID", keys: REID, without_effect: REID_WITHOUT_EFFECT },
];

/// Sections of modules that are not there: segmentation, 3D and several views.
pub(super) const MISSING_SECTIONS: &[&str] = &[
    "Segmenter",
    "ObjectModelProjection",
    "PoseEstimator",
    "MultiViewAssociator",
    "MultiViewTracker",
    "Communicator",
    "PoseEstimation",
];

const BASE: &[(&str, Set)] = &[("minDetectorConfidence", |c, v| v.number(ANY).map(|n| c.min_detector_confidence = n))];

const TARGET: &[(&str, Set)] = &[
    ("preserveStreamUpdateOrder", |c, v| v.boolean().map(|b| c.target.preserve_stream_update_order = b)),
    ("maxTargetsPerStream", |c, v| v.integer(0..=65535).map(|n: u32| c.target.max_targets = n as usize)),
    ("minIouDiff4NewTarget", |c, v| v.number(SHARE).map(|n| c.target.min_iou_diff_4_new_target = n)),
    ("enableBboxUnClipping", |c, v| v.boolean().map(|b| c.target.unclip_boxes = b)),
    ("minTrackerConfidence", |c, v| v.number(ANY).map(|n| c.target.min_tracker_confidence = n)),
    ("minTrackingConfidenceDuringInactive", |c, v| v.number(ANY).map(|n| c.target.min_confidence_unconfirmed = n)),
    ("probationAge", |c, v| v.integer(COUNT).map(|n| c.target.probation_age = n)),
    ("maxShadowTrackingAge", |c, v| v.integer(COUNT).map(|n| c.target.max_shadow_tracking_age = n)),
    ("earlyTerminationAge", |c, v| v.integer(COUNT).map(|n| c.target.early_termination_age = n)),
    ("outputTerminatedTracks", |c, v| v.boolean().map(|b| c.target.output_terminated_tracks = b)),
    ("outputShadowTracks", |c, v| v.boolean().map(|b| c.target.output_shadow_tracks = b)),
    ("terminatedTrackFilename", |c, v| {
        c.target.terminated_track_filename = v.some_text();
        Ok(())
    }),
    ("maxTrajectoryBufferLength", |c, v| {
        v.integer(-1..=1_000_000).map(|n: i64| c.target.max_trajectory_length = u32::try_from(n).ok())
    }),
    // Stands in either section of NVIDIA's files.
    ("searchRegionPaddingScale", |c, v| v.integer(1..=3).map(|n| c.visual.search_region_padding_scale = n)),
];

const TRAJECTORY: &[(&str, Set)] = &[
    ("useUniqueID", |c, v| v.boolean().map(|b| c.trajectory.use_unique_id = b)),
    ("enableReAssoc", |c, v| v.boolean().map(|b| c.trajectory.enable_reassociation = b)),
    ("minMatchingScore4Overall", |c, v| v.number(POSITIVE).map(|n| c.trajectory.min_overall = n)),
    ("minTrackletMatchingScore", |c, v| v.number(SHARE).map(|n| c.trajectory.min_tracklet = n)),
    ("minMatchingScore4ReidSimilarity", |c, v| v.number(SHARE).map(|n| c.trajectory.min_reid = n)),
    ("matchingScoreWeight4TrackletSimilarity", |c, v| v.number(POSITIVE).map(|n| c.trajectory.weight_tracklet = n)),
    ("matchingScoreWeight4ReidSimilarity", |c, v| v.number(POSITIVE).map(|n| c.trajectory.weight_reid = n)),
    ("minTrajectoryLength4Projection", |c, v| frames(v, &mut c.trajectory.min_length_4_projection)),
    ("prepLength4TrajectoryProjection", |c, v| frames(v, &mut c.trajectory.preparation_length)),
    ("trajectoryProjectionLength", |c, v| frames(v, &mut c.trajectory.projection_length)),
    ("maxAngle4TrackletMatching", |c, v| v.number(0.0..=180.0).map(|n| c.trajectory.max_angle = n)),
    ("minSpeedSimilarity4TrackletMatching", |c, v| v.number(SHARE).map(|n| c.trajectory.min_speed_similarity = n)),
    ("minBboxSizeSimilarity4TrackletMatching", |c, v| v.number(SHARE).map(|n| c.trajectory.min_size_similarity = n)),
    ("maxTrackletMatchingTimeSearchRange", |c, v| frames(v, &mut c.trajectory.max_time_search_range)),
    ("trajectoryProjectionProcessNoiseScale", |c, v| v.number(POSITIVE).map(|n| c.trajectory.process_noise_scale = n)),
    ("trajectoryProjectionMeasurementNoiseScale", |c, v| {
        v.number(POSITIVE).map(|n| c.trajectory.measurement_noise_scale = n)
    }),
    ("trackletSpacialSearchRegionScale", |c, v| v.number(POSITIVE).map(|n| c.trajectory.search_region_scale = n)),
    ("reidExtractionInterval", |c, v| {
        v.integer(-1..=i64::from(i32::MAX)).map(|n: i64| c.trajectory.reid_interval = u32::try_from(n).ok())
    }),
];

const ASSOCIATOR: &[(&str, Set)] = &[
    ("dataAssociatorType", |_, v| v.integer(0..=0).map(|_: u32| ())),
    ("associationMatcherType", |c, v| {
        v.choice(Matcher::NUMBERS, Matcher::from_number).map(|m| c.associator.matcher = m)
    }),
    ("checkClassMatch", |c, v| v.boolean().map(|b| c.associator.check_class_match = b)),
    ("usePrediction4Assoc", |c, v| v.boolean().map(|b| c.associator.use_prediction = b)),
    ("minMatchingScore4Overall", |c, v| v.number(POSITIVE).map(|n| c.associator.min_overall = n)),
    ("minMatchingScore4SizeSimilarity", |c, v| v.number(SHARE).map(|n| c.associator.min_size = n)),
    ("minMatchingScore4Iou", |c, v| v.number(SHARE).map(|n| c.associator.min_iou = n)),
    ("minMatchingScore4VisualSimilarity", |c, v| v.number(SHARE).map(|n| c.associator.min_visual = n)),
    ("minMatchingScore4ReidSimilarity", |c, v| v.number(SHARE).map(|n| c.associator.min_reid = n)),
    ("matchingScoreWeight4Iou", |c, v| v.number(POSITIVE).map(|n| c.associator.weight_iou = n)),
    ("matchingScoreWeight4SizeSimilarity", |c, v| v.number(POSITIVE).map(|n| c.associator.weight_size = n)),
    ("matchingScoreWeight4VisualSimilarity", |c, v| v.number(POSITIVE).map(|n| c.associator.weight_visual = n)),
    ("matchingScoreWeight4ReidSimilarity", |c, v| v.number(POSITIVE).map(|n| c.associator.weight_reid = n)),
    ("tentativeDetectorConfidence", |c, v| v.number(SHARE).map(|n| c.associator.tentative_confidence = n)),
    ("minMatchingScore4TentativeIou", |c, v| v.number(SHARE).map(|n| c.associator.min_tentative_iou = n)),
    ("thresholdMahalanobis", |c, v| {
        v.number(ANY).map(|n| c.associator.threshold_mahalanobis = Some(n).filter(|n| *n >= 0.0))
    }),
];

const ESTIMATOR: &[(&str, Set)] = &[
    ("stateEstimatorType", |c, v| {
        v.choice(EstimatorKind::NUMBERS, EstimatorKind::from_number).map(|kind| c.estimator.kind = kind)
    }),
    ("processNoiseVar4Loc", |c, v| v.number(POSITIVE).map(|n| c.estimator.process_noise_location = n)),
    ("processNoiseVar4Size", |c, v| v.number(POSITIVE).map(|n| c.estimator.process_noise_size = n)),
    ("processNoiseVar4Vel", |c, v| v.number(POSITIVE).map(|n| c.estimator.process_noise_velocity = n)),
    ("measurementNoiseVar4Detector", |c, v| v.number(POSITIVE).map(|n| c.estimator.measurement_noise_detector = n)),
    ("measurementNoiseVar4Tracker", |c, v| v.number(POSITIVE).map(|n| c.estimator.measurement_noise_tracker = n)),
    ("noiseWeightVar4Loc", |c, v| v.number(POSITIVE).map(|n| c.estimator.noise_weight_location = n)),
    ("noiseWeightVar4Vel", |c, v| v.number(POSITIVE).map(|n| c.estimator.noise_weight_velocity = n)),
    ("useAspectRatio", |c, v| v.boolean().map(|b| c.estimator.use_aspect_ratio = b)),
];

const VISUAL: &[(&str, Set)] = &[
    ("visualTrackerType", |c, v| v.integer(0..=2).map(|n: u32| c.visual.enabled = n > 0)),
    ("useColorNames", |c, v| v.boolean().map(|b| c.visual.use_color_names = b)),
    ("useHog", |c, v| v.boolean().map(|b| c.visual.use_hog = b)),
    ("useHighPrecisionFeature", |c, v| v.boolean().map(|b| c.visual.use_high_precision_feature = b)),
    ("featureImgSizeLevel", |c, v| v.integer(1..=5).map(|n| c.visual.feature_image_size_level = n)),
    ("featureFocusOffsetFactor_y", |c, v| v.number(-0.5..=0.5).map(|n| c.visual.feature_focus_offset_y = n)),
    ("filterLr", |c, v| v.number(SHARE).map(|n| c.visual.filter_learning_rate = n)),
    ("filterChannelWeightsLr", |c, v| v.number(SHARE).map(|n| c.visual.channel_weights_learning_rate = n)),
    ("gaussianSigma", |c, v| v.number(0.01..=100.0).map(|n| c.visual.gaussian_sigma = n)),
    ("searchRegionPaddingScale", |c, v| v.integer(1..=3).map(|n| c.visual.search_region_padding_scale = n)),
];

const REID: &[(&str, Set)] = &[
    ("reidType", |c, v| v.choice(ReIdUse::NUMBERS, ReIdUse::from_number).map(|uses| c.reid.uses = uses)),
    ("batchSize", |c, v| v.integer(1..=1024).map(|n: u32| c.reid.batch_size = n as usize)),
    ("reidFeatureSize", |c, v| v.integer(1..=65536).map(|n: u32| c.reid.feature_size = n as usize)),
    ("reidHistorySize", |c, v| v.integer(1..=10_000).map(|n: u32| c.reid.history_size = n as usize)),
    ("inferDims", |c, v| {
        let dims: Vec<u32> = v.integers(1..=65536)?;
        c.reid.dims = Some(dims.try_into().map_err(|_| v.wants("three sizes like [3, 128, 64]"))?);
        Ok(())
    }),
    ("inputOrder", |c, v| v.integer(0..=1).map(|n: u32| c.reid.channels_last = n == 1)),
    ("colorFormat", |c, v| v.integer(0..=1).map(|n: u32| c.reid.bgr = n == 1)),
    ("offsets", |c, v| v.array("three numbers like [123.0, 116.0, 103.0]").map(|a| c.reid.offsets = a)),
    ("netScaleFactor", |c, v| v.number(ANY).map(|n| c.reid.scale_factor = n)),
    ("keepAspc", |c, v| v.boolean().map(|b| c.reid.keep_aspect_ratio = b)),
    ("addFeatureNormalization", |c, v| v.boolean().map(|b| c.reid.normalise = b)),
    ("outputReidTensor", |c, v| v.boolean().map(|b| c.reid.output_tensor = b)),
    ("onnxFile", |c, v| {
        c.reid.onnx = v.some_path();
        Ok(())
    }),
    ("tltEncodedModel", other_model),
    ("modelEngineFile", other_model),
    ("uffFile", other_model),
];

/// TensorRT's own settings.
const REID_WITHOUT_EFFECT: &[&str] = &[
    "workspaceSize",
    "networkMode",
    "useVPICropScaler",
    "minVisibility4GalleryUpdate",
    "tltModelKey",
    "calibrationTableFile",
    "inputBlobName",
    "outputBlobName",
    "useBufferedOutput",
];

fn other_model(config: &mut TrackerConfig, value: Value<'_>) -> Result<(), ConfigError> {
    config.reid.other_model = value.some_path();
    Ok(())
}

fn frames(value: Value<'_>, to: &mut usize) -> Result<(), ConfigError> {
    value.integer(0..=1_000_000).map(|n: u32| *to = n as usize)
}
