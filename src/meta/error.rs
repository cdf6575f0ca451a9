//! What can go wrong with metadata.

/// Why an edit or a reading of metadata was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetaError {
    /// A display meta holds 16 of each kind; add another one with `Frame::add_display`.
    #[error("a display meta holds at most 16 {kind}; add another display meta to the frame")]
    DisplayFull {
        /// Which kind: "rectangles", "texts", "lines", "arrows" or "circles".
        kind: &'static str,
    },
    /// The object a key was taken from is not (or no longer) on this frame.
    #[error("the object is not one of this frame's {objects}")]
    NoSuchObject {
        /// How many objects the frame has.
        objects: u32,
    },
    /// A mask whose length is not width times height.
    #[error("a mask of {width}x{height} needs {} values, {values} were given", u64::from(*width) * u64::from(*height))]
    MaskSize {
        /// Values given.
        values: usize,
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
}
