//! The trackers of all streams, and what outlives them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use super::label::Look;
use super::reid::Reid;
use super::sub_batches::SubBatches;
use crate::config::tracker::TrackerConfig;
use crate::track::StreamTracker;

/// A source, and one of its surfaces where it has several: DeepStream's `SurfaceStreamId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// `pad_index` of the frames.
    pub pad: u32,
    /// `surface_index` of the frames.
    pub surface: u32,
}

impl StreamId {
    /// The pad in the upper, the surface in the lower 32 bits.
    pub fn number(self) -> u64 {
        u64::from(self.pad) << 32 | u64::from(self.surface)
    }
}

/// What is kept of one stream.
pub struct Stream {
    /// Its tracker.
    pub tracker: StreamTracker,
    /// Its configuration.
    pub config: Arc<TrackerConfig>,
    /// Its ReID network.
    pub reid: Option<Arc<Mutex<Reid>>>,
    /// How objects of each class look, for those the tracker adds.
    pub looks: HashMap<i32, Look>,
    sub_batch: usize,
    /// The same for a pad in every run, and never 0.
    number: u32,
}

impl Stream {
    /// The id of an object as metadata shows it: with `useUniqueID`, the upper 32 bits are its stream's.
    pub fn shown_id(&self, id: u64) -> u64 {
        match self.config.trajectory.use_unique_id {
            true => u64::from(self.number) << 32 | id & u64::from(u32::MAX),
            false => id,
        }
    }
}

/// How a sub-batch is tracked.
#[derive(Clone, Default)]
pub struct Setup {
    /// Its configuration.
    pub config: Arc<TrackerConfig>,
    /// Its ReID network, used by one stream at a time.
    pub reid: Option<Arc<Mutex<Reid>>>,
}

/// All streams.
#[derive(Default)]
pub struct Streams {
    setups: Vec<Setup>,
    sub_batches: SubBatches,
    streams: BTreeMap<StreamId, Stream>,
    /// Where ids of streams that ended go on: a source that comes back on the same pad must not repeat them.
    next_ids: BTreeMap<StreamId, u64>,
}

impl Streams {
    /// Streams tracked in these ways, one a sub-batch; the last one also for the sub-batches beyond.
    pub fn new(setups: Vec<Setup>, sub_batches: SubBatches) -> Self {
        Self { setups, sub_batches, ..Self::default() }
    }

    /// The stream of this id, made if it is new.
    pub fn get(&mut self, id: StreamId) -> &mut Stream {
        let taken: Vec<usize> = match self.streams.contains_key(&id) {
            true => Vec::new(),
            false => self.streams.values().map(|stream| stream.sub_batch).collect(),
        };
        let (setups, sub_batches, next_ids) = (&self.setups, &self.sub_batches, &self.next_ids);
        self.streams.entry(id).or_insert_with(|| {
            let sub_batch = sub_batches.of(id.pad, &taken);
            let Setup { config, reid } = setups.get(sub_batch).or(setups.last()).cloned().unwrap_or_default();
            let next = next_ids.get(&id).copied().unwrap_or(0);
            let tracker = StreamTracker::new(Arc::clone(&config)).with_next_id(next);
            Stream { tracker, config, reid, looks: HashMap::new(), sub_batch, number: scatter(id) }
        })
    }

    /// Forgets all targets of a source; its ids go on where they stopped, or begin at 0.
    pub fn remove(&mut self, pad: u32, ids_from_zero: bool) {
        let gone = self.streams.extract_if(.., |id, _| id.pad == pad).collect::<Vec<_>>();
        for (id, stream) in gone {
            self.next_ids.insert(id, stream.tracker.next_id());
        }
        if ids_from_zero {
            self.next_ids.retain(|id, _| id.pad != pad);
        }
    }

    /// How many streams have targets.
    pub fn len(&self) -> usize {
        self.streams.len()
    }
}

/// A number of a stream that looks random, as NVIDIA's do, and is the same in every run (SplitMix64's finaliser).
fn scatter(id: StreamId) -> u32 {
    let mut bits = id.number().wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    // The highest bit stays clear, so that no id is the untracked one.
    ((bits ^ bits >> 31) as u32 >> 1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_pad_go_on_unless_they_are_to_begin_anew() {
        let mut streams = Streams::new(vec![Setup::default()], SubBatches::One);
        let id = StreamId { pad: 2, surface: 0 };
        streams.get(id).tracker = StreamTracker::new(Arc::default()).with_next_id(5);
        streams.remove(1, false);
        assert_eq!(streams.len(), 1);
        streams.remove(2, false);
        assert_eq!((streams.len(), streams.get(id).tracker.next_id()), (0, 5));
        streams.remove(2, true);
        assert_eq!(streams.get(id).tracker.next_id(), 0);
    }

    #[test]
    fn unique_ids_tell_streams_apart() {
        let mut config = TrackerConfig::default();
        config.trajectory.use_unique_id = true;
        let mut streams = Streams::new(vec![Setup { config: Arc::new(config), reid: None }], SubBatches::One);
        let mut shown = |pad| streams.get(StreamId { pad, surface: 0 }).shown_id(7);
        assert_ne!(shown(0), shown(1));
        assert_eq!((shown(0) & 0xffff_ffff, shown(0) >> 63), (7, 0));
    }
}
