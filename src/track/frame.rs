//! What goes into a tracker and what comes out, a frame at a time.

use std::sync::Arc;

use super::visual::Picture;
use crate::base::geometry::Rect;

/// What a detector found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// Index of the class.
    pub class_id: i32,
    /// 0 to 1; below 0 where the detector gives none, which counts as sure.
    pub confidence: f32,
    /// The box in the tracker's pixels.
    pub rect: Rect,
}

/// Numbers that are near for pictures of the same object; length 1.
pub type Embedding = Arc<[f32]>;

/// Makes embeddings of parts of the current frame.
pub trait Embedder {
    /// One embedding for each box, in order; empty ones where it fails.
    fn embed(&mut self, boxes: &[Rect]) -> Vec<Embedding>;
}

/// One frame.
pub struct FrameInput<'a> {
    /// Its number in its stream.
    pub frame_num: u32,
    /// Width and height of the frame in the tracker's pixels.
    pub size: (f32, f32),
    /// What was found.
    pub detections: &'a [Detection],
    /// Whether a detector looked at the frame; if not, targets are carried on without one.
    pub detected: bool,
    /// The pixels, for trackers that look at them; of any size, stretched over `size`.
    pub picture: Option<Picture<'a>>,
}

impl<'a> FrameInput<'a> {
    /// A frame that a detector looked at.
    pub fn new(frame_num: u32, size: (f32, f32), detections: &'a [Detection]) -> Self {
        Self { frame_num, size, detections, detected: true, picture: None }
    }
}

/// `TRACKER_STATE`, as far as it is reached here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackState {
    /// Counted and shown.
    Active,
    /// Lost, followed without being shown.
    Inactive,
    /// New, not yet believed.
    Tentative,
}

/// An object of the current frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Tracked {
    /// The same for the same object, from 0.
    pub id: u64,
    /// Index of the class.
    pub class_id: i32,
    /// The box in the tracker's pixels; may reach beyond the frame.
    pub rect: Rect,
    /// How sure the tracker is, 0 to 1.
    pub confidence: f32,
    /// Frames since the first detection, from 1.
    pub age: u32,
    /// The detection it was joined with, by its place in the input.
    pub detection: Option<usize>,
    /// The embedding of this frame.
    pub embedding: Option<Embedding>,
}

/// Where a target was in one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Number of the frame.
    pub frame_num: u32,
    /// The box in the tracker's pixels.
    pub rect: Rect,
    /// Confidence of the tracker.
    pub confidence: f32,
    /// Frames since the first detection.
    pub age: u32,
    /// What the target was.
    pub state: TrackState,
    /// Share of the box inside the frame.
    pub visibility: f32,
}

/// Frames of one target, the oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Its id.
    pub id: u64,
    /// Index of the class.
    pub class_id: i32,
    /// Where it was.
    pub points: Vec<Point>,
}

/// What a frame gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrameResult {
    /// The objects, the oldest first.
    pub tracked: Vec<Tracked>,
    /// Earlier frames of objects that are shown only since now: their probation, or the time they were lost.
    pub past: Vec<History>,
    /// Targets that ended; `outputTerminatedTracks`.
    pub terminated: Vec<History>,
    /// Targets that are followed without being shown; `outputShadowTracks`.
    pub shadow: Vec<History>,
}
