//! What is known of frames and objects as DeepStream's metadata says it.

use std::collections::BTreeMap;

use crate::analytics::{FrameResult, ObjectResult};
use crate::config::analytics::{OsdMode, StreamRules};
use crate::meta::analytics::{FrameAnalytics, ObjectAnalytics};
use crate::meta::{Font, Object, TextStyle};

/// The metadata of a frame.
pub fn frame(result: &FrameResult, rules: &StreamRules, unique_id: u32) -> FrameAnalytics {
    let crowds = || rules.crowds.iter().map(|rule| rule.label.clone()).zip(&result.crowds);
    let lines = || rules.lines.iter().map(|rule| rule.label.clone()).zip(&result.lines);
    let regions = rules.regions.iter().map(|rule| rule.label.clone()).zip(&result.regions);
    let mut in_region: BTreeMap<String, u32> = regions.map(|(label, state)| (label, state.count)).collect();
    in_region.extend(crowds().map(|(label, state)| (label, state.count)));
    FrameAnalytics {
        unique_id,
        overcrowded: crowds().map(|(label, state)| (label, state.overcrowded)).collect(),
        in_region,
        crossed_now: lines().map(|(label, state)| (label, state.now)).collect(),
        crossed: lines().map(|(label, state)| (label, state.total)).collect(),
        classes: result.classes.clone(),
    }
}

/// Attaches the metadata of an object, if there is something to say; `osd-mode` 2 writes it into its text and turns the
/// colour of its box round.
pub fn object(
    object: &mut Object,
    result: &ObjectResult,
    rules: &StreamRules,
    unique_id: u32,
    osd_mode: OsdMode,
    font_size: u32,
) {
    let analytics = of_object(result, rules, unique_id);
    if analytics.status.is_empty() && analytics.crowds.is_empty() {
        return;
    }
    if osd_mode == OsdMode::Counts && !analytics.status.is_empty() {
        write(object, &analytics.status, font_size);
        if !(analytics.regions.is_empty() && analytics.lines.is_empty()) {
            let colour = &mut object.rect_params_mut().border_color;
            (colour.red, colour.green, colour.blue) = (1.0 - colour.red, 1.0 - colour.green, 1.0 - colour.blue);
        }
    }
    object.add_analytics(&analytics);
}

/// Texts with the blanks that DeepStream's have.
fn of_object(result: &ObjectResult, rules: &StreamRules, unique_id: u32) -> ObjectAnalytics {
    let regions: Vec<String> = result.regions.iter().map(|&place| rules.regions[place].label.clone()).collect();
    let crowds = result.crowds.iter().map(|&place| rules.crowds[place].label.clone()).collect();
    let lines: Vec<String> = result.lines.iter().map(|&place| rules.lines[place].label.clone()).collect();
    let direction: String =
        result.directions.iter().map(|&place| format!(" DIR:{} ", rules.directions[place].label)).collect();
    let mut status: String = regions.iter().map(|label| format!(" ROI:{label}")).collect();
    if result.stopped {
        status += " STOPPED ";
    }
    status += &direction;
    status.extend(lines.iter().map(|label| format!(" LC:{label} ")));
    ObjectAnalytics { unique_id, regions, crowds, lines, direction, status }
}

fn write(object: &mut Object, status: &str, font_size: u32) {
    match object.text().map(|text| format!("{text} {status}")) {
        Some(text) => object.replace_text(&text),
        None => {
            let style = TextStyle { font: Font::SERIF, size: font_size, ..TextStyle::default() };
            object.set_text(status, style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::analytics::{Classes, DirectionRule, LineRule, Mode, RegionRule};

    #[test]
    fn texts_are_those_of_deepstream() {
        let classes = Classes::default();
        let region = RegionRule { label: "RF".into(), polygon: vec![], inverse: false, classes: classes.clone() };
        let line = LineRule {
            label: "Exit".into(),
            direction: [(0, 0); 2],
            line: [(0, 0); 2],
            extended: false,
            mode: Mode::Loose,
            classes: classes.clone(),
        };
        let south = DirectionRule { label: "South".into(), vector: [(0, 0); 2], mode: Mode::Loose, classes };
        let rules = StreamRules { regions: vec![region], lines: vec![line], directions: vec![south], crowds: vec![] };
        let result = ObjectResult { regions: vec![0], lines: vec![0], directions: vec![0], ..ObjectResult::default() };
        let analytics = of_object(&result, &rules, 17);
        assert_eq!(
            (analytics.status.as_str(), analytics.direction.as_str()),
            (" ROI:RF DIR:South  LC:Exit ", " DIR:South ")
        );
        let still = of_object(&ObjectResult { stopped: true, ..ObjectResult::default() }, &rules, 17);
        assert_eq!(still.status, " STOPPED ");
    }
}
