//! One frame of 50 objects through 10 lines, 10 regions and 4 directions; the target is 0.2 ms on one core.

use criterion::{Criterion, criterion_group, criterion_main};
use ds_apps::analytics::{Observation, StreamAnalytics};
use ds_apps::base::geometry::{Rect, Size};
use ds_apps::config::analytics::{Classes, CrowdRule, DirectionRule, LineRule, Mode, Point, RegionRule, StreamRules};

const SIZE: Size = Size { width: 1920, height: 1080 };
const OBJECTS: u64 = 50;

/// A polygon of 12 corners.
fn polygon(number: i32) -> Vec<Point> {
    let corner = |step: i32| {
        let angle = f64::from(step) / 12.0 * std::f64::consts::TAU;
        let (x, y) = (150 + 170 * number, 300 + 50 * number);
        (x + (140.0 * angle.cos()) as i32, y + (200.0 * angle.sin()) as i32)
    };
    (0..12).map(corner).collect()
}

fn rules() -> StreamRules {
    let classes = Classes::default();
    let region = |n| RegionRule {
        label: format!("region {n}"),
        polygon: polygon(n),
        inverse: false,
        classes: Classes::default(),
    };
    let line = |n: i32| LineRule {
        label: format!("line {n}"),
        direction: [(960, 100), (960, 900)],
        line: [(0, 100 * n + 50), (1920, 100 * n + 80)],
        extended: false,
        mode: Mode::Balanced,
        classes: Classes::default(),
    };
    let crowd = |n| CrowdRule {
        label: format!("crowd {n}"),
        polygon: polygon(n),
        object_threshold: 5,
        time_threshold_ms: 500,
        classes: Classes::default(),
    };
    let direction = |(n, to): (usize, Point)| DirectionRule {
        label: format!("direction {n}"),
        vector: [(960, 540), to],
        mode: Mode::Balanced,
        classes: classes.clone(),
    };
    let ways = [(1900, 540), (20, 540), (960, 20), (960, 1000)];
    StreamRules {
        regions: (0..5).map(region).collect(),
        crowds: (5..10).map(crowd).collect(),
        lines: (0..10).map(line).collect(),
        directions: ways.into_iter().enumerate().map(direction).collect(),
    }
}

/// Objects that walk down the frame and begin again at its top.
fn objects(frame: u64) -> Vec<Observation> {
    let object = |id: u64| {
        let top = ((frame * (2 + id % 5) + id * 37) % 1000) as f32 - 60.0;
        let rect = Rect { left: 30.0 * id as f32 + 100.0, top, width: 40.0, height: 90.0 };
        Observation { id: Some(id), class_id: (id % 4) as i32, rect }
    };
    (0..OBJECTS).map(object).collect()
}

fn analytics(criterion: &mut Criterion) {
    let frames: Vec<Vec<Observation>> = (0..600).map(objects).collect();
    let mut analytics = StreamAnalytics::new(&rules(), SIZE, SIZE, Some(500));
    let mut number = 0u64;
    criterion.bench_function("analytics/50 objects, 10 lines, 10 regions, 4 directions", |bencher| {
        bencher.iter(|| {
            number += 1;
            analytics.update(Some(number * 33_333_333), &frames[(number % 600) as usize]).lines.len()
        });
    });
}

criterion_group!(benches, analytics);
criterion_main!(benches);
