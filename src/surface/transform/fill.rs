//! Black, as each format spells it.

use super::region::{Region, crop_mut};
use crate::base::geometry::Size;
use crate::surface::error::SurfaceError;
use crate::surface::format::Layout;
use crate::surface::view::ViewMut;

/// Makes all of a picture black, opaque where there is alpha.
pub fn fill_black(view: &mut ViewMut<'_>) {
    let layout = view.format.layout;
    for plane in 0..layout.planes() {
        let rows = layout.plane_size(plane, view.size).height as usize;
        let byte = match (layout, plane) {
            (Layout::Nv12 | Layout::I420, 1..) => 128,
            (Layout::Nv12 | Layout::I420 | Layout::Gray8, _) if !view.format.full_range => 16,
            _ => 0,
        };
        for y in 0..rows {
            let row = view.row_mut(plane, y);
            row.fill(byte);
            if layout == Layout::Rgba {
                row.iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = 255);
            }
        }
    }
}

/// Makes everything outside `inside` black: the bars of a letterbox.
pub fn fill_outside(view: &mut ViewMut<'_>, inside: Region) -> Result<(), SurfaceError> {
    let Size { width, height } = view.size;
    let (right, bottom) = (inside.left + inside.size.width, inside.top + inside.size.height);
    let bars = [
        (0, 0, width, inside.top),
        (0, bottom, width, height.saturating_sub(bottom)),
        (0, inside.top, inside.left, inside.size.height),
        (right, inside.top, width.saturating_sub(right), inside.size.height),
    ];
    for (left, top, width, height) in bars.into_iter().filter(|bar| bar.2 > 0 && bar.3 > 0) {
        fill_black(&mut crop_mut(view, Region { left, top, size: Size { width, height } })?);
    }
    Ok(())
}
