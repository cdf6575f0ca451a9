//! Sizes as users write them.

use crate::base::geometry::Size;

/// `WxH` in pixels, neither of them zero.
pub fn parse_size(text: &str) -> Option<Size> {
    let (width, height) = text.split_once(['x', 'X'])?;
    let size = Size { width: width.parse().ok()?, height: height.parse().ok()? };
    (size.width > 0 && size.height > 0).then_some(size)
}
