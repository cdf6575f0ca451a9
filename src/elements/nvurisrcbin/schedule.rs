//! When a lost RTSP connection is tried again, and when it is given up. Knows no GStreamer.

use std::time::Duration;

/// The first wait after a loss; it doubles with every attempt that fails.
const SHORTEST: Duration = Duration::from_millis(250);
/// The longest wait: a camera that returns is not left alone for longer.
const LONGEST: Duration = Duration::from_secs(2);
/// How long the first connection may take to its first frame: UDP that does not get through costs 5 s of it.
const FIRST: Duration = Duration::from_secs(15);
/// How long another connection may take, unless the one before took long too.
const AGAIN: Duration = Duration::from_secs(4);

/// What the properties say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    /// `rtsp-reconnect-interval`: so long without data is a loss; zero never connects again.
    pub interval: Duration,
    /// `init-rtsp-reconnect-interval`: the wait after an error before the first frame ever; zero gives up.
    pub init_interval: Duration,
    /// `rtsp-reconnect-attempts`: failures in a row; `None` is without end.
    pub attempts: Option<u32>,
}

/// Keeps count.
#[derive(Debug)]
pub struct Schedule {
    rules: Rules,
    /// Whether there ever was a frame.
    played: bool,
    /// Attempts since the last frame.
    tried: u32,
    /// How long the last connection took to its first frame.
    took: Duration,
}

impl Schedule {
    /// Nothing was tried yet.
    pub fn new(rules: Rules) -> Self {
        Self { rules, played: false, tried: 0, took: Duration::ZERO }
    }

    /// The connection failed or was lost: how long to wait before the next attempt; `None` gives up.
    pub fn lost(&mut self) -> Option<Duration> {
        if self.rules.attempts.is_some_and(|attempts| self.tried >= attempts) {
            return None;
        }
        self.tried += 1;
        match self.played {
            true if self.rules.interval.is_zero() => None,
            true => Some(SHORTEST.saturating_mul(1 << (self.tried - 1).min(16)).min(LONGEST)),
            false if self.rules.init_interval.is_zero() => None,
            false => Some(self.rules.init_interval),
        }
    }

    /// A connection gave its first frame after `took`; whether there was one before.
    pub fn plays(&mut self, took: Duration) -> bool {
        self.tried = 0;
        self.took = took;
        std::mem::replace(&mut self.played, true)
    }

    /// Attempts that failed since the last frame.
    pub fn tried(&self) -> u32 {
        self.tried
    }

    /// How long to wait for the first frame of a connection.
    pub fn patience(&self) -> Duration {
        if self.played { AGAIN.max(self.took * 2) } else { FIRST }
    }

    /// How long there may be no frame; `None` is for ever.
    pub fn silence(&self) -> Option<Duration> {
        Some(self.rules.interval).filter(|interval| !interval.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn waits_double_up_to_two_seconds_and_begin_anew_after_a_frame() {
        let mut schedule = Schedule::new(Rules { interval: 3 * SECOND, ..Rules::default() });
        assert!(!schedule.plays(SECOND));
        let waits: Vec<u128> = (0..6).map(|_| schedule.lost().unwrap().as_millis()).collect();
        assert_eq!(waits, [250, 500, 1000, 2000, 2000, 2000]);
        assert!(schedule.plays(SECOND));
        assert_eq!(schedule.lost(), Some(SHORTEST));
    }

    #[test]
    fn the_first_connection_is_tried_again_only_when_told_to() {
        assert_eq!(Schedule::new(Rules { interval: SECOND, ..Rules::default() }).lost(), None);
        let mut patient = Schedule::new(Rules { init_interval: 7 * SECOND, ..Rules::default() });
        assert_eq!((patient.lost(), patient.lost()), (Some(7 * SECOND), Some(7 * SECOND)));
        patient.plays(SECOND);
        assert_eq!(patient.lost(), None, "without an interval a loss is the end");
    }

    #[test]
    fn attempts_are_counted_in_a_row() {
        let mut schedule = Schedule::new(Rules { interval: SECOND, attempts: Some(2), ..Rules::default() });
        schedule.plays(SECOND);
        assert!(schedule.lost().is_some() && schedule.lost().is_some());
        assert_eq!((schedule.lost(), schedule.tried()), (None, 2));
    }

    #[test]
    fn who_took_long_may_take_long_again() {
        let mut schedule = Schedule::new(Rules::default());
        assert_eq!(schedule.patience(), FIRST);
        schedule.plays(SECOND);
        assert_eq!(schedule.patience(), AGAIN);
        schedule.plays(6 * SECOND);
        assert_eq!(schedule.patience(), 12 * SECOND);
    }
}
