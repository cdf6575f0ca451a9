//! Ids: new ones, and old ones found again.

use super::{Frame, StreamTracker, keep};
use crate::base::geometry::Rect;
use crate::config::tracker::TrackerConfig;
use crate::track::association::greedy;
use crate::track::frame::{Embedder, Point, TrackState};
use crate::track::gallery::Gallery;
use crate::track::target::Target;
use crate::track::tracklet::{Found, Lost, continues};

impl StreamTracker {
    /// Takes embeddings of targets that are seen now and due for one.
    pub(super) fn remember(&mut self, frame: &Frame<'_>, embedder: Option<&mut dyn Embedder>) {
        let (Some(embedder), true) = (embedder, frame.config.reid.uses.in_reassociation()) else { return };
        let due = |target: &&mut Target| target.embedding.is_none() && is_due(frame.config, target);
        let due: Vec<&mut Target> = self.targets.iter_mut().filter(due).collect();
        let boxes: Vec<Rect> = due.iter().map(|target| target.last).collect();
        if boxes.is_empty() {
            return;
        }
        for (target, embedding) in due.into_iter().zip(embedder.embed(&boxes)) {
            keep(frame.config, target, Some(&embedding));
            target.embedded_at = Some(target.age);
        }
    }

    /// Ends probations: a proven target is one that was lost, or a new one.
    pub(super) fn name(&mut self, frame: &Frame<'_>) {
        let config = frame.config;
        let proven: Vec<usize> =
            (0..self.targets.len()).filter(|&index| self.targets[index].is_proven(config)).collect();
        if proven.is_empty() {
            return;
        }
        let mut found_again = Vec::new();
        if config.trajectory.enable_reassociation {
            found_again = self.found_again(frame, &proven);
        }
        for &index in &proven {
            self.targets[index].state = TrackState::Active;
        }
        let mut gone = Vec::new();
        for (new, old) in found_again {
            let former = match old {
                Old::Hidden(index) => {
                    gone.push(index);
                    let hidden = &mut self.targets[index];
                    Former::of(hidden)
                }
                Old::Archived(index) => std::mem::take(&mut self.archive[index]),
            };
            former.go_on(config, &mut self.targets[new]);
        }
        self.archive.retain(|former| former.id.is_some());
        let mut index = 0;
        self.targets.retain(|_| {
            index += 1;
            !gone.contains(&(index - 1))
        });
        for target in self.targets.iter_mut().filter(|target| target.state == TrackState::Active) {
            if target.id.is_none() {
                target.id = Some(self.next_id);
                self.next_id += 1;
            }
        }
    }

    /// Which proven targets were lost ones, each at most once.
    fn found_again(&self, frame: &Frame<'_>, proven: &[usize]) -> Vec<(usize, Old)> {
        let hidden = (0..self.targets.len()).filter(|&index| self.targets[index].state == TrackState::Inactive);
        let old: Vec<Old> = hidden.map(Old::Hidden).chain((0..self.archive.len()).map(Old::Archived)).collect();
        let score = |new: usize, old: &Old| {
            let target = &self.targets[new];
            let lost = match *old {
                Old::Hidden(index) => self.targets[index].lost(),
                Old::Archived(index) => self.archive[index].lost(),
            };
            let points = target.path(frame.input.frame_num);
            let found = Found { class_id: target.class_id, points: &points, gallery: &target.gallery };
            continues(frame.config, &lost, &found, frame.input.size)
        };
        let scores: Vec<Vec<_>> = proven.iter().map(|&new| old.iter().map(|old| score(new, old)).collect()).collect();
        greedy(&scores).into_iter().map(|(row, column)| (proven[row], old[column])).collect()
    }

    /// Keeps a target that ended for as long as it may be found again.
    pub(super) fn archive(&mut self, config: &TrackerConfig, mut ended: Vec<Target>, frame_num: u32) {
        let longest = config.trajectory.projection_length as u32;
        self.archive.retain(|former| frame_num.saturating_sub(former.last_seen()) <= longest);
        if config.trajectory.enable_reassociation {
            self.archive.extend(ended.iter_mut().filter(|target| target.id.is_some()).map(Former::of));
        }
    }
}

/// Whether a target is due for an embedding. One on probation always is: whether it was lost before is decided once, at the
/// end, and a single picture of somebody who steps out from behind a car is a poor witness.
fn is_due(config: &TrackerConfig, target: &Target) -> bool {
    if target.detection.is_none() {
        return false;
    }
    match (target.embedded_at, config.trajectory.reid_interval) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(at), Some(interval)) => target.state == TrackState::Tentative || target.age - at > interval,
    }
}

/// Where a lost target is kept.
#[derive(Clone, Copy)]
enum Old {
    Hidden(usize),
    Archived(usize),
}

/// What is left of a target that ended.
#[derive(Default)]
pub struct Former {
    id: Option<u64>,
    class_id: i32,
    history: Vec<Point>,
    pending: Vec<Point>,
    gallery: Gallery,
}

impl Former {
    fn of(target: &mut Target) -> Self {
        Self {
            id: target.id.take(),
            class_id: target.class_id,
            history: std::mem::take(&mut target.history),
            pending: std::mem::take(&mut target.pending),
            gallery: std::mem::take(&mut target.gallery),
        }
    }

    fn lost(&self) -> Lost<'_> {
        Lost { class_id: self.class_id, history: &self.history, gallery: &self.gallery }
    }

    fn last_seen(&self) -> u32 {
        let seen = self.history.iter().rev().find(|point| point.state != TrackState::Inactive);
        seen.map_or(0, |point| point.frame_num)
    }

    /// Lets `target` be this one from now on, and since it was first seen.
    fn go_on(self, config: &TrackerConfig, target: &mut Target) {
        let first = target.history.first().map_or(u32::MAX, |point| point.frame_num);
        let before = |points: Vec<Point>| points.into_iter().filter(move |point| point.frame_num < first);
        target.id = self.id;
        target.history = before(self.history).chain(std::mem::take(&mut target.history)).collect();
        target.pending = before(self.pending).chain(std::mem::take(&mut target.pending)).collect();
        target.gallery.prepend(self.gallery, config.reid.history_size);
    }
}
