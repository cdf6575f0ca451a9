//! Lines and zones of the shipped streams, counted on their true tracks: every count is the truth's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use ds_apps::analytics::{Observation, StreamAnalytics};
use ds_apps::base::geometry::{Rect, Size};
use ds_apps::config::analytics::{AnalyticsConfig, StreamRules};
use ds_apps::config::document::Document;
use serde_json::Value;

/// The classes that truth counts, by their place.
const CLASSES: [&str; 3] = ["vehicle", "two_wheeler", "person"];
const RATE: u64 = 30;

fn streams() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("streams")
}

fn counts(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(streams().join(format!("{name}.counts.json"))).unwrap()).unwrap()
}

/// The true objects of every frame, as a tracker that makes no mistake would report them.
fn frames(name: &str) -> impl Iterator<Item = Vec<Observation>> {
    let file = std::fs::File::open(streams().join(format!("{name}.truth.jsonl.gz"))).unwrap();
    let lines = BufReader::new(flate2::read::GzDecoder::new(file)).lines();
    lines.map(|line| {
        let frame: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let object = |object: &Value| {
            let class_id = CLASSES.iter().position(|class| object["label"] == *class)? as i32;
            let edge = |place: usize| object["full"][place].as_f64().unwrap() as f32;
            let rect = Rect { left: edge(0), top: edge(1), width: edge(2), height: edge(3) };
            Some(Observation { id: object["object_id"].as_u64(), class_id, rect })
        };
        frame["objects"].as_array().unwrap().iter().filter_map(object).collect()
    })
}

/// The rules of a stream as a configuration says them, one section a class, each line in both directions.
fn rules(truth: &Value, class: usize) -> StreamRules {
    let config = |kind: &str| {
        truth[kind].as_object().unwrap().values().map(|shape| shape["config"].as_str().unwrap()).collect::<Vec<_>>()
    };
    let back = |line: &str| {
        let (key, numbers) = line.split_once('=').unwrap();
        let numbers: Vec<&str> = numbers.split(';').collect();
        let (from, to, ends) = (numbers[..2].join(";"), numbers[2..4].join(";"), numbers[4..].join(";"));
        format!("{key}_back={to};{from};{ends}")
    };
    let lines = config("lines");
    let lines: String = lines.iter().map(|line| format!("{line}\n{}\n", back(line))).collect();
    let text = format!(
        "[property]\nenable=1\nconfig-width={}\nconfig-height={}\n\
         [line-crossing-stream-0]\nenable=1\nextended=0\nclass-id={class}\n{lines}\
         [roi-filtering-stream-0]\nenable=1\nclass-id={class}\n{}\n",
        truth["width"],
        truth["height"],
        config("zones").join("\n"),
    );
    let loaded = AnalyticsConfig::from_document(Document::from_bytes(Path::new("c.txt"), text.as_bytes()).unwrap());
    let loaded = loaded.unwrap();
    assert_eq!(loaded.warnings, []);
    loaded.config.streams[&0].clone()
}

fn check(name: &str) {
    let truth = counts(name);
    let size =
        Size { width: truth["width"].as_u64().unwrap() as u32, height: truth["height"].as_u64().unwrap() as u32 };
    let mut classes: Vec<StreamAnalytics> =
        (0..CLASSES.len()).map(|class| StreamAnalytics::new(&rules(&truth, class), size, size, None)).collect();
    let mut occupancy: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (number, frame) in frames(name).enumerate() {
        let mut inside: BTreeMap<String, u64> = BTreeMap::new();
        for analytics in &mut classes {
            let states = analytics.update(Some(number as u64 * 1_000_000_000 / RATE), &frame).regions.clone();
            for ((label, _), state) in analytics.regions().zip(states) {
                *inside.entry(label.to_owned()).or_default() += u64::from(state.count);
            }
        }
        inside.into_iter().for_each(|(label, count)| occupancy.entry(label).or_default().push(count));
    }
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let mut wrong = Vec::new();
    for (class, analytics) in CLASSES.iter().zip(&classes) {
        let crossed: BTreeMap<&str, u64> = analytics.lines().collect();
        for (line, truth) in truth["lines"].as_object().unwrap() {
            let told = (crossed[line.as_str()], crossed[format!("{line}_back").as_str()]);
            assert_eq!(
                told,
                (number(&truth["along"][class]), number(&truth["against"][class])),
                "{name} {line} {class}"
            );
        }
        let entered: BTreeMap<&str, u64> = analytics.regions().collect();
        for (zone, truth) in truth["zones"].as_object().unwrap() {
            let (told, want) = (entered[zone.as_str()], number(&truth["entered"][class]));
            wrong.extend((told != want).then(|| format!("{zone}, {class}: {told} and not {want}")));
        }
    }
    assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    for (zone, truth) in truth["zones"].as_object().unwrap() {
        let told: Vec<Value> = occupancy[zone].iter().map(|count| Value::from(*count)).collect();
        assert_eq!(Value::from(told), truth["occupancy"], "{name} {zone}");
    }
}

#[test]
fn the_street_is_counted_right() {
    check("sample_720p");
}

#[test]
fn the_square_is_counted_right() {
    check("sample_people_720p");
}
