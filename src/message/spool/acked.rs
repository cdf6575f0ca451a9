//! Which numbers are done: all up to one, and ranges above it.

use std::collections::BTreeMap;

/// Numbers that need not be sent any more.
#[derive(Debug, Default)]
pub struct Acked {
    upto: u64,
    /// First to last of each range above `upto`, never touching each other.
    above: BTreeMap<u64, u64>,
}

impl Acked {
    /// All up to `upto` are done.
    pub fn new(upto: u64) -> Self {
        Self { upto, above: BTreeMap::new() }
    }

    /// All up to this number are done.
    pub fn upto(&self) -> u64 {
        self.upto
    }

    /// Whether a number is done.
    pub fn contains(&self, seq: u64) -> bool {
        seq <= self.upto || self.above.range(..=seq).next_back().is_some_and(|(_, last)| seq <= *last)
    }

    /// Takes a range as done; says how many of it were not done before.
    pub fn add(&mut self, first: u64, last: u64) -> u64 {
        let first = first.max(self.upto + 1);
        if first > last {
            return 0;
        }
        let (mut low, mut high, mut known) = (first, last, 0);
        // Ranges that overlap or touch become one with the new one.
        let near: Vec<(u64, u64)> = self
            .above
            .range(..=last.saturating_add(1))
            .rev()
            .take_while(|(_, end)| end.saturating_add(1) >= first)
            .map(|(start, end)| (*start, *end))
            .collect();
        for (start, end) in near {
            known += (end.min(last) + 1).saturating_sub(start.max(first));
            (low, high) = (low.min(start), high.max(end));
            self.above.remove(&start);
        }
        match low == self.upto + 1 {
            true => self.upto = high,
            false => {
                self.above.insert(low, high);
            }
        }
        last - first + 1 - known
    }

    /// How many numbers below `next` are not done.
    pub fn missing(&self, next: u64) -> u64 {
        let done: u64 = self.above.iter().map(|(first, last)| last - first + 1).sum();
        next.saturating_sub(1).saturating_sub(self.upto).saturating_sub(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_is_a_set(ranges in proptest::collection::vec((1u64..60, 0u64..8), 0..40)) {
            let (mut acked, mut set) = (Acked::default(), BTreeSet::new());
            for (first, more) in ranges {
                let new = (first..=first + more).filter(|seq| set.insert(*seq)).count() as u64;
                prop_assert_eq!(acked.add(first, first + more), new);
                for seq in 1..70 {
                    prop_assert_eq!(acked.contains(seq), set.contains(&seq));
                }
                prop_assert_eq!(acked.missing(100), 99 - set.len() as u64);
                prop_assert!((1..=acked.upto()).all(|seq| set.contains(&seq)));
                prop_assert!(!set.contains(&(acked.upto() + 1)));
            }
        }
    }
}
