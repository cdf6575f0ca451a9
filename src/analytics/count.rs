//! How many objects of each class there are, as they most often were in the last while.

use std::collections::{BTreeMap, VecDeque};

/// Counts of each class.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// How far back, in nanoseconds; `None`: only now.
    window: Option<u64>,
    past: BTreeMap<i32, VecDeque<(u64, u32)>>,
}

impl Counts {
    /// Counts over a window in milliseconds.
    pub fn new(window_ms: Option<u32>) -> Self {
        Self { window: window_ms.map(|ms| u64::from(ms) * 1_000_000), past: BTreeMap::new() }
    }

    /// Takes the classes of the objects there are now; answers the number of each, also of those there were.
    pub fn update(&mut self, now: u64, classes: impl Iterator<Item = i32>) -> BTreeMap<i32, u32> {
        let mut counts: BTreeMap<i32, u32> = BTreeMap::new();
        classes.for_each(|class| *counts.entry(class).or_default() += 1);
        let Some(window) = self.window else { return counts };
        for class in counts.keys() {
            self.past.entry(*class).or_default();
        }
        self.past
            .iter_mut()
            .map(|(class, past)| {
                past.retain(|(time, _)| now.saturating_sub(*time) <= window && *time <= now);
                past.push_back((now, counts.get(class).copied().unwrap_or(0)));
                (*class, most_frequent(past))
            })
            .collect()
    }
}

/// The value seen most often; of several, the one seen last.
fn most_frequent(past: &VecDeque<(u64, u32)>) -> u32 {
    let mut seen: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for (place, (_, count)) in past.iter().enumerate() {
        let entry = seen.entry(*count).or_default();
        *entry = (entry.0 + 1, place);
    }
    seen.into_iter().max_by_key(|(_, rank)| *rank).map_or(0, |(count, _)| count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_window_counts_are_those_of_the_frame() {
        let mut counts = Counts::new(None);
        assert_eq!(counts.update(0, [0, 2, 0].into_iter()), BTreeMap::from([(0, 2), (2, 1)]));
        assert!(counts.update(1, [].into_iter()).is_empty());
    }

    #[test]
    fn a_flicker_does_not_change_the_count() {
        let mut counts = Counts::new(Some(100));
        let told: Vec<u32> = [2, 2, 1, 2, 0, 0, 0]
            .iter()
            .zip(0..)
            .map(|(count, n)| counts.update(n * 33_000_000, std::iter::repeat_n(5, *count))[&5])
            .collect();
        assert_eq!(told, [2, 2, 2, 2, 2, 0, 0]);
    }
}
