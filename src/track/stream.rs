//! The tracker of one stream: what happens in a frame.

mod evidence;
mod identity;
mod report;

use std::sync::Arc;

use super::association::{Candidate, Pair, associate, is_confirmed};
use super::drift::drift;
use super::frame::{Detection, Embedder, Embedding, FrameInput, FrameResult};
use super::target::Target;
use super::visual::{Sight, Stretched};
use crate::base::geometry::Rect;
use crate::config::tracker::TrackerConfig;
use evidence::Known;
use identity::Former;

/// Follows the objects of one stream.
pub struct StreamTracker {
    config: Arc<TrackerConfig>,
    targets: Vec<Target>,
    /// Targets that ended and may be found again.
    archive: Vec<Former>,
    next_id: u64,
    sight: Option<Sight>,
}

/// One frame on its way through a tracker.
struct Frame<'a> {
    config: &'a TrackerConfig,
    input: &'a FrameInput<'a>,
    /// Detections to look at, and their places in the input.
    found: Vec<Detection>,
    places: Vec<usize>,
    /// The picture, where there is a visual tracker to look at it.
    picture: Option<Stretched<'a>>,
    /// One for each detection, or none at all.
    embeddings: Vec<Embedding>,
}

impl StreamTracker {
    /// A tracker whose ids begin at 0.
    pub fn new(config: Arc<TrackerConfig>) -> Self {
        let sight = config.visual.enabled.then(|| Sight::new(&config.visual));
        Self { config, targets: Vec::new(), archive: Vec::new(), next_id: 0, sight }
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
        let (places, found): (Vec<_>, Vec<_>) = usable(&config, input).unzip();
        let picture = input.picture.as_ref().filter(|_| self.sight.is_some());
        let picture = picture.map(|picture| Stretched::over(picture, input.size));
        let embeddings = match &mut embedder {
            Some(embedder) if config.reid.uses.in_association() && input.detected => {
                embedder.embed(&found.iter().map(|detection| detection.rect).collect::<Vec<_>>())
            }
            _ => Vec::new(),
        };
        let frame = Frame { config: &config, input, found, places, picture, embeddings };
        self.targets.iter_mut().for_each(|target| target.begin_frame(&config));
        self.look(&frame);
        match input.detected {
            true => self.match_up(&frame),
            false => self.carry_on(&frame),
        }
        self.learn(&frame);
        let mut result = FrameResult::default();
        self.remember(&frame, embedder);
        self.end(&frame, &mut result);
        self.name(&frame);
        self.report(&frame, &mut result);
        result
    }

    /// Lets every target look for itself in the picture.
    fn look(&mut self, frame: &Frame<'_>) {
        let (Some(sight), Some(picture)) = (&mut self.sight, frame.picture) else { return };
        for target in &mut self.targets {
            if let Some(filter) = &target.filter {
                let foreseen = target.estimator.rect(&frame.config.estimator);
                let response = sight.locate(filter, picture, &foreseen);
                target.follow(frame.config, response);
            }
        }
    }

    /// A frame that no detector looked at.
    fn carry_on(&mut self, frame: &Frame<'_>) {
        for target in &mut self.targets {
            target.carry_on(frame.config);
            if target.response.is_some() && target.confidence < frame.config.target.min_tracker_confidence {
                target.lose();
            }
        }
    }

    fn match_up(&mut self, frame: &Frame<'_>) {
        let Frame { config, input, found, .. } = frame;
        if config.associator.use_prediction {
            self.move_along(frame);
        }
        let mut taken = vec![false; found.len()];
        for Pair { target, detection } in self.pair(frame) {
            taken[detection] = true;
            let target = &mut self.targets[target];
            target.join(config, &found[detection], frame.places[detection], input.size);
            if target.response.is_none() {
                target.confidence = 1.0;
            }
            keep(config, target, frame.embeddings.get(detection));
        }
        for target in self.targets.iter_mut().filter(|target| target.detection.is_none()) {
            target.carry_on(config);
            target.miss(config);
        }
        for detection in (0..found.len()).filter(|&detection| !taken[detection]) {
            if self.may_begin(config, &found[detection]) {
                let mut target = Target::new(config, &found[detection], frame.places[detection]);
                keep(config, &mut target, frame.embeddings.get(detection));
                self.targets.push(target);
            }
        }
    }

    /// Moves all estimates by what the picture as a whole has moved.
    fn move_along(&mut self, frame: &Frame<'_>) {
        let estimator = &frame.config.estimator;
        let seen = self.targets.iter().filter(|target| target.shadow_age == 0);
        let foreseen: Vec<(i32, Rect)> =
            seen.map(|target| (target.class_id, target.estimator.rect(estimator))).collect();
        if let Some(drift) = drift(&foreseen, &frame.found) {
            for target in &mut self.targets {
                let moved = drift.at(&target.estimator.rect(estimator));
                target.estimator.shift(moved);
            }
        }
    }

    fn pair(&self, frame: &Frame<'_>) -> Vec<Pair> {
        let config = frame.config;
        let candidate = |target: &Target| Candidate {
            class_id: target.class_id,
            state: target.state,
            rect: match config.associator.use_prediction {
                true => target.estimator.rect(&config.estimator),
                false => target.last,
            },
        };
        let candidates: Vec<Candidate> = self.targets.iter().map(candidate).collect();
        let known = Known { frame, targets: &self.targets };
        associate(&config.associator, &candidates, &frame.found, &known)
    }

    /// Whether a detection that belongs to no target begins one.
    fn may_begin(&self, config: &TrackerConfig, detection: &Detection) -> bool {
        let most = config.target.min_iou_diff_4_new_target;
        self.targets.len() < config.target.max_targets
            && is_confirmed(&config.associator, detection)
            && self.targets.iter().all(|target| target.last.iou(&detection.rect) <= most)
    }

    /// Renews what targets look like where it is known where they are.
    fn learn(&mut self, frame: &Frame<'_>) {
        let (Some(sight), Some(picture)) = (&mut self.sight, frame.picture) else { return };
        for target in &mut self.targets {
            let sure = target.detection.is_some() || (!frame.input.detected && target.shadow_age == 0);
            if sure {
                let rect = target.last;
                sight.learn(&mut target.filter, picture, &rect);
            }
        }
    }
}

/// Detections with their places that are boxes at all and sure enough to be looked at.
fn usable<'a>(config: &'a TrackerConfig, input: &'a FrameInput<'_>) -> impl Iterator<Item = (usize, Detection)> + 'a {
    let is_box = |rect: &Rect| {
        let finite = [rect.left, rect.top, rect.width, rect.height].iter().all(|value| value.is_finite());
        finite && rect.width > 0.0 && rect.height > 0.0
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
