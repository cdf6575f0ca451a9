//! The correlation filter that follows a target by its looks.

/// `VisualTracker`.
#[derive(Debug, Clone, PartialEq)]
pub struct VisualTracker {
    /// `visualTrackerType`: 0 none, 1 and 2 NvDCF. None.
    pub enabled: bool,
    /// `useColorNames`: colour channels. False.
    pub use_color_names: bool,
    /// `useHog`: channels of oriented gradients. False.
    pub use_hog: bool,
    /// `useHighPrecisionFeature`. Features are floats here, whatever it says. False.
    pub use_high_precision_feature: bool,
    /// `featureImgSizeLevel`: 1 to 5, feature pictures of 12, 18, 24, 30, 36 cells a side. 2.
    pub feature_image_size_level: u32,
    /// `featureFocusOffsetFactor_y`: how far the focus is moved down, over the height, -0.5 to 0.5. 0.
    pub feature_focus_offset_y: f32,
    /// `filterLr`: share of the newest picture in the filter, 0 to 1. 0.075.
    pub filter_learning_rate: f32,
    /// `filterChannelWeightsLr`: the same for the weights of the channels, 0 to 1. 0.1.
    pub channel_weights_learning_rate: f32,
    /// `gaussianSigma` of the wanted response, in cells. 0.75.
    pub gaussian_sigma: f32,
    /// `searchRegionPaddingScale`: 1 to 3; the search region is wider and higher than the box by this times the root of
    /// its area. 1.
    pub search_region_padding_scale: u32,
}

impl Default for VisualTracker {
    fn default() -> Self {
        Self {
            enabled: false,
            use_color_names: false,
            use_hog: false,
            use_high_precision_feature: false,
            feature_image_size_level: 2,
            feature_focus_offset_y: 0.0,
            filter_learning_rate: 0.075,
            channel_weights_learning_rate: 0.1,
            gaussian_sigma: 0.75,
            search_region_padding_scale: 1,
        }
    }
}
