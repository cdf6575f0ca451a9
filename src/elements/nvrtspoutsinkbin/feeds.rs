//! What leads from the encoder to the pipelines that serve clients: each starts with a key frame, on its own clock.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use gst::prelude::*;

/// Frames after which a key frame is asked for again: an encoder may refuse one that is too close to the last.
const PATIENCE: u32 = 15;

/// One pipeline that serves clients.
struct Feed {
    /// Its `appsrc`.
    source: gst::Element,
    /// Nanoseconds between our running time and its own; `None` until its first frame.
    shift: Option<i64>,
    /// Whether its end was passed on, and came out.
    ended: bool,
}

/// All of them.
#[derive(Default)]
pub struct Feeds {
    feeds: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    all: Vec<Feed>,
    /// Someone waits for a key frame.
    key_wanted: bool,
    /// Frames since a key frame was asked for that has not come yet.
    key_asked: Option<u32>,
}

impl Feeds {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Feeds `source` from the next key frame on.
    pub fn add(&self, source: gst::Element) {
        let mut state = self.lock();
        state.all.push(Feed { source, shift: None, ended: false });
        state.key_wanted = true;
    }

    /// Feeds `source` no more.
    pub fn remove(&self, source: &gst::Element) {
        self.lock().all.retain(|feed| feed.source != *source);
        self.changed.notify_all();
    }

    /// The next frame is to be a key frame, for someone has joined.
    pub fn want_key(&self) {
        self.lock().key_wanted = true;
    }

    /// Whether the encoder is to be asked for a key frame now; true once per key frame, and again when it does not come.
    pub fn ask_for_key(&self) -> bool {
        let mut state = self.lock();
        let ask = state.key_wanted && state.key_asked.is_none_or(|frames| frames >= PATIENCE);
        if ask {
            state.key_asked = Some(0);
        }
        ask
    }

    /// Hands a frame to everybody who can take it. Nobody is waited for.
    pub fn push(&self, frame: &gst::Buffer, caps: &gst::Caps, running_time: gst::ClockTime) {
        let key = !frame.flags().contains(gst::BufferFlags::DELTA_UNIT);
        let mut due = Vec::new();
        {
            let mut state = self.lock();
            let mut waiting = false;
            for feed in state.all.iter_mut().filter(|feed| !feed.ended) {
                let Some(now) = feed.source.current_running_time() else {
                    waiting = true;
                    continue;
                };
                if feed.shift.is_none() && !key {
                    waiting = true;
                    continue;
                }
                let shift = *feed.shift.get_or_insert(now.nseconds() as i64 - running_time.nseconds() as i64);
                due.push((feed.source.clone(), shift));
            }
            state.key_asked = state.key_asked.filter(|_| !key).map(|frames| frames + 1);
            state.key_wanted = waiting || (state.key_wanted && !key);
        }
        let segment = gst::FormattedSegment::<gst::ClockTime>::new();
        for (source, shift) in due {
            let mut own = frame.clone();
            let inner = own.make_mut();
            let decoded = match (inner.dts(), inner.pts()) {
                (Some(dts), Some(pts)) => dts.nseconds() as i64 - pts.nseconds() as i64,
                _ => 0,
            };
            let shown = running_time.nseconds() as i64 + shift;
            inner.set_pts(at(shown));
            inner.set_dts(at(shown + decoded));
            let sample = gst::Sample::builder().buffer(&own).caps(caps).segment(&segment).build();
            // One that is being taken down takes nothing, and is removed soon.
            let _: gst::FlowReturn = source.emit_by_name("push-sample", &[&sample]);
        }
    }

    /// Tells everybody that it is over, and waits until that has come out to the clients, `limit` at most.
    pub fn end(&self, limit: Duration) {
        let sources: Vec<_> = self.lock().all.iter().map(|feed| feed.source.clone()).collect();
        for source in sources {
            let _: gst::FlowReturn = source.emit_by_name("end-of-stream", &[]);
        }
        let until = Instant::now() + limit;
        let mut state = self.lock();
        while state.all.iter().any(|feed| feed.shift.is_some() && !feed.ended) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The end has come out of the pipeline of `source`.
    pub fn ended(&self, source: &gst::Element) {
        self.lock().all.iter_mut().filter(|feed| feed.source == *source).for_each(|feed| feed.ended = true);
        self.changed.notify_all();
    }
}

fn at(nanoseconds: i64) -> gst::ClockTime {
    gst::ClockTime::from_nseconds(u64::try_from(nanoseconds).unwrap_or(0))
}
