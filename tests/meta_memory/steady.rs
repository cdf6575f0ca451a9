//! A stream of frames allocates nothing once its pools are warm.

use crate::count::{allocations, live};
use crate::isolated;
use ds_apps::base::geometry::{Rect, Size};
use ds_apps::meta::*;

/// What an inference and a tracker leave on a frame, with texts of changing lengths.
fn build(batch: &mut Batch, number: usize) {
    for source in 0..4 {
        let frame = batch.add_frame();
        frame.set_source_id(source);
        frame.set_frame_num(number as i32);
        frame.set_pipeline_size(Size { width: 1920, height: 1080 });
        frame.set_sensor(Sensor { id: Some("camera"), name: Some("gate"), uri: Some("rtsp://example/stream") });
        let mut parent = None;
        for index in 0..50 {
            let object = match parent.filter(|_| index % 3 == 0) {
                Some(parent) => frame.add_child_object(parent).unwrap(),
                None => frame.add_object(),
            };
            object.set_class_id(index);
            object.set_object_id(Some(index as u64));
            object.set_label("person");
            object.set_rect(Rect { left: index as f32, top: 10.0, width: 20.0, height: 40.0 });
            // 16 different lengths, up to 80 bytes.
            let lengths = "person with a rather long label, as trackers and classifiers append to them, 0.98765432";
            object.set_text(&lengths[..5 + (number + index as usize) % 16 * 5], TextStyle::default());
            if index % 5 == 0 {
                let classifier = object.add_classifier();
                classifier.add_label().set_text("red");
                classifier.add_label().set_text(&lengths[..40]);
                object.set_mask([0.5; 64], 8, 8, 0.5).unwrap();
            }
            parent = Some(object.key());
        }
        let display = frame.add_display();
        display.add_text("Frame Number=1234 Persons=50", (10, 12), TextStyle::default()).unwrap();
        display.add_rect(Rectangle { rect: Rect::default(), border: 2, colour: [1.0; 4], fill: None }).unwrap();
        frame.retain_objects(|object| object.class_id() % 7 != 0);
    }
}

#[test]
fn a_warm_stream_allocates_nothing_per_frame() {
    isolated("steady::a_warm_stream_allocates_nothing_per_frame", || {
        let start = live();
        let pool = BatchPool::new(4);
        let round = |number: usize| {
            let mut batch = pool.acquire();
            build(&mut batch, number);
            // What a tee with a writing branch does.
            let copy = batch.clone();
            drop(batch);
            assert_eq!(copy.frames().count(), 4);
        };
        (0..100).for_each(round);
        let (before, held) = (allocations(), live());
        (100..600).for_each(round);
        assert_eq!((allocations() - before, live()), (0, held), "allocations in 500 batches, blocks held");
        drop(pool);
        assert_eq!(live(), start, "everything goes with the pool");
    });
}

#[test]
fn attaching_allocates_what_gstreamer_needs_for_a_meta_and_no_more() {
    isolated("steady::attaching_allocates_what_gstreamer_needs_for_a_meta_and_no_more", || {
        let pool = BatchPool::new(4);
        let mut buffer = gst::Buffer::new();
        let mut round = |number: usize| {
            let mut batch = pool.acquire();
            build(&mut batch, number);
            let buffer = buffer.make_mut();
            attach(buffer, batch);
            assert!(Batch::of_mut(buffer).is_some());
            drop(detach(buffer));
        };
        (0..100).for_each(&mut round);
        let before = allocations();
        (100..200).for_each(&mut round);
        assert_eq!(allocations() - before, 100, "one GstMeta each");
    });
}
