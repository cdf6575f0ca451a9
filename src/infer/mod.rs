//! Inference without GStreamer: engines, preprocessing, decoding, clustering.

pub mod classify;
pub mod cluster;
pub mod decode;
pub mod detection;
pub mod engine;
mod error;
pub mod fake;
pub mod instance;
pub mod kserve;
pub mod library;
pub mod network;
pub mod onnx;
pub mod prepare;
pub mod preprocess;
pub mod remote;
pub mod repository;
pub mod runner;
pub mod segment;

pub use error::InferError;
