//! What a frame of one stream costs a tracker: boxes alone at 30 objects, with pixels at 20.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use ds_apps::base::geometry::Rect;
use ds_apps::config::tracker::TrackerConfig;
use ds_apps::track::visual::{Picture, Pixels};
use ds_apps::track::{Detection, FrameInput, StreamTracker};

const SIZE: (f32, f32) = (960.0, 544.0);
const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
/// Frames before the first that counts: every object is believed by then.
const WARM_UP: u32 = 30;

fn config(name: &str) -> Arc<TrackerConfig> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs").join(format!("config_tracker_{name}.yml"));
    TrackerConfig::load(&path).map(|loaded| Arc::new(loaded.config)).unwrap_or_default()
}

/// `count` objects that cross the frame at their own speeds, with boxes that jitter by a pixel.
fn detections(frame: u32, count: u32) -> Vec<Detection> {
    let object = |index: u32| {
        let speed = 1.0 + (index % 5) as f32;
        let left = ((index * 97 % 900) as f32 + speed * frame as f32) % 900.0;
        let jitter = ((frame * 31 + index * 17) % 3) as f32 - 1.0;
        let rect = Rect { left: left + jitter, top: (index * 53 % 440) as f32, width: 50.0, height: 80.0 };
        Detection { class_id: (index % 3) as i32, confidence: 0.9, rect }
    };
    (0..count).map(object).collect()
}

fn measure(criterion: &mut Criterion, name: &str, objects: u32) {
    let luma: Vec<u8> = (0..WIDTH * HEIGHT).map(|at| ((at % WIDTH / 7) ^ (at / WIDTH / 5)) as u8).collect();
    let chroma: Vec<u8> = (0..WIDTH * HEIGHT / 4).map(|at| (at / 3 % 200) as u8).collect();
    let pixels = Pixels::Ycbcr {
        luma: &luma,
        luma_pitch: WIDTH,
        cb: &chroma,
        cr: &chroma,
        chroma_pitch: WIDTH / 2,
        chroma_step: 1,
    };
    let mut tracker = StreamTracker::new(config(name));
    let mut frame = 0;
    let mut step = || {
        let found = detections(frame, objects);
        let picture = Some(Picture { width: WIDTH, height: HEIGHT, pixels });
        let result = tracker.update(&FrameInput { picture, ..FrameInput::new(frame, SIZE, &found) }, None);
        frame += 1;
        result.tracked.len()
    };
    for _ in 0..WARM_UP {
        step();
    }
    criterion.bench_function(&format!("{name}, {objects} objects"), |bencher| bencher.iter(|| black_box(step())));
}

fn track(criterion: &mut Criterion) {
    for (name, objects) in [("IOU", 30), ("NvSORT", 30), ("NvDCF_perf", 20), ("NvDCF_accuracy", 20)] {
        measure(criterion, name, objects);
    }
}

criterion_group!(benches, track);
criterion_main!(benches);
