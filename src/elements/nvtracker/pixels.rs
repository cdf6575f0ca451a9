//! From a surface to the plain pixels that the tracker looks at, without a copy.

use crate::surface::format::Layout;
use crate::surface::view::View;
use crate::track::visual::{Picture, Pixels};

/// The pixels of a surface.
pub fn picture(view: View<'_>) -> Picture<'_> {
    let rgb = |step, places| Pixels::Rgb { data: view.plane(0), pitch: view.pitch(0), step, places };
    let ycbcr = |cb, cr, chroma_step| Pixels::Ycbcr {
        luma: view.plane(0),
        luma_pitch: view.pitch(0),
        cb,
        cr,
        chroma_pitch: view.pitch(1),
        chroma_step,
    };
    let pixels = match view.format.layout {
        Layout::Rgba => rgb(4, [0, 1, 2]),
        Layout::Rgb => rgb(3, [0, 1, 2]),
        Layout::Bgrx => rgb(4, [2, 1, 0]),
        Layout::Nv12 => ycbcr(view.plane(1), view.plane(1).get(1..).unwrap_or_default(), 2),
        Layout::I420 => ycbcr(view.plane(1), view.plane(2), 1),
        Layout::Gray8 => Pixels::Gray { data: view.plane(0), pitch: view.pitch(0) },
    };
    Picture { width: view.size.width as usize, height: view.size.height as usize, pixels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::surface::format::Format;

    #[test]
    fn chroma_of_both_layouts_is_found() {
        let size = Size { width: 2, height: 2 };
        let (luma, both, cb, cr) = ([9u8; 4], [50u8, 200], [50u8], [200u8]);
        let nv12 = View::new(Format::plain(Layout::Nv12), size, [&luma, &both, &[]], [2, 2, 0]).unwrap();
        let i420 = View::new(Format::plain(Layout::I420), size, [&luma, &cb, &cr], [2, 1, 1]).unwrap();
        assert_eq!(picture(nv12).at(1.0, 1.0), [9.0, 50.0, 200.0]);
        assert_eq!(picture(i420).at(1.0, 1.0), [9.0, 50.0, 200.0]);
    }
}
