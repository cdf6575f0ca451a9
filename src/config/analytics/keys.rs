//! The sections of a file and their keys.

use super::rules::{Classes, CrowdRule, DirectionRule, LineRule, Mode, Point, RegionRule, StreamRules};
use super::{AnalyticsConfig, OsdMode};
use crate::config::ConfigError;
use crate::config::value::Value;

type Done = Result<(), ConfigError>;
/// Takes a value of a key.
pub(super) type Set<T> = fn(&mut T, Value<'_>) -> Done;

const COORDINATE: std::ops::RangeInclusive<i64> = 0..=i32::MAX as i64;
/// DeepStream's bounds of `obj-cnt-win-in-ms`.
const WINDOW: std::ops::RangeInclusive<i64> = 1..=1_000_000_000;

/// Keys of `[property]`.
pub(super) const PROPERTY: &[(&str, Set<AnalyticsConfig>)] = &[
    ("enable", |c, v| v.boolean().map(|b| c.enable = b)),
    ("config-width", |c, v| v.integer(1..=65536).map(|n| c.size.width = n)),
    ("config-height", |c, v| v.integer(1..=65536).map(|n| c.size.height = n)),
    ("osd-mode", |c, v| {
        let mode = |n: i64| [OsdMode::Nothing, OsdMode::Labels, OsdMode::Counts].get(usize::try_from(n).ok()?).copied();
        v.choice(&[0, 1, 2], mode).map(|mode| c.osd_mode = mode)
    }),
    // As in DeepStream, 0 is the default.
    ("display-font-size", |c, v| v.integer(0..=256).map(|n| c.font_size = if n == 0 { 12 } else { n })),
    ("obj-cnt-win-in-ms", |c, v| v.integer(WINDOW).map(|n| c.count_window_ms = Some(n))),
    ("display-obj-cnt", |c, v| v.boolean().map(|b| c.display_counts = b)),
];

/// The four kinds of sections, by the name before the stream's number.
pub(super) const KINDS: &[Kind] = &[
    Kind { prefix: "roi-filtering-stream-", shape: "roi-", keys: &[ENABLE, CLASSES, INVERSE], add: add_region },
    Kind { prefix: "overcrowding-stream-", shape: "roi-", keys: &[ENABLE, CLASSES, OBJECTS, TIME], add: add_crowd },
    Kind {
        prefix: "line-crossing-stream-",
        shape: "line-crossing-",
        keys: &[ENABLE, CLASSES, EXTENDED, MODE],
        add: add_line,
    },
    Kind {
        prefix: "direction-detection-stream-",
        shape: "direction-",
        keys: &[ENABLE, CLASSES, MODE],
        add: add_direction,
    },
];

/// One kind of section.
pub(super) struct Kind {
    /// Its name before the stream's number.
    pub prefix: &'static str,
    /// What the keys of its shapes begin with, before the label.
    pub shape: &'static str,
    /// Its other keys.
    pub keys: &'static [(&'static str, Set<Common>)],
    /// Reads a shape; the rest of the section is read already.
    pub add: fn(&mut StreamRules, &Common, String, Value<'_>) -> Done,
}

/// What holds for all shapes of a section.
#[derive(Debug, Default)]
pub(super) struct Common {
    /// `enable`; `None` if the key is not there.
    pub enable: Option<bool>,
    /// `object-threshold`; `None` if the key is not there.
    pub object_threshold: Option<u32>,
    classes: Classes,
    inverse: bool,
    time_threshold_ms: u32,
    /// `None`: the kind's default.
    extended: Option<bool>,
    mode: Option<Mode>,
}

const ENABLE: (&str, Set<Common>) = ("enable", |c, v| v.boolean().map(|b| c.enable = Some(b)));
const CLASSES: (&str, Set<Common>) =
    ("class-id", |c, v| v.integers(-1..=i64::from(i32::MAX)).map(|ids| c.classes = Classes::new(ids)));
const INVERSE: (&str, Set<Common>) = ("inverse-roi", |c, v| v.boolean().map(|b| c.inverse = b));
const OBJECTS: (&str, Set<Common>) =
    ("object-threshold", |c, v| v.integer(1..=i64::from(i32::MAX)).map(|n| c.object_threshold = Some(n)));
const TIME: (&str, Set<Common>) =
    ("time-threshold", |c, v| v.integer(0..=i64::from(i32::MAX)).map(|n| c.time_threshold_ms = n));
const EXTENDED: (&str, Set<Common>) = ("extended", |c, v| v.boolean().map(|b| c.extended = Some(b)));
const MODE: (&str, Set<Common>) = ("mode", |c, v| {
    let known = [("loose", Mode::Loose), ("balanced", Mode::Balanced), ("strict", Mode::Strict)];
    let text = v.text();
    let mode = known.iter().find(|(name, _)| text.eq_ignore_ascii_case(name)).map(|(_, mode)| *mode);
    c.mode = Some(mode.ok_or_else(|| v.wants("loose, balanced or strict"))?);
    Ok(())
});

fn add_region(rules: &mut StreamRules, common: &Common, label: String, value: Value<'_>) -> Done {
    let (polygon, inverse, classes) = (polygon(value)?, common.inverse, common.classes.clone());
    rules.regions.push(RegionRule { label, polygon, inverse, classes });
    Ok(())
}

fn add_crowd(rules: &mut StreamRules, common: &Common, label: String, value: Value<'_>) -> Done {
    rules.crowds.push(CrowdRule {
        label,
        polygon: polygon(value)?,
        object_threshold: common.object_threshold.unwrap_or(1),
        time_threshold_ms: common.time_threshold_ms,
        classes: common.classes.clone(),
    });
    Ok(())
}

fn add_line(rules: &mut StreamRules, common: &Common, label: String, value: Value<'_>) -> Done {
    let wants = "eight whole numbers of at least 0: direction x1;y1;x2;y2, then line x1;y1;x2;y2";
    let [from, to, start, end] = points(value, wants)?[..] else { return Err(value.wants(wants)) };
    if start == end {
        return Err(value.wants("a line whose ends differ"));
    }
    // The part of the direction that leads across: without one, nothing can follow the direction and cross.
    let (along, across) = ((end.0 - start.0, end.1 - start.1), (to.0 - from.0, to.1 - from.1));
    let leads = i64::from(along.0) * i64::from(across.1) - i64::from(along.1) * i64::from(across.0);
    if leads == 0 {
        return Err(value.wants("a direction that leads across the line"));
    }
    rules.lines.push(LineRule {
        label,
        direction: [from, to],
        line: [start, end],
        // DeepStream's defaults of the two keys.
        extended: common.extended.unwrap_or(true),
        mode: common.mode.unwrap_or(Mode::Loose),
        classes: common.classes.clone(),
    });
    Ok(())
}

fn add_direction(rules: &mut StreamRules, common: &Common, label: String, value: Value<'_>) -> Done {
    let wants = "four whole numbers of at least 0: x1;y1;x2;y2";
    // Files that name a line behind the direction, as for line crossing, are taken too.
    let points = points(value, wants)?;
    let ([from, to] | [from, to, _, _]) = points[..] else { return Err(value.wants(wants)) };
    if from == to {
        return Err(value.wants("a direction whose ends differ"));
    }
    let (mode, classes) = (common.mode.unwrap_or(Mode::Balanced), common.classes.clone());
    rules.directions.push(DirectionRule { label, vector: [from, to], mode, classes });
    Ok(())
}

/// The corners of a polygon; a first corner that is repeated at the end is left out.
fn polygon(value: Value<'_>) -> Result<Vec<Point>, ConfigError> {
    let mut corners = points(value, "corners as x1;y1;x2;y2;x3;y3, whole numbers of at least 0")?;
    if corners.len() > 1 && corners.first() == corners.last() {
        corners.pop();
    }
    let mut distinct = corners.clone();
    distinct.sort_unstable();
    distinct.dedup();
    match distinct.len() {
        0..3 => Err(value.wants("at least three corners that differ")),
        _ => Ok(corners),
    }
}

fn points(value: Value<'_>, wants: &str) -> Result<Vec<Point>, ConfigError> {
    let numbers: Vec<i32> = value.integers(COORDINATE).map_err(|_| value.wants(wants))?;
    match numbers.as_chunks::<2>() {
        (pairs, []) => Ok(pairs.iter().map(|&[x, y]| (x, y)).collect()),
        _ => Err(value.wants(format!("{wants}; a number has no partner"))),
    }
}
