//! CLEAR MOT (Bernardin and Stiefelhagen 2008): misses, false alarms and switches of identity.

use super::matching;
use super::sequence::{FOUND, Sequence};

/// Counts over a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clear {
    /// Results that match no object.
    pub false_positives: u64,
    /// Objects that no result matches.
    pub false_negatives: u64,
    /// Objects matched by another identity than the last time.
    pub switches: u64,
    objects: u64,
}

impl Clear {
    /// One minus all mistakes over all objects; 0 where there is no object.
    pub fn mota(&self) -> f64 {
        let mistakes = self.false_positives + self.false_negatives + self.switches;
        if self.objects == 0 { 0.0 } else { 1.0 - mistakes as f64 / self.objects as f64 }
    }
}

/// An object stays with the identity it last had while both overlap enough; the others are matched anew, as many as can be.
pub fn score(sequence: &Sequence) -> Clear {
    let mut clear = Clear { objects: sequence.objects() as u64, ..Clear::default() };
    let mut last: Vec<Option<usize>> = vec![None; sequence.truth_ids];
    for frame in &sequence.frames {
        let (mut truth_free, mut result_free) = (vec![true; frame.truth.len()], vec![true; frame.result.len()]);
        for (t, object) in frame.truth.iter().enumerate() {
            let kept = frame.result.iter().enumerate().position(|(r, result)| {
                last[object.id] == Some(result.id) && result_free[r] && frame.overlap(t, r) >= FOUND
            });
            if let Some(r) = kept {
                (truth_free[t], result_free[r]) = (false, false);
            }
        }
        let mut pairs = Vec::new();
        for t in (0..frame.truth.len()).filter(|&t| truth_free[t]) {
            let free = (0..frame.result.len()).filter(|&r| result_free[r]);
            pairs.extend(free.map(|r| (t, r, frame.overlap(t, r))).filter(|pair| pair.2 >= FOUND));
        }
        for (t, r) in matching::most_then_best(&pairs) {
            (truth_free[t], result_free[r]) = (false, false);
            let before = last[frame.truth[t].id].replace(frame.result[r].id);
            clear.switches += u64::from(before.is_some_and(|id| id != frame.result[r].id));
        }
        clear.false_negatives += truth_free.iter().filter(|free| **free).count() as u64;
        clear.false_positives += result_free.iter().filter(|free| **free).count() as u64;
    }
    clear
}
