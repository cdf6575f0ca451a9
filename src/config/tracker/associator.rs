//! How detections and targets find each other.

/// `associationMatcherType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Matcher {
    /// 0: the best pair first.
    #[default]
    Greedy,
    /// 1: confirmed detections, then tentative ones, then tentative targets, each with the best sum of scores.
    Cascaded,
}

impl Matcher {
    /// The numbers there are.
    pub const NUMBERS: &[i64] = &[0, 1];

    /// The matcher of a number.
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Greedy),
            1 => Some(Self::Cascaded),
            _ => None,
        }
    }
}

/// `DataAssociator`. A score is the weighted sum of similarities from 0 to 1; a pair counts if its score and every
/// similarity reach their minimum.
#[derive(Debug, Clone, PartialEq)]
pub struct DataAssociator {
    /// `associationMatcherType`. Greedy.
    pub matcher: Matcher,
    /// `checkClassMatch`: only pairs of one class. True.
    pub check_class_match: bool,
    /// `usePrediction4Assoc`: compare with where the target should be now, not with where it was last seen. False.
    pub use_prediction: bool,
    /// `minMatchingScore4Overall`. 0.
    pub min_overall: f32,
    /// `minMatchingScore4SizeSimilarity`. 0.
    pub min_size: f32,
    /// `minMatchingScore4Iou`. 0.
    pub min_iou: f32,
    /// `minMatchingScore4VisualSimilarity`. 0.
    pub min_visual: f32,
    /// `minMatchingScore4ReidSimilarity`. 0.
    pub min_reid: f32,
    /// `matchingScoreWeight4Iou`. 1.
    pub weight_iou: f32,
    /// `matchingScoreWeight4SizeSimilarity`. 0.
    pub weight_size: f32,
    /// `matchingScoreWeight4VisualSimilarity`. 0.
    pub weight_visual: f32,
    /// `matchingScoreWeight4ReidSimilarity`. 0.
    pub weight_reid: f32,
    /// `tentativeDetectorConfidence`: detections below are tentative: they may continue a target, never begin one. 0.5.
    pub tentative_confidence: f32,
    /// `minMatchingScore4TentativeIou`. 0.
    pub min_tentative_iou: f32,
    /// `thresholdMahalanobis`: the most squared distance from the prediction; `None` (negative): any. None.
    pub threshold_mahalanobis: Option<f32>,
}

impl Default for DataAssociator {
    fn default() -> Self {
        Self {
            matcher: Matcher::Greedy,
            check_class_match: true,
            use_prediction: false,
            min_overall: 0.0,
            min_size: 0.0,
            min_iou: 0.0,
            min_visual: 0.0,
            min_reid: 0.0,
            weight_iou: 1.0,
            weight_size: 0.0,
            weight_visual: 0.0,
            weight_reid: 0.0,
            tentative_confidence: 0.5,
            min_tentative_iou: 0.0,
            threshold_mahalanobis: None,
        }
    }
}
