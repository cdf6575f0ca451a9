//! Dense optical flow between two pictures, on the CPU: OpenCV's DIS, its answer in blocks, and the
//! motion of the floor before a moving camera. Knows no GStreamer.

pub mod blocks;
mod dense;
mod floor;

pub use dense::{Estimator, FlowError, Preset};
pub use floor::Hint;
