//! Rectangles of whole pixels, and the part of a view inside one.

use crate::base::geometry::{Rect, Size};
use crate::surface::error::SurfaceError;
use crate::surface::format::Layout;
use crate::surface::view::{View, ViewMut};

/// A rectangle of whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region {
    /// Left edge.
    pub left: u32,
    /// Top edge.
    pub top: u32,
    /// Size.
    pub size: Size,
}

impl Region {
    /// All of a picture.
    pub const fn whole(size: Size) -> Self {
        Self { left: 0, top: 0, size }
    }

    /// Where a picture of `content` lies in one of `frame` when it is scaled with its aspect ratio kept and centred:
    /// the letterbox of `enable-padding`. Sizes and edges are rounded down to even numbers, as DeepStream's are.
    pub fn letterbox(content: Size, frame: Size) -> Self {
        let (cw, ch) = (u64::from(content.width).max(1), u64::from(content.height).max(1));
        let (fw, fh) = (u64::from(frame.width), u64::from(frame.height));
        let (width, height) = if fw * ch <= fh * cw { (fw, ch * fw / cw) } else { (cw * fh / ch, fh) };
        let even = |whole: u64, part: u64| if part == whole || part < 2 { part.max(1) } else { part & !1 };
        let (width, height) = (even(fw, width.min(fw)), even(fh, height.min(fh)));
        let size = Size { width: width as u32, height: height as u32 };
        Self { left: ((fw - width) / 2) as u32 & !1, top: ((fh - height) / 2) as u32 & !1, size }
    }

    /// The part inside `0..width`, `0..height`, or `None` when there is none.
    pub fn clipped(self, to: Size) -> Option<Self> {
        let width = to.width.checked_sub(self.left)?.min(self.size.width);
        let height = to.height.checked_sub(self.top)?.min(self.size.height);
        (width > 0 && height > 0).then_some(Self { size: Size { width, height }, ..self })
    }

    /// The whole pixels that a box covers in a picture of `size`, clipped to it; `None` when there is none. The left and
    /// top edges in YCbCr layouts are even, where a chroma sample begins.
    pub fn covering(rect: &Rect, layout: Layout, size: Size) -> Option<Self> {
        let inside = rect.clipped(size.width as f32, size.height as f32);
        let even = match layout {
            Layout::Nv12 | Layout::I420 => !1,
            _ => !0,
        };
        let (left, top) = (inside.left as u32 & even, inside.top as u32 & even);
        let covered = Size {
            width: (inside.right().ceil() as u32).saturating_sub(left),
            height: (inside.bottom().ceil() as u32).saturating_sub(top),
        };
        let filled = inside.width > 0.0 && inside.height > 0.0;
        Region { left, top, size: covered }.clipped(size).filter(|_| filled)
    }

    /// An error unless the rectangle has an area and lies inside a picture of `size`.
    fn check(self, size: Size) -> Result<(), SurfaceError> {
        if self.clipped(size) == Some(self) {
            return Ok(());
        }
        let Region { left, top, size: Size { width, height } } = self;
        Err(SurfaceError::Rectangle { left, top, width, height, size })
    }

    /// Where the first sample of `plane` lies, in bytes from the start of the plane. Chroma of odd edges is rounded down.
    fn start(self, layout: Layout, plane: usize, pitch: usize) -> usize {
        let halved = matches!(layout, Layout::Nv12 | Layout::I420) && plane > 0;
        let (x, y) = if halved { (self.left / 2, self.top / 2) } else { (self.left, self.top) };
        y as usize * pitch + x as usize * layout.bytes_per_pixel(plane)
    }
}

/// The pixels of `view` inside `region`.
pub fn crop<'a>(view: &View<'a>, region: Region) -> Result<View<'a>, SurfaceError> {
    region.check(view.size)?;
    let layout = view.format.layout;
    let pitches = [0, 1, 2].map(|plane| view.pitch(plane));
    let planes = [0, 1, 2].map(|plane| match view.plane(plane) {
        [] => &[][..],
        bytes => &bytes[region.start(layout, plane, pitches[plane])..],
    });
    Ok(View::new(view.format, region.size, planes, pitches)?)
}

/// The pixels of `view` inside `region`, to write.
pub fn crop_mut<'a>(view: &'a mut ViewMut<'_>, region: Region) -> Result<ViewMut<'a>, SurfaceError> {
    region.check(view.size)?;
    let (format, layout) = (view.format, view.format.layout);
    let pitches = [0, 1, 2].map(|plane| view.pitch(plane));
    let mut plane = 0;
    let planes = view.planes_mut().map(|bytes| {
        let start = if bytes.is_empty() { 0 } else { region.start(layout, plane, pitches[plane]) };
        plane += 1;
        &mut bytes[start..]
    });
    Ok(ViewMut::new(format, region.size, planes, pitches)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn size(width: u32, height: u32) -> Size {
        Size { width, height }
    }

    #[test]
    fn a_letterbox_keeps_the_aspect_ratio_and_is_centred() {
        let wide = Region::letterbox(size(1920, 1080), size(640, 640));
        assert_eq!(wide, Region { left: 0, top: 140, size: size(640, 360) });
        let tall = Region::letterbox(size(1080, 1920), size(1920, 1080));
        assert_eq!(tall, Region { left: 656, top: 0, size: size(606, 1080) });
        let wide = Region::letterbox(size(1000, 700), size(1920, 1056));
        assert_eq!(wide, Region { left: 206, top: 0, size: size(1508, 1056) });
        assert_eq!(Region::letterbox(size(1280, 720), size(1920, 1080)), Region::whole(size(1920, 1080)));
        assert_eq!(Region::letterbox(size(1, 1000), size(4, 4)).size, size(1, 4));
        assert_eq!(Region::letterbox(size(641, 359), size(641, 359)), Region::whole(size(641, 359)));
    }

    #[test]
    fn rectangles_outside_are_refused_or_clipped() {
        let region = Region { left: 6, top: 0, size: size(4, 4) };
        assert!(region.check(size(8, 8)).is_err());
        assert_eq!(region.clipped(size(8, 8)).map(|r| r.size), Some(size(2, 4)));
        assert_eq!(region.clipped(size(6, 8)), None);
        assert!(Region { size: size(0, 4), ..region }.check(size(8, 8)).is_err());
        assert!(Region { left: u32::MAX, top: 0, size: size(u32::MAX, 1) }.check(size(8, 8)).is_err());
    }
}
