//! What nvinfer checks once a box is in pixels of the frame: classes, sizes, and the region of interest.

use crate::base::geometry::{Rect, Size};
use crate::config::nvinfer::Detector;

/// The box as it goes into the metadata of a frame, or `None` for one that the configuration does not want:
/// `filter-out-class-ids`, `detected-min/max-w/h`, `roi-top-offset` and `roi-bottom-offset`, with
/// `crop-objects-to-roi-boundary` the box cut to the region.
pub fn wanted(detector: &Detector, class_id: u32, mut rect: Rect, frame: Size) -> Option<Rect> {
    let class = detector.class(class_id);
    let too_small = rect.width < class.min_width as f32 || rect.height < class.min_height as f32;
    let above = |value: f32, limit: u32| limit > 0 && value > limit as f32;
    let too_large = above(rect.width, class.max_width) || above(rect.height, class.max_height);
    if detector.filter_out.contains(&class_id) || too_small || too_large {
        return None;
    }
    let top = class.roi_top_offset as f32;
    let bottom = frame.height as f32 - class.roi_bottom_offset as f32;
    if detector.crop_to_roi {
        let right = rect.right().min(frame.width as f32);
        rect = Rect::from_corners(rect.left, rect.top.max(top), right, rect.bottom().min(bottom));
        return (rect.width > 0.0 && rect.height > 0.0).then_some(rect);
    }
    (rect.top >= top && rect.bottom() <= bottom).then_some(rect)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::nvinfer::ClassAttributes;

    const FRAME: Size = Size { width: 200, height: 100 };

    fn rect(left: f32, top: f32, width: f32, height: f32) -> Rect {
        Rect { left, top, width, height }
    }

    fn detector(attributes: ClassAttributes) -> Detector {
        Detector { classes: 1, attributes: vec![attributes], ..Detector::default() }
    }

    #[test]
    fn sizes_have_limits_that_are_allowed_themselves() {
        let detector = detector(ClassAttributes {
            min_width: 10,
            min_height: 20,
            max_width: 50,
            max_height: 60,
            ..Default::default()
        });
        let kept = |w: f32, h: f32| wanted(&detector, 0, rect(0.0, 0.0, w, h), FRAME).is_some();
        assert!(kept(10.0, 20.0) && kept(50.0, 60.0));
        assert!(!kept(9.9, 20.0) && !kept(10.0, 19.9) && !kept(50.1, 60.0) && !kept(50.0, 60.1));
    }

    #[test]
    fn boxes_outside_of_the_region_are_dropped_or_cut() {
        let mut detector =
            detector(ClassAttributes { roi_top_offset: 10, roi_bottom_offset: 20, ..Default::default() });
        let inside = rect(5.0, 10.0, 20.0, 70.0);
        assert_eq!(wanted(&detector, 0, inside, FRAME), Some(inside));
        assert_eq!(wanted(&detector, 0, rect(5.0, 9.0, 20.0, 20.0), FRAME), None);
        assert_eq!(wanted(&detector, 0, rect(5.0, 60.0, 20.0, 21.0), FRAME), None);
        detector.crop_to_roi = true;
        let cut = wanted(&detector, 0, rect(190.0, 0.0, 20.0, 100.0), FRAME);
        assert_eq!(cut, Some(rect(190.0, 10.0, 10.0, 70.0)));
        assert_eq!(wanted(&detector, 0, rect(0.0, 0.0, 20.0, 10.0), FRAME), None, "nothing is left of it");
    }

    #[test]
    fn filtered_classes_are_dropped() {
        let mut detector = detector(ClassAttributes::default());
        detector.filter_out.insert(0);
        assert_eq!(wanted(&detector, 0, rect(0.0, 0.0, 9.0, 9.0), FRAME), None);
        assert!(wanted(&detector, 1, rect(0.0, 0.0, 9.0, 9.0), FRAME).is_some());
    }
}
