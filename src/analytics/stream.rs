//! One stream: observations in, what is known of the frame out.

use std::collections::HashMap;

use super::count::Counts;
use super::crowd::Crowd;
use super::direction::{Direction, Movement};
use super::geometry::{Point, Scale};
use super::line::{Line, Step};
use super::observation::Observation;
use super::region::Region;
use super::result::{CrowdState, FrameResult, LineState, ObjectResult, RegionState};
use super::swap;
use super::track::{self, Track};
use crate::base::geometry::{Rect, Size};
use crate::config::analytics::StreamRules;

/// An identity that is unseen so long, in nanoseconds, and for more than so many frames, is another one when it comes back:
/// nothing says how it went meanwhile. Longer than the trackers' shadow age, 45 frames as shipped: within that time an identity
/// was followed though it was hidden, as pedestrians are by waiting cars.
const FORGOTTEN: (u64, u64) = (2_010_000_000, 5);
/// Time between frames without time stamps.
const FRAME: u64 = 33_333_333;

/// What is looked for in one stream, and what was seen so far.
#[derive(Debug, Clone)]
pub struct StreamAnalytics {
    regions: Vec<Region>,
    crowds: Vec<Crowd>,
    lines: Vec<Line>,
    directions: Vec<Direction>,
    counts: Counts,
    size: Size,
    tracks: HashMap<u64, Track>,
    /// The number of frames seen, and the last one's time.
    frame: u64,
    time: Option<u64>,
    result: FrameResult,
}

impl StreamAnalytics {
    /// Looks for `rules`, written for a frame of the size `written`, in frames of the size `frame`. `count_window_ms` is
    /// `obj-cnt-win-in-ms`.
    pub fn new(rules: &StreamRules, written: Size, frame: Size, count_window_ms: Option<u32>) -> Self {
        let scale = Scale::new(written, frame);
        Self {
            regions: rules.regions.iter().map(|rule| Region::new(rule, scale)).collect(),
            crowds: rules.crowds.iter().map(|rule| Crowd::new(rule, scale)).collect(),
            lines: rules.lines.iter().map(|rule| Line::new(rule, scale)).collect(),
            directions: rules.directions.iter().map(|rule| Direction::new(rule, scale)).collect(),
            counts: Counts::new(count_window_ms),
            size: frame,
            tracks: HashMap::new(),
            frame: 0,
            time: None,
            result: FrameResult::default(),
        }
    }

    /// Goes on with what `old` knew of everybody, and with the totals of lines and regions that are the same here.
    pub fn continuing(mut self, old: &Self) -> Self {
        let lines: Vec<_> =
            self.lines.iter().map(|line| old.lines.iter().position(|other| other.rule == line.rule)).collect();
        let regions: Vec<_> =
            self.regions.iter().map(|region| old.regions.iter().position(|other| other.rule == region.rule)).collect();
        for (line, same) in self.lines.iter_mut().zip(&lines) {
            line.crossed = same.map_or(0, |place| old.lines[place].crossed);
        }
        for (region, same) in self.regions.iter_mut().zip(&regions) {
            region.entered = same.map_or(0, |place| old.regions[place].entered);
        }
        if self.size == old.size {
            let tracks = old.tracks.iter().map(|(id, track)| (*id, track.for_rules(&lines, &regions)));
            (self.tracks, self.frame, self.time) = (tracks.collect(), old.frame, old.time);
        }
        self
    }

    /// The size of the frames.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Labels of the lines and how often each was crossed in its direction.
    pub fn lines(&self) -> impl Iterator<Item = (&str, u64)> {
        self.lines.iter().map(|line| (line.rule.label.as_str(), line.crossed))
    }

    /// Labels of the regions and how many objects came into each; those that began inside are not counted.
    pub fn regions(&self) -> impl Iterator<Item = (&str, u64)> {
        self.regions.iter().map(|region| (region.rule.label.as_str(), region.entered))
    }

    /// Takes the objects of the next frame. `time` is its time stamp in nanoseconds; one before the last frame's begins anew
    /// with everybody unknown and keeps the totals.
    pub fn update(&mut self, time: Option<u64>, observations: &[Observation]) -> &FrameResult {
        let now = time.or(self.time.map(|last| last + FRAME)).unwrap_or(0);
        if self.time.is_some_and(|last| now < last) {
            self.tracks.clear();
            self.crowds.iter_mut().for_each(Crowd::restart);
        }
        let last_frame = self.frame;
        (self.time, self.frame) = (Some(now), self.frame + 1);
        self.clear(observations.len());
        self.forget(now);
        swap::exchange(&mut self.tracks, observations, last_frame);
        for (place, observation) in observations.iter().enumerate() {
            let foot = Point::foot(&observation.rect);
            self.locate(place, observation, foot);
            self.follow(place, observations, foot, now);
        }
        self.result.classes = self.counts.update(now, observations.iter().map(|observation| observation.class_id));
        for (state, crowd) in self.result.crowds.iter_mut().zip(&mut self.crowds) {
            state.overcrowded = crowd.update(state.count, now);
        }
        for (state, line) in self.result.lines.iter_mut().zip(&mut self.lines) {
            line.crossed += state.now;
            state.total = line.crossed;
        }
        for (state, region) in self.result.regions.iter_mut().zip(&mut self.regions) {
            region.entered += state.entered;
            state.entered = region.entered;
        }
        &self.result
    }

    /// An empty result for so many objects, in the memory of the last one.
    fn clear(&mut self, objects: usize) {
        let result = &mut self.result;
        result.objects.truncate(objects);
        for object in &mut result.objects {
            object.regions.clear();
            object.crowds.clear();
            object.lines.clear();
            object.directions.clear();
            object.stopped = false;
        }
        result.objects.resize_with(objects, ObjectResult::default);
        result.regions.clear();
        result.regions.resize(self.regions.len(), RegionState::default());
        result.crowds.clear();
        result.crowds.resize(self.crowds.len(), CrowdState::default());
        result.lines.clear();
        result.lines.resize(self.lines.len(), LineState::default());
    }

    /// Lets identities go that were not seen for long.
    fn forget(&mut self, now: u64) {
        let (lines, states, frame) = (&self.lines, &mut self.result.lines, self.frame);
        self.tracks.retain(|_, track| {
            let gone = now.saturating_sub(track.time) > FORGOTTEN.0 && frame - track.frame > FORGOTTEN.1;
            if gone {
                let class_id = track.class_id();
                for ((line, standing), state) in lines.iter().zip(&mut track.standings).zip(states.iter_mut()) {
                    state.now += u64::from(line.end(standing) && line.rule.classes.hold(class_id));
                }
            }
            !gone
        });
    }

    /// Which regions an object is in.
    fn locate(&mut self, place: usize, observation: &Observation, foot: Point) {
        let object = &mut self.result.objects[place];
        for (index, region) in self.regions.iter().enumerate() {
            if region.holds(observation.class_id, foot) {
                object.regions.push(index);
                self.result.regions[index].count += 1;
            }
        }
        for (index, crowd) in self.crowds.iter().enumerate() {
            if crowd.holds(observation.class_id, foot) {
                object.crowds.push(index);
                self.result.crowds[index].count += 1;
            }
        }
    }

    /// What an identity did since it was last seen.
    fn follow(&mut self, place: usize, observations: &[Observation], foot: Point, now: u64) {
        let observation = &observations[place];
        let Some(id) = observation.id else { return };
        let (lines, regions) = (self.lines.len(), self.regions.len());
        let track = self.tracks.entry(id).or_insert_with(|| Track::new(lines, regions));
        if track.foot.is_some() && track.frame == self.frame {
            // Two objects with one id: the first is followed.
            return;
        }
        let (object, height) = (&mut self.result.objects[place], f64::from(observation.rect.height));
        let class_id = track.class(observation.class_id);
        let stand = track.stand(&observation.rect, feet_hidden(place, observations));
        let edges: Vec<Point> = track::edges(&observation.rect, self.size).collect();
        let margin = track.margin(stand, height, self.size);
        let way = track.walk(stand, height);
        let step = Step { before: track.foot, now: stand, margin, height, edges: &edges, way };
        for (index, (line, standing)) in self.lines.iter().zip(&mut track.standings).enumerate() {
            if line.step(standing, &step) && line.rule.classes.hold(class_id) {
                object.lines.push(index);
                self.result.lines[index].now += 1;
            }
        }
        for ((region, stay), state) in self.regions.iter().zip(&mut track.stays).zip(&mut self.result.regions) {
            state.entered += u64::from(stay.update(region.holds(class_id, foot), track.steady));
        }
        if !self.directions.is_empty() {
            match track.recent.update(now, foot, height) {
                Movement::Unknown => {}
                Movement::Stopped => {
                    object.stopped = self.directions.iter().any(|d| d.rule.classes.hold(class_id));
                }
                Movement::Moving(way) => {
                    let follows = |(_, d): &(usize, &Direction)| d.rule.classes.hold(class_id) && d.follows(way);
                    object
                        .directions
                        .extend(self.directions.iter().enumerate().filter(follows).map(|(index, _)| index));
                }
            }
        }
        (track.foot, track.rect, track.time, track.frame) = (Some(stand), observation.rect, now, self.frame);
    }
}

/// Whether the lower edge of a box lies behind another object: one whose box is around it and reaches farther down, so
/// that it stands nearer to the camera.
fn feet_hidden(place: usize, observations: &[Observation]) -> bool {
    const FARTHER: f64 = 2.0;
    let foot = Point::foot(&observations[place].rect);
    let hides = |other: &Observation| {
        let Rect { left, top, .. } = other.rect;
        let beside = foot.x < f64::from(left) || foot.x > f64::from(other.rect.right());
        !beside && foot.y > f64::from(top) && foot.y + FARTHER < f64::from(other.rect.bottom())
    };
    observations.iter().enumerate().any(|(index, other)| index != place && hides(other))
}
