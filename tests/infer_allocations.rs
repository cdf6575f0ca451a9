//! Decoding and clustering allocate nothing once they have seen a busy frame.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use ds_apps::base::geometry::Size;
use ds_apps::config::nvinfer::{ClassAttributes, ClusterMode, Detector};
use ds_apps::infer::cluster::Clusterer;
use ds_apps::infer::decode::{Thresholds, choose};
use ds_apps::infer::detection::{ElementType, Tensor, TensorInfo};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is handed to the system's allocator as it came; counting touches no memory that is allocated.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`, and `pointer` is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// An output of numbers in 0..1 that look random.
fn output(name: &str, shape: &[usize]) -> (TensorInfo, Vec<usize>, Vec<f32>) {
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f32 / (1u64 << 24) as f32
    };
    let declared = std::iter::once(1).chain(shape.iter().map(|&dim| dim as i64)).collect();
    let info = TensorInfo { name: name.into(), shape: declared, kind: ElementType::F32 };
    let data = (0..shape.iter().product()).map(|_| next()).collect();
    (info, shape.to_vec(), data)
}

fn check(name: &str, net: (u32, u32), classes: u32, outputs: &[(&str, &[usize])]) {
    let outputs: Vec<_> = outputs.iter().map(|(name, shape)| output(name, shape)).collect();
    let infos: Vec<_> = outputs.iter().map(|(info, ..)| info.clone()).collect();
    let tensors: Vec<_> = outputs.iter().map(|(info, shape, data)| Tensor { info, shape, data }).collect();
    let net = Size { width: net.0, height: net.1 };
    let decoder = choose(None, &infos, net, classes as usize).unwrap();
    let thresholds = Thresholds::new(vec![0.8; classes as usize]);
    for mode in ClusterMode::NUMBERS {
        let attributes =
            ClassAttributes { group_threshold: 1, eps: 0.3, min_boxes: 2, top_k: Some(50), ..Default::default() };
        let detector = Detector {
            classes,
            cluster_mode: ClusterMode::from_number(*mode).unwrap(),
            all: attributes,
            ..Detector::default()
        };
        let mut clusterer = Clusterer::new(&detector);
        let mut found = Vec::new();
        let mut frame = || {
            found.clear();
            decoder.decode(&tensors, net, &thresholds, &mut found).unwrap();
            let decoded = found.len();
            clusterer.run(&mut found);
            decoded
        };
        let decoded = frame();
        // What one buffer lent to another in the first frame has grown by the second.
        frame();
        let before = ALLOCATIONS.with(Cell::get);
        frame();
        let after = ALLOCATIONS.with(Cell::get);
        assert!(decoded > 20, "{name}: {decoded} boxes are no busy frame");
        assert_eq!(after - before, 0, "{name}, cluster-mode {mode}");
    }
}

#[test]
fn a_steady_stream_allocates_nothing() {
    check("yolox", (128, 128), 80, &[("output", &[336, 85])]);
    check("yolov5", (128, 128), 80, &[("output0", &[1008, 85])]);
    check("yolov8", (128, 128), 80, &[("output0", &[84, 336])]);
    check("detectnet", (160, 96), 4, &[("output_cov/Sigmoid", &[4, 6, 10]), ("output_bbox/BiasAdd", &[16, 6, 10])]);
    check("nanodet", (128, 128), 80, &[("output", &[340, 112])]);
    check("fastestdet", (352, 352), 80, &[("758", &[85, 22, 22])]);
    check("rfb", (320, 240), 1, &[("scores", &[4420, 2]), ("boxes", &[4420, 4])]);
}
