//! Inputs that are missing, damaged, odd or huge.

use crate::world::{Ran, World, frames_in};

/// Runs on one input with an output file; when the run fails, nothing may be left.
fn run(world: &World, input: &str) -> Ran {
    let ran = world.test1(&[input, "-o", "out.mp4", "--report", "report.json", "--meta-out", "trace.jsonl"]);
    if ran.code != 0 {
        assert_eq!(world.left(&[input]), [""; 0], "{}", ran.stderr);
    }
    ran
}

#[test]
fn a_missing_file_is_named() {
    run(&World::new(), "nowhere.mp4").ends_with(1).says("error: nowhere.mp4: no such file");
}

#[test]
fn an_empty_file_is_named() {
    let world = World::new();
    std::fs::write(world.path("empty.mp4"), "").unwrap();
    run(&world, "empty.mp4").ends_with(1).says("error: empty.mp4: is an empty file, not a video");
}

#[test]
fn a_folder_is_named() {
    let world = World::new();
    std::fs::create_dir(world.path("folder")).unwrap();
    run(&world, "folder").ends_with(1).says("error: folder: is a folder, not a video");
}

#[test]
fn text_is_no_video() {
    let world = World::new();
    std::fs::write(world.path("text.mp4"), "It is a truth universally acknowledged.\n".repeat(300)).unwrap();
    run(&world, "text.mp4").ends_with(1).says("error: text.mp4: is not a video any installed element can read");
}

#[test]
fn noise_is_no_video() {
    let world = World::new();
    let noise: Vec<u8> = (0..100_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    std::fs::write(world.path("noise.mp4"), noise).unwrap();
    run(&world, "noise.mp4").ends_with(1).says("error: noise.mp4: ");
}

#[test]
fn a_file_without_its_index_is_an_error() {
    let world = World::new();
    let whole = std::fs::read(world.video("cut.mp4", 60, (320, 240))).unwrap();
    std::fs::write(world.path("cut.mp4"), &whole[..whole.len() / 2]).unwrap();
    run(&world, "cut.mp4").ends_with(1).says("error: cut.mp4: ");
}

#[test]
fn a_file_that_breaks_off_plays_as_far_as_it_goes() {
    let world = World::new();
    let source = "videotestsrc num-buffers=60 ! video/x-raw,width=320,height=240 ! x264enc speed-preset=ultrafast key-int-max=10";
    let path = world.make("cut.mkv", &format!("{source} ! h264parse ! matroskamux"));
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let frames = run(&world, "cut.mkv").ends_with(0).frames();
    assert!((10..60).contains(&frames), "{frames}");
    assert_eq!(frames_in(&world.path("out.mp4")), frames as u64);
}

#[test]
fn flipped_bits_never_bring_it_down() {
    let world = World::new();
    let whole = std::fs::read(world.video("whole.mp4", 60, (320, 240))).unwrap();
    for seed in 1..=4u64 {
        let mut bytes = whole.clone();
        let mut state = seed;
        for _ in 0..40 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (state >> 33) as usize % bytes.len();
            bytes[at] ^= 1 << (state & 7);
        }
        std::fs::write(world.path("bits.mp4"), bytes).unwrap();
        let ran = world.test1(&["bits.mp4", "-o", "out.mp4"]);
        assert!(!ran.stderr.contains("panicked at"), "{}", ran.stderr);
        match ran.code {
            0 => {
                assert_eq!(frames_in(&world.path("out.mp4")), ran.frames() as u64);
                std::fs::remove_file(world.path("out.mp4")).unwrap();
            }
            1 => assert!(ran.stderr.contains("error: bits.mp4: "), "{}", ran.stderr),
            other => panic!("status {other}: {}", ran.stderr),
        }
        assert_eq!(world.left(&["whole.mp4", "bits.mp4"]), [""; 0]);
    }
}

#[test]
fn sound_without_pictures_is_an_error() {
    let world = World::new();
    world.make("sound.ogg", "audiotestsrc num-buffers=50 ! audioconvert ! vorbisenc ! oggmux");
    run(&world, "sound.ogg").ends_with(1).says("error: sound.ogg: has no video stream");
}

#[test]
fn odd_sizes_keep_their_size() {
    let world = World::new();
    // VP8 keeps odd sizes, which H.264 in 4:2:0 cannot.
    let source = "videotestsrc pattern=red num-buffers=4 ! video/x-raw,width=641,height=359,framerate=10/1";
    world.make("odd.webm", &format!("{source} ! vp8enc deadline=1 ! webmmux"));
    let inputs =
        [("odd.webm", (641, 359)), ("test:red?size=1x1&frames=4", (1, 1)), ("test:red?size=7x3&frames=4", (7, 3))];
    for (number, (input, size)) in inputs.into_iter().enumerate() {
        let ran = world.test1(&[input, "-o", "none", "--meta-out", "-"]).ends_with(0);
        let lines = ran.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let sizes: Vec<_> =
            lines.map(|line| (line["width"].as_u64().unwrap(), line["height"].as_u64().unwrap())).collect();
        assert_eq!(sizes, [size; 4]);
        let folder = format!("pictures{number}");
        let ran = world.test1(&[input, "-o", &format!("jpeg:{folder}"), "-s"]).ends_with(0);
        assert_eq!(world.path(&folder).read_dir().unwrap().count(), 4, "{}", ran.stderr);
    }
}

#[test]
fn odd_sizes_are_written_to_mp4() {
    let world = World::new();
    let ran = run(&world, "test:red?size=641x359&frames=5").ends_with(0);
    assert_eq!((ran.frames(), frames_in(&world.path("out.mp4"))), (5, 5));
}

#[test]
fn an_8k_picture_goes_through() {
    let world = World::new();
    let ran = run(&world, "test:red?size=7680x4320&frames=2").ends_with(0);
    assert_eq!((ran.frames(), frames_in(&world.path("out.mp4"))), (2, 2));
}

#[test]
fn a_variable_frame_rate_keeps_every_frame_and_its_time() {
    let world = World::new();
    // Every third frame is missing, and no rate is written.
    let launch = "videotestsrc pattern=red num-buffers=30 ! video/x-raw,width=160,height=120,framerate=30/1 ! identity drop-probability=0.4 \
                  ! videorate drop-only=true ! x264enc speed-preset=ultrafast ! h264parse ! matroskamux";
    let path = world.make("vfr.mkv", launch);
    let frames = frames_in(&path);
    assert!((3..30).contains(&frames));
    let ran = world.test1(&["vfr.mkv", "-o", "out.mp4", "--meta-out", "t.jsonl"]).ends_with(0);
    assert_eq!((ran.frames() as u64, frames_in(&world.path("out.mp4"))), (frames, frames));
    let text = std::fs::read_to_string(world.path("t.jsonl")).unwrap();
    let times: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["pts_ns"].as_u64().unwrap())
        .collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
    let steps: std::collections::BTreeSet<_> = times.windows(2).map(|pair| (pair[1] - pair[0]) / 30_000_000).collect();
    assert!(steps.len() > 1, "{times:?}");
}

#[test]
fn the_picture_may_change_its_size_in_mid_stream() {
    let world = World::new();
    let part = |width: u32| {
        let launch = format!(
            "videotestsrc pattern=red num-buffers=10 ! video/x-raw,format=I420,width={width},height=120,framerate=30/1 \
             ! x264enc speed-preset=ultrafast ! video/x-h264,stream-format=byte-stream,alignment=au"
        );
        std::fs::read(world.make("part.h264", &launch)).unwrap()
    };
    let both = [part(160), part(320)].concat();
    std::fs::write(world.path("two.h264"), both).unwrap();
    std::fs::remove_file(world.path("part.h264")).unwrap();
    let ran = world.test1(&["two.h264", "-o", "none", "--meta-out", "-"]).ends_with(0);
    let widths: Vec<_> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["width"].as_u64().unwrap())
        .collect();
    assert_eq!(widths, [[160; 10], [320; 10]].concat());
    let ran = run(&world, "two.h264").ends_with(0);
    assert_eq!(ran.frames(), 20);
}

#[test]
fn an_address_that_nobody_answers_is_an_error() {
    run(&World::new(), "http://127.0.0.1:1/x.mp4")
        .ends_with(1)
        .says("error: http://127.0.0.1:1/x.mp4: cannot be opened");
}

#[test]
fn a_scheme_nobody_knows_is_an_error() {
    run(&World::new(), "nonsense://x").ends_with(1).says("error: nonsense://x: cannot be played: No URI handler");
}

#[test]
fn a_missing_camera_is_named() {
    run(&World::new(), "v4l2:///dev/video97").ends_with(1).says("error: v4l2:///dev/video97: no such");
}
