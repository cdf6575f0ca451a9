//! Views over batches, on their own and on buffers.

use ds_apps::base::geometry::{Rect, Size};
use ds_apps::meta::*;

fn labels(frame: &Frame) -> Vec<String> {
    frame.objects().map(|object| object.label().to_owned()).collect()
}

/// A batch with a frame of three objects: a car, a face in it, a person.
fn sample() -> OwnedBatch {
    let mut batch = OwnedBatch::new(2);
    let frame = batch.add_frame();
    frame.set_source_id(7);
    frame.set_frame_num(41);
    frame.set_buf_pts(1_000_000);
    frame.set_source_size(Size { width: 1280, height: 720 });
    frame.set_pipeline_size(Size { width: 640, height: 360 });
    frame.set_sensor(Sensor { id: Some("cam"), name: None, uri: Some("file:///a.mp4") });
    let car = frame.add_object();
    car.set_label("car");
    car.set_rect(Rect { left: 10.0, top: 20.0, width: 30.0, height: 40.0 });
    car.set_text("car 1", TextStyle::default());
    car.set_mask([0.0, 0.5, 1.0, 0.25, 0.5, 0.75], 3, 2, 0.5).unwrap();
    let classifier = car.add_classifier();
    classifier.set_kind("colour");
    classifier.add_label().set_text("red");
    classifier.add_label().set_text(&"long ".repeat(50));
    let key = car.key();
    frame.add_child_object(key).unwrap().set_label("face");
    frame.add_object().set_label("person");
    frame.add_display().add_text("hello", (3, 4), TextStyle::default()).unwrap();
    batch
}

#[test]
fn objects_come_newest_first_and_know_their_parents() {
    let batch = sample();
    let frame = batch.frames().next().unwrap();
    assert_eq!(labels(frame), ["person", "face", "car"]);
    assert_eq!(frame.num_objects(), 3);
    let face = frame.objects().nth(1).unwrap();
    assert_eq!(frame.parent_of(face).map(Object::label), Some("car"));
    assert_eq!(face.object_id(), None);
    assert_eq!(face.parent_key(), frame.objects().nth(2).map(Object::key));
}

#[test]
fn a_copy_holds_everything_reversed_where_lists_grow_at_the_head() {
    let batch = sample();
    let copy = batch.clone();
    drop(batch);
    let frame = copy.frames().next().unwrap();
    assert_eq!((frame.source_id(), frame.frame_num(), frame.buf_pts()), (7, 41, 1_000_000));
    assert_eq!(frame.pipeline_size(), Size { width: 640, height: 360 });
    assert_eq!(frame.sensor(), Sensor { id: Some("cam"), name: None, uri: Some("file:///a.mp4") });
    assert_eq!(labels(frame), ["car", "face", "person"]);
    let (car, face) = (frame.objects().next().unwrap(), frame.objects().nth(1).unwrap());
    assert_eq!(frame.parent_of(face).map(Object::key), Some(car.key()));
    assert_eq!(car.rect(), Rect { left: 10.0, top: 20.0, width: 30.0, height: 40.0 });
    let text = car.text_params().unwrap();
    assert_eq!((text.text, text.x, text.y, text.font, text.size), ("car 1", 10, 10, Some("Serif"), 11));
    let mask = car.mask().unwrap();
    assert_eq!(
        (mask.values, mask.width, mask.height, mask.threshold),
        (&[0.0, 0.5, 1.0, 0.25, 0.5, 0.75][..], 3, 2, 0.5)
    );
    let classifier = car.classifiers().next().unwrap();
    assert_eq!((classifier.kind(), classifier.num_labels()), (Some("colour"), 2));
    let texts: Vec<&str> = classifier.labels().map(Label::text).collect();
    assert_eq!(texts, ["red", "long ".repeat(50).as_str()]);
    assert_eq!(frame.displays().flat_map(Display::texts).map(|text| text.text).collect::<Vec<_>>(), ["hello"]);
}

#[test]
fn removing_a_parent_leaves_its_children_without_one() {
    let mut batch = sample();
    let frame = batch.frames_mut().next().unwrap();
    frame.retain_objects(|object| object.label() != "car");
    assert_eq!(labels(frame), ["person", "face"]);
    assert_eq!(frame.num_objects(), 2);
    assert!(frame.objects().all(|object| object.parent_key().is_none()));
    let face = frame.objects().nth(1).unwrap().key();
    assert!(frame.remove_object(face));
    assert!(!frame.remove_object(face));
    assert!(matches!(frame.add_child_object(face), Err(MetaError::NoSuchObject { objects: 1 })));
}

#[test]
fn a_buffer_carries_its_batch_through_copies() {
    gst::init().unwrap();
    let mut buffer = gst::Buffer::new();
    assert!(Batch::of(&buffer).is_none());
    attach(buffer.make_mut(), sample());
    let copy = buffer.copy();
    Batch::of_mut(buffer.make_mut()).unwrap().clear();
    assert_eq!(Batch::of(&buffer).unwrap().num_frames(), 0);
    assert_eq!(Batch::of(&copy).unwrap().frames().map(Frame::num_objects).sum::<u32>(), 3);
    attach(buffer.make_mut(), sample());
    assert_eq!(buffer.iter_meta::<gst::Meta>().count(), 1);
    assert_eq!(detach(buffer.make_mut()).unwrap().num_frames(), 1);
    assert!(Batch::of(&buffer).is_none());
}

#[derive(Clone, Debug, PartialEq)]
struct Count(u32);

impl UserData for Count {}

/// The same memory as [`Count`], but another type.
#[derive(Clone, Debug, PartialEq)]
struct Other(u32);

impl UserData for Other {}

#[test]
fn user_data_is_found_by_type_and_cloned_with_the_batch() {
    let mut batch = sample();
    batch.add_user(Count(1));
    batch.add_user(Count(2));
    let frame = batch.frames_mut().next().unwrap();
    frame.add_user(Count(3));
    frame.add_user(Count(4));
    frame.objects_mut().next().unwrap().add_user(Count(5));
    let copy = batch.clone();
    let frame = copy.frames().next().unwrap();
    assert_eq!(copy.user::<Count>(), Some(&Count(1)));
    assert_eq!(frame.user::<Count>(), Some(&Count(3)), "a copy turns the newest-first list round");
    assert_eq!(frame.objects().last().unwrap().user::<Count>(), Some(&Count(5)));
    assert_eq!(frame.user::<Other>(), None);
    let meta = frame.user_metas().next().unwrap();
    assert_eq!(meta.type_name(), Some(std::any::type_name::<Count>()));
    assert_eq!(meta.meta_type(), user_meta_type(std::any::type_name::<Count>()));
}

#[test]
fn a_display_meta_refuses_its_seventeenth_text() {
    let mut batch = OwnedBatch::new(1);
    let display = batch.add_frame().add_display();
    for index in 0..16 {
        display.add_text(&index.to_string(), (index, 0), TextStyle::default()).unwrap();
    }
    assert_eq!(display.add_text("x", (0, 0), TextStyle::default()), Err(MetaError::DisplayFull { kind: "texts" }));
    assert_eq!(display.texts().count(), 16);
}

#[test]
fn labels_are_cut_at_a_character() {
    let mut batch = OwnedBatch::new(1);
    let object = batch.add_frame().add_object();
    object.set_label(&"é".repeat(100));
    assert_eq!(object.label(), "é".repeat(63));
    object.set_label("a\0b");
    assert_eq!(object.label(), "a");
}

#[test]
fn a_pool_gives_its_batches_out_again() {
    let pool = BatchPool::new(4);
    let mut batch = pool.acquire();
    batch.add_frame().add_object();
    let address = std::ptr::from_ref::<Batch>(&batch).cast::<()>();
    drop(batch);
    let again = pool.acquire();
    assert_eq!(std::ptr::from_ref::<Batch>(&again).cast::<()>(), address);
    assert_eq!((again.num_frames(), again.max_frames()), (0, 4));
    drop(pool);
    drop(again);
}
