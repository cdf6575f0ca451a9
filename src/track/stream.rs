//! The tracker of one stream: what happens in a frame.

use std::sync::Arc;

use super::association::{Candidate, Evidence, Pair, associate, is_confirmed};
use super::frame::{Detection, Embedder, Embedding, FrameInput, FrameResult, TrackState};
use super::target::Target;
use crate::config::tracker::TrackerConfig;

/// Follows the objects of one stream.
pub struct StreamTracker {
    config: Arc<TrackerConfig>,
    targets: Vec<Target>,
    next_id: u64,
}

/// What association may ask of targets and detections.
struct Known<'a> {
    config: &'a TrackerConfig,
    targets: &'a [Target],
    detections: &'a [Detection],
    embeddings: &'a [Embedding],
}

impl Evidence for Known<'_> {
    fn visual(&self, _target: usize, _detection: usize) -> Option<f32> {
        None
    }

    fn reid(&self, target: usize, detection: usize) -> Option<f32> {
        self.targets[target].gallery.similarity(self.embeddings.get(detection)?)
    }

    fn distance(&self, target: usize, detection: usize) -> f32 {
        self.targets[target].estimator.distance(&self.config.estimator, &self.detections[detection].rect)
    }
}

impl StreamTracker {
    /// A tracker whose ids begin at 0.
    pub fn new(config: Arc<TrackerConfig>) -> Self {
        Self { config, targets: Vec::new(), next_id: 0 }
    }

    /// Lets ids go on from `id`.
    pub fn with_next_id(mut self, id: u64) -> Self {
        self.next_id = id;
        self
    }

    /// The id the next object gets.
    pub fn next_id(&self) -> u64 {
        self.next_id
    }

    /// How many targets there are, those that are not shown too.
    pub fn num_targets(&self) -> usize {
        self.targets.len()
    }

    /// Follows all targets into the next frame.
    pub fn update(&mut self, input: &FrameInput<'_>, mut embedder: Option<&mut dyn Embedder>) -> FrameResult {
        let config = Arc::clone(&self.config);
        let detections: Vec<(usize, Detection)> = usable(&config, input).collect();
        self.targets.iter_mut().for_each(|target| target.begin_frame(&config));
        if input.detected {
            self.match_up(&config, input, &detections, &mut embedder);
        } else {
            self.targets.iter_mut().for_each(|target| target.carry_on(&config));
        }
        let mut result = FrameResult::default();
        self.end(&config, &mut result);
        self.report(&config, input, &mut result);
        result
    }

    fn match_up(
        &mut self,
        config: &TrackerConfig,
        input: &FrameInput<'_>,
        detections: &[(usize, Detection)],
        embedder: &mut Option<&mut dyn Embedder>,
    ) {
        let found: Vec<Detection> = detections.iter().map(|(_, detection)| *detection).collect();
        let embeddings = match embedder {
            Some(embedder) if config.reid.uses.in_association() => {
                embedder.embed(&found.iter().map(|detection| detection.rect).collect::<Vec<_>>())
            }
            _ => Vec::new(),
        };
        let pairs = self.pair(config, &found, &embeddings);
        let mut taken = vec![false; found.len()];
        for &Pair { target, detection } in &pairs {
            taken[detection] = true;
            let (place, seen) = detections[detection];
            self.targets[target].join(config, &seen, place, input.size);
            self.targets[target].confidence = 1.0;
            keep(config, &mut self.targets[target], embeddings.get(detection));
        }
        for target in self.targets.iter_mut().filter(|target| target.detection.is_none()) {
            target.carry_on(config);
            target.lose();
        }
        for (index, (place, detection)) in detections.iter().enumerate().filter(|(index, _)| !taken[*index]) {
            if self.may_begin(config, detection) {
                let mut target = Target::new(config, detection, *place);
                keep(config, &mut target, embeddings.get(index));
                self.targets.push(target);
            }
        }
    }

    fn pair(&self, config: &TrackerConfig, found: &[Detection], embeddings: &[Embedding]) -> Vec<Pair> {
        let candidate = |target: &Target| Candidate {
            class_id: target.class_id,
            state: target.state,
            rect: match config.associator.use_prediction {
                true => target.estimator.rect(&config.estimator),
                false => target.last,
            },
        };
        let candidates: Vec<Candidate> = self.targets.iter().map(candidate).collect();
        let known = Known { config, targets: &self.targets, detections: found, embeddings };
        associate(&config.associator, &candidates, found, &known)
    }

    /// Whether a detection that belongs to no target begins one.
    fn may_begin(&self, config: &TrackerConfig, detection: &Detection) -> bool {
        let most = config.target.min_iou_diff_4_new_target;
        self.targets.len() < config.target.max_targets
            && is_confirmed(&config.associator, detection)
            && self.targets.iter().all(|target| target.last.iou(&detection.rect) <= most)
    }

    /// Lets go of targets that were lost for too long.
    fn end(&mut self, config: &TrackerConfig, result: &mut FrameResult) {
        let terminated = &mut result.terminated;
        self.targets.retain_mut(|target| {
            let over = target.is_over(config);
            if over && config.target.output_terminated_tracks {
                let points = std::mem::take(&mut target.history);
                terminated.extend(target.frames(points));
            }
            !over
        });
    }

    /// Ends probations, gives ids, and says what is shown.
    fn report(&mut self, config: &TrackerConfig, input: &FrameInput<'_>, result: &mut FrameResult) {
        for target in &mut self.targets {
            if target.is_proven(config) {
                target.state = TrackState::Active;
                target.id = Some(self.next_id);
                self.next_id += 1;
            }
            if target.state == TrackState::Active
                && let Some(id) = target.id
            {
                result.tracked.push(target.tracked(id));
                let pending = std::mem::take(&mut target.pending);
                result.past.extend(target.frames(pending));
            }
            target.record(config, input.frame_num, input.size);
            if config.target.output_shadow_tracks && target.state == TrackState::Inactive {
                let last = target.history.last().copied().into_iter().collect();
                result.shadow.extend(target.frames(last));
            }
        }
    }
}

/// Detections with their places that are boxes at all and sure enough to be looked at.
fn usable<'a>(config: &'a TrackerConfig, input: &'a FrameInput<'_>) -> impl Iterator<Item = (usize, Detection)> + 'a {
    let is_box = |rect: &crate::base::geometry::Rect| {
        [rect.left, rect.top, rect.width, rect.height].iter().all(|v| v.is_finite())
            && rect.width > 0.0
            && rect.height > 0.0
    };
    let sure = |confidence: f32| confidence < 0.0 || confidence >= config.min_detector_confidence;
    let all = input.detections.iter().copied().enumerate();
    all.filter(move |(_, detection)| is_box(&detection.rect) && sure(detection.confidence))
}

fn keep(config: &TrackerConfig, target: &mut Target, embedding: Option<&Embedding>) {
    if let Some(embedding) = embedding.filter(|embedding| !embedding.is_empty()) {
        target.gallery.add(Arc::clone(embedding), config.reid.history_size);
        target.embedding = Some(Arc::clone(embedding));
    }
}

#[cfg(test)]
mod tests;
