//! What `test4` says of an object: the event that becomes its message.

use crate::{
    apps::counts::{is_person, is_vehicle},
    meta::{
        Frame, Object,
        event_message::{Detail, EventMessage, Person, Vehicle},
        ffi::values::*,
    },
};

/// What is known of an object; its time is the frame's.
pub fn of(frame: &Frame, object: &Object) -> EventMessage {
    let unknown = || Some(String::new());
    let label = object.label().to_owned();
    let about = EventMessage {
        event: NVDS_EVENT_ENTRY,
        object_type: NVDS_OBJECT_TYPE_UNKNOWN,
        rect: object.rect(),
        class_id: object.class_id(),
        sensor_id: frame.source_id() as i32,
        sensor: Some(format!("sensor-{}", frame.source_id())),
        frame_id: frame.frame_num(),
        confidence: object.confidence().into(),
        tracking_id: object.object_id().unwrap_or(u64::MAX),
        ..Default::default()
    };
    match label.to_ascii_lowercase().as_str() {
        name if is_vehicle(name) => {
            let [make, model, color, region, license] = [(); 5].map(|()| unknown());
            let vehicle = Vehicle { kind: Some(label), make, model, color, region, license };
            EventMessage { event: NVDS_EVENT_MOVING, detail: Some(Detail::Vehicle(vehicle)), ..about }
        }
        name if is_person(name) => {
            let [gender, hair, cap, apparel] = [(); 4].map(|()| unknown());
            EventMessage { detail: Some(Detail::Person(Person { gender, hair, cap, apparel, age: 0 })), ..about }
        }
        "two-wheeler" | "twowheeler" | "bicycle" | "motorcycle" => {
            EventMessage { event: NVDS_EVENT_MOVING, object_type: NVDS_OBJECT_TYPE_BICYCLE, ..about }
        }
        "roadsign" | "road_sign" | "sign" => EventMessage { object_type: NVDS_OBJECT_TYPE_ROADSIGN, ..about },
        _ => EventMessage { object_id: Some(label), ..about },
    }
}
