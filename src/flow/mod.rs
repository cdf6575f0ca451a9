//! Dense optical flow between two pictures, on the CPU: OpenCV's DIS, and its answer in blocks. Knows no GStreamer.

pub mod blocks;
mod dense;
mod floor;

pub use dense::{Estimator, FlowError, Preset};
