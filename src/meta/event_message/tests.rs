//! Events to the ABI and back, copied and freed; `tests/meta_memory` counts what is allocated.

use super::super::{Batch, OwnedBatch};
use super::*;

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn full(detail: Option<Detail>, mask: Vec<Vec<f64>>) -> EventMessage {
    EventMessage {
        event: NVDS_EVENT_MOVING,
        object_type: NVDS_OBJECT_TYPE_CUSTOM,
        rect: Rect { left: 1.5, top: 2.5, width: 3.5, height: 4.5 },
        location: [1.0, 2.0, 3.0],
        coordinate: [4.0, 5.0, 6.0],
        signature: vec![0.5, 0.25],
        class_id: 1,
        sensor_id: 2,
        module_id: 3,
        place_id: 4,
        component_id: 5,
        frame_id: 6,
        confidence: 0.75,
        tracking_id: u64::MAX,
        timestamp: text("2026-01-01T00:00:00.000Z"),
        object_id: text("thing"),
        sensor: text("gate"),
        other: text("other"),
        video_path: text("v.mp4"),
        detail,
        mask,
        pose: Some(Pose { kind: 1, joints: vec![[1.0, 2.0, 3.0, 0.5], [4.0, 5.0, 6.0, 0.25]] }),
        embedding: vec![0.125, -1.0],
        tracking_3d: Some(Tracking3d {
            world_feet: [7.0, 8.0],
            image_feet: [9.0, 10.0],
            hull: vec![1, 2, 3, 4],
            visibility: 0.5,
        }),
    }
}

fn details() -> [(Detail, NvDsObjectType, NvDsObjectType); 4] {
    let vehicle = Vehicle { kind: text("bus"), make: text("m"), model: None, color: text("red"), ..Default::default() };
    let person = Person { gender: text("f"), hair: text("black"), cap: None, apparel: text("coat"), age: 41 };
    let face = Face { name: text("Ada"), eyecolor: text("grey"), age: 36, ..Default::default() };
    let product = Product { brand: text("b"), kind: text("cup"), shape: text("round") };
    [
        (Detail::Vehicle(vehicle), NVDS_OBJECT_TYPE_VEHICLE, NVDS_OBJECT_TYPE_VEHICLE_EXT),
        (Detail::Person(person), NVDS_OBJECT_TYPE_PERSON, NVDS_OBJECT_TYPE_PERSON_EXT),
        (Detail::Face(face), NVDS_OBJECT_TYPE_FACE, NVDS_OBJECT_TYPE_FACE_EXT),
        (Detail::Product(product), NVDS_OBJECT_TYPE_PRODUCT, NVDS_OBJECT_TYPE_PRODUCT_EXT),
    ]
}

fn events(batch: &Batch) -> Vec<EventMessage> {
    batch.frames().flat_map(Frame::event_messages).collect()
}

#[test]
fn every_kind_comes_back_as_it_was_attached_and_so_do_copies() {
    let mask = vec![vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], vec![0.5; 8]];
    for (detail, plain, extended) in details() {
        for (mask, kind) in [(Vec::new(), plain), (mask.clone(), extended)] {
            let event = full(Some(detail.clone()), mask);
            let mut batch = OwnedBatch::new(1);
            batch.add_frame().add_event_message(&event);
            let wanted = EventMessage { object_type: kind, ..event };
            assert_eq!(events(&batch), std::slice::from_ref(&wanted));
            let copy = batch.clone();
            drop(batch);
            assert_eq!(events(&copy), [wanted]);
        }
    }
}

#[test]
fn an_event_without_anything_is_one_too() {
    let mut batch = OwnedBatch::new(1);
    let frame = batch.add_frame();
    frame.add_event_message(&EventMessage { frame_id: 1, ..Default::default() });
    frame.add_event_message(&full(None, Vec::new()));
    let found = events(&batch.clone());
    assert_eq!(found.len(), 2);
    assert_eq!(events(&batch)[0], EventMessage { frame_id: 1, ..Default::default() });
    assert_eq!(events(&batch)[1], full(None, Vec::new()));
    assert!(batch.frames().next().unwrap().user_metas().all(|meta| meta.payload().is_none()));
}

#[test]
fn other_metadata_is_no_event() {
    let mut batch = OwnedBatch::new(1);
    let frame = batch.add_frame();
    frame.add_payload(super::super::payload::Payload::new(&b"x"[..], 0).unwrap());
    assert_eq!(events(&batch), []);
}
