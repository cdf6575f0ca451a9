//! Frames per second of several streams, each measured from one look to the next.

use std::collections::BTreeMap;
use std::time::Instant;

/// The count of one stream since its rate was last asked for.
#[derive(Debug, Clone, Copy, Default)]
struct Stream {
    since: Option<Instant>,
    frames: u64,
}

/// Counts of streams by number.
#[derive(Debug, Default)]
pub struct Rates(BTreeMap<u32, Stream>);

impl Rates {
    /// Streams 0 to `streams`, exclusive, which are there before their first frame.
    pub fn of(streams: u32) -> Self {
        Self((0..streams).map(|id| (id, Stream::default())).collect())
    }

    /// A frame of stream `id` came by; the first one only starts its clock.
    pub fn count(&mut self, id: u32, now: Instant) {
        let stream = self.0.entry(id).or_default();
        match stream.since {
            None => stream.since = Some(now),
            Some(_) => stream.frames += 1,
        }
    }

    /// Stream `id` is not there any more.
    pub fn remove(&mut self, id: u32) {
        self.0.remove(&id);
    }

    /// Every stream with its frames per second since the last time.
    pub fn take(&mut self, now: Instant) -> Vec<(u32, f64)> {
        let rate = |(id, stream): (&u32, &mut Stream)| {
            let seconds = stream.since.map_or(0.0, |since| now.duration_since(since).as_secs_f64());
            let rate = if seconds > 0.0 { stream.frames as f64 / seconds } else { 0.0 };
            *stream = Stream { since: stream.since.map(|_| now), frames: 0 };
            (*id, rate)
        };
        self.0.iter_mut().map(rate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn rates_are_those_since_the_last_time() {
        let (mut rates, start) = (Rates::of(2), Instant::now());
        let at = |ms: u64| start + Duration::from_millis(ms);
        (0..=60).for_each(|number| rates.count(0, at(number * 50)));
        assert_eq!(rates.take(at(4000)), [(0, 15.0), (1, 0.0)]);
        rates.count(0, at(4100));
        rates.count(1, at(4100));
        rates.count(1, at(5600));
        assert_eq!(rates.take(at(6100)), [(0, 1.0 / 2.1), (1, 0.5)]);
        rates.count(7, at(6100));
        rates.remove(0);
        assert_eq!(rates.take(at(6100)), [(1, 0.0), (7, 0.0)]);
    }
}
