//! Past, terminated and shadow frames of targets, gathered over a batch and attached to it.

use super::streams::{Stream, StreamId};
use crate::base::geometry::Rect;
use crate::meta::ffi::values::{ACTIVE, INACTIVE, TENTATIVE};
use crate::meta::tracker::{
    PastFrames, ReidTensor, ShadowTargets, StreamTargets, TargetFrame, TargetFrames, TerminatedTargets,
};
use crate::meta::{Batch, ObjectKey};
use crate::track::{Embedding, FrameResult, History, TrackState};

/// From the tracker's pixels to those of a frame.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Frame pixels in one of the tracker's, across.
    pub x: f32,
    /// The same, down.
    pub y: f32,
}

impl Scale {
    /// A box in frame pixels.
    pub fn to_frame(self, rect: &Rect) -> Rect {
        Rect {
            left: rect.left * self.x,
            top: rect.top * self.y,
            width: rect.width * self.x,
            height: rect.height * self.y,
        }
    }

    /// A box in the tracker's pixels.
    pub fn to_tracker(self, rect: &Rect) -> Rect {
        Self { x: 1.0 / self.x, y: 1.0 / self.y }.to_frame(rect)
    }
}

/// What a batch's trackers said beside boxes.
#[derive(Default)]
pub struct Lists {
    /// Embeddings of objects, by the place of their frame in the batch.
    embeddings: Vec<(usize, ObjectKey, Embedding)>,
    past: Vec<StreamTargets>,
    terminated: Vec<StreamTargets>,
    shadow: Vec<StreamTargets>,
}

impl Lists {
    /// Adds what one frame gave.
    pub fn add(&mut self, id: StreamId, stream: &Stream, result: &FrameResult, scale: Scale) {
        for (list, histories) in [
            (&mut self.past, &result.past),
            (&mut self.terminated, &result.terminated),
            (&mut self.shadow, &result.shadow),
        ] {
            if histories.is_empty() {
                continue;
            }
            let targets = histories.iter().map(|history| frames(stream, history, scale)).collect();
            list.push(StreamTargets { pad_index: id.pad, surface_stream_id: id.number(), targets });
        }
    }

    /// Adds the embedding of an object of the `place`th frame.
    pub fn add_embedding(&mut self, place: usize, object: ObjectKey, embedding: Embedding) {
        self.embeddings.push((place, object, embedding));
    }

    /// Attaches what is not empty.
    pub fn attach(self, batch: &mut Batch) {
        attach_embeddings(batch, &self.embeddings);
        if !self.past.is_empty() {
            batch.add_abi(PastFrames::new(&self.past));
        }
        if !self.terminated.is_empty() {
            batch.add_abi(TerminatedTargets::new(&self.terminated));
        }
        if !self.shadow.is_empty() {
            batch.add_abi(ShadowTargets::new(&self.shadow));
        }
    }
}

/// One block of all embeddings on the batch, and each on its object.
fn attach_embeddings(batch: &mut Batch, embeddings: &[(usize, ObjectKey, Embedding)]) {
    let Some((_, _, first)) = embeddings.first() else { return };
    let size = first.len();
    let alike: Vec<_> = embeddings.iter().filter(|(_, _, embedding)| embedding.len() == size).collect();
    let values: Vec<f32> = alike.iter().flat_map(|(_, _, embedding)| embedding.iter().copied()).collect();
    let tensor = ReidTensor::new(size, values.into());
    for (place, frame) in batch.frames_mut().enumerate() {
        for (index, (_, object, _)) in alike.iter().enumerate().filter(|(_, (of, _, _))| *of == place) {
            if let (Some(object), Some(part)) = (frame.object_mut(*object), tensor.object(index)) {
                object.add_abi(part);
            }
        }
    }
    batch.add_abi(tensor);
}

fn frames(stream: &Stream, history: &History, scale: Scale) -> TargetFrames {
    let frame = |point: &crate::track::Point| TargetFrame {
        frame_num: point.frame_num,
        rect: scale.to_frame(&point.rect),
        confidence: point.confidence,
        age: point.age,
        state: match point.state {
            TrackState::Active => ACTIVE,
            TrackState::Inactive => INACTIVE,
            TrackState::Tentative => TENTATIVE,
        },
        visibility: point.visibility,
    };
    TargetFrames {
        id: stream.shown_id(history.id),
        class_id: history.class_id.clamp(0, i32::from(u16::MAX)) as u16,
        label: stream.looks.get(&history.class_id).map(|look| look.label().to_owned()).unwrap_or_default(),
        frames: history.points.iter().map(frame).collect(),
    }
}
