//! What happens in a stream: who is in a region, who crossed a line, who moves where. Pure: no GStreamer, no files.
//!
//! One [`StreamAnalytics`] follows one stream. An object stands where the middle of its box's lower edge is, as in
//! DeepStream. Regions need boxes only; lines and directions need ids that stay.
//!
//! ```
//! use ds_apps::analytics::{Observation, StreamAnalytics};
//! use ds_apps::base::geometry::{Rect, Size};
//! use ds_apps::config::analytics::{Classes, LineRule, Mode, StreamRules};
//!
//! let size = Size { width: 640, height: 480 };
//! let line = LineRule {
//!     label: "gate".into(),
//!     direction: [(320, 100), (320, 400)],
//!     line: [(0, 240), (640, 240)],
//!     extended: false,
//!     mode: Mode::Loose,
//!     classes: Classes::default(),
//! };
//! let rules = StreamRules { lines: vec![line], ..StreamRules::default() };
//! let mut analytics = StreamAnalytics::new(&rules, size, size, None);
//! for frame in 0..10 {
//!     let rect = Rect { left: 300.0, top: 100.0 + 20.0 * frame as f32, width: 20.0, height: 40.0 };
//!     analytics.update(Some(frame * 33_000_000), &[Observation { id: Some(7), class_id: 0, rect }]);
//! }
//! assert_eq!(analytics.lines().next(), Some(("gate", 1)));
//! ```

mod count;
mod crowd;
mod direction;
mod geometry;
mod heatmap;
mod line;
mod observation;
mod region;
mod result;
mod stream;
mod swap;
#[cfg(test)]
mod tests;
mod track;

pub use heatmap::Heatmap;
pub use observation::Observation;
pub use result::{CrowdState, FrameResult, LineState, ObjectResult, RegionState};
pub use stream::StreamAnalytics;
