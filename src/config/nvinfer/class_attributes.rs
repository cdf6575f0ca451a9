//! The keys of `[class-attrs-all]` and `[class-attrs-N]`.

use super::ClassAttributes;
use crate::config::closest::closest;
use crate::config::document::{Document, Section};
use crate::config::value::Value;
use crate::config::{ConfigError, Warnings};

type Set = fn(&mut ClassAttributes, Value<'_>) -> Result<(), ConfigError>;

const SHARE: std::ops::RangeInclusive<f32> = 0.0..=f32::MAX;
const COUNT: std::ops::RangeInclusive<i64> = 0..=i32::MAX as i64;
const COLOR: &str = "four numbers from 0 to 1: red;green;blue;alpha";

const KEYS: &[(&str, Set)] = &[
    ("pre-cluster-threshold", |c, v| v.number(SHARE).map(|n| c.pre_cluster_threshold = n)),
    ("threshold", |c, v| v.number(SHARE).map(|n| c.pre_cluster_threshold = n)),
    ("post-cluster-threshold", |c, v| v.number(SHARE).map(|n| c.post_cluster_threshold = n)),
    ("eps", |c, v| v.number(SHARE).map(|n| c.eps = n)),
    ("group-threshold", |c, v| v.integer(COUNT).map(|n| c.group_threshold = n)),
    ("minBoxes", |c, v| v.integer(COUNT).map(|n| c.min_boxes = n)),
    ("dbscan-min-score", |c, v| v.number(SHARE).map(|n| c.dbscan_min_score = n)),
    ("nms-iou-threshold", |c, v| v.number(0.0..=1.0).map(|n| c.nms_iou_threshold = n)),
    ("topk", |c, v| v.integer::<i64>(-1..=i64::from(i32::MAX)).map(|n| c.top_k = u32::try_from(n).ok())),
    ("roi-top-offset", |c, v| v.integer(COUNT).map(|n| c.roi_top_offset = n)),
    ("roi-bottom-offset", |c, v| v.integer(COUNT).map(|n| c.roi_bottom_offset = n)),
    ("detected-min-w", |c, v| v.integer(COUNT).map(|n| c.min_width = n)),
    ("detected-min-h", |c, v| v.integer(COUNT).map(|n| c.min_height = n)),
    ("detected-max-w", |c, v| v.integer(COUNT).map(|n| c.max_width = n)),
    ("detected-max-h", |c, v| v.integer(COUNT).map(|n| c.max_height = n)),
    ("border-color", |c, v| v.array(COLOR).map(|color| c.border_color = color)),
    ("bg-color", |c, v| v.array(COLOR).map(|color| c.background_color = Some(color))),
];

/// Reads a section into the attributes of a class.
pub(super) fn read(
    document: &Document,
    section: &Section,
    attributes: &mut ClassAttributes,
    warnings: &mut Warnings,
) -> Result<(), ConfigError> {
    for value in document.values(section) {
        let key = value.key();
        match KEYS.iter().find(|(name, _)| *name == key) {
            // The old name must not undo the new one, whichever comes first.
            Some(("threshold", _)) if section.has("pre-cluster-threshold") => {}
            Some((_, set)) => set(attributes, value)?,
            None => {
                let hint = closest(key, KEYS.iter().map(|(name, _)| *name)).map(|name| format!("; is {name} meant?"));
                warnings.add(&document.path, value.line(), || {
                    format!("[{}] has no key {key}; it has no effect{}", section.name, hint.unwrap_or_default())
                });
            }
        }
        if key == "threshold" {
            let text = || format!("[{}] threshold is the old name of pre-cluster-threshold", section.name);
            warnings.add(&document.path, value.line(), text);
        }
    }
    Ok(())
}
