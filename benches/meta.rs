//! Metadata: walking a batch, building a frame, copying, recycling. `cargo bench --bench meta`
//!
//! The batch walked is one as it looks after a while: its objects were acquired and released in many orders, so that
//! neighbours in the list are no neighbours in memory.
#![allow(missing_docs)] // criterion's macros

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ds_apps::base::geometry::Rect;
use ds_apps::meta::{BatchPool, Frame, OwnedBatch, TextStyle};
use std::hint::black_box;

const OBJECTS: u32 = 50;

/// An object as a detector leaves it.
fn add_object(frame: &mut Frame, index: u32) {
    let object = frame.add_object();
    object.set_component_id(1);
    object.set_class_id((index % 3) as i32);
    object.set_confidence(0.75);
    object.set_label("person");
    let rect = Rect { left: index as f32, top: 20.0, width: 30.0, height: 60.0 };
    object.set_rect(rect);
    object.set_detector_bbox(rect);
    object.set_text("person", TextStyle::default());
}

/// A batch of `frames` frames with shuffled objects.
fn batch(pool: &BatchPool, frames: u32) -> OwnedBatch {
    let mut batch = pool.acquire();
    for _ in 0..frames {
        batch.add_frame();
    }
    // A fixed sequence that looks random.
    let mut state = 1u32;
    for round in 0..20 {
        for frame in batch.frames_mut() {
            while frame.num_objects() < OBJECTS {
                add_object(frame, round);
            }
            frame.retain_objects(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state >> 31 == 0
            });
        }
    }
    for frame in batch.frames_mut() {
        while frame.num_objects() < OBJECTS {
            add_object(frame, 0);
        }
    }
    batch
}

fn walk(c: &mut Criterion) {
    let mut group = c.benchmark_group("walk");
    for frames in [1, 30] {
        let batch = batch(&BatchPool::new(frames), frames);
        group.throughput(Throughput::Elements(u64::from(frames * OBJECTS)));
        group.bench_function(format!("{frames} frames of {OBJECTS} objects: class, box, confidence, label"), |b| {
            b.iter(|| {
                let mut sum = 0.0;
                for frame in black_box(&batch).frames() {
                    for object in frame.objects() {
                        let rect = object.rect();
                        sum += object.class_id() as f32 + rect.left + rect.width + object.confidence();
                        sum += object.label().len() as f32;
                    }
                }
                sum
            });
        });
    }
    group.finish();
}

fn build(c: &mut Criterion) {
    let pool = BatchPool::new(1);
    c.bench_function("build and release a frame of 50 objects", |b| {
        b.iter(|| {
            let mut batch = pool.acquire();
            let frame = batch.add_frame();
            for index in 0..OBJECTS {
                add_object(frame, index);
            }
            batch
        });
    });
}

fn copy(c: &mut Criterion) {
    let pool = BatchPool::new(1);
    let batch = batch(&pool, 1);
    c.bench_function("deep copy and release of a frame of 50 objects", |b| b.iter(|| batch.clone()));
}

criterion_group!(benches, walk, build, copy);
criterion_main!(benches);
