//! The chain of one source behind a demuxer: the same for each, under names of its own.

use super::graph::{Element, Part};

/// Frames that wait in front of a branch, so that none holds up the others for long.
const WAITING: &str = "4";

/// The chain of source `index`: its names end with the number, and a queue stands before it.
pub(super) fn of_source(parts: Vec<Part>, index: usize) -> Vec<Part> {
    let queue = Element::new("queue").prop("max-size-buffers", WAITING);
    let queue = queue.prop("max-size-bytes", "0").prop("max-size-time", "0");
    std::iter::once(queue.into()).chain(parts.into_iter().map(|part| named(part, index))).collect()
}

/// The name of an element without the number of its source.
pub(super) fn bare(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((bare, number)) if !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()) => bare,
        _ => name,
    }
}

fn named(part: Part, index: usize) -> Part {
    let Part::Element(mut element) = part else { return part };
    element.name = element.name.map(|name| format!("{name}_{index}"));
    // A source may end before another one begins: no sink waits for the others to have a frame.
    match element.factory.as_str() {
        "filesink" | "multifilesink" | "fakesink" => element.prop("async", "false").into(),
        _ => element.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_with_the_number_of_the_source() {
        let parts = vec![Element::new("nvdsosd").named("osd").into(), Element::new("fakesink").named("sink").into()];
        let branch = of_source(parts, 12);
        let Part::Element(sink) = &branch[2] else { panic!("no element") };
        assert_eq!((sink.name.as_deref(), sink.props.last().unwrap().0.as_str()), (Some("sink_12"), "async"));
        assert_eq!((bare("sink_12"), bare("sink"), bare("my_sink"), bare("x_")), ("sink", "sink", "my_sink", "x_"));
    }
}
