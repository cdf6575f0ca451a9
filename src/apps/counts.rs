//! What was seen on a frame, in numbers, as upstream's apps print it.

use crate::{
    meta::{Batch, Colour, Font, Frame, TextStyle},
    pipeline::{Flow, Lines},
};

const WHITE: Colour = [1.0; 4];
const BLACK: Colour = [0.0, 0.0, 0.0, 1.0];

/// A probe that prints a line for every frame.
pub fn print(lines: Lines) -> impl FnMut(&mut Batch) -> Flow + Send + 'static {
    move |batch| {
        batch.frames().map(|frame| lines.line(format_args!("{}", summary(frame)))).max().unwrap_or(Flow::Continue)
    }
}

/// A probe that prints a line for every frame and draws it at the top left.
pub fn print_and_show(lines: Lines) -> impl FnMut(&mut Batch) -> Flow + Send + 'static {
    move |batch| {
        let mut flow = Flow::Continue;
        for frame in batch.frames_mut() {
            let text = summary(frame);
            flow = flow.max(lines.line(format_args!("{text}"))).max(show(frame, &text));
        }
        flow
    }
}

/// Draws a line of text at the top left of a frame.
pub fn show(frame: &mut Frame, text: &str) -> Flow {
    let style = TextStyle { font: Font::SERIF, size: 10, colour: WHITE, background: Some(BLACK) };
    match frame.add_display().add_text(text, (10, 12), style) {
        Ok(()) => Flow::Continue,
        Err(_) => Flow::Stop,
    }
}

/// What upstream's apps say of a frame.
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
pub fn is_vehicle(label: &str) -> bool {
    ["vehicle", "car", "bus", "truck", "van", "suv"].iter().any(|name| label.eq_ignore_ascii_case(name))
}

/// People, whatever the labels call them.
pub fn is_person(label: &str) -> bool {
    ["person", "pedestrian"].iter().any(|name| label.eq_ignore_ascii_case(name))
}
