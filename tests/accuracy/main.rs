//! The sample networks, played through the program on streams no network was trained on, scored against the truth beside
//! the streams. `docs/accuracy.md` has the figures; the floors here lie a little below them.
//!
//! `DS_APPS_CLIPS=FOLDER cargo test --test accuracy -- --ignored --nocapture` prints the same figures for every clip that
//! `python3 -m generator clip` and `road` wrote into a folder.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod counting;
mod flow;
mod measure;
mod play;
mod score;
mod truth;

use std::path::PathBuf;

use measure::{PEOPLE, STREET};
use score::{AveragePrecision, Confusion, mean};
use truth::{Clip, Item};

/// A shipped stream, every so-many-th frame of it.
fn shipped(name: &str, every: u64) -> Vec<Clip> {
    vec![Clip::load(&play::root().join("streams"), name, every)]
}

#[track_caller]
fn at_least(what: &str, found: f64, floor: f64) {
    println!("{what}: {found:.3}");
    assert!(found >= floor, "{what} is {found:.3}, less than {floor}");
}

fn say(what: &str, classes: &[&str], score: &AveragePrecision) {
    for (class, name) in classes.iter().enumerate() {
        if let Some((half, all)) = score.class(class) {
            println!("{what} {name}: {half:.3} {all:.3} of {}", score.counted(class));
        }
    }
    let (half, all) = score.mean();
    println!("{what}: mAP@0.5 {half:.3}, mAP@0.5:0.95 {all:.3}");
}

fn kind(item: &Item) -> Option<&str> {
    item.kind.as_deref()
}

fn color(item: &Item) -> Option<&str> {
    item.color.as_deref()
}

#[test]
fn the_primary_detector_finds_the_street() {
    let score = measure::detector(&shipped("sample_720p", 30), "primary_detector", &STREET);
    say("sample_720p", &STREET, &score);
    at_least("mAP@0.5", score.mean().0, 0.93);
    at_least("mAP@0.5:0.95", score.mean().1, 0.69);
}

#[test]
fn the_primary_detector_finds_the_street_in_eight_bits() {
    let score = measure::detector(&shipped("sample_720p", 60), "primary_detector_int8", &STREET);
    say("sample_720p, INT8", &STREET, &score);
    at_least("mAP@0.5", score.mean().0, 0.93);
    at_least("mAP@0.5:0.95", score.mean().1, 0.68);
}

#[test]
fn the_primary_detector_finds_the_street_from_a_car() {
    let score = measure::detector(&shipped("sample_ride", 15), "primary_detector", &STREET);
    say("sample_ride", &STREET, &score);
    at_least("mAP@0.5", score.mean().0, 0.85);
    at_least("mAP@0.5:0.95", score.mean().1, 0.56);
}

#[test]
fn types_and_colours_of_vehicles() {
    let clips = shipped("sample_720p", 60);
    at_least("types", measure::attribute(&clips, "vehicle_type", kind).accuracy(), 0.94);
    at_least("colours", measure::attribute(&clips, "vehicle_color", color).accuracy(), 0.96);
}

#[test]
fn the_scene_pixel_by_pixel() {
    let score = measure::scene(&shipped("sample_720p", 90));
    at_least("scene mIoU", mean(&score.overlaps()), 0.88);
}

#[test]
fn instances_with_masks() {
    let found = measure::instances(&shipped("sample_720p", 60), 0.35);
    at_least("recall", found.recall, 0.85);
    at_least("mask IoU", found.overlap, 0.80);
}

#[test]
fn people_and_their_faces() {
    let score = measure::detector(&shipped("sample_people_720p", 20), "people_detector", &PEOPLE);
    say("sample_people_720p", &PEOPLE, &score);
    let (precision, recall) = score.point(2, 0.45);
    at_least("precision of faces", precision, 0.91);
    at_least("recall of faces", recall, 0.94);
}

#[test]
fn defects_of_parts() {
    let score = measure::parts(&shipped("sample_parts", 15));
    at_least("parts mIoU", mean(&score.overlaps()), 0.92);
}

#[test]
fn an_object_is_recognised_later() {
    let (rank, asked) = measure::identity(&shipped("sample_720p", 60), 60);
    println!("{asked} asked");
    at_least("rank-1", rank, 0.91);
}

/// The goal is 5 %. A vehicle that a bus hides all the way over the line is missing, and nothing else.
#[test]
#[cfg_attr(debug_assertions, ignore = "minutes without optimisation: cargo test --release --test accuracy crossings")]
fn crossings_behind_the_detector_and_the_tracker() {
    let crossings = counting::street("config_tracker_NvDCF_perf.yml");
    println!("{crossings:?}: {:.1} % wrong", 100.0 * crossings.error());
    assert_eq!(crossings.wanted, 34);
    assert!(crossings.error() <= 0.05, "{crossings:?}");
}

/// A stream's flow with a preset is at most `most` pixels off, and less than 1.5 where the next picture shows a point.
fn motion(name: &str, most: [f64; 3]) {
    for (preset, most) in ["fast", "medium", "slow"].into_iter().zip(most) {
        let flow::Errors { mean, stays, median } = flow::errors(name, preset);
        println!(
            "{name}, {preset}: end-point error {mean:.3} px, {stays:.3} of what stays, of half at most {median:.3}"
        );
        assert!(mean <= most, "{name}, {preset}: {mean:.3} px, more than {most}");
        assert!(stays <= 1.5, "{name}, {preset}: {stays:.3} px of what stays in the picture");
    }
}

#[test]
fn the_motion_of_every_block() {
    motion("sample_720p", [0.45; 3]);
    motion("sample_people_720p", [0.90; 3]);
    motion("sample_parts", [1.30; 3]);
}

#[test]
fn the_motion_seen_from_a_car() {
    motion("sample_ride", [1.30; 3]);
}

/// The clips of a scene in the folder that `DS_APPS_CLIPS` names.
fn clips(scene: &str, every: u64) -> Vec<Clip> {
    let folder = PathBuf::from(std::env::var_os("DS_APPS_CLIPS").expect("DS_APPS_CLIPS"));
    Clip::all(&folder, scene, every)
}

fn street_and_ride() -> Vec<Clip> {
    clips("street", 5).into_iter().chain(clips("ride", 5)).collect()
}

#[test]
#[ignore = "needs clips: DS_APPS_CLIPS"]
fn unseen_detections() {
    for name in ["primary_detector", "primary_detector_int8"] {
        say(&format!("{name}, street"), &STREET, &measure::detector(&clips("street", 5), name, &STREET));
        say(&format!("{name}, ride"), &STREET, &measure::detector(&clips("ride", 5), name, &STREET));
        say(&format!("{name}, both"), &STREET, &measure::detector(&street_and_ride(), name, &STREET));
    }
}

#[test]
#[ignore = "needs clips: DS_APPS_CLIPS"]
fn unseen_vehicles() {
    let said = |what: &str, score: Confusion| println!("{what}: {:.4} of {}", score.accuracy(), score.total());
    for end in ["", "_int8"] {
        said(&format!("types{end}"), measure::attribute(&street_and_ride(), &format!("vehicle_type{end}"), kind));
        said(&format!("colours{end}"), measure::attribute(&street_and_ride(), &format!("vehicle_color{end}"), color));
    }
}

#[test]
#[ignore = "needs clips: DS_APPS_CLIPS"]
fn unseen_identities() {
    println!("rank-1, later by 20 frames: {:?}", measure::identity(&street_and_ride(), 20));
}

#[test]
#[ignore = "needs clips: DS_APPS_CLIPS"]
fn unseen_pixels() {
    for scene in ["street", "ride"] {
        let masks = measure::instances(&clips(scene, 10), 0.35);
        let (recall, overlap, classes) = (masks.recall, masks.overlap, masks.classes);
        println!("instances, {scene}: recall {recall:.3}, mask IoU {overlap:.3} {classes:.3?} of {}", masks.count);
    }
    for (what, score) in
        [("scene", measure::scene(&clips("street", 20))), ("parts", measure::parts(&clips("parts", 10)))]
    {
        println!("{what}: {:.4} of {:.4?}", mean(&score.overlaps()), score.overlaps());
    }
}

#[test]
#[ignore = "needs clips: DS_APPS_CLIPS"]
fn unseen_people() {
    let people = measure::detector(&clips("people", 5), "people_detector", &PEOPLE);
    say("people", &PEOPLE, &people);
    for least in [0.35, 0.4, 0.45, 0.5] {
        println!("faces at {least}: precision, recall {:.3?}", people.point(2, least));
    }
}
