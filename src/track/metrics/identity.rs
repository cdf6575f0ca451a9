//! Identity F1 (Ristani et al. 2016): how much of the video each object keeps one identity.

use std::collections::BTreeMap;

use super::matching;
use super::sequence::{FOUND, Sequence};

/// Twice the frames in which the best one-to-one naming of objects holds, over all objects and results; 0 for none.
pub fn idf1(sequence: &Sequence) -> f64 {
    let mut together: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for frame in &sequence.frames {
        for (t, object) in frame.truth.iter().enumerate() {
            for (r, result) in frame.result.iter().enumerate() {
                if frame.overlap(t, r) >= FOUND {
                    *together.entry((object.id, result.id)).or_default() += 1;
                }
            }
        }
    }
    // Scores are fractions for the matcher: frames over a number above all of them.
    let most = f64::from(together.values().copied().max().unwrap_or(1));
    let pairs: Vec<_> = together.iter().map(|(&(t, r), &frames)| (t, r, f64::from(frames) / most)).collect();
    let right: u32 = matching::best(&pairs).iter().filter_map(|pair| together.get(pair)).sum();
    let all = sequence.objects() + sequence.results();
    if all == 0 { 0.0 } else { 2.0 * f64::from(right) / all as f64 }
}
