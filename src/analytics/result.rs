//! What is known of a frame.

use std::collections::BTreeMap;

/// A region after a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RegionState {
    /// Objects inside (outside, if the region is inverse).
    pub count: u32,
    /// Objects that came in since the start.
    pub entered: u64,
}

/// A region that can have too many objects, after a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CrowdState {
    /// Objects inside.
    pub count: u32,
    /// Whether they are too many.
    pub overcrowded: bool,
}

/// A line after a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineState {
    /// Crossings told in this frame.
    pub now: u64,
    /// Crossings since the start.
    pub total: u64,
}

/// What is known of an object: places of rules in their lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectResult {
    /// Regions it is in.
    pub regions: Vec<usize>,
    /// Regions that can be too full it is in.
    pub crowds: Vec<usize>,
    /// Lines it crossed, told in this frame.
    pub lines: Vec<usize>,
    /// Directions it moves in.
    pub directions: Vec<usize>,
    /// It stands still. Said of classes that a direction's rule is about.
    pub stopped: bool,
}

/// What is known of a frame; lists in the order of the rules and of the objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FrameResult {
    /// One an object.
    pub objects: Vec<ObjectResult>,
    /// One a region.
    pub regions: Vec<RegionState>,
    /// One a region that can be too full.
    pub crowds: Vec<CrowdState>,
    /// One a line.
    pub lines: Vec<LineState>,
    /// Objects of each class.
    pub classes: BTreeMap<i32, u32>,
}
