//! What is counted while a pipeline runs: frames in and out, objects, and how long a frame takes.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;

/// Frames on their way through that are remembered; older ones were dropped by someone.
const INSIDE: usize = 4096;

/// Counts of one run.
pub(super) struct Meter {
    sources: Vec<SourceMeter>,
    /// Microseconds.
    latency: Mutex<Option<Histogram<u64>>>,
    objects: Mutex<BTreeMap<String, u64>>,
    span: Mutex<Option<(Instant, Instant)>>,
}

#[derive(Default)]
struct SourceMeter {
    offered: AtomicU64,
    entered: AtomicU64,
    left: AtomicU64,
    errors: AtomicU64,
    reconnects: AtomicU64,
    inside: Mutex<VecDeque<(Option<gst::ClockTime>, Instant)>>,
}

/// The counts of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SourceCounts {
    /// Frames that the source gave before any were dropped; only counted where frames may be dropped.
    pub(super) offered: u64,
    /// Frames that entered the pipeline.
    pub(super) entered: u64,
    /// Frames that reached the output.
    pub(super) left: u64,
    pub(super) errors: u64,
    pub(super) reconnects: u64,
}

impl Meter {
    pub(super) fn new(sources: usize) -> Self {
        Self {
            sources: (0..sources).map(|_| SourceMeter::default()).collect(),
            latency: Mutex::new(Histogram::new_with_bounds(1, 3_600_000_000, 3).ok()),
            objects: Mutex::default(),
            span: Mutex::default(),
        }
    }

    /// A frame came out of source `index`, in front of a queue that may drop it.
    pub(super) fn offered(&self, index: usize) {
        if let Some(source) = self.sources.get(index) {
            source.offered.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A frame of source `index` entered the pipeline.
    pub(super) fn entered(&self, index: usize, pts: Option<gst::ClockTime>) {
        let Some(source) = self.sources.get(index) else { return };
        let now = Instant::now();
        if source.entered.fetch_add(1, Ordering::Relaxed) == 0 {
            lock(&self.span).get_or_insert((now, now));
        }
        let mut inside = lock(&source.inside);
        if inside.len() == INSIDE {
            inside.pop_front();
        }
        inside.push_back((pts, now));
    }

    /// A frame of source `index` reached the output.
    pub(super) fn left(&self, index: usize, pts: Option<gst::ClockTime>) {
        let Some(source) = self.sources.get(index) else { return };
        let now = Instant::now();
        source.left.fetch_add(1, Ordering::Relaxed);
        let mut inside = lock(&source.inside);
        if let Some(position) = inside.iter().position(|(own, _)| *own == pts) {
            // Frames stay in order: those before it were dropped on the way.
            let entered = inside.drain(..=position).next_back().map_or(now, |(_, entered)| entered);
            drop(inside);
            if let Some(latency) = lock(&self.latency).as_mut() {
                latency.saturating_record((now - entered).as_micros().try_into().unwrap_or(u64::MAX));
            }
        }
        if let Some((_, last)) = lock(&self.span).as_mut() {
            *last = now;
        }
    }

    /// An object of class `label` was seen on a frame.
    pub(super) fn object(&self, label: &str) {
        let mut objects = lock(&self.objects);
        match objects.get_mut(label) {
            Some(count) => *count += 1,
            None => {
                objects.insert(label.to_owned(), 1);
            }
        }
    }

    /// Source `index` reported something wrong and went on.
    pub(super) fn error(&self, index: usize) {
        if let Some(source) = self.sources.get(index) {
            source.errors.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Source `index` connected again.
    pub(super) fn reconnect(&self, index: usize) {
        if let Some(source) = self.sources.get(index) {
            source.reconnects.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Frames at the output so far, of all sources.
    pub(super) fn frames(&self) -> u64 {
        self.sources.iter().map(|source| source.left.load(Ordering::Relaxed)).sum()
    }

    /// The counts of every source, in the order of the inputs.
    pub(super) fn counts(&self) -> Vec<SourceCounts> {
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        self.sources
            .iter()
            .map(|source| SourceCounts {
                offered: load(&source.offered),
                entered: load(&source.entered),
                left: load(&source.left),
                errors: load(&source.errors),
                reconnects: load(&source.reconnects),
            })
            .collect()
    }

    /// From the first frame in to the last frame out.
    pub(super) fn span(&self) -> Duration {
        lock(&self.span).map_or(Duration::ZERO, |(first, last)| last - first)
    }

    /// Objects seen, by label.
    pub(super) fn objects(&self) -> BTreeMap<String, u64> {
        lock(&self.objects).clone()
    }

    /// The time in milliseconds that `share` (0 to 1) of the frames took at most; `None` before the first frame.
    pub(super) fn latency_ms(&self, share: f64) -> Option<f64> {
        let latency = lock(&self.latency);
        latency
            .as_ref()
            .filter(|latency| !latency.is_empty())
            .map(|latency| latency.value_at_quantile(share) as f64 / 1e3)
    }
}

/// The lock, whatever happened to another thread that held it: counts stay counts.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(ms: u64) -> Option<gst::ClockTime> {
        Some(gst::ClockTime::from_mseconds(ms))
    }

    #[test]
    fn frames_are_matched_by_timestamp_and_dropped_ones_forgotten() {
        let meter = Meter::new(2);
        for ms in [0, 40, 80] {
            meter.entered(0, at(ms));
        }
        meter.entered(1, at(0));
        meter.left(0, at(40));
        meter.left(0, at(40));
        assert_eq!(lock(&meter.sources[0].inside).len(), 1);
        assert_eq!(lock(&meter.latency).as_ref().unwrap().len(), 1);
        let counts = meter.counts();
        assert_eq!((counts[0].entered, counts[0].left, counts[1].entered, counts[1].left), (3, 2, 1, 0));
        assert!(meter.latency_ms(0.5).unwrap() < 1e3);
    }

    #[test]
    fn nothing_measured_is_nothing_reported() {
        let meter = Meter::new(1);
        assert_eq!((meter.latency_ms(0.5), meter.span(), meter.frames()), (None, Duration::ZERO, 0));
        meter.left(7, None);
        assert_eq!(meter.frames(), 0);
    }

    #[test]
    fn a_frame_that_never_comes_out_does_not_grow_memory() {
        let meter = Meter::new(1);
        for ms in 0..2 * INSIDE as u64 {
            meter.entered(0, at(ms));
        }
        assert_eq!(lock(&meter.sources[0].inside).len(), INSIDE);
    }
}
