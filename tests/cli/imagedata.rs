//! `imagedata`: which frames are saved where, what is drawn into them, what a full disk says.

use std::path::Path;

use crate::world::{World, finish};

/// The size of a JPEG, from its frame header.
fn size_of(path: &Path) -> (u16, u16) {
    let bytes = std::fs::read(path).unwrap();
    let at = bytes.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap() + 5;
    (u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]), u16::from_be_bytes([bytes[at], bytes[at + 1]]))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const BAND: [&str; 4] = ["--min-confidence", "0.01", "--max-confidence", "1.01"];

#[test]
fn every_so_many_frames_with_detections_are_saved_per_stream() {
    let world = World::new();
    let args = ["imagedata", "-c", "config.txt", "-o", "none", "--every", "3", "--folder", "frames"];
    let inputs = ["test:red?size=64x64&frames=8", "test:black?size=64x64&frames=8"];
    let ran = world.run(&[&args[..], &BAND, &inputs].concat()).ends_with(0);
    assert_eq!(ran.frames(), 16);
    assert!(
        ran.stdout.contains("Frame Number=7 Number of Objects=16 Vehicle_count=16 Person_count=0\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("Frame Number=7 Number of Objects=0 Vehicle_count=0 Person_count=0\n"));
    assert_eq!(names(&world.path("frames")), ["stream_0", "stream_1"]);
    assert_eq!(names(&world.path("frames/stream_0")), ["frame_0.jpg", "frame_3.jpg", "frame_6.jpg"]);
    assert_eq!(size_of(&world.path("frames/stream_0/frame_3.jpg")), (64, 64));
    assert!(names(&world.path("frames/stream_1")).is_empty(), "nothing is detected there");
    // As upstream, a folder that has something in it is refused.
    let ran = world.run(&[&args[..], &BAND, &inputs].concat()).ends_with(1);
    assert_eq!(ran.stderr, "error: frames: holds files already; give a new folder, or remove it first\n");
}

#[test]
fn upstreams_last_argument_is_the_folder() {
    let world = World::new();
    let args = ["imagedata", "test:red?size=64x64&frames=1", "saved", "-c", "config.txt", "-o", "none"];
    world.run(&[&args[..], &BAND].concat()).ends_with(0);
    assert_eq!(names(&world.path("saved/stream_0")), ["frame_0.jpg"]);
}

#[test]
fn sure_detections_are_not_saved() {
    let world = World::new();
    let args = ["imagedata", "test:red?size=64x64&frames=1", "--folder", "saved", "-c", "config.txt", "-o", "none"];
    world.run(&args).ends_with(0);
    assert!(names(&world.path("saved/stream_0")).is_empty());
    // A folder in which nothing was saved can be used again.
    world.run(&[&args[..], &BAND].concat()).ends_with(0);
    assert_eq!(names(&world.path("saved/stream_0")), ["frame_0.jpg"]);
}

#[test]
fn frames_that_look_alike_have_one_hash() {
    let args = ["imagedata", "--hash", "-c", "config.txt", "-o", "none", "test:circular?size=64x64&frames=2"];
    let ran = World::new().run(&args).ends_with(0);
    let hashes: Vec<&str> = ran.stdout.lines().filter_map(|line| line.split_once("Hash=")).map(|pair| pair.1).collect();
    assert_eq!((hashes.len(), hashes[0].len(), hashes[0] == hashes[1]), (2, 16, true));
}

#[test]
fn a_picture_that_cannot_be_written_ends_the_run() {
    let world = World::new();
    let args = ["imagedata", "test:red?size=640x480&frames=9", "--folder", "saved", "-c", "config.txt", "-o", "none"];
    let program = world.command(&[&args[..], &BAND].concat());
    // No file may be longer than 1024 bytes, which stands in for a disk that fills up.
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
        .arg(program.get_program())
        .args(program.get_args());
    shell
        .current_dir(world.path("."))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("G_DEBUG", "fatal_warnings");
    let ran = finish(shell).ends_with(1).says("cannot write saved/stream_0/frame_0.jpg: File too large");
    assert_eq!(ran.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{}", ran.stderr);
    assert!(names(&world.path("saved/stream_0")).is_empty(), "no half of a picture is left");
}

#[test]
fn a_band_that_holds_no_confidence_is_a_mistake() {
    let world = World::new();
    let ran =
        world.run(&["imagedata", "-c", "config.txt", "--min-confidence", "0.5", "-o", "none", "test:red"]).ends_with(2);
    ran.says("error: --min-confidence 0.5, --max-confidence 0.4: no confidence lies between");
    world.config("objects.txt", "process-mode=2");
    let ran = world.run(&["imagedata", "-c", "objects.txt", "-o", "none", "test:red"]).ends_with(2);
    ran.says("error: -c objects.txt: process-mode=2 looks at objects that another network found");
}
