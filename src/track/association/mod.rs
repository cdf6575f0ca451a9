//! Which detection belongs to which target: scores, thresholds, matching.

mod assign;
mod score;
mod stages;

pub use assign::greedy;
pub use score::{Candidate, Evidence, size_similarity};
pub use stages::{Pair, associate, is_confirmed};
