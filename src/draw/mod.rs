//! Drawing on surfaces in place, in their own format. Knows no GStreamer and no metadata.
//!
//! Every primitive becomes coverage (0..255 a pixel) that [`paint`] blends with a colour: in RGB layouts each channel, in
//! YCbCr layouts luma at full and chroma at half resolution, so nothing is converted for drawing. Edges are anti-aliased.

pub mod blur;
pub mod class_map;
pub mod colour;
pub mod flow;
pub mod font;
pub mod mask;
pub mod paint;
pub mod redact;
pub mod scene;
pub mod shape;
pub mod text;

pub use colour::Colour;
