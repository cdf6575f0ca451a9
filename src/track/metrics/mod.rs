//! How good a tracking result is: CLEAR (MOTA), Identity (IDF1) and HOTA, over MOTChallenge files.
//!
//! Objects of different classes never match, and every count is the sum over classes; identities are per class.

mod clear;
mod hota;
mod identity;
mod matching;
mod mot;
mod sequence;

pub use mot::{MotError, MotRow, parse, write};
pub use sequence::{Rules, Sequence};

/// All scores. `hota`, `deta` and `assa` are means over the overlaps 0.05, 0.10 ... 0.95; the others hold at overlap 0.5.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scores {
    /// Higher Order Tracking Accuracy.
    pub hota: f64,
    /// Detection part of `hota`.
    pub deta: f64,
    /// Association part of `hota`.
    pub assa: f64,
    /// Multiple Object Tracking Accuracy.
    pub mota: f64,
    /// F1 of identities.
    pub idf1: f64,
    /// How often an object changed its identity.
    pub switches: u64,
    /// Results that match no object.
    pub false_positives: u64,
    /// Objects that no result matches.
    pub false_negatives: u64,
}

/// Scores a sequence.
pub fn score(sequence: &Sequence) -> Scores {
    let hota = hota::score(sequence);
    let clear = clear::score(sequence);
    Scores {
        hota: hota.hota,
        deta: hota.deta,
        assa: hota.assa,
        mota: clear.mota(),
        idf1: identity::idf1(sequence),
        switches: clear.switches,
        false_positives: clear.false_positives,
        false_negatives: clear.false_negatives,
    }
}

#[cfg(test)]
mod tests;
