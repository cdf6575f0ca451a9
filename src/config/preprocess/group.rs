//! The keys of `[group-N]`: which sources, which regions or objects of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::geometry::Rect;
use crate::config::closest::closest;
use crate::config::document::{Document, Section};
use crate::config::value::Value;
use crate::config::{ConfigError, Warnings};

/// A region of `roi-params-src-N` in pixels of the frame: left, top, width, height, as they stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region(pub [u32; 4]);

impl Region {
    /// The region as a box.
    pub fn rect(&self) -> Rect {
        let [left, top, width, height] = self.0.map(|side| side as f32);
        Rect { left, top, width, height }
    }
}

/// `[group-N]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The number in its name.
    pub number: u32,
    /// `src-ids`: the sources; `None` for all that no other group names (`-1`).
    pub sources: Option<BTreeSet<u32>>,
    /// `process-on-roi`: regions of the frames, or else all of each. False.
    pub process_on_roi: bool,
    /// `process-on-all-objects`: objects wherever they are, or else those in the regions. False.
    pub process_on_all_objects: bool,
    /// `roi-params-src-N` by source.
    pub regions: BTreeMap<u32, Vec<Region>>,
    /// `operate-on-class-ids`: objects of these classes; of any when empty.
    pub class_ids: BTreeSet<u32>,
    /// `input-object-min-width`, `input-object-min-height`. 0.
    pub least: [u32; 2],
    /// `input-object-max-width`, `input-object-max-height`; 0 for no limit. 0.
    pub most: [u32; 2],
    /// `interval`: batches skipped between two. 0.
    pub interval: u32,
    /// `draw-roi`: whether `nvdsosd` draws the regions. True.
    pub draw_roi: bool,
    /// `roi-color`: red, green, blue, alpha in 0..1. Opaque green, cyan around objects.
    pub roi_color: [f32; 4],
    /// `custom-input-transformation-function`.
    pub transformation: Option<String>,
}

impl Group {
    fn new(number: u32, process_on_frame: bool) -> Self {
        Self {
            number,
            sources: Some(BTreeSet::new()),
            process_on_roi: false,
            process_on_all_objects: false,
            regions: BTreeMap::new(),
            class_ids: BTreeSet::new(),
            least: [0; 2],
            most: [0; 2],
            interval: 0,
            draw_roi: true,
            roi_color: if process_on_frame { [0.0, 1.0, 0.0, 1.0] } else { [0.0, 1.0, 1.0, 1.0] },
            transformation: None,
        }
    }

    /// The regions of a source: its own or, in a group for all sources, those of the first that has some.
    pub fn regions_of(&self, source: u32) -> &[Region] {
        let own = self.regions.get(&source);
        let first = || self.sources.is_none().then(|| self.regions.values().next()).flatten();
        own.or_else(first).map_or(&[], Vec::as_slice)
    }
}

const COUNT: std::ops::RangeInclusive<i64> = 0..=i32::MAX as i64;
const REGIONS: &str = "roi-params-src-";
const COLOR: &str = "four numbers from 0 to 1: red;green;blue;alpha";

type Set = fn(&mut Group, Value<'_>) -> Result<(), ConfigError>;

const KEYS: &[(&str, Set)] = &[
    ("src-ids", |g, v| {
        let ids: Vec<i64> = v.integers(-1..=i64::from(i32::MAX))?;
        let all = ids.first() == Some(&-1);
        g.sources = (!all).then(|| ids.iter().filter_map(|id| u32::try_from(*id).ok()).collect());
        if ids.is_empty() { Err(v.wants("the numbers of sources, or -1 for all")) } else { Ok(()) }
    }),
    ("process-on-roi", |g, v| v.boolean().map(|b| g.process_on_roi = b)),
    ("process-on-all-objects", |g, v| v.boolean().map(|b| g.process_on_all_objects = b)),
    ("operate-on-class-ids", |g, v| v.integers(COUNT).map(|ids| g.class_ids = ids.into_iter().collect())),
    ("input-object-min-width", |g, v| v.integer(COUNT).map(|n| g.least[0] = n)),
    ("input-object-min-height", |g, v| v.integer(COUNT).map(|n| g.least[1] = n)),
    ("input-object-max-width", |g, v| v.integer(COUNT).map(|n| g.most[0] = n)),
    ("input-object-max-height", |g, v| v.integer(COUNT).map(|n| g.most[1] = n)),
    ("interval", |g, v| v.integer(COUNT).map(|n| g.interval = n)),
    ("draw-roi", |g, v| v.boolean().map(|b| g.draw_roi = b)),
    ("roi-color", |g, v| {
        let color: [f32; 4] = v.array(COLOR)?;
        let fits = color.iter().all(|part| (0.0..=1.0).contains(part));
        g.roi_color = color;
        if fits { Ok(()) } else { Err(v.wants(COLOR)) }
    }),
    ("custom-input-transformation-function", |g, v| {
        g.transformation = v.some_text();
        Ok(())
    }),
];

/// Reads `[group-NUMBER]`.
pub(super) fn read(
    document: &Document,
    section: &Section,
    number: u32,
    process_on_frame: bool,
    warnings: &mut Warnings,
) -> Result<Group, ConfigError> {
    let mut group = Group::new(number, process_on_frame);
    for value in document.values(section) {
        let key = value.key();
        if let Some((_, set)) = KEYS.iter().find(|(name, _)| *name == key) {
            set(&mut group, value)?;
        } else if let Some(source) = key.strip_prefix(REGIONS) {
            let source = source.parse().map_err(|_| value.wants("a key that ends in the number of a source"))?;
            group.regions.insert(source, regions(value)?);
        } else {
            warnings.add(&document.path, value.line(), || {
                let known = KEYS.iter().map(|(name, _)| *name).chain(["roi-params-src-0"]);
                let hint = closest(key, known).map(|name| format!("; is {name} meant?")).unwrap_or_default();
                format!("[{}] has no key {key}; it has no effect{hint}", section.name)
            });
        }
    }
    let wrong = |reason: String| {
        let (path, line, section) = (document.path.clone(), section.line, section.name.clone());
        Err(ConfigError::Section { path, line, section, reason })
    };
    if group.sources.as_ref().is_some_and(BTreeSet::is_empty) {
        return wrong("src-ids is missing: the numbers of the sources, or -1 for all".into());
    }
    let needs_regions = if process_on_frame { group.process_on_roi } else { !group.process_on_all_objects };
    let bare = group.sources.iter().flatten().find(|source| !group.regions.contains_key(source));
    match bare {
        Some(source) if needs_regions => wrong(format!("source {source} of src-ids has no {REGIONS}{source}")),
        _ if needs_regions && group.regions.is_empty() => wrong(format!("no {REGIONS}N names a region")),
        _ => Ok(group),
    }
}

/// Groups of four numbers. An empty region is refused: nothing could be scaled from it.
fn regions(value: Value<'_>) -> Result<Vec<Region>, ConfigError> {
    const WANTS: &str = "left;top;width;height of each region, none of them empty";
    let numbers: Vec<u32> = value.integers(COUNT).map_err(|_| value.wants(WANTS))?;
    let (fours, rest) = numbers.as_chunks::<4>();
    let empty = fours.iter().any(|four| four[2] == 0 || four[3] == 0);
    if fours.is_empty() || !rest.is_empty() || empty {
        return Err(value.wants(WANTS));
    }
    Ok(fours.iter().map(|four| Region(*four)).collect())
}
