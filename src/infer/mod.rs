//! Inference without GStreamer: engines, preprocessing, decoding, clustering.

pub mod decode;
pub mod detection;
mod error;
pub mod preprocess;

pub use error::InferError;
