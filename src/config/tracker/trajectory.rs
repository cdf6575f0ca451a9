//! Ids, and joining a new target to one that was lost.

/// `TrajectoryManagement`.
#[derive(Debug, Clone, PartialEq)]
pub struct TrajectoryManagement {
    /// `useUniqueID`: put a number of the stream into the upper 32 bits of ids. False.
    pub use_unique_id: bool,
    /// `enableReAssoc`: try to join new targets to lost ones. False.
    pub enable_reassociation: bool,
    /// `minMatchingScore4Overall`. 0.
    pub min_overall: f32,
    /// `minTrackletMatchingScore`: least likeness of the trajectories. 0.
    pub min_tracklet: f32,
    /// `minMatchingScore4ReidSimilarity`: least likeness of the embeddings. 0.
    pub min_reid: f32,
    /// `matchingScoreWeight4TrackletSimilarity`. 1.
    pub weight_tracklet: f32,
    /// `matchingScoreWeight4ReidSimilarity`. 0.
    pub weight_reid: f32,
    /// `minTrajectoryLength4Projection`: points a lost target needs to be projected onwards. 20.
    pub min_length_4_projection: usize,
    /// `prepLength4TrajectoryProjection`: last points its motion is learnt from. 10.
    pub preparation_length: usize,
    /// `trajectoryProjectionLength`: frames it is projected for. 90.
    pub projection_length: usize,
    /// `maxAngle4TrackletMatching` between directions, in degrees. 40.
    pub max_angle: f32,
    /// `minSpeedSimilarity4TrackletMatching`. 0.3.
    pub min_speed_similarity: f32,
    /// `minBboxSizeSimilarity4TrackletMatching`. 0.6.
    pub min_size_similarity: f32,
    /// `maxTrackletMatchingTimeSearchRange`: frames the projection may be early or late. 20.
    pub max_time_search_range: usize,
    /// `trajectoryProjectionProcessNoiseScale`. 0.01.
    pub process_noise_scale: f32,
    /// `trajectoryProjectionMeasurementNoiseScale`. 100.
    pub measurement_noise_scale: f32,
    /// `trackletSpacialSearchRegionScale`: how far beyond its box, in boxes, a projected target may be found. 0.
    pub search_region_scale: f32,
    /// `reidExtractionInterval`: frames between embeddings of a target; `None` (-1): its first frame only. 0.
    pub reid_interval: Option<u32>,
}

impl Default for TrajectoryManagement {
    fn default() -> Self {
        Self {
            use_unique_id: false,
            enable_reassociation: false,
            min_overall: 0.0,
            min_tracklet: 0.0,
            min_reid: 0.0,
            weight_tracklet: 1.0,
            weight_reid: 0.0,
            min_length_4_projection: 20,
            preparation_length: 10,
            projection_length: 90,
            max_angle: 40.0,
            min_speed_similarity: 0.3,
            min_size_similarity: 0.6,
            max_time_search_range: 20,
            process_noise_scale: 0.01,
            measurement_noise_scale: 100.0,
            search_region_scale: 0.0,
            reid_interval: Some(0),
        }
    }
}
