//! Which detection belongs to which target: scores, thresholds, matching.

mod assign;
mod score;
mod stages;

pub use score::{Candidate, Evidence};
pub use stages::{Pair, associate, is_confirmed};
