//! What was seen on a frame, in numbers, as upstream's apps print it.

use crate::meta::Frame;

/// The line of a frame.
pub fn summary(frame: &Frame) -> String {
    let count = |is: fn(&str) -> bool| frame.objects().filter(|object| is(object.label())).count();
    format!(
        "Frame Number={} Number of Objects={} Vehicle_count={} Person_count={}",
        frame.frame_num(),
        frame.num_objects(),
        count(is_vehicle),
        count(is_person),
    )
}

/// Vehicles as the labels of TrafficCamNet, of COCO and of our own detectors call them.
fn is_vehicle(label: &str) -> bool {
    ["vehicle", "car", "bus", "truck", "van", "suv"].iter().any(|name| label.eq_ignore_ascii_case(name))
}

fn is_person(label: &str) -> bool {
    ["person", "pedestrian"].iter().any(|name| label.eq_ignore_ascii_case(name))
}
