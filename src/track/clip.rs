//! Boxes at the border of the picture.

use crate::base::geometry::Rect;

/// How near to the border, in the tracker's pixels, a side has to be to be taken for cut.
const NEAR: f32 = 2.0;

/// Share of a box inside a frame of this size.
pub fn visibility(rect: &Rect, (width, height): (f32, f32)) -> f32 {
    let area = rect.area();
    if area > 0.0 { rect.clipped(width, height).area() / area } else { 0.0 }
}

/// Whether a box reaches the border of a frame of this size: what is there comes or goes.
pub fn at_border(rect: &Rect, (width, height): (f32, f32)) -> bool {
    rect.left <= NEAR || rect.top <= NEAR || rect.right() >= width - NEAR || rect.bottom() >= height - NEAR
}

/// A detection that the border cut, grown beyond the border to the size its target was expected to have.
pub fn unclip(detection: Rect, expected: &Rect, (width, height): (f32, f32)) -> Rect {
    let (mut x1, mut y1) = (detection.left, detection.top);
    let (mut x2, mut y2) = (detection.right(), detection.bottom());
    match (x1 <= NEAR, x2 >= width - NEAR) {
        (true, false) => x1 = x1.min(x2 - expected.width),
        (false, true) => x2 = x2.max(x1 + expected.width),
        _ => {}
    }
    match (y1 <= NEAR, y2 >= height - NEAR) {
        (true, false) => y1 = y1.min(y2 - expected.height),
        (false, true) => y2 = y2.max(y1 + expected.height),
        _ => {}
    }
    Rect::from_corners(x1, y1, x2, y2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (f32, f32) = (100.0, 100.0);

    #[test]
    fn a_box_that_leaves_keeps_its_size() {
        let expected = Rect { left: -15.0, top: 40.0, width: 40.0, height: 20.0 };
        let cut = Rect { left: 0.0, top: 40.0, width: 22.0, height: 20.0 };
        assert_eq!(unclip(cut, &expected, SIZE), Rect { left: -18.0, width: 40.0, ..cut });
        let below = Rect { left: 30.0, top: 90.0, width: 40.0, height: 10.0 };
        assert_eq!(unclip(below, &expected, SIZE), Rect { height: 20.0, ..below });
    }

    #[test]
    fn a_box_inside_or_across_the_frame_stays() {
        let inside = Rect { left: 30.0, top: 30.0, width: 10.0, height: 10.0 };
        let expected = Rect { width: 40.0, height: 40.0, ..inside };
        assert_eq!(unclip(inside, &expected, SIZE), inside);
        let across = Rect { left: 0.0, top: 0.0, width: 100.0, height: 100.0 };
        assert_eq!(unclip(across, &Rect { width: 300.0, height: 300.0, ..across }, SIZE), across);
    }

    #[test]
    fn visibility_is_the_share_inside() {
        assert_eq!(visibility(&Rect { left: -10.0, top: 0.0, width: 20.0, height: 10.0 }, SIZE), 0.5);
        assert_eq!(visibility(&Rect::default(), SIZE), 0.0);
        let inside = Rect { left: 40.0, top: 40.0, width: 20.0, height: 20.0 };
        assert!(!at_border(&inside, SIZE) && at_border(&Rect { left: 79.0, ..inside }, SIZE));
    }
}
