//! The order in which targets and detections are matched.

use super::assign::{global, greedy};
use super::score::{Candidate, Evidence, joint, overlap};
use crate::config::tracker::{DataAssociator, Matcher};
use crate::track::frame::{Detection, TrackState};

/// A target and a detection that belong together, by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The target.
    pub target: usize,
    /// The detection.
    pub detection: usize,
}

/// Matches one to one.
///
/// Greedy: every detection with every target, the best score first. Cascaded (after ByteTrack, Zhang et al. 2022): confirmed
/// detections with targets that count, by score; tentative detections with those left that are active, by overlap; the
/// confirmed ones left with tentative targets, by overlap.
pub fn associate(
    config: &DataAssociator,
    targets: &[Candidate],
    detections: &[Detection],
    evidence: &dyn Evidence,
) -> Vec<Pair> {
    let all = |count: usize| (0..count).collect::<Vec<_>>();
    let score = |t: usize, d: usize| joint(config, &targets[t], &detections[d], (t, d), evidence);
    let mut stages = Stages { targets: all(targets.len()), detections: all(detections.len()), pairs: Vec::new() };
    if config.matcher == Matcher::Greedy {
        stages.run(greedy, |_| true, |_| true, score);
        return stages.pairs;
    }
    let confirmed = |d: usize| is_confirmed(config, &detections[d]);
    let state = |t: usize| targets[t].state;
    stages.run(global, |t| state(t) != TrackState::Tentative, confirmed, score);
    let iou = |least: f32| move |t: usize, d: usize| overlap(config, &targets[t], &detections[d], least);
    stages.run(global, |t| state(t) == TrackState::Active, |d| !confirmed(d), iou(config.min_tentative_iou));
    stages.run(global, |t| state(t) == TrackState::Tentative, confirmed, iou(config.min_iou));
    stages.pairs
}

/// Whether a detection is sure enough to begin a target. Detectors that give no confidence are sure.
pub fn is_confirmed(config: &DataAssociator, detection: &Detection) -> bool {
    config.matcher == Matcher::Greedy
        || detection.confidence < 0.0
        || detection.confidence >= config.tentative_confidence
}

/// What is left to be matched.
struct Stages {
    targets: Vec<usize>,
    detections: Vec<usize>,
    pairs: Vec<Pair>,
}

impl Stages {
    fn run(
        &mut self,
        assign: impl Fn(&[Vec<Option<f32>>]) -> Vec<(usize, usize)>,
        target: impl Fn(usize) -> bool,
        detection: impl Fn(usize) -> bool,
        score: impl Fn(usize, usize) -> Option<f32>,
    ) {
        let rows: Vec<usize> = self.targets.iter().copied().filter(|&t| target(t)).collect();
        let columns: Vec<usize> = self.detections.iter().copied().filter(|&d| detection(d)).collect();
        let scores: Vec<Vec<_>> = rows.iter().map(|&t| columns.iter().map(|&d| score(t, d)).collect()).collect();
        for (row, column) in assign(&scores) {
            let pair = Pair { target: rows[row], detection: columns[column] };
            self.targets.retain(|&t| t != pair.target);
            self.detections.retain(|&d| d != pair.detection);
            self.pairs.push(pair);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Rect;

    struct Nothing;

    impl Evidence for Nothing {
        fn visual(&self, _: usize, _: usize) -> Option<f32> {
            None
        }
        fn reid(&self, _: usize, _: usize) -> Option<f32> {
            None
        }
        fn distance(&self, _: usize, _: usize) -> f32 {
            0.0
        }
    }

    fn rect(left: f32) -> Rect {
        Rect { left, top: 0.0, width: 10.0, height: 10.0 }
    }

    fn target(state: TrackState, left: f32) -> Candidate {
        Candidate { class_id: 0, state, rect: rect(left) }
    }

    fn found(confidence: f32, left: f32) -> Detection {
        Detection { class_id: 0, confidence, rect: rect(left) }
    }

    #[test]
    fn tentative_detections_keep_active_targets_and_no_others() {
        let config =
            DataAssociator { matcher: Matcher::Cascaded, tentative_confidence: 0.5, ..DataAssociator::default() };
        let targets = [
            target(TrackState::Active, 0.0),
            target(TrackState::Inactive, 100.0),
            target(TrackState::Tentative, 200.0),
            target(TrackState::Inactive, 300.0),
            target(TrackState::Tentative, 400.0),
        ];
        let detections = [found(0.3, 1.0), found(0.3, 101.0), found(0.3, 201.0), found(0.9, 301.0), found(0.9, 401.0)];
        let pairs = associate(&config, &targets, &detections, &Nothing);
        let want = [(3, 3), (0, 0), (4, 4)].map(|(target, detection)| Pair { target, detection });
        assert_eq!(pairs, want);
    }

    #[test]
    fn the_greedy_matcher_takes_every_detection_as_it_is() {
        let config = DataAssociator::default();
        let targets = [target(TrackState::Tentative, 0.0), target(TrackState::Active, 4.0)];
        let pairs = associate(&config, &targets, &[found(0.1, 3.0), found(0.9, 1.0)], &Nothing);
        let want = [(0, 1), (1, 0)].map(|(target, detection)| Pair { target, detection });
        assert_eq!(pairs, want);
    }
}
