//! What upstream's app prints of a frame, in Python's spelling.

use std::fmt::{Display, Write};

use crate::{
    meta::Frame,
    pipeline::{Flow, Lines},
};

/// Classes of upstream's detector, and of ours.
const VEHICLE: i32 = 0;
const PERSON: i32 = 2;

/// Prints a frame.
pub fn print(frame: &Frame, lines: Lines) -> Flow {
    match lines {
        Lines::Silent => Flow::Continue,
        lines => lines.line(format_args!("{}", text(frame))),
    }
}

fn text(frame: &Frame) -> String {
    let rule = "#".repeat(50);
    let mut text = format!("{rule}\n");
    // Writing into a string cannot fail.
    for object in frame.objects() {
        let Some(known) = object.analytics() else { continue };
        let id = object.object_id().unwrap_or(u64::MAX);
        if !known.direction.is_empty() {
            let _ = writeln!(text, "Object {id} moving in direction: {}", known.direction);
        }
        for (what, labels) in
            [("line crossing", &known.lines), ("overcrowding", &known.crowds), ("roi", &known.regions)]
        {
            if !labels.is_empty() {
                let _ = writeln!(text, "Object {id} {what} status: {}", list(labels));
            }
        }
    }
    if let Some(known) = frame.analytics() {
        let title = |is: &bool| if *is { "True" } else { "False" };
        for (what, dict) in [
            ("Objs in ROI", dict(&known.in_region)),
            ("Linecrossing Cumulative", dict(&known.crossed)),
            ("Linecrossing Current Frame", dict(&known.crossed_now)),
            ("Overcrowding status", dict(known.overcrowded.iter().map(|(label, is)| (label, title(is))))),
        ] {
            if let Some(dict) = dict {
                let _ = writeln!(text, "{what}: {dict}");
            }
        }
    }
    let count = |class| frame.objects().filter(|object| object.class_id() == class).count();
    let _ = write!(
        text,
        "Frame Number= {} stream id= {} Number of Objects= {} Vehicle_count= {} Person_count= {}\n{rule}",
        frame.frame_num(),
        frame.pad_index(),
        frame.num_objects(),
        count(VEHICLE),
        count(PERSON),
    );
    text
}

/// `['a', 'b']`
fn list(labels: &[String]) -> String {
    let labels: Vec<_> = labels.iter().map(|label| format!("'{label}'")).collect();
    format!("[{}]", labels.join(", "))
}

/// `{'a': 1, 'b': 2}`; `None` if it is empty.
fn dict<'a, V: Display>(map: impl IntoIterator<Item = (&'a String, V)>) -> Option<String> {
    let items: Vec<_> = map.into_iter().map(|(label, value)| format!("'{label}': {value}")).collect();
    (!items.is_empty()).then(|| format!("{{{}}}", items.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::OwnedBatch;
    use crate::meta::analytics::{FrameAnalytics, ObjectAnalytics};
    use std::collections::BTreeMap;

    #[test]
    fn a_frame_reads_as_upstreams() {
        gst::init().unwrap();
        let mut batch = OwnedBatch::new(1);
        let frame = batch.add_frame();
        frame.set_frame_num(7);
        let object = frame.add_object();
        object.set_object_id(Some(3));
        object.set_class_id(2);
        object.add_analytics(&ObjectAnalytics {
            regions: vec!["RF".into(), "B".into()],
            lines: vec!["Exit".into()],
            direction: " DIR:South ".into(),
            ..ObjectAnalytics::default()
        });
        frame.add_analytics(&FrameAnalytics {
            overcrowded: BTreeMap::from([("OC".into(), true)]),
            in_region: BTreeMap::from([("OC".into(), 3), ("RF".into(), 1)]),
            crossed: BTreeMap::from([("Exit".into(), 9)]),
            ..FrameAnalytics::default()
        });
        let rule = "#".repeat(50);
        let expected = [
            &rule,
            "Object 3 moving in direction:  DIR:South ",
            "Object 3 line crossing status: ['Exit']",
            "Object 3 roi status: ['RF', 'B']",
            "Objs in ROI: {'OC': 3, 'RF': 1}",
            "Linecrossing Cumulative: {'Exit': 9}",
            "Overcrowding status: {'OC': True}",
            "Frame Number= 7 stream id= 0 Number of Objects= 1 Vehicle_count= 0 Person_count= 1",
            &rule,
        ];
        assert_eq!(text(frame), expected.join("\n"));
    }
}
