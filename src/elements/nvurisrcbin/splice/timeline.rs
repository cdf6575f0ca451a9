//! Where the frames of every pass lie on one rising timeline, in nanoseconds. Knows no GStreamer.

/// Where a pass begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// Where the one before ended.
    AtTheEnd,
    /// At its own time, but not before the one before ended.
    NotBeforeTheEnd,
}

/// Adds passes end to end. Times of the first pass stay as they are.
#[derive(Debug, Default, Clone)]
pub struct Timeline {
    /// What is added to the times of this pass.
    shift: i128,
    /// How the next frame opens a pass, if it does.
    opening: Option<Opening>,
    /// Where the last frame ends.
    end: u64,
    last: Option<u64>,
    /// From the last frame but one to the last.
    step: u64,
    /// Frames of this pass.
    frames: u64,
}

impl Timeline {
    /// The place of the frame at `time` that lasts `duration`; a frame without a known duration lasts as long as the one
    /// before it did.
    pub fn place(&mut self, time: u64, duration: Option<u64>) -> u64 {
        let gap = i128::from(self.end) - i128::from(time);
        match self.opening.take() {
            Some(Opening::AtTheEnd) => self.shift = gap,
            Some(Opening::NotBeforeTheEnd) => self.shift = gap.max(0),
            None => {}
        }
        let placed = u64::try_from(i128::from(time) + self.shift).unwrap_or(0);
        if let Some(last) = self.last
            && placed > last
        {
            self.step = placed - last;
        }
        self.last = Some(placed);
        self.end = self.end.max(placed.saturating_add(duration.unwrap_or(self.step)));
        self.frames += 1;
        placed
    }

    /// Ends a pass and says how many frames it had.
    pub fn turn(&mut self) -> u64 {
        self.opening = Some(Opening::AtTheEnd);
        std::mem::take(&mut self.frames)
    }

    /// Breaks a live stream off, which goes on at its own time; the end so far, if there was a frame.
    pub fn interrupt(&mut self) -> Option<u64> {
        self.opening = Some(Opening::NotBeforeTheEnd);
        self.frames = 0;
        self.last.map(|_| self.end)
    }

    /// The same shift for a time that belongs to the frame just placed, such as a decoding time.
    pub fn shifted(&self, time: u64) -> u64 {
        u64::try_from(i128::from(time) + self.shift).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places `passes` passes of `times` and returns every place.
    fn run(times: &[u64], duration: Option<u64>, passes: usize) -> Vec<u64> {
        let mut timeline = Timeline::default();
        let mut placed = Vec::new();
        for _ in 0..passes {
            placed.extend(times.iter().map(|time| timeline.place(*time, duration)));
            assert_eq!(timeline.turn(), times.len() as u64);
        }
        placed
    }

    #[test]
    fn passes_follow_each_other_without_gap() {
        assert_eq!(run(&[0, 40, 80], Some(40), 3), [0, 40, 80, 120, 160, 200, 240, 280, 320]);
    }

    #[test]
    fn a_late_start_stays_in_the_first_pass_only() {
        assert_eq!(run(&[25, 65], Some(40), 2), [25, 65, 105, 145]);
    }

    #[test]
    fn without_durations_the_last_step_closes_a_pass() {
        assert_eq!(run(&[0, 200, 400], None, 2), [0, 200, 400, 600, 800, 1000]);
    }

    #[test]
    fn a_live_stream_goes_on_at_its_own_time_but_never_back() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.interrupt(), None);
        assert_eq!([100, 140].map(|time| timeline.place(time, Some(40))), [100, 140]);
        assert_eq!(timeline.interrupt(), Some(180));
        assert_eq!([5000, 5040].map(|time| timeline.place(time, Some(40))), [5000, 5040]);
        timeline.interrupt();
        assert_eq!([0, 40].map(|time| timeline.place(time, Some(40))), [5080, 5120]);
    }

    #[test]
    fn thousands_of_passes_do_not_drift() {
        // 24000/1001 frames a second, rounded to nanoseconds as demuxers do.
        let times: Vec<u64> = (0..48).map(|n| n * 1_001_000_000 / 24).collect();
        let placed = run(&times, Some(41_708_333), 5000);
        let last = *placed.last().unwrap() as f64;
        let ideal = (5000.0 * 48.0 - 1.0) * 1_001_000_000.0 / 24.0;
        assert!((last - ideal).abs() < 100_000.0, "{last} {ideal}");
        assert!(placed.windows(2).all(|pair| pair[1] - pair[0] <= 41_708_334 && pair[1] > pair[0]));
    }
}
