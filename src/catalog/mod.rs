//! Models that do not come with the program: which there are, fetching them, and whether what lies there is right.
//! Knows nothing of inference.

mod entries;
mod error;
mod fetch;
mod state;

pub use entries::{Catalogue, Model, ModelFile};
pub use error::CatalogError;
pub use fetch::{Fetched, Fetcher, Progress};
pub use state::{State, is_there, state};
