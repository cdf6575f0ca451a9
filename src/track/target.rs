//! One target: its state, its ages, where it was.

use super::clip;
use super::estimator::{Estimator, Source};
use super::frame::{Detection, Embedding, History, Point, TrackState, Tracked};
use super::gallery::Gallery;
use super::tracklet::Lost;
use super::visual::{Filter, Response};
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
    /// Its age when it last had one for re-association.
    pub embedded_at: Option<u32>,
    /// What it looks like, with a visual tracker.
    pub filter: Option<Filter>,
    /// Where it looks most like itself in this frame.
    pub response: Option<Response>,
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
            embedded_at: None,
            filter: None,
            response: None,
            pending: Vec::new(),
            history: Vec::new(),
        }
    }

    /// One frame on, before anything of it is known.
    pub fn begin_frame(&mut self, config: &TrackerConfig) {
        self.age = self.age.saturating_add(1);
        self.detection = None;
        self.embedding = None;
        self.response = None;
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
        if self.state == TrackState::Inactive {
            self.state = TrackState::Active;
            self.fill_gap();
        }
        self.shadow_age = 0;
    }

    /// Puts the frames in which it was lost onto the straight line between where it was seen before and now: whoever reads
    /// them reads them late, and by now more is known than then.
    fn fill_gap(&mut self) {
        let gap = self.history.len().min(self.shadow_age as usize);
        let seen = self.history.len() - gap;
        let Some(from) = seen.checked_sub(1).map(|at| self.history[at].rect) else { return };
        let to = self.last;
        let waiting = self.pending.len().saturating_sub(gap);
        for step in 0..gap {
            let rect = between(&from, &to, (step + 1) as f32 / (gap + 1) as f32);
            self.history[seen + step].rect = rect;
            if let Some(point) = self.pending.get_mut(waiting + step) {
                point.rect = rect;
            }
        }
    }

    /// Goes where it looks most like itself, if it looks like itself at all.
    pub fn follow(&mut self, config: &TrackerConfig, response: Response) {
        self.confidence = response.confidence;
        if response.confidence >= config.target.min_tracker_confidence {
            self.estimator.update(&config.estimator, &response.rect, Source::Visual);
        }
        self.last = self.estimator.rect(&config.estimator);
        self.response = Some(response);
    }

    /// Carries on without a detection.
    pub fn carry_on(&mut self, config: &TrackerConfig) {
        self.last = self.estimator.rect(&config.estimator);
    }

    /// Counts a frame in which a detector did not see it. It is shown on while it looks very much like itself.
    pub fn miss(&mut self, config: &TrackerConfig) {
        let sure = self.response.is_some() && self.confidence >= config.target.min_confidence_unconfirmed;
        match self.state {
            TrackState::Active if sure => self.shadow_age = self.shadow_age.saturating_add(1),
            _ => self.lose(),
        }
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

    /// What re-association looks at.
    pub fn lost(&self) -> Lost<'_> {
        Lost { class_id: self.class_id, history: &self.history, gallery: &self.gallery }
    }

    /// Its frames up to this one.
    pub fn path(&self, frame_num: u32) -> Vec<Point> {
        let here = Point {
            frame_num,
            rect: self.last,
            confidence: self.confidence,
            age: self.age,
            state: self.state,
            visibility: 1.0,
        };
        self.history.iter().copied().chain([here]).collect()
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

fn between(a: &Rect, b: &Rect, share: f32) -> Rect {
    let mix = |a: f32, b: f32| a + (b - a) * share;
    Rect {
        left: mix(a.left, b.left),
        top: mix(a.top, b.top),
        width: mix(a.width, b.width),
        height: mix(a.height, b.height),
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
