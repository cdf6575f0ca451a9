//! Counting in the cases that users of counters report as wrong.

use proptest::prelude::*;

use super::*;
use crate::base::geometry::{Rect, Size};
use crate::config::analytics::{Classes, CrowdRule, DirectionRule, LineRule, Mode, Point, RegionRule, StreamRules};

const SIZE: Size = Size { width: 640, height: 480 };
const FRAME: u64 = 33_333_333;
/// Height and width of an object.
const OBJECT: (f32, f32) = (60.0, 30.0);

/// A level line at y = 240 from x = 100 to 540, crossed downwards.
fn down(label: &str) -> LineRule {
    LineRule {
        label: label.into(),
        direction: [(320, 100), (320, 400)],
        line: [(100, 240), (540, 240)],
        extended: false,
        mode: Mode::Loose,
        classes: Classes::default(),
    }
}

fn up(label: &str) -> LineRule {
    LineRule { direction: [(320, 400), (320, 100)], ..down(label) }
}

fn lines(lines: impl IntoIterator<Item = LineRule>) -> StreamAnalytics {
    let rules = StreamRules { lines: lines.into_iter().collect(), ..StreamRules::default() };
    StreamAnalytics::new(&rules, SIZE, SIZE, None)
}

/// Both directions of the line.
fn gate() -> StreamAnalytics {
    lines([down("down"), up("up")])
}

/// An object that stands at a place.
fn at(id: u64, x: f32, y: f32) -> Observation {
    let (height, width) = OBJECT;
    Observation { id: Some(id), class_id: 0, rect: Rect { left: x - width / 2.0, top: y - height, width, height } }
}

/// Shows frames one after the other.
fn show(analytics: &mut StreamAnalytics, frames: impl IntoIterator<Item = Vec<Observation>>) {
    for frame in frames {
        analytics.update(None, &frame);
    }
}

/// One object on its way down or up the middle.
fn walk(analytics: &mut StreamAnalytics, id: u64, heights: impl IntoIterator<Item = f32>) {
    show(analytics, heights.into_iter().map(|y| vec![at(id, 320.0, y)]));
}

fn totals(analytics: &StreamAnalytics) -> Vec<u64> {
    analytics.lines().map(|(_, total)| total).collect()
}

/// Noise of a detector without a random generator: a value from -1 to 1.
fn noise(n: u32) -> f32 {
    (n.wrapping_mul(2_654_435_761) >> 16) as f32 / 32768.0 - 1.0
}

#[test]
fn a_walk_over_the_line_counts_once_in_its_direction() {
    let mut gate = gate();
    walk(&mut gate, 1, (0..60).map(|n| 150.0 + 3.0 * n as f32));
    assert_eq!(totals(&gate), [1, 0]);
    walk(&mut gate, 2, (0..60).map(|n| 330.0 - 3.0 * n as f32));
    assert_eq!(totals(&gate), [1, 1]);
}

#[test]
fn the_crossing_is_told_of_its_object_in_one_frame() {
    let mut gate = gate();
    let mut told = Vec::new();
    for n in 0..40 {
        let result = gate.update(None, &[at(9, 50.0, 100.0), at(1, 320.0, 200.0 + 3.0 * n as f32)]);
        told.extend((result.objects[1].lines == [0]).then_some((n, result.lines[0].now, result.lines[0].total)));
        assert!(result.objects[0].lines.is_empty());
    }
    let [(frame, 1, 1)] = told[..] else { panic!("{told:?}") };
    assert!((14..=16).contains(&frame), "on the line in frame 14, told in {frame}");
}

#[test]
fn objects_without_identity_cross_nothing() {
    let mut gate = gate();
    let unknown = |y: f32| Observation { id: None, ..at(0, 320.0, y) };
    show(&mut gate, (0..60).map(|n| vec![unknown(150.0 + 3.0 * n as f32), unknown(330.0 - 3.0 * n as f32)]));
    assert_eq!(totals(&gate), [0, 0]);
}

#[test]
fn flickering_boxes_count_once() {
    // Seen in two frames of three, and sometimes cut in half for a frame.
    let mut gate = gate();
    for n in 0..90u32 {
        let mut object = at(1, 320.0, 150.0 + 2.0 * n as f32 + noise(n));
        if n % 8 == 5 {
            object.rect.height /= 2.0;
        }
        gate.update(None, if n % 3 == 2 { &[] } else { std::slice::from_ref(&object) });
    }
    assert_eq!(totals(&gate), [1, 0]);
}

#[test]
fn an_outlier_beyond_the_line_is_no_crossing() {
    let mut gate = gate();
    walk(&mut gate, 1, (0..60).map(|n| if n == 40 { 300.0 } else { 200.0 + 0.2 * n as f32 }));
    assert_eq!(totals(&gate), [0, 0]);
}

#[test]
fn stop_and_go_on_the_line_counts_once() {
    for tremble in [0.3, 1.0, 2.5] {
        let mut gate = gate();
        let place = |n: u32| match n {
            0..30 => 180.0 + 2.0 * n as f32,
            30..330 => 240.0,
            _ => 240.0 + 2.0 * (n - 330) as f32,
        };
        walk(&mut gate, 1, (0..370).map(|n| place(n) + tremble * noise(n)));
        assert_eq!(totals(&gate), [1, 0], "trembling by {tremble}");
    }
}

#[test]
fn who_stops_on_the_line_and_goes_back_never_crossed() {
    let mut gate = gate();
    let place = |n: u32| match n {
        0..30 => 180.0 + 2.0 * n as f32,
        30..120 => 239.5,
        _ => 239.5 - 2.0 * (n - 120) as f32,
    };
    walk(&mut gate, 1, (0..160).map(|n| place(n) + 1.5 * noise(n)));
    assert_eq!(totals(&gate), [0, 0]);
}

#[test]
fn a_box_that_drifts_while_it_stands_on_the_line_counts_once() {
    let mut gate = gate();
    let place = |n: u32| match n {
        0..30 => 180.0 + 2.0 * n as f32,
        // Slower than trembling: four pixels to and fro in five seconds.
        30..630 => 240.0 + 4.0 * (n as f32 / 25.0).sin(),
        _ => 240.0 + 2.0 * (n - 630) as f32,
    };
    walk(&mut gate, 1, (0..670).map(place));
    assert_eq!(totals(&gate), [1, 0]);
}

#[test]
fn feet_behind_another_object_are_where_they_were() {
    // Somebody walks along the line, just above it, behind a parked car that hides the lower half.
    let mut gate = gate();
    let car =
        Observation { id: Some(9), class_id: 1, rect: Rect { left: 250.0, top: 205.0, width: 160.0, height: 90.0 } };
    let frame = |n: u32| {
        let mut person = at(1, 150.0 + 3.0 * n as f32, 260.0);
        if (250.0..410.0).contains(&(person.rect.left + 15.0)) {
            person.rect.height = 30.0;
        }
        vec![person, car]
    };
    show(&mut gate, (0..110).map(frame));
    assert_eq!(totals(&gate), [0, 0], "the box's edge goes up over the line and down again, the person does not");
}

#[test]
fn crossing_back_counts_in_the_other_direction_and_again() {
    let mut gate = gate();
    let to_and_fro = |n: u32| 240.0 + 60.0 * (n as f32 / 20.0).sin();
    // Three and a half periods beginning downwards from above: down at the start and after each return.
    walk(&mut gate, 1, std::iter::once(200.0).chain((0..440).map(to_and_fro)));
    assert_eq!(totals(&gate), [4, 3]);
}

#[test]
fn grazing_the_line_is_no_crossing() {
    let mut gate = gate();
    // Comes within a quarter pixel, touches, leaves.
    walk(&mut gate, 1, (-40..=40).map(|n| 240.0 - 0.1 * (n * n) as f32));
    walk(&mut gate, 2, (-40..=40).map(|n| 240.4 - 0.1 * (n * n) as f32));
    assert_eq!(totals(&gate), [0, 0]);
}

#[test]
fn walking_along_the_line_is_no_crossing() {
    let mut gate = gate();
    show(&mut gate, (0..100).map(|n| vec![at(1, 100.0 + 4.0 * n as f32, 240.0 + 0.8 * noise(n))]));
    assert_eq!(totals(&gate), [0, 0]);
}

#[test]
fn two_who_swap_sides_count_one_each_way() {
    let mut gate = gate();
    let frame = |n: u32| vec![at(1, 300.0, 180.0 + 3.0 * n as f32), at(2, 340.0, 300.0 - 3.0 * n as f32)];
    show(&mut gate, (0..40).map(frame));
    assert_eq!(totals(&gate), [1, 1]);
}

#[test]
fn identities_that_a_tracker_swaps_cross_nothing() {
    let mut gate = gate();
    // Two stand on either side; from frame 20 on each has the other's id.
    let frame = |n: u32| {
        let (above, below) = if n < 20 { (1, 2) } else { (2, 1) };
        vec![at(above, 320.0, 200.0 + 0.3 * noise(n)), at(below, 320.0, 280.0 + 0.3 * noise(n + 7))]
    };
    show(&mut gate, (0..60).map(frame));
    assert_eq!(totals(&gate), [0, 0]);
}

#[test]
fn a_jump_over_the_line_between_frames_counts() {
    let mut gate = gate();
    walk(&mut gate, 1, [100.0, 130.0, 160.0, 320.0, 350.0, 380.0]);
    assert_eq!(totals(&gate), [1, 0]);
    // Seen once beyond, then gone: told once it is forgotten.
    walk(&mut gate, 2, [100.0, 150.0, 200.0, 310.0]);
    assert_eq!(totals(&gate), [1, 0]);
    show(&mut gate, std::iter::repeat_n(Vec::new(), 75));
    assert_eq!(totals(&gate), [2, 0]);
}

#[test]
fn a_jump_beside_the_line_counts_only_where_it_is_extended() {
    let extended = LineRule { extended: true, ..down("extended") };
    let mut both = lines([down("as it is"), extended]);
    show(&mut both, [180.0, 200.0, 220.0, 290.0, 310.0, 330.0].map(|y| vec![at(1, 40.0, y)]));
    assert_eq!(totals(&both), [0, 1]);
    // The way decides, not the places: from left of the line to right of its middle, and beyond its end.
    show(&mut both, [(60.0, 200.0), (60.0, 210.0), (320.0, 290.0), (330.0, 300.0)].map(|(x, y)| vec![at(2, x, y)]));
    assert_eq!(totals(&both), [1, 2]);
}

#[test]
fn going_round_the_end_of_the_line_is_no_crossing() {
    let mut gate = gate();
    let circle = |n: u32| {
        let angle = n as f32 / 20.0;
        vec![at(1, 540.0 + 50.0 * angle.sin().abs(), 240.0 - 60.0 * angle.cos())]
    };
    show(&mut gate, (0..62).map(circle));
    assert_eq!(totals(&gate), [0, 0]);
}

#[test]
fn several_lines_are_crossed_at_once() {
    let mut many = lines((0..10).map(|n| {
        let y = 200 + 2 * n;
        LineRule { line: [(100, y), (540, y)], ..down(&format!("line {n}")) }
    }));
    walk(&mut many, 1, [150.0, 160.0, 260.0, 270.0, 280.0]);
    assert_eq!(totals(&many), [1; 10]);
}

#[test]
fn boxes_at_the_frames_edge_count_as_far_as_they_can_get() {
    // A line two pixels above the lower edge, which the feet of who leaves can never get far beyond.
    let low = LineRule { line: [(100, 477), (540, 477)], ..down("out") };
    let inwards = LineRule { direction: [(320, 470), (320, 100)], line: [(100, 477), (540, 477)], ..down("in") };
    let clipped = |y: f32| {
        let object = at(1, 320.0, y);
        vec![Observation { rect: object.rect.clipped(640.0, 480.0), ..object }]
    };
    let mut edge = lines([low.clone(), inwards.clone()]);
    show(&mut edge, (0..40).map(|n| clipped(430.0 + 2.0 * n as f32)));
    assert_eq!(totals(&edge), [1, 0]);
    // And the way in.
    let mut edge = lines([low, inwards]);
    show(&mut edge, (0..40).map(|n| clipped(510.0 - 2.0 * n as f32)));
    assert_eq!(totals(&edge), [0, 1]);
}

#[test]
fn boxes_that_grow_in_at_an_edge_cross_nothing_they_did_not_cross() {
    // A wide object comes in from the left: the middle of what is seen of it moves at half its speed.
    let mut gate = gate();
    let frame = |n: u32| {
        let right = 5.0 * n as f32;
        let rect = Rect { left: right - 200.0, top: 150.0, width: 200.0, height: 60.0 }.clipped(640.0, 480.0);
        vec![Observation { id: Some(1), class_id: 0, rect }]
    };
    show(&mut gate, (1..100).map(frame));
    assert_eq!(totals(&gate), [0, 0]);
}

#[test]
fn modes_ask_for_more_or_less_of_the_direction() {
    let counted = |degrees: f32, mode: Mode| {
        let mut line = lines([LineRule { mode, extended: true, ..down("line") }]);
        let (sin, cos) = degrees.to_radians().sin_cos();
        show(
            &mut line,
            (0..60).map(|n| {
                let along = -90.0 + 3.0 * n as f32;
                vec![at(1, 320.0 + along * sin, 240.0 + along * cos)]
            }),
        );
        totals(&line)[0]
    };
    let modes = [Mode::Loose, Mode::Balanced, Mode::Strict];
    assert_eq!(modes.map(|mode| counted(0.0, mode)), [1, 1, 1]);
    assert_eq!(modes.map(|mode| counted(50.0, mode)), [1, 1, 0]);
    assert_eq!(modes.map(|mode| counted(70.0, mode)), [1, 0, 0]);
    assert_eq!(modes.map(|mode| counted(180.0, mode)), [0, 0, 0]);
}

#[test]
fn a_direction_beside_the_line_means_the_same_as_one_across() {
    let aside = LineRule { direction: [(10, 10), (14, 20)], ..down("aside") };
    let mut line = lines([aside]);
    walk(&mut line, 1, (0..60).map(|n| 150.0 + 3.0 * n as f32));
    walk(&mut line, 2, (0..60).map(|n| 330.0 - 3.0 * n as f32));
    assert_eq!(totals(&line), [1]);
}

#[test]
fn classes_are_told_apart_and_a_doubtful_one_is_the_most_frequent() {
    let cars = LineRule { classes: Classes::new(vec![2]), ..down("cars") };
    let mut line = lines([cars]);
    let seen = |class_id: i32, id: u64, n: u32| Observation { class_id, ..at(id, 320.0, 150.0 + 3.0 * n as f32) };
    show(&mut line, (0..60).map(|n| vec![seen(0, 1, n)]));
    assert_eq!(totals(&line), [0]);
    show(&mut line, (0..60).map(|n| vec![seen(if n % 4 == 3 || n == 31 { 0 } else { 2 }, 2, n)]));
    assert_eq!(totals(&line), [1]);
}

#[test]
fn an_identity_that_was_gone_for_long_begins_anew() {
    let mut gate = gate();
    walk(&mut gate, 1, [200.0; 10]);
    show(&mut gate, std::iter::repeat_n(Vec::new(), 55));
    walk(&mut gate, 1, [280.0; 10]);
    assert_eq!(totals(&gate), [1, 0], "hidden for less than two seconds");
    show(&mut gate, std::iter::repeat_n(Vec::new(), 90));
    walk(&mut gate, 1, [200.0; 10]);
    assert_eq!(totals(&gate), [1, 0], "three seconds: nobody knows how it went");
}

#[test]
fn a_slow_stream_may_leave_more_than_a_second_between_frames() {
    let mut gate = gate();
    for (n, y) in [160.0, 180.0, 200.0, 300.0, 320.0].into_iter().enumerate() {
        gate.update(Some(n as u64 * 2_000_000_000), &[at(1, 320.0, y)]);
    }
    assert_eq!(totals(&gate), [1, 0]);
}

#[test]
fn time_that_jumps_back_keeps_totals_and_forgets_everybody() {
    let mut gate = gate();
    for n in 0..60u64 {
        gate.update(Some(n * FRAME), &[at(1, 320.0, 150.0 + 3.0 * n as f32)]);
    }
    // The file begins again, and so do its ids.
    for n in 0..60u64 {
        gate.update(Some(n * FRAME), &[at(1, 320.0, 150.0 + 3.0 * n as f32)]);
    }
    assert_eq!(totals(&gate), [2, 0]);
}

fn square(label: &str, inverse: bool) -> RegionRule {
    let polygon: Vec<Point> = vec![(200, 100), (400, 100), (400, 300), (200, 300)];
    RegionRule { label: label.into(), polygon, inverse, classes: Classes::default() }
}

#[test]
fn regions_hold_who_stands_inside_or_outside() {
    let rules = StreamRules { regions: vec![square("in", false), square("out", true)], ..StreamRules::default() };
    let mut analytics = StreamAnalytics::new(&rules, SIZE, SIZE, None);
    let unknown = Observation { id: None, ..at(0, 300.0, 250.0) };
    // The second one's box lies inside, its feet do not.
    let result = analytics.update(None, &[at(1, 300.0, 200.0), at(2, 300.0, 320.0), unknown]);
    assert_eq!(result.objects.iter().map(|object| object.regions.clone()).collect::<Vec<_>>(), [[0], [1], [0]]);
    assert_eq!((result.regions[0].count, result.regions[1].count), (2, 1));
}

#[test]
fn coordinates_are_scaled_to_the_frame() {
    let rules = StreamRules { regions: vec![square("in", false)], lines: vec![down("line")], ..StreamRules::default() };
    let half = Size { width: 320, height: 240 };
    let mut analytics = StreamAnalytics::new(&rules, SIZE, half, None);
    let inside = |analytics: &mut StreamAnalytics, x, y| analytics.update(None, &[at(1, x, y)]).regions[0].count;
    assert_eq!((inside(&mut analytics, 150.0, 100.0), inside(&mut analytics, 300.0, 200.0)), (1, 0));
    let mut analytics = StreamAnalytics::new(&rules, SIZE, half, None);
    show(&mut analytics, (0..60).map(|n| vec![at(5, 160.0, 60.0 + 2.0 * n as f32)]));
    assert_eq!(totals(&analytics), [1]);
}

#[test]
fn entries_are_of_identities_that_were_outside() {
    let rules = StreamRules { regions: vec![square("in", false)], ..StreamRules::default() };
    let mut analytics = StreamAnalytics::new(&rules, SIZE, SIZE, None);
    let frame = |n: u32| vec![at(1, 300.0, 200.0), at(2, 100.0 + 4.0 * n as f32, 200.0)];
    show(&mut analytics, (0..100).map(frame));
    assert_eq!(analytics.regions().collect::<Vec<_>>(), [("in", 1)]);
}

#[test]
fn a_crowd_is_told_with_its_count() {
    let RegionRule { label, polygon, classes, .. } = square("OC", false);
    let crowd = CrowdRule { label, polygon, object_threshold: 2, time_threshold_ms: 0, classes };
    let rules = StreamRules { crowds: vec![crowd], ..StreamRules::default() };
    let mut analytics = StreamAnalytics::new(&rules, SIZE, SIZE, None);
    let objects = [at(1, 300.0, 200.0), at(2, 310.0, 210.0), at(3, 10.0, 200.0)];
    let result = analytics.update(None, &objects);
    assert_eq!(result.crowds, [CrowdState { count: 2, overcrowded: true }]);
    assert_eq!((result.objects[0].crowds.len(), result.objects[2].crowds.len()), (1, 0));
    assert_eq!(analytics.update(None, &objects[1..]).crowds, [CrowdState { count: 1, overcrowded: false }]);
}

#[test]
fn directions_are_told_of_who_moves_and_stopped_of_who_does_not() {
    let rule = |label: &str, to, mode| DirectionRule {
        label: label.into(),
        vector: [(300, 300), to],
        mode,
        classes: Classes::default(),
    };
    let directions = vec![rule("east", (400, 300), Mode::Balanced), rule("south", (300, 400), Mode::Strict)];
    let rules = StreamRules { directions, ..StreamRules::default() };
    let mut analytics = StreamAnalytics::new(&rules, SIZE, SIZE, None);
    let frame = |n: u32| {
        let way = 2.0 * n as f32;
        vec![
            at(1, 100.0 + way, 100.0),
            at(2, 300.0, 100.0 + way),
            at(3, 50.0 + way, 60.0 + way),
            at(4, 500.0, 400.0 + noise(n)),
        ]
    };
    show(&mut analytics, (0..60).map(frame));
    let result = analytics.update(None, &frame(60));
    let told: Vec<_> = result.objects.iter().map(|object| (object.directions.clone(), object.stopped)).collect();
    assert_eq!(told, [(vec![0], false), (vec![1], false), (vec![0], false), (vec![], true)]);
}

#[test]
fn new_rules_keep_the_totals_of_those_that_stay() {
    let mut gate = gate();
    walk(&mut gate, 1, (0..60).map(|n| 150.0 + 3.0 * n as f32));
    let changed = LineRule { extended: true, ..up("up") };
    let next = lines([changed, down("down"), down("new")]).continuing(&gate);
    assert_eq!(totals(&next), [0, 1, 0]);
}

#[test]
fn new_rules_while_somebody_is_on_the_line_lose_nobody() {
    let mut gate = gate();
    walk(&mut gate, 1, (0..31).map(|n| 150.0 + 3.0 * n as f32));
    // Its feet are on the line now; the file is read again, with a line before the two.
    let mut next =
        lines([LineRule { line: [(0, 20), (600, 20)], ..down("new") }, down("down"), up("up")]).continuing(&gate);
    walk(&mut next, 1, (31..60).map(|n| 150.0 + 3.0 * n as f32));
    assert_eq!(totals(&next), [0, 1, 0]);
}

proptest! {
    #[test]
    fn who_ends_on_a_side_crossed_one_more_time_that_way(places in proptest::collection::vec(80f32..400.0, 2..12)) {
        // A steady walk from place to place along the middle, each well off the line.
        let places: Vec<f32> = places.into_iter().map(|y| if y > 240.0 { y + 30.0 } else { y - 30.0 }).collect();
        let mut gate = gate();
        for pair in places.windows(2) {
            walk(&mut gate, 1, (0..=30).map(|n| pair[0] + (pair[1] - pair[0]) * n as f32 / 30.0));
        }
        let side = |y: &f32| i64::from(*y > 240.0);
        let crossings = places.windows(2).filter(|pair| side(&pair[0]) != side(&pair[1])).count() as u64;
        let told = totals(&gate);
        prop_assert_eq!(told[0] + told[1], crossings);
        prop_assert_eq!(told[0] as i64 - told[1] as i64, side(&places[places.len() - 1]) - side(&places[0]));
    }

    #[test]
    fn no_box_and_no_rule_breaks_anything(
        boxes in proptest::collection::vec((any::<f32>(), any::<f32>(), any::<f32>(), any::<f32>(), 0..3u64), 0..40),
        corners in proptest::collection::vec((0..i32::MAX, 0..i32::MAX), 3..8),
        time in proptest::option::of(any::<u64>()),
    ) {
        let region = RegionRule { polygon: corners, ..square("any", false) };
        let rules = StreamRules { regions: vec![region], lines: vec![down("a"), up("b")], ..StreamRules::default() };
        let mut analytics = StreamAnalytics::new(&rules, SIZE, SIZE, Some(100));
        for (left, top, width, height, id) in boxes {
            let observation = Observation { id: Some(id), class_id: 0, rect: Rect { left, top, width, height } };
            let result = analytics.update(time, &[observation, observation]);
            prop_assert_eq!(result.objects.len(), 2);
        }
    }
}
