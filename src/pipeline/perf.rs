//! Frames per second of each stream while a pipeline plays, printed as upstream's `PERF_DATA` prints them.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{Flow, Lines, Pipeline, Place};
use crate::base::rates::Rates;

/// Upstream's time between two lines.
const INTERVAL: Duration = Duration::from_secs(5);

impl Pipeline {
    /// Prints the frames per second of each of `streams` streams, and of all, every five seconds.
    pub fn perf(self, place: impl Into<Place>, streams: usize, lines: Lines) -> Self {
        let rates = Arc::new(Mutex::new(Rates::of(streams.try_into().unwrap_or(u32::MAX))));
        let counter = rates.clone();
        self.probe(place, move |batch| {
            let (now, mut rates) = (Instant::now(), counter.lock().unwrap_or_else(PoisonError::into_inner));
            batch.frames().for_each(|frame| rates.count(frame.pad_index(), now));
            Flow::Continue
        })
        .every(INTERVAL, move || {
            let rates = rates.lock().unwrap_or_else(PoisonError::into_inner).take(Instant::now());
            lines.line(format_args!("{}", line(&rates)))
        })
    }
}

/// `**PERF:  {'stream0': 30.0, 'stream1': 29.5}  total: 59.5`, the braces as upstream writes them.
fn line(rates: &[(u32, f64)]) -> String {
    let round = |rate: f64| (rate * 100.0).round() / 100.0;
    let mut text = String::from("**PERF:  {");
    for (index, (id, rate)) in rates.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}'stream{id}': {:?}", round(*rate));
    }
    // A sum of nothing would be -0.0.
    let total = rates.iter().fold(0.0, |total, (_, rate)| total + rate);
    let _ = write!(text, "}}  total: {:?}", round(total));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_upstreams_with_a_total() {
        assert_eq!(line(&[(0, 30.0), (1, 29.504)]), "**PERF:  {'stream0': 30.0, 'stream1': 29.5}  total: 59.5");
        assert_eq!(line(&[]), "**PERF:  {}  total: 0.0");
    }
}
