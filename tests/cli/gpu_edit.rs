//! `gpu-edit`: the tint in every output, the same for every source, and a GPU that is asked for and absent.

use std::path::Path;

use gst::prelude::*;

use crate::world::World;

/// The mean red, green and blue of a JPEG, decoded by GStreamer's own elements.
fn mean_colour(path: &Path) -> [u8; 3] {
    gst::init().unwrap();
    let launch = format!(
        "filesrc location=\"{}\" ! jpegdec ! videoconvert ! video/x-raw,format=RGBx ! appsink name=out sync=false",
        path.display()
    );
    let pipeline = gst::parse::launch(&launch).unwrap().downcast::<gst::Pipeline>().unwrap();
    let sink = pipeline.by_name("out").unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let sample = sink.emit_by_name::<Option<gst::Sample>>("pull-sample", &[]).unwrap();
    let map = sample.buffer().unwrap().map_readable().unwrap();
    let (pixels, _) = map.as_chunks::<4>();
    let mean = |channel: usize| pixels.iter().map(|pixel| u64::from(pixel[channel])).sum::<u64>() / pixels.len() as u64;
    let means = [0, 1, 2].map(|channel| mean(channel) as u8);
    pipeline.set_state(gst::State::Null).unwrap();
    means
}

#[test]
fn red_is_halved_in_what_is_written() {
    let world = World::new();
    let args = ["gpu-edit", "-c", "quiet.txt", "--device", "cpu", "-o", "jpeg:frames", "test:red?size=64x64&frames=2"];
    // What the network finds is not shown, so that nothing is drawn.
    world.config("quiet.txt", "filter-out-class-ids=0");
    let ran = world.run(&args).ends_with(0);
    assert_eq!(
        ran.stdout.lines().next(),
        Some("Frame Number=0 Number of Objects=0 Vehicle_count=0 Person_count=0"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("pixels are edited on the host: as asked for"), "{}", ran.stderr);
    let mut pictures: Vec<_> =
        std::fs::read_dir(world.path("frames")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pictures.sort();
    assert_eq!(pictures.len(), 2);
    for picture in pictures {
        let [red, green, blue] = mean_colour(&picture);
        assert!(red.abs_diff(128) <= 4 && green <= 4 && blue <= 4, "{red} {green} {blue}");
    }
}

#[test]
fn the_pipeline_is_described_with_the_converter_for_the_edit() {
    let world = World::new();
    let ran = world
        .run(&["gpu-edit", "-c", "config.txt", "--device", "cpu", "-o", "none", "test:", "--describe"])
        .ends_with(0);
    assert!(ran.stdout.contains("nvvideoconvert name=rgba-convert ! capsfilter name=rgba"), "{}", ran.stdout);
}

#[test]
fn a_gpu_that_is_asked_for_and_absent_is_a_clear_error() {
    let world = World::new();
    let ran = world.run(&["gpu-edit", "-c", "config.txt", "--device", "cuda:4096", "-o", "none", "test:"]).ends_with(1);
    assert!(ran.stderr.starts_with("error: --device cuda:4096: there is no "), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("leave the flag out to edit on the CPU\n"), "{}", ran.stderr);
    assert!(ran.stdout.is_empty());
}
