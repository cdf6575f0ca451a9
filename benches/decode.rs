//! What decoding and clustering cost a frame, on outputs shaped like those of real models with a busy street in them.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ds_apps::base::geometry::Size;
use ds_apps::config::nvinfer::{ClusterMode, Detector};
use ds_apps::infer::cluster::Clusterer;
use ds_apps::infer::decode::{Thresholds, choose};
use ds_apps::infer::detection::{ElementType, Tensor, TensorInfo};

/// Even numbers in 0..1 that look random.
fn noise() -> impl Iterator<Item = f32> {
    let mut state = 1u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f32 / (1u64 << 24) as f32
    })
}

/// One output of rows with a box, an objectness that `share` of the rows pass, and classes.
fn rows(rows: usize, columns: usize, share: f32) -> Vec<f32> {
    let mut random = noise();
    let mut next = || random.next().unwrap_or(0.0);
    let mut data = Vec::with_capacity(rows * columns);
    for _ in 0..rows {
        let sure = next() < share;
        data.extend([next(), next(), next(), next(), if sure { 0.9 } else { 0.05 * next() }]);
        data.extend((5..columns).map(|_| next()));
    }
    data
}

fn bench(c: &mut Criterion, name: &str, net: Size, shapes: &[(&str, &[i64], Vec<f32>)], classes: u32) {
    let infos: Vec<TensorInfo> = shapes
        .iter()
        .map(|(name, shape, _)| TensorInfo { name: (*name).into(), shape: (*shape).into(), kind: ElementType::F32 })
        .collect();
    let frames: Vec<Vec<usize>> =
        infos.iter().map(|info| info.frame_shape().iter().map(|&dim| dim as usize).collect()).collect();
    let tensors: Vec<Tensor<'_>> = infos
        .iter()
        .zip(&frames)
        .zip(shapes)
        .map(|((info, shape), (_, _, data))| Tensor { info, shape, data })
        .collect();
    let detector = Detector { classes, cluster_mode: ClusterMode::Nms, ..Detector::default() };
    let thresholds = Thresholds::new(vec![0.3; classes as usize]);
    let Ok(decoder) = choose(None, &infos, net, classes as usize) else { return };
    let mut clusterer = Clusterer::new(&detector);
    let mut found = Vec::new();
    c.bench_function(&format!("decode {name}"), |b| {
        b.iter(|| {
            found.clear();
            let _ = decoder.decode(black_box(&tensors), net, &thresholds, &mut found);
            found.len()
        });
    });
    let raw = found.clone();
    c.bench_function(&format!("cluster {name}, {} boxes", raw.len()), |b| {
        b.iter(|| {
            found.clear();
            found.extend_from_slice(black_box(&raw));
            clusterer.run(&mut found);
            found.len()
        });
    });
}

fn all(c: &mut Criterion) {
    let square = |side| Size { width: side, height: side };
    bench(c, "yolox_nano 3549x85", square(416), &[("output", &[1, 3549, 85], rows(3549, 85, 0.03))], 80);
    bench(c, "yolov5 25200x85", square(640), &[("output0", &[1, 25200, 85], rows(25200, 85, 0.01))], 80);
    // Every class is unsure but one in a thousand.
    let columns = || noise().map(|n| if n > 0.99999 { n } else { n * 0.2 }).take(84 * 8400).collect::<Vec<f32>>();
    bench(c, "yolov8 84x8400", square(640), &[("output0", &[1, 84, 8400], columns())], 80);
    let coverage = noise().map(|n| if n > 0.98 { n } else { 0.0 }).take(4 * 34 * 60).collect();
    let edges = noise().take(16 * 34 * 60).collect();
    let wide = Size { width: 960, height: 544 };
    bench(c, "detectnet 4x34x60", wide, &[("cov", &[1, 4, 34, 60], coverage), ("bbox", &[1, 16, 34, 60], edges)], 4);
    let scores = noise().flat_map(|n| [1.0 - n * n, n * n * n]).take(2 * 4420).collect();
    let corners = noise().take(4 * 4420).collect();
    let small = Size { width: 320, height: 240 };
    bench(c, "rfb 4420x2", small, &[("scores", &[1, 4420, 2], scores), ("boxes", &[1, 4420, 4], corners)], 1);
    let grid = noise().map(|n| n * n).take(85 * 22 * 22).collect();
    bench(c, "fastestdet 85x22x22", square(352), &[("758", &[1, 85, 22, 22], grid)], 80);
}

criterion_group!(benches, all);
criterion_main!(benches);
