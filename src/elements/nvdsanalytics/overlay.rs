//! Regions, lines, directions and counts as things to draw.

use crate::analytics::FrameResult;
use crate::base::geometry::Size;
use crate::config::analytics::{AnalyticsConfig, OsdMode, Point as Written, StreamRules};
use crate::meta::{ArrowHead, Colour, Display, Font, Frame, Line, MetaError, Point, TextStyle};

// DeepStream's colours.
const REGION: Colour = [1.0, 1.0, 0.0, 1.0];
const CROWD: Colour = [1.0, 0.5, 0.0, 1.0];
const LINE: Colour = [0.0, 1.0, 0.0, 1.0];
const DIRECTION: Colour = [1.0, 0.0, 0.0, 1.0];
const COUNTS: Colour = [1.0, 1.0, 0.0, 1.0];
const BEHIND: Colour = [0.0, 0.0, 0.0, 1.0];
const WIDTH: u32 = 2;
/// Where the objects of each class are counted.
const CORNER: Point = (5, 5);

/// What is drawn on every frame of a stream.
#[derive(Debug)]
pub struct Overlay {
    mode: OsdMode,
    font_size: u32,
    display_counts: bool,
    lines: Vec<(Line, Option<ArrowHead>)>,
    regions: Vec<Name>,
    crowds: Vec<Name>,
    crossings: Vec<Name>,
    directions: Vec<Name>,
}

/// A label and where it stands.
#[derive(Debug)]
struct Name {
    label: String,
    at: Point,
}

impl Overlay {
    /// What is drawn of these rules on frames of this size.
    pub fn new(rules: &StreamRules, config: &AnalyticsConfig, size: Size) -> Self {
        let to = |point: &Written| scaled(*point, config.size, size);
        let stroke = |colour, from, to| Line { from, to, width: WIDTH, colour };
        let name = |label: &str, at: Point| {
            // Room for a count of a few digits behind the label, in letters two thirds as wide as high.
            let room = (label.len() as u32 + 5) * config.font_size;
            Name { label: label.to_owned(), at: (at.0.min(size.width.saturating_sub(room)), at.1) }
        };
        let outline = |polygon: &[Written], colour| {
            let next = polygon.iter().cycle().skip(1);
            let sides = polygon.iter().zip(next).map(|(a, b)| (stroke(colour, to(a), to(b)), None));
            sides.collect::<Vec<_>>()
        };
        let high = |polygon: &[Written]| polygon.iter().max_by_key(|(x, y)| x - y).map(to).unwrap_or_default();
        // A region and a crowd often share their outline: their labels stand apart.
        let low = |polygon: &[Written]| polygon.iter().max_by_key(|(x, y)| (*y, *x)).map(to).unwrap_or_default();
        let mut lines = Vec::new();
        for rule in &rules.regions {
            lines.extend(outline(&rule.polygon, REGION));
        }
        for rule in &rules.crowds {
            lines.extend(outline(&rule.polygon, CROWD));
        }
        for rule in &rules.directions {
            let [from, end] = &rule.vector;
            lines.push((stroke(DIRECTION, to(from), to(end)), Some(ArrowHead::End)));
        }
        for rule in &rules.lines {
            let ([start, end], [from, into]) = (&rule.line, &rule.direction);
            lines.push((stroke(LINE, to(start), to(end)), None));
            lines.push((stroke(LINE, to(from), to(into)), Some(ArrowHead::End)));
        }
        Self {
            mode: config.osd_mode,
            font_size: config.font_size,
            display_counts: config.display_counts,
            lines,
            regions: rules.regions.iter().map(|rule| name(&rule.label, high(&rule.polygon))).collect(),
            crowds: rules.crowds.iter().map(|rule| name(&rule.label, low(&rule.polygon))).collect(),
            crossings: rules.lines.iter().map(|rule| name(&rule.label, to(&rule.line[1]))).collect(),
            directions: rules.directions.iter().map(|rule| name(&rule.label, to(&rule.vector[0]))).collect(),
        }
    }

    /// Adds it to a frame of which this is known.
    pub fn draw(&self, frame: &mut Frame, result: &FrameResult) {
        let mut sheet = Sheet { frame, font_size: self.font_size, open: false };
        if self.display_counts {
            let counts: String =
                result.classes.iter().map(|(class, count)| format!(" ClassId{class}={count}")).collect();
            sheet.text(&format!("Count for{counts}"), CORNER, COUNTS);
        }
        if self.mode == OsdMode::Nothing {
            return;
        }
        for (line, head) in &self.lines {
            sheet.line(*line, *head);
        }
        for name in &self.directions {
            sheet.text(&name.label, name.at, DIRECTION);
        }
        let counts = self.mode == OsdMode::Counts;
        for (name, state) in self.regions.iter().zip(&result.regions) {
            let text = if counts { format!("{}={}", name.label, state.count) } else { name.label.clone() };
            sheet.text(&text, name.at, REGION);
        }
        for (name, state) in self.crowds.iter().zip(&result.crowds) {
            let text = match (counts, state.overcrowded) {
                (false, _) => name.label.clone(),
                (true, true) => format!("{} OverCrowding=True, Count={}", name.label, state.count),
                (true, false) => format!("{} OverCrowding=False, Count={}", name.label, state.count),
            };
            sheet.text(&text, name.at, CROWD);
        }
        for (name, state) in self.crossings.iter().zip(&result.lines) {
            let text = if counts { format!("{}={}", name.label, state.total) } else { name.label.clone() };
            sheet.text(&text, name.at, LINE);
        }
    }
}

/// A point of the configuration in the frame.
fn scaled((x, y): Written, written: Size, frame: Size) -> Point {
    let scale = |value: i32, to: u32, from: u32| {
        let place = u64::from(value.max(0).unsigned_abs()) * u64::from(to) / u64::from(from.max(1));
        u32::try_from(place).unwrap_or(to).min(to)
    };
    (scale(x, frame.width, written.width), scale(y, frame.height, written.height))
}

/// The display metas of a frame, a new one whenever one is full.
struct Sheet<'a> {
    frame: &'a mut Frame,
    font_size: u32,
    /// Whether the frame's newest display meta is ours.
    open: bool,
}

impl Sheet<'_> {
    fn line(&mut self, line: Line, head: Option<ArrowHead>) {
        self.add(|display| match head {
            Some(head) => display.add_arrow(line, head),
            None => display.add_line(line),
        });
    }

    fn text(&mut self, text: &str, at: Point, colour: Colour) {
        let style = TextStyle { font: Font::SERIF, size: self.font_size, colour, background: Some(BEHIND) };
        self.add(|display| display.add_text(text, at, style));
    }

    fn add(&mut self, add: impl Fn(&mut Display) -> Result<(), MetaError>) {
        if self.open
            && let Some(display) = self.frame.displays_mut().next()
            && add(display).is_ok()
        {
            return;
        }
        self.open = true;
        // An empty display meta has room for one of each.
        let _ = add(self.frame.add_display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_scaled_and_stay_inside() {
        let (written, frame) = (Size { width: 1920, height: 1080 }, Size { width: 1280, height: 720 });
        assert_eq!(scaled((1920, 540), written, frame), (1280, 360));
        assert_eq!(scaled((i32::MAX, 3), written, frame), (1280, 2));
    }
}
