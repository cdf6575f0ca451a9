//! The configuration of `nvdsanalytics`: a key file or YAML with one section a rule and stream.
//!
//! Sections, keys, defaults and ranges are NVIDIA's. What a rule means is said at its struct; `analytics/` gives it its meaning.

mod keys;
mod load;
mod rules;

pub use load::Loaded;
pub use rules::{Classes, CrowdRule, DirectionRule, LineRule, Mode, Point, RegionRule, StreamRules};

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::base::geometry::Size;

/// What is drawn on the frames: `osd-mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OsdMode {
    /// 0: nothing.
    Nothing,
    /// 1: regions, lines, directions and their labels.
    Labels,
    /// 2: counts too, and what is known of each object.
    Counts,
}

/// A whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalyticsConfig {
    /// Where it was read from.
    pub path: PathBuf,
    /// `enable`: without it frames pass as they are.
    pub enable: bool,
    /// `config-width`, `config-height`: the frame that all coordinates are in.
    pub size: Size,
    /// `osd-mode`. 2.
    pub osd_mode: OsdMode,
    /// `display-font-size` in points. 12.
    pub font_size: u32,
    /// `obj-cnt-win-in-ms`: objects of a class are counted as they most often were so long. Without it: as they are now.
    pub count_window_ms: Option<u32>,
    /// `display-obj-cnt`: whether the objects of each class are counted on the frame. No.
    pub display_counts: bool,
    /// What is looked for, by `pad_index` of the frames. Rules that are not enabled are left out.
    pub streams: BTreeMap<u32, StreamRules>,
}

impl Default for AnalyticsConfig {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            enable: true,
            size: Size { width: 1920, height: 1080 },
            osd_mode: OsdMode::Counts,
            font_size: 12,
            count_window_ms: None,
            display_counts: false,
            streams: BTreeMap::new(),
        }
    }
}
