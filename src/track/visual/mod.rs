//! Following a target by its looks: a discriminative correlation filter over features of the picture (NvDCF).
//!
//! A region about the box is scaled to a small square of cells and described by channels of colours and gradients. The
//! filter is what, correlated with them, gives a narrow peak at the target's middle and little elsewhere; it is solved in
//! the frequency domain and renewed a little in every frame (Bolme et al. 2010, Danelljan et al. 2014; weights of channels
//! after Lukežič et al. 2017). The width of the peak's neighbourhood is the search region.

mod colours;
mod features;
mod filter;
mod gradients;
mod grid;
mod picture;
mod sight;
mod spectrum;

pub use filter::{Filter, Response};
pub use picture::{Picture, Pixels};
pub use sight::{Sight, Stretched};
