//! Boxes and sizes in pixels.

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Size {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// An axis-aligned box in pixels, as `NvBbox_Coords`: left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Pixels across, never negative.
    pub width: f32,
    /// Pixels down, never negative.
    pub height: f32,
}

impl Rect {
    /// A box from two corners; a corner pair in the wrong order gives an empty box.
    pub fn from_corners(x1: f32, y1: f32, x2: f32, y2: f32) -> Self {
        Self { left: x1, top: y1, width: (x2 - x1).max(0.0), height: (y2 - y1).max(0.0) }
    }

    /// The x coordinate of the right edge.
    pub fn right(&self) -> f32 {
        self.left + self.width
    }

    /// The y coordinate of the bottom edge.
    pub fn bottom(&self) -> f32 {
        self.top + self.height
    }

    /// The middle.
    pub fn centre(&self) -> (f32, f32) {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }

    /// Area in square pixels.
    pub fn area(&self) -> f32 {
        self.width * self.height
    }

    /// The part of the box inside `0..width`, `0..height`; empty if there is none.
    pub fn clipped(&self, width: f32, height: f32) -> Self {
        let x1 = self.left.clamp(0.0, width);
        let y1 = self.top.clamp(0.0, height);
        Self::from_corners(x1, y1, self.right().clamp(0.0, width), self.bottom().clamp(0.0, height))
    }

    /// Intersection over union with `other`, 0 for two empty boxes.
    pub fn iou(&self, other: &Self) -> f32 {
        let w = self.right().min(other.right()) - self.left.max(other.left);
        let h = self.bottom().min(other.bottom()) - self.top.max(other.top);
        if w <= 0.0 || h <= 0.0 {
            return 0.0;
        }
        let both = w * h;
        both / (self.area() + other.area() - both)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iou_of_half_shifted_boxes_is_a_third() {
        let a = Rect { left: 0.0, top: 0.0, width: 10.0, height: 10.0 };
        let b = Rect { left: 5.0, ..a };
        assert!((a.iou(&b) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(a.iou(&a), 1.0);
        assert_eq!(a.iou(&Rect { left: 10.0, ..a }), 0.0);
        assert_eq!(Rect::default().iou(&Rect::default()), 0.0);
    }

    #[test]
    fn clipping_keeps_what_is_inside() {
        let r = Rect { left: -5.0, top: 90.0, width: 20.0, height: 20.0 }.clipped(100.0, 100.0);
        assert_eq!(r, Rect { left: 0.0, top: 90.0, width: 15.0, height: 10.0 });
        let out = Rect { left: 200.0, top: 0.0, width: 5.0, height: 5.0 }.clipped(100.0, 100.0);
        assert_eq!(out.width, 0.0);
    }
}
