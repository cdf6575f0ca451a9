//! What is counted while a pipeline runs: frames in and out, objects, and how long a frame takes.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;

use crate::rest::BUCKETS_S;

/// Frames on their way through that are remembered; older ones were dropped by someone.
const INSIDE: usize = 4096;

/// Sources that are gone are remembered by what they played, so many at most; those beyond are counted together.
const GONE: usize = 1000;
/// What sources beyond [`GONE`] are called.
const OTHERS: &str = "others";
/// The time over which the present rate is taken.
const LATELY: Duration = Duration::from_secs(1);

/// Counts of one run.
pub(super) struct Meter {
    /// By number; a number is given again once its source is gone.
    sources: RwLock<BTreeMap<usize, Arc<SourceMeter>>>,
    gone: Mutex<Vec<SourceCounts>>,
    /// Microseconds.
    latency: Mutex<Option<Histogram<u64>>>,
    objects: Mutex<BTreeMap<String, u64>>,
    span: Mutex<Option<(Instant, Instant)>>,
    left: AtomicU64,
}

#[derive(Default)]
struct SourceMeter {
    uri: String,
    offered: AtomicU64,
    entered: AtomicU64,
    left: AtomicU64,
    objects: AtomicU64,
    errors: AtomicU64,
    reconnects: AtomicU64,
    inside: Mutex<VecDeque<(Option<gst::ClockTime>, Instant)>>,
    took: [AtomicU64; BUCKETS_S.len() + 1],
    took_us: AtomicU64,
    rate: Mutex<Option<Rate>>,
}

/// Frames since a moment, and the rate before it.
#[derive(Clone, Copy)]
struct Rate {
    since: Instant,
    frames: u32,
    fps: f64,
}

/// The counts of one source.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct SourceCounts {
    /// What was played, as it may be shown.
    pub(super) uri: String,
    /// Frames that the source gave before any were dropped; only counted where frames may be dropped.
    pub(super) offered: u64,
    /// Frames that entered the pipeline.
    pub(super) entered: u64,
    /// Frames that reached the output.
    pub(super) left: u64,
    /// Objects on them.
    pub(super) objects: u64,
    pub(super) errors: u64,
    pub(super) reconnects: u64,
    /// Frames a second, lately.
    pub(super) fps: f64,
    /// Frames by how long they took: see [`BUCKETS_S`].
    pub(super) took: [u64; BUCKETS_S.len() + 1],
    /// How long all of them took together.
    pub(super) took_s: f64,
}

impl SourceMeter {
    fn counts(&self) -> SourceCounts {
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        SourceCounts {
            uri: self.uri.clone(),
            offered: load(&self.offered),
            entered: load(&self.entered),
            left: load(&self.left),
            objects: load(&self.objects),
            errors: load(&self.errors),
            reconnects: load(&self.reconnects),
            fps: lock(&self.rate).map_or(0.0, |rate| rate.now(Instant::now())),
            took: std::array::from_fn(|bucket| load(&self.took[bucket])),
            took_s: load(&self.took_us) as f64 / 1e6,
        }
    }

    /// The time of a frame begins, unless it has begun already.
    fn begin(&self, pts: Option<gst::ClockTime>, now: Instant) {
        let mut inside = lock(&self.inside);
        if pts.is_some() && inside.iter().rev().any(|(own, _)| *own == pts) {
            return;
        }
        if inside.len() == INSIDE {
            inside.pop_front();
        }
        inside.push_back((pts, now));
    }

    fn record(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let bucket = BUCKETS_S.iter().position(|bound| seconds <= *bound).unwrap_or(BUCKETS_S.len());
        self.took[bucket].fetch_add(1, Ordering::Relaxed);
        self.took_us.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl Rate {
    fn frame(rate: &mut Option<Self>, now: Instant) {
        let rate = rate.get_or_insert(Self { since: now, frames: 0, fps: 0.0 });
        if now - rate.since >= LATELY {
            *rate = Self { since: now, frames: 0, fps: rate.now(now) };
        }
        rate.frames += 1;
    }

    /// The rate up to `now`: of the time before, until there is more to go by.
    fn now(&self, now: Instant) -> f64 {
        let seconds = (now - self.since).as_secs_f64();
        match seconds >= LATELY.as_secs_f64() || (self.fps == 0.0 && seconds > 0.0) {
            true => f64::from(self.frames) / seconds,
            false => self.fps,
        }
    }
}

impl Meter {
    pub(super) fn new() -> Self {
        Self {
            sources: RwLock::default(),
            gone: Mutex::default(),
            latency: Mutex::new(Histogram::new_with_bounds(1, 3_600_000_000, 3).ok()),
            objects: Mutex::default(),
            span: Mutex::default(),
            left: AtomicU64::new(0),
        }
    }

    /// Counts for source `index` from now on, which plays `uri`.
    pub(super) fn open(&self, index: usize, uri: &str) {
        let source = SourceMeter { uri: uri.into(), ..SourceMeter::default() };
        self.sources.write().unwrap_or_else(PoisonError::into_inner).insert(index, Arc::new(source));
    }

    /// Source `index` is gone; what was counted stays.
    pub(super) fn close(&self, index: usize) {
        let source = self.sources.write().unwrap_or_else(PoisonError::into_inner).remove(&index);
        let Some(mut counts) = source.map(|source| source.counts()) else { return };
        let mut gone = lock(&self.gone);
        if gone.len() >= GONE && !gone.iter().any(|old| old.uri == counts.uri) {
            counts.uri = OTHERS.into();
        }
        match gone.iter_mut().find(|old| old.uri == counts.uri) {
            Some(old) => old.add(&counts),
            None => gone.push(counts),
        }
    }

    fn source(&self, index: usize) -> Option<Arc<SourceMeter>> {
        self.sources.read().unwrap_or_else(PoisonError::into_inner).get(&index).cloned()
    }

    /// A frame came out of source `index`, in front of a queue that may drop it: its time runs from here.
    pub(super) fn offered(&self, index: usize, pts: Option<gst::ClockTime>) {
        if let Some(source) = self.source(index) {
            source.offered.fetch_add(1, Ordering::Relaxed);
            source.begin(pts, Instant::now());
        }
    }

    /// A frame of source `index` entered the pipeline.
    pub(super) fn entered(&self, index: usize, pts: Option<gst::ClockTime>) {
        self.entered_at(index, pts, Instant::now());
    }

    fn entered_at(&self, index: usize, pts: Option<gst::ClockTime>, now: Instant) {
        let Some(source) = self.source(index) else { return };
        if source.entered.fetch_add(1, Ordering::Relaxed) == 0 {
            lock(&self.span).get_or_insert((now, now));
        }
        source.begin(pts, now);
    }

    /// A frame of source `index` reached the output.
    pub(super) fn left(&self, index: usize, pts: Option<gst::ClockTime>) {
        self.left_at(index, pts, Instant::now());
    }

    fn left_at(&self, index: usize, pts: Option<gst::ClockTime>, now: Instant) {
        let Some(source) = self.source(index) else { return };
        source.left.fetch_add(1, Ordering::Relaxed);
        self.left.fetch_add(1, Ordering::Relaxed);
        Rate::frame(&mut lock(&source.rate), now);
        let mut inside = lock(&source.inside);
        if let Some(position) = inside.iter().position(|(own, _)| *own == pts) {
            // Frames stay in order: those before it were dropped on the way.
            let entered = inside.drain(..=position).next_back().map_or(now, |(_, entered)| entered);
            drop(inside);
            source.record(now - entered);
            if let Some(latency) = lock(&self.latency).as_mut() {
                latency.saturating_record((now - entered).as_micros().try_into().unwrap_or(u64::MAX));
            }
        }
        if let Some((_, last)) = lock(&self.span).as_mut() {
            *last = now;
        }
    }

    /// An object of class `label` was seen on a frame of source `index`.
    pub(super) fn object(&self, index: usize, label: &str) {
        if let Some(source) = self.source(index) {
            source.objects.fetch_add(1, Ordering::Relaxed);
        }
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
        if let Some(source) = self.source(index) {
            source.errors.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Source `index` connected again.
    pub(super) fn reconnect(&self, index: usize) {
        if let Some(source) = self.source(index) {
            source.reconnects.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Frames at the output so far, of all sources.
    pub(super) fn frames(&self) -> u64 {
        self.left.load(Ordering::Relaxed)
    }

    /// The counts of source `index`, if it is there.
    pub(super) fn counts_of(&self, index: usize) -> Option<SourceCounts> {
        self.source(index).map(|source| source.counts())
    }

    /// The counts of every source: of those that are there by number, then of those that are gone by what they played.
    pub(super) fn counts(&self) -> Vec<SourceCounts> {
        let sources = self.sources.read().unwrap_or_else(PoisonError::into_inner);
        let there: Vec<_> = sources.values().map(|source| source.counts()).collect();
        drop(sources);
        there.into_iter().chain(lock(&self.gone).iter().cloned()).collect()
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

impl SourceCounts {
    fn add(&mut self, more: &Self) {
        self.offered += more.offered;
        self.entered += more.entered;
        self.left += more.left;
        self.objects += more.objects;
        self.errors += more.errors;
        self.reconnects += more.reconnects;
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

    fn meter(sources: usize) -> Meter {
        let meter = Meter::new();
        (0..sources).for_each(|index| meter.open(index, &format!("file:///{index}")));
        meter
    }

    fn inside(meter: &Meter, index: usize) -> usize {
        lock(&meter.source(index).unwrap().inside).len()
    }

    #[test]
    fn frames_are_matched_by_timestamp_and_dropped_ones_forgotten() {
        let meter = meter(2);
        for ms in [0, 40, 80] {
            meter.entered(0, at(ms));
        }
        meter.entered(1, at(0));
        meter.left(0, at(40));
        meter.left(0, at(40));
        assert_eq!(inside(&meter, 0), 1);
        assert_eq!(lock(&meter.latency).as_ref().unwrap().len(), 1);
        let counts = meter.counts();
        assert_eq!((counts[0].entered, counts[0].left, counts[1].entered, counts[1].left), (3, 2, 1, 0));
        assert_eq!(counts[0].took.iter().sum::<u64>(), 1);
        assert!(meter.latency_ms(0.5).unwrap() < 1e3);
    }

    #[test]
    fn percentiles_are_those_of_the_delays() {
        let (meter, start) = (meter(2), Instant::now());
        let time = |ms: u64| start + Duration::from_millis(ms);
        // Frame N of the first source takes N ms; every tenth of the second is lost on the way.
        for number in 1..=100 {
            meter.entered_at(0, at(number), time(1000 * number));
            meter.left_at(0, at(number), time(1001 * number));
            meter.entered_at(1, at(number), time(1000 * number));
            if number % 10 != 0 {
                meter.left_at(1, at(number), time(1001 * number));
            }
        }
        for (share, delay) in [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0)] {
            let measured = meter.latency_ms(share).unwrap();
            assert!((measured - delay).abs() <= 1.0 + delay / 1000.0, "{share}: {measured} is not {delay}");
        }
        assert_eq!(inside(&meter, 1), 1, "the last one was lost");
    }

    #[test]
    fn a_frame_that_waited_to_enter_has_taken_that_long_too() {
        let (meter, start) = (meter(1), Instant::now());
        meter.offered(0, at(0));
        meter.offered(0, at(40));
        meter.entered_at(0, at(40), start + Duration::from_secs(5));
        meter.left_at(0, at(40), start + Duration::from_secs(9));
        assert!(meter.latency_ms(1.0).unwrap() > 8000.0);
        let counts = meter.counts();
        assert_eq!((counts[0].offered, counts[0].entered, inside(&meter, 0)), (2, 1, 0));
    }

    #[test]
    fn nothing_measured_is_nothing_reported() {
        let meter = meter(1);
        assert_eq!((meter.latency_ms(0.5), meter.span(), meter.frames()), (None, Duration::ZERO, 0));
        meter.left(7, None);
        assert_eq!(meter.frames(), 0);
    }

    #[test]
    fn a_frame_that_never_comes_out_does_not_grow_memory() {
        let meter = meter(1);
        for ms in 0..2 * INSIDE as u64 {
            meter.entered(0, at(ms));
        }
        assert_eq!(inside(&meter, 0), INSIDE);
    }

    #[test]
    fn a_source_that_is_gone_stays_in_the_counts_and_its_number_begins_anew() {
        let meter = meter(2);
        for _ in 0..3 {
            meter.entered(0, at(0));
            meter.left(0, at(0));
            meter.reconnect(0);
            meter.close(0);
            meter.open(0, "file:///0");
        }
        let counts = meter.counts();
        let seen: Vec<_> = counts.iter().map(|counts| (counts.uri.as_str(), counts.left, counts.reconnects)).collect();
        assert_eq!(seen, [("file:///0", 0, 0), ("file:///1", 0, 0), ("file:///0", 3, 3)]);
        assert_eq!(meter.frames(), 3);
    }

    #[test]
    fn sources_without_number_do_not_grow_memory() {
        let meter = Meter::new();
        for number in 0..GONE + 50 {
            meter.open(0, &number.to_string());
            meter.error(0);
            meter.close(0);
        }
        let counts = meter.counts();
        assert_eq!((counts.len(), counts[GONE].uri.as_str(), counts[GONE].errors), (GONE + 1, OTHERS, 50));
    }

    #[test]
    fn the_rate_is_that_of_the_last_second() {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut rate = None;
        (0..=25).for_each(|frame| Rate::frame(&mut rate, at(frame * 40)));
        let rate = rate.unwrap();
        assert_eq!(rate.now(at(1010)), 25.0);
        assert!(rate.now(at(11_000)) < 0.2, "it has stopped");
    }
}
