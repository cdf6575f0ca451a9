//! What is looked for in a stream.

/// A point in pixels of `config-width` x `config-height`.
pub type Point = (i32, i32);

/// The classes a rule is about: `class-id`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Classes(Vec<i32>);

impl Classes {
    /// The classes of a list; none, or -1 among them, is all.
    pub fn new(mut ids: Vec<i32>) -> Self {
        if ids.contains(&-1) {
            ids.clear();
        }
        Self(ids)
    }

    /// Whether an object of this class is looked at.
    pub fn hold(&self, class_id: i32) -> bool {
        self.0.is_empty() || self.0.contains(&class_id)
    }
}

/// How well a movement must follow a direction: `mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Only the side it goes to counts.
    #[default]
    Loose,
    /// It may lie 60 degrees off.
    Balanced,
    /// It may lie 37 degrees off.
    Strict,
}

/// `roi-LABEL` of `[roi-filtering-stream-N]`: a region whose objects are named and counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionRule {
    /// Its name.
    pub label: String,
    /// Its corners, at least three; the last one is joined to the first.
    pub polygon: Vec<Point>,
    /// `inverse-roi`: objects outside are meant.
    pub inverse: bool,
    /// Whose objects.
    pub classes: Classes,
}

/// `roi-LABEL` of `[overcrowding-stream-N]`: a region that can have too many objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrowdRule {
    /// Its name.
    pub label: String,
    /// Its corners, as of a [`RegionRule`].
    pub polygon: Vec<Point>,
    /// `object-threshold`: so many are too many.
    pub object_threshold: u32,
    /// `time-threshold`: once they were there so long. 0.
    pub time_threshold_ms: u32,
    /// Whose objects.
    pub classes: Classes,
}

/// `line-crossing-LABEL` of `[line-crossing-stream-N]`: a line that is crossed in one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRule {
    /// Its name.
    pub label: String,
    /// From where to where objects go that count.
    pub direction: [Point; 2],
    /// Its ends.
    pub line: [Point; 2],
    /// `extended`: crossings beyond the ends count too.
    pub extended: bool,
    /// How well the direction must be followed.
    pub mode: Mode,
    /// Whose objects.
    pub classes: Classes,
}

/// `direction-LABEL` of `[direction-detection-stream-N]`: a direction that objects move in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectionRule {
    /// Its name.
    pub label: String,
    /// From where to where.
    pub vector: [Point; 2],
    /// How well it must be followed.
    pub mode: Mode,
    /// Whose objects.
    pub classes: Classes,
}

/// All that is looked for in one stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamRules {
    /// `[roi-filtering-stream-N]`.
    pub regions: Vec<RegionRule>,
    /// `[overcrowding-stream-N]`.
    pub crowds: Vec<CrowdRule>,
    /// `[line-crossing-stream-N]`.
    pub lines: Vec<LineRule>,
    /// `[direction-detection-stream-N]`.
    pub directions: Vec<DirectionRule>,
}
