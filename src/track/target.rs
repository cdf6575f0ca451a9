//! One target: its state, its ages, where it was.

use super::clip;
use super::estimator::{Estimator, Source};
use super::frame::{Detection, Embedding, History, Point, TrackState, Tracked};
use super::gallery::Gallery;
use crate::base::geometry::Rect;
use crate::config::tracker::TrackerConfig;

/// What is followed.
pub struct Target {
    /// Its id, once it counts.
    pub id: Option<u64>,
    /// Class of its last detection.
    pub class_id: i32,
    /// Where it is, as far as it can be told.
    pub estimator: Estimator,
    /// Where it was last seen or followed to.
    pub last: Rect,
    /// What it is.
    pub state: TrackState,
    /// Frames since its first detection, from 1.
    pub age: u32,
    /// Frames in a row in which it was lost.
    pub shadow_age: u32,
    /// Confidence of the tracker.
    pub confidence: f32,
    /// The detection of this frame.
    pub detection: Option<usize>,
    /// Its embeddings.
    pub gallery: Gallery,
    /// The embedding of this frame.
    pub embedding: Option<Embedding>,
    /// Frames that were not shown yet.
    pub pending: Vec<Point>,
    /// All frames.
    pub history: Vec<Point>,
}

impl Target {
    /// A target of its first detection.
    pub fn new(config: &TrackerConfig, detection: &Detection, place: usize) -> Self {
        Self {
            id: None,
            class_id: detection.class_id,
            estimator: Estimator::new(&config.estimator, &detection.rect),
            last: detection.rect,
            state: TrackState::Tentative,
            age: 1,
            shadow_age: 0,
            confidence: 1.0,
            detection: Some(place),
            gallery: Gallery::default(),
            embedding: None,
            pending: Vec::new(),
            history: Vec::new(),
        }
    }

    /// One frame on, before anything of it is known.
    pub fn begin_frame(&mut self, config: &TrackerConfig) {
        self.age = self.age.saturating_add(1);
        self.detection = None;
        self.embedding = None;
        self.estimator.predict(&config.estimator);
    }

    /// Joins a detection.
    pub fn join(&mut self, config: &TrackerConfig, detection: &Detection, place: usize, frame: (f32, f32)) {
        let rect = match config.target.unclip_boxes {
            true => clip::unclip(detection.rect, &self.estimator.rect(&config.estimator), frame),
            false => detection.rect,
        };
        self.estimator.update(&config.estimator, &rect, Source::Detector);
        self.class_id = detection.class_id;
        self.last = self.estimator.rect(&config.estimator);
        self.detection = Some(place);
        self.shadow_age = 0;
        if self.state == TrackState::Inactive {
            self.state = TrackState::Active;
        }
    }

    /// Carries on without a detection.
    pub fn carry_on(&mut self, config: &TrackerConfig) {
        self.last = self.estimator.rect(&config.estimator);
    }

    /// Counts a frame in which it was lost.
    pub fn lose(&mut self) {
        self.shadow_age = self.shadow_age.saturating_add(1);
        if self.state == TrackState::Active {
            self.state = TrackState::Inactive;
        }
    }

    /// Whether it has been lost for too long.
    pub fn is_over(&self, config: &TrackerConfig) -> bool {
        match self.state {
            TrackState::Tentative => self.shadow_age > 0 && self.shadow_age >= config.target.early_termination_age,
            _ => self.shadow_age > config.target.max_shadow_tracking_age,
        }
    }

    /// Whether its probation ends with this frame.
    pub fn is_proven(&self, config: &TrackerConfig) -> bool {
        self.state == TrackState::Tentative && self.shadow_age == 0 && self.age > config.target.probation_age
    }

    /// Writes this frame into its history; what is not shown waits.
    pub fn record(&mut self, config: &TrackerConfig, frame_num: u32, frame: (f32, f32)) {
        let point = Point {
            frame_num,
            rect: self.last,
            confidence: self.confidence,
            age: self.age,
            state: self.state,
            visibility: clip::visibility(&self.last, frame),
        };
        let longest = config.target.max_trajectory_length.map_or(usize::MAX, |length| length as usize);
        push(&mut self.history, point, longest);
        if self.state != TrackState::Active {
            push(&mut self.pending, point, longest);
        }
    }

    /// The object as it is shown.
    pub fn tracked(&self, id: u64) -> Tracked {
        Tracked {
            id,
            class_id: self.class_id,
            rect: self.last,
            confidence: self.confidence,
            age: self.age,
            detection: self.detection,
            embedding: self.embedding.clone(),
        }
    }

    /// Some of its frames under its id.
    pub fn frames(&self, points: Vec<Point>) -> Option<History> {
        let id = self.id?;
        (!points.is_empty()).then_some(History { id, class_id: self.class_id, points })
    }
}

fn push(points: &mut Vec<Point>, point: Point, longest: usize) {
    if longest == 0 {
        return;
    }
    if points.len() >= longest {
        points.drain(..=points.len() - longest);
    }
    points.push(point);
}
