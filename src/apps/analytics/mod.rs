//! deepstream-nvdsanalytics and what it prints, counts and paints.

mod app;
mod events;
mod heat;
mod words;

pub use app::{Args, run};
