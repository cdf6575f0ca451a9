//! Where a picture lies in the network's input, and the way back for boxes.

use crate::base::geometry::{Rect, Size};

/// How a picture is fitted into the network's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fit {
    /// Scale both axes alike and fill the rest, rather than stretch.
    pub maintain_aspect_ratio: bool,
    /// Put the picture in the middle, not in the top left corner.
    pub symmetric_padding: bool,
}

/// A part of a picture in whole pixels; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Crop {
    /// Left edge.
    pub left: u32,
    /// Top edge.
    pub top: u32,
    /// Pixels across, at least 1.
    pub width: u32,
    /// Pixels down, at least 1.
    pub height: u32,
}

impl Crop {
    /// All of a picture.
    pub fn whole(size: Size) -> Self {
        Self { left: 0, top: 0, width: size.width, height: size.height }
    }

    /// The whole pixels `rect` covers of a picture of `size`; at least one pixel, at most the picture.
    pub fn of(rect: &Rect, size: Size) -> Self {
        let edge = |value: f32, limit: u32| value.max(0.0).min(limit as f32) as u32;
        let left = edge(rect.left, size.width.saturating_sub(1));
        let top = edge(rect.top, size.height.saturating_sub(1));
        let right = edge(rect.right().ceil(), size.width).max(left + 1);
        let bottom = edge(rect.bottom().ceil(), size.height).max(top + 1);
        Self { left, top, width: right - left, height: bottom - top }
    }
}

/// Where a crop lies in the network's input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Letterbox {
    /// The part of the picture that was taken.
    pub crop: Crop,
    /// Left edge of the scaled crop in the input.
    pub left: u32,
    /// Top edge of the scaled crop in the input.
    pub top: u32,
    /// Size of the scaled crop, at least 1x1.
    pub size: Size,
}

impl Letterbox {
    /// Fits `crop` into an input of `net` pixels. The scaled size is rounded down, as nvinfer does.
    pub fn new(crop: Crop, net: Size, fit: Fit) -> Self {
        if !fit.maintain_aspect_ratio {
            return Self { crop, left: 0, top: 0, size: net };
        }
        let height = u64::from(net.width) * u64::from(crop.height) / u64::from(crop.width);
        let width = u64::from(net.height) * u64::from(crop.width) / u64::from(crop.height);
        // Compared before rounding: is the crop wider than the input?
        let wide = u64::from(net.width) * u64::from(crop.height) <= u64::from(net.height) * u64::from(crop.width);
        let size = match wide {
            true => Size { width: net.width, height: (height as u32).max(1) },
            false => Size { width: (width as u32).max(1), height: net.height },
        };
        let (left, top) = match fit.symmetric_padding {
            true => ((net.width - size.width) / 2, (net.height - size.height) / 2),
            false => (0, 0),
        };
        Self { crop, left, top, size }
    }

    /// A box in network pixels as a box in pixels of the picture; not clipped.
    pub fn to_picture(&self, rect: &Rect) -> Rect {
        let (sx, sy) = self.scale();
        Rect {
            left: (rect.left - self.left as f32) * sx + self.crop.left as f32,
            top: (rect.top - self.top as f32) * sy + self.crop.top as f32,
            width: rect.width * sx,
            height: rect.height * sy,
        }
    }

    /// A box in pixels of the picture as a box in network pixels: the way back from [`to_picture`](Self::to_picture).
    pub fn to_net(&self, rect: &Rect) -> Rect {
        let (sx, sy) = self.scale();
        Rect {
            left: (rect.left - self.crop.left as f32) / sx + self.left as f32,
            top: (rect.top - self.crop.top as f32) / sy + self.top as f32,
            width: rect.width / sx,
            height: rect.height / sy,
        }
    }

    /// Pixels of the picture for one pixel of the input, across and down.
    fn scale(&self) -> (f32, f32) {
        (self.crop.width as f32 / self.size.width as f32, self.crop.height as f32 / self.size.height as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NET: Size = Size { width: 416, height: 416 };
    const KEEP: Fit = Fit { maintain_aspect_ratio: true, symmetric_padding: false };
    const CENTRE: Fit = Fit { maintain_aspect_ratio: true, symmetric_padding: true };

    fn whole(width: u32, height: u32) -> Crop {
        Crop::whole(Size { width, height })
    }

    #[test]
    fn wide_and_tall_pictures_keep_their_ratio() {
        let wide = Letterbox::new(whole(800, 450), NET, KEEP);
        assert_eq!((wide.left, wide.top, wide.size), (0, 0, Size { width: 416, height: 234 }));
        let tall = Letterbox::new(whole(450, 800), NET, CENTRE);
        assert_eq!((tall.left, tall.top, tall.size), (91, 0, Size { width: 234, height: 416 }));
        assert_eq!(Letterbox::new(whole(800, 450), NET, Fit::default()).size, NET);
        assert_eq!(Letterbox::new(whole(1, 100_000), NET, KEEP).size, Size { width: 1, height: 416 });
    }

    #[test]
    fn boxes_come_back_to_the_picture() {
        let letterbox = Letterbox::new(Crop { left: 100, top: 50, width: 832, height: 468 }, NET, CENTRE);
        assert_eq!(letterbox.top, 91);
        let rect = letterbox.to_picture(&Rect { left: 10.0, top: 101.0, width: 20.0, height: 30.0 });
        assert_eq!(rect, Rect { left: 120.0, top: 70.0, width: 40.0, height: 60.0 });
    }

    #[test]
    fn a_crop_is_inside_the_picture_and_never_empty() {
        let size = Size { width: 100, height: 80 };
        let crop = |left, top, width, height| Crop::of(&Rect { left, top, width, height }, size);
        assert_eq!(crop(-5.0, 1.5, 20.0, 2.0), Crop { left: 0, top: 1, width: 15, height: 3 });
        assert_eq!(crop(200.0, 200.0, 5.0, 5.0), Crop { left: 99, top: 79, width: 1, height: 1 });
        assert_eq!(crop(0.0, f32::NAN, 1e9, 5.0), Crop { left: 0, top: 0, width: 100, height: 1 });
        assert_eq!(crop(0.0, 0.0, 1e9, f32::INFINITY), Crop::whole(size));
    }
}
