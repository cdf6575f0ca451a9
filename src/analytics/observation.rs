//! What is seen of an object in a frame.

use crate::base::geometry::Rect;

/// An object of a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// The tracker's id; `None` for an object without one, which can be in regions but cross no line.
    pub id: Option<u64>,
    /// Its class.
    pub class_id: i32,
    /// Its box in pixels of the frame.
    pub rect: Rect,
}
