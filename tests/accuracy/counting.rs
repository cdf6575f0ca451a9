//! Crossings of lines, counted behind the shipped detector and tracker.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::play;

/// How the crossings of a stream were counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossings {
    /// What is true.
    pub wanted: u64,
    /// What was counted and is true, line by line.
    pub right: u64,
    /// What was counted and is not.
    pub too_many: u64,
}

impl Crossings {
    /// Crossings that are missing and crossings nobody made, over those that are true.
    pub fn error(&self) -> f64 {
        (self.wanted - self.right + self.too_many) as f64 / self.wanted as f64
    }
}

/// Plays `sample_720p` as `ds-apps analytics` does, and counts after the shipped rules.
pub fn street(tracker: &str) -> Crossings {
    let configs = play::root().join("configs");
    let file = |name: &str| configs.join(name).display().to_string();
    let elements = format!(
        "! nvinfer config-file-path={} ! nvtracker ll-config-file={} ! nvdsanalytics config-file={}",
        file("config_infer_primary_detector.txt"),
        file(tracker),
        file("config_nvdsanalytics.txt")
    );
    let video = play::root().join("streams/sample_720p.mp4");
    let totals = play::play_through(&video, &elements, 1, |frame| frame.analytics().map(|known| known.crossed));
    let counted = totals.into_iter().filter_map(|(_, crossed)| crossed).next_back().unwrap();
    let truth = truth("sample_720p", |label| counted.contains_key(label));
    let mut crossings = Crossings { wanted: 0, right: 0, too_many: 0 };
    for (label, wanted) in truth {
        println!("{label}: {} of {wanted}", counted[&label]);
        crossings.wanted += wanted;
        crossings.right += wanted.min(counted[&label]);
        crossings.too_many += counted[&label].saturating_sub(wanted);
    }
    crossings
}

/// The true crossings of the lines that `has` rules; against its direction a line is called `_back`.
fn truth(name: &str, has: impl Fn(&str) -> bool) -> BTreeMap<String, u64> {
    let path = play::root().join(format!("streams/{name}.counts.json"));
    let counts: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let all = |value: &Value| value.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum::<u64>();
    let lines = counts["lines"].as_object().unwrap().iter();
    let both = lines.flat_map(|(label, line)| {
        [(label.clone(), all(&line["along"])), (format!("{label}_back"), all(&line["against"]))]
    });
    both.filter(|(label, _)| has(label)).collect()
}
