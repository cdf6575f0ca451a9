//! What `nvof` does for a pair of frames, beside OpenCV's DIS alone on the same luma in the same run.
//!
//! `cargo bench --bench flow`: each preset on the standing camera of `sample_720p` and on the moving one of `sample_ride`,
//! in milliseconds a pair. "bare" is the preset's DIS as OpenCV ships it, without anything of ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ds_apps::base::geometry::Size;
use ds_apps::flow::{Estimator, Hint, Preset};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::view::View;
use gst::prelude::*;
use opencv::core::Mat;
use opencv::prelude::*;
use opencv::video::DISOpticalFlow;
use std::path::Path;

const SIZE: Size = Size { width: 1280, height: 720 };

/// The luma of frames 30 and 31 of a shipped stream.
fn pair(name: &str) -> [Vec<u8>; 2] {
    gst::init().unwrap();
    let video = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("streams/{name}.mp4"));
    let line = format!(
        "filesrc location=\"{}\" ! decodebin ! videoconvert ! video/x-raw,format=GRAY8 ! appsink name=end sync=false max-buffers=1",
        video.display()
    );
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let end = pipeline.by_name("end").unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let frame = || {
        let sample = end.emit_by_name::<Option<gst::Sample>>("pull-sample", &[]).expect("a frame");
        sample.buffer().unwrap().map_readable().unwrap().to_vec()
    };
    let frames = (0..32).map(|_| frame()).skip(30).collect::<Vec<_>>();
    pipeline.set_state(gst::State::Null).unwrap();
    frames.try_into().unwrap()
}

fn view(luma: &[u8]) -> View<'_> {
    View::new(Format::plain(Layout::Gray8), SIZE, [luma, &[], &[]], [SIZE.width as usize, 0, 0]).unwrap()
}

fn flow(criterion: &mut Criterion) {
    for name in ["sample_720p", "sample_ride"] {
        let [first, second] = pair(name);
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);
        for (preset, ours, bare) in
            [("fast", Preset::Fast, 0), ("medium", Preset::Medium, 1), ("slow", Preset::Slow, 2)]
        {
            group.bench_function(BenchmarkId::new("nvof", preset), |bencher| {
                let (mut estimator, mut vectors) = (Estimator::new(ours).unwrap(), Vec::new());
                bencher.iter(|| {
                    estimator.estimate(&view(&first), &view(&second), &mut Hint::default(), &mut vectors).unwrap()
                });
            });
            group.bench_function(BenchmarkId::new("bare", preset), |bencher| {
                let mut dis = DISOpticalFlow::create(bare).unwrap();
                let mat = |luma: &'_ [u8]| Mat::new_rows_cols_with_data(720, 1280, luma).unwrap().try_clone().unwrap();
                let (first, second) = (mat(&first), mat(&second));
                bencher.iter(|| {
                    let mut found = Mat::default();
                    dis.calc(&first, &second, &mut found).unwrap();
                    found
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, flow);
criterion_main!(benches);
