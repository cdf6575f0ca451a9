//! The command `analytics`: what it prints, counts and paints.

use crate::world::{Ran, World};

/// The small detector finds a grid of 4x4 objects of 16x16 pixels, which never move; feet stand at y = 16, 32, 48, 64.
const RULES: &str = "\
[property]
enable=1
config-width=64
config-height=64
[roi-filtering-stream-0]
enable=1
roi-left=0;0;32;0;32;64;0;64
[overcrowding-stream-0]
enable=1
roi-top=0;0;64;0;64;40;0;40
object-threshold=8
[line-crossing-stream-0]
enable=1
line-crossing-middle=32;0;32;64;0;33;64;33
extended=0
";

fn analytics(rules: &str, args: &[&str]) -> (World, Ran) {
    let world = World::new();
    std::fs::write(world.path("rules.txt"), rules).unwrap();
    let fixed = ["analytics", "-c", "config.txt", "--analytics-config", "rules.txt", "-o", "none"];
    let ran = world.run(&[&fixed, args].concat());
    (world, ran)
}

#[test]
fn frames_are_told_as_upstream_tells_them() {
    let (_world, ran) = analytics(RULES, &["test:red?size=64x64&frames=6"]);
    let ran = ran.ends_with(0);
    let last: Vec<&str> = ran.stdout.lines().filter(|line| !line.starts_with("Object ")).collect();
    let place = last.iter().position(|line| line.starts_with("Frame Number= 5 ")).unwrap();
    let rule = "#".repeat(50);
    let expected = [
        &rule,
        "Objs in ROI: {'left': 8, 'top': 8}",
        "Linecrossing Cumulative: {'middle': 0}",
        "Linecrossing Current Frame: {'middle': 0}",
        "Overcrowding status: {'top': True}",
        "Frame Number= 5 stream id= 0 Number of Objects= 16 Vehicle_count= 16 Person_count= 0",
        &rule,
    ];
    assert_eq!(last[place - 5..=place + 1], expected);
    let told = ran.stdout.lines().filter(|line| line.ends_with(" roi status: ['left']")).count();
    assert!(told >= 8 && told % 8 == 0, "{told}");
    assert!(ran.stdout.ends_with("middle  crossed 0\nleft    visitors 8\ntop     visitors 8\n"), "{}", ran.stdout);
}

#[test]
fn counts_are_a_table_of_what_changed() {
    let (world, ran) = analytics(RULES, &["test:red?size=64x64&frames=6", "-s", "--counts", "counts.csv"]);
    ran.ends_with(0);
    let table = std::fs::read_to_string(world.path("counts.csv")).unwrap();
    let mut rows = table.lines();
    assert_eq!(rows.next(), Some("source_id,frame_num,seconds,event,label,object_id,class,count"));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split(',').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 8 && row[0] == "0"));
    let of =
        |event: &str, label: &str| rows.iter().filter(|row| (row[3], row[4]) == (event, label)).collect::<Vec<_>>();
    let entries: Vec<_> = of("enter", "left").iter().map(|row| (row[6], row[7])).collect();
    assert_eq!(entries, ["1", "2", "3", "4", "5", "6", "7", "8"].map(|count| ("vehicle", count)));
    assert_eq!(of("inside", "top").last().unwrap()[7], "8");
    assert_eq!(of("overcrowded", "top").last().unwrap()[7], "1");
    assert!(of("line", "middle").is_empty());
}

#[test]
fn the_heat_map_is_a_picture_of_the_frames_size() {
    let (world, ran) = analytics(RULES, &["test:red?size=128x64&frames=4", "-s", "--heatmap", "heat.png"]);
    ran.ends_with(0);
    let bytes = std::fs::read(world.path("heat.png")).unwrap();
    let decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height, info.color_type), (128, 64, png::ColorType::Rgb));
    assert!(pixels.chunks(3).any(|pixel| pixel[0] > 200), "objects stood everywhere");
}

#[test]
fn several_streams_are_looked_at_each_by_itself() {
    let (_world, ran) = analytics(RULES, &["test:red?size=64x64&frames=6", "-i", "test:red?size=64x64&frames=6"]);
    let ran = ran.ends_with(0);
    assert!(ran.stdout.contains("stream id= 1 Number of Objects= 16"));
    assert!(ran.stdout.contains("stream 0 middle  crossed 0\n"), "{}", ran.stdout);
}

#[test]
fn wrong_rules_end_before_anything_runs() {
    for (rules, complaint) in [
        (
            RULES.replace("32;0;32;64;0;33;64;33", "32;0;32;64;0;33;0;33"),
            "--analytics-config rules.txt:14: [line-crossing-stream-0] line-crossing-middle: expected a line whose ends differ",
        ),
        (
            RULES.replace("0;0;32;0;32;64;0;64", "0;0;32;0;32"),
            "[roi-filtering-stream-0] roi-left: expected corners as x1;y1;x2;y2;x3;y3",
        ),
        (RULES.replace("0;0;32;0;32;64;0;64", "0;0;32;0"), "expected at least three corners that differ"),
        (RULES.replace("0;0;32;0;32;64;0;64", "-5;0;32;0;32;64"), "whole numbers of at least 0"),
        (RULES.replace("config-height=64\n", ""), "rules.txt: [property] has no config-height"),
        (String::new(), "rules.txt: no [property] section"),
    ] {
        let (world, ran) = analytics(&rules, &["test:red?size=64x64&frames=4", "--counts", "c.csv"]);
        ran.ends_with(2).says(complaint);
        assert_eq!(world.left(&["rules.txt"]), [""; 0]);
    }
}

#[test]
fn files_that_cannot_be_written_are_known_first() {
    let (_world, ran) = analytics(RULES, &["test:red?size=64x64&frames=4", "--heatmap", "no/such/heat.png"]);
    assert_ne!(ran.code, 0);
    ran.says("--heatmap no/such/heat.png: cannot be created");
}

#[test]
fn the_pipeline_can_be_described() {
    let (world, ran) = analytics(RULES, &["test:red?size=64x64&frames=4", "--counts", "c.csv", "--describe"]);
    let ran = ran.ends_with(0);
    assert!(ran.stdout.contains("! nvdsanalytics name=analytics config-file="), "{}", ran.stdout);
    assert_eq!(world.left(&["rules.txt"]), [""; 0]);
}
