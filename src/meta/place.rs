//! Metadata of frames copied from batch to batch: as it is, or to where its picture is shown in a larger one.

use super::batch::{Batch, OwnedBatch};
use super::ffi::batch::{NvDsDisplayMeta, NvDsFrameMeta, NvDsObjectMeta};
use super::ffi::osd::{NvOSD_RectParams, NvOSD_TextParams};
use super::frame::Frame;
use super::raw::copy;
use super::raw::items::{acquire, add_frame};
use super::raw::list::{End, reverse_until};
use super::raw::store::Store;
use super::user::UserMeta;
use super::view::View;
use crate::base::geometry::Rect;
use crate::base::tiles::Placement;
use gst::glib::ffi::GList;

impl OwnedBatch {
    /// Adds a copy of a frame of any batch behind the others, with all that hangs on it; its `batch_id` is its place.
    pub fn copy_frame(&mut self, frame: &Frame) -> &mut Frame {
        let batch_id = self.num_frames();
        // SAFETY: the store is this batch's own, the source is borrowed, the new frame is reached through `self` alone.
        unsafe {
            let store = Store::of(self.raw());
            let added: *mut NvDsFrameMeta = acquire(store);
            copy::frame(frame.raw(), added);
            (*added).batch_id = batch_id;
            add_frame(store, added);
            // A copy turns the order of lists round; once more turns it back.
            for list in lists(added) {
                reverse_until(list, std::ptr::null_mut());
            }
            Frame::from_raw_mut(added)
        }
    }

    /// Copies objects, display metas and user metadata of `frame` in front of those of this batch's first frame, which is
    /// added if there is none. What is drawn moves with its picture: boxes, texts, lines, arrows and circles; sizes of
    /// fonts and borders, masks, and the boxes as detector and tracker reported them stay.
    pub fn place(&mut self, frame: &Frame, placement: &Placement) {
        // SAFETY: the store is this batch's own, the source is borrowed; what was there before is not touched.
        unsafe {
            let store = Store::of(self.raw());
            if (*self.raw()).frame_meta_list.is_null() {
                let canvas: *mut NvDsFrameMeta = acquire(store);
                (*canvas).num_surfaces_per_frame = 1;
                add_frame(store, canvas);
            }
            let canvas: *mut NvDsFrameMeta = (*(*self.raw()).frame_meta_list).data.cast();
            let before = lists(canvas).map(|list| *list);
            copy::objects((*frame.raw()).obj_meta_list, canvas);
            copy::displays((*frame.raw()).display_meta_list, canvas);
            copy::users((*frame.raw()).frame_user_meta_list, store, lists(canvas)[2], End::Front);
            for (list, before) in lists(canvas).into_iter().zip(before) {
                reverse_until(list, before);
            }
            each_until((*canvas).obj_meta_list, before[0], |object: *mut NvDsObjectMeta| {
                rect(&raw mut (*object).rect_params, placement);
                text(&raw mut (*object).text_params, placement);
            });
            each_until((*canvas).display_meta_list, before[1], |item| display(item, placement));
        }
    }

    /// Copies the batch's own user metadata that `keep` says yes to behind this one's.
    pub fn copy_users(&mut self, from: &Batch, mut keep: impl FnMut(&UserMeta) -> bool) {
        // SAFETY: as above; each copy is of one item.
        unsafe {
            let store = Store::of(self.raw());
            for meta in from.user_metas().filter(|meta| keep(meta)) {
                let mut only =
                    GList { data: meta.raw().cast(), next: std::ptr::null_mut(), prev: std::ptr::null_mut() };
                copy::batch_users(&raw mut only, store);
            }
        }
    }
}

/// Objects, display metas and user metadata of a frame.
unsafe fn lists(frame: *mut NvDsFrameMeta) -> [*mut *mut GList; 3] {
    // SAFETY: the frame is live.
    unsafe {
        [&raw mut (*frame).obj_meta_list, &raw mut (*frame).display_meta_list, &raw mut (*frame).frame_user_meta_list]
    }
}

/// Calls `edit` with the items of a list up to the node `end`.
unsafe fn each_until<T>(head: *mut GList, end: *mut GList, mut edit: impl FnMut(*mut T)) {
    let mut node = head;
    // SAFETY: the list is valid and holds `T`.
    unsafe {
        while !node.is_null() && node != end {
            edit((*node).data.cast());
            node = (*node).next;
        }
    }
}

unsafe fn rect(params: *mut NvOSD_RectParams, placement: &Placement) {
    // SAFETY: the parameters are live.
    let params = unsafe { &mut *params };
    let Rect { left, top, width, height } =
        placement.rect(Rect { left: params.left, top: params.top, width: params.width, height: params.height });
    (params.left, params.top, params.width, params.height) = (left, top, width, height);
}

unsafe fn text(params: *mut NvOSD_TextParams, placement: &Placement) {
    // SAFETY: the parameters are live.
    let params = unsafe { &mut *params };
    (params.x_offset, params.y_offset) = placement.point((params.x_offset, params.y_offset));
}

/// Everything a display meta holds.
unsafe fn display(item: *mut NvDsDisplayMeta, placement: &Placement) {
    // SAFETY: the item is live; C code writes the counters, so slots beyond the last are never reached.
    unsafe {
        let item = &mut *item;
        for params in item.rect_params.iter_mut().take(item.num_rects as usize) {
            rect(params, placement);
        }
        for params in item.text_params.iter_mut().take(item.num_labels as usize) {
            text(params, placement);
        }
        for line in item.line_params.iter_mut().take(item.num_lines as usize) {
            (line.x1, line.y1) = placement.point((line.x1, line.y1));
            (line.x2, line.y2) = placement.point((line.x2, line.y2));
        }
        for arrow in item.arrow_params.iter_mut().take(item.num_arrows as usize) {
            (arrow.x1, arrow.y1) = placement.point((arrow.x1, arrow.y1));
            (arrow.x2, arrow.y2) = placement.point((arrow.x2, arrow.y2));
        }
        for circle in item.circle_params.iter_mut().take(item.num_circles as usize) {
            (circle.xc, circle.yc) = placement.point((circle.xc, circle.yc));
            circle.radius = placement.length(circle.radius);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;
    use crate::base::tiles::Grid;
    use crate::meta::{Circle, TextStyle};

    fn source() -> OwnedBatch {
        let mut batch = OwnedBatch::new(1);
        let frame = batch.add_frame();
        frame.set_frame_num(9);
        let parent = frame.add_object();
        parent.set_rect(Rect { left: 100.0, top: 50.0, width: 20.0, height: 10.0 });
        parent.set_detector_bbox(parent.rect());
        parent.set_text("car", TextStyle::default());
        let key = parent.key();
        frame.add_child_object(key).unwrap().set_label("plate");
        let circle = Circle { centre: (8, 4), radius: 4, width: 1, colour: [1.0; 4], fill: None };
        frame.add_display().add_circle(circle).unwrap();
        batch
    }

    #[test]
    fn several_frames_come_together_where_their_pictures_are() {
        gst::init().unwrap();
        let (source, canvas) = (source(), Size { width: 1280, height: 720 });
        let mut tiled = OwnedBatch::new(1);
        for index in [3, 0] {
            let tile = Grid { rows: 2, columns: 2 }.tile(index, canvas).unwrap();
            tiled.place(source.frames().next().unwrap(), &Placement::new(canvas, tile));
        }
        assert_eq!(tiled.num_frames(), 1);
        let frame = tiled.frames().next().unwrap();
        let labels: Vec<_> = frame.objects().map(|object| (object.label(), object.rect().left)).collect();
        assert_eq!(labels, [("plate", 0.0), ("", 50.0), ("plate", 640.0), ("", 690.0)]);
        for child in frame.objects().filter(|object| object.label() == "plate") {
            assert_eq!(frame.parent_of(child).unwrap().text(), Some("car"));
        }
        let last = frame.objects().last().unwrap();
        assert_eq!((last.rect().top, last.rect().width, last.rect().height), (385.0, 10.0, 5.0));
        assert_eq!(last.detector_bbox().left, 100.0);
        let circles: Vec<_> = frame.displays().flat_map(|d| d.circles()).map(|c| (c.xc, c.yc, c.radius)).collect();
        assert_eq!(circles, [(4, 2, 2), (644, 362, 2)]);
        assert_eq!(frame.num_objects(), 4);
    }

    #[test]
    fn a_copied_frame_keeps_its_order() {
        gst::init().unwrap();
        let source = source();
        let mut copy = OwnedBatch::new(1);
        copy.copy_frame(source.frames().next().unwrap());
        let frame = copy.frames().next().unwrap();
        assert_eq!(frame.frame_num(), 9);
        assert_eq!(frame.objects().map(|object| object.label()).collect::<Vec<_>>(), ["plate", ""]);
        assert!(frame.objects().next().unwrap().parent_key().is_some());
    }
}
