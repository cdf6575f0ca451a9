//! Higher Order Tracking Accuracy (Luiten et al. 2021), computed as in its reference implementation: one matching a frame,
//! which favours identities that go together over the whole video, then cut at 19 overlaps.

use std::collections::BTreeMap;

use super::matching;
use super::sequence::Sequence;

/// HOTA and its two parts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hota {
    /// The geometric mean of the others.
    pub hota: f64,
    /// Detection accuracy.
    pub deta: f64,
    /// Association accuracy.
    pub assa: f64,
}

/// Overlaps 0.05 to 0.95.
const CUTS: usize = 19;

type Table = BTreeMap<(usize, usize), f64>;

/// The means over all overlaps; 0 where there is neither object nor result.
pub fn score(sequence: &Sequence) -> Hota {
    let (truth_frames, result_frames) = presence(sequence);
    let alignment = alignment(sequence, &truth_frames, &result_frames);
    let mut matches: Vec<BTreeMap<(usize, usize), u64>> = vec![BTreeMap::new(); CUTS];
    for frame in &sequence.frames {
        let mut pairs = Vec::new();
        for (t, object) in frame.truth.iter().enumerate() {
            for (r, result) in frame.result.iter().enumerate() {
                let overlap = frame.overlap(t, r);
                let together = alignment.get(&(object.id, result.id)).copied().unwrap_or(0.0);
                if overlap * together > 0.0 {
                    pairs.push((t, r, overlap * together));
                }
            }
        }
        for (t, r) in matching::best(&pairs) {
            let overlap = frame.overlap(t, r);
            let ids = (frame.truth[t].id, frame.result[r].id);
            for (_, found) in matches.iter_mut().enumerate().filter(|(at, _)| overlap >= cut(*at) - f64::EPSILON) {
                *found.entry(ids).or_default() += 1;
            }
        }
    }
    let (objects, results) = (sequence.objects() as f64, sequence.results() as f64);
    let mut sum = Hota::default();
    for found in &matches {
        let right: u64 = found.values().sum();
        let deta = right as f64 / (objects + results - right as f64).max(1.0);
        let share = |(&(t, r), &count): (&(usize, usize), &u64)| {
            let count = count as f64;
            count * count / (truth_frames[t] + result_frames[r] - count).max(1.0)
        };
        let assa = found.iter().map(share).sum::<f64>() / (right as f64).max(1.0);
        sum.deta += deta / CUTS as f64;
        sum.assa += assa / CUTS as f64;
        sum.hota += (deta * assa).sqrt() / CUTS as f64;
    }
    sum
}

fn cut(index: usize) -> f64 {
    (index + 1) as f64 * 0.05
}

/// In how many frames each identity is.
fn presence(sequence: &Sequence) -> (Vec<f64>, Vec<f64>) {
    let (mut truth, mut result) = (vec![0.0; sequence.truth_ids], vec![0.0; sequence.result_ids]);
    for frame in &sequence.frames {
        frame.truth.iter().for_each(|item| truth[item.id] += 1.0);
        frame.result.iter().for_each(|item| result[item.id] += 1.0);
    }
    (truth, result)
}

/// How much each object and each result go together over the video, 0 to 1.
fn alignment(sequence: &Sequence, truth_frames: &[f64], result_frames: &[f64]) -> Table {
    let mut potential = Table::new();
    for frame in &sequence.frames {
        let overlap = |t: usize, r: usize| frame.overlap(t, r);
        let of_truth = |t: usize| (0..frame.result.len()).map(|r| overlap(t, r)).sum::<f64>();
        let of_result: Vec<f64> =
            (0..frame.result.len()).map(|r| (0..frame.truth.len()).map(|t| overlap(t, r)).sum()).collect();
        for (t, object) in frame.truth.iter().enumerate() {
            let all = of_truth(t);
            for (r, result) in frame.result.iter().enumerate() {
                let both = overlap(t, r);
                if both > 0.0 {
                    *potential.entry((object.id, result.id)).or_default() += both / (all + of_result[r] - both);
                }
            }
        }
    }
    for (&(t, r), sum) in &mut potential {
        *sum /= truth_frames[t] + result_frames[r] - *sum;
    }
    potential
}
