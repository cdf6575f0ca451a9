//! deepstream-test4: what a detector finds becomes messages for a broker.

mod app;
mod event;

pub use app::{Args, run};
