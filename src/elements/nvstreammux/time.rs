//! Times of batches. Knows nothing of buffers.
//!
//! A batch is shown when its latest frame is, and times never go back: a source that begins while others are under way,
//! or begins again (its own running time then starts at 0), goes on from where the output is.

use gst::ClockTime;
use std::collections::BTreeMap;

/// The time that went out last, and how sources are shifted against it.
#[derive(Default)]
pub struct OutputTime {
    last: Option<ClockTime>,
    sources: BTreeMap<u32, Shift>,
}

#[derive(Clone, Copy)]
struct Shift {
    /// What is added to the source's running time.
    by: ClockTime,
    /// Running time of its last frame.
    last: ClockTime,
}

impl OutputTime {
    /// When frame of source `id` with this running time is shown in the output; `None` if it has no time.
    pub fn shifted(&mut self, id: u32, running_time: Option<ClockTime>) -> Option<ClockTime> {
        let own = running_time?;
        let begins = Shift { by: self.last.map_or(ClockTime::ZERO, |last| last.saturating_sub(own)), last: own };
        let source = self.sources.entry(id).or_insert(begins);
        if own < source.last {
            *source = begins;
        }
        source.last = own;
        Some(own + source.by)
    }

    /// The time of a batch whose latest frame is shown at `latest`: that, or just after the batch before.
    pub fn of_batch(&mut self, latest: Option<ClockTime>) -> Option<ClockTime> {
        let after = self.last.map(|last| last + ClockTime::NSECOND);
        self.last = latest.max(after);
        self.last
    }

    /// Forgets a source.
    pub fn forget(&mut self, id: u32) {
        self.sources.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(time: u64) -> Option<ClockTime> {
        Some(ClockTime::from_mseconds(time))
    }

    #[test]
    fn one_source_keeps_its_times() {
        let mut time = OutputTime::default();
        for at in [100, 107, 900] {
            let shown = time.shifted(0, ms(at));
            assert_eq!(time.of_batch(shown), ms(at));
        }
    }

    #[test]
    fn who_begins_late_or_again_goes_on_where_the_output_is() {
        let mut time = OutputTime::default();
        time.shifted(0, ms(5000));
        time.of_batch(ms(5000));
        assert_eq!(time.shifted(1, ms(0)), ms(5000));
        assert_eq!(time.shifted(1, ms(40)), ms(5040));
        time.of_batch(ms(5040));
        assert_eq!(time.shifted(0, ms(0)), ms(5040), "it was flushed");
        time.forget(1);
        time.of_batch(ms(6000));
        assert_eq!(time.shifted(1, ms(10)), ms(6000));
    }

    #[test]
    fn times_grow_even_without_any() {
        let mut time = OutputTime::default();
        assert_eq!(time.of_batch(time.last), None);
        time.of_batch(ms(1));
        let next = time.of_batch(None);
        assert!(next > ms(1) && time.of_batch(ms(0)) > next);
    }
}
