//! Multi-object tracking: from the detections of each frame to objects with lasting ids. Pure: no GStreamer, no files.
//!
//! One [`StreamTracker`] follows one stream. Which algorithm it runs is a matter of the configuration's modules, as in
//! NVIDIA's tracker library: no estimator and greedy matching make the IOU tracker, a Kalman filter and cascaded matching
//! NvSORT, a correlation filter NvDCF, embeddings NvDeepSORT.
//!
//! ```
//! use ds_apps::base::geometry::Rect;
//! use ds_apps::config::tracker::TrackerConfig;
//! use ds_apps::track::{Detection, FrameInput, StreamTracker};
//!
//! let mut config = TrackerConfig::default();
//! config.target.probation_age = 0;
//! let mut tracker = StreamTracker::new(config.into());
//! let rect = Rect { left: 10.0, top: 10.0, width: 40.0, height: 80.0 };
//! let detections = [Detection { class_id: 2, confidence: 0.9, rect }];
//! let result = tracker.update(&FrameInput::new(0, (640.0, 480.0), &detections), None);
//! assert_eq!((result.tracked[0].id, result.tracked[0].detection), (0, Some(0)));
//! ```

mod association;
mod clip;
mod drift;
mod estimator;
mod frame;
mod gallery;
mod kalman;
pub mod metrics;
pub mod replay;
mod stream;
mod target;
mod tracklet;
pub mod visual;

pub use frame::{Detection, Embedder, Embedding, FrameInput, FrameResult, History, Point, TrackState, Tracked};
pub use stream::StreamTracker;
