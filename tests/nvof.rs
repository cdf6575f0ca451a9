//! `nvof` and `nvofvisual`: which frames have vectors, what they say, which colour stands where.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::flow::{self, to_pixels};
use ds_apps::base::geometry::Size;
use ds_apps::meta::event::SourceEvent;
use ds_apps::meta::optical_flow::OpticalFlowMeta;
use ds_apps::meta::{self, Batch, OwnedBatch, UserMeta};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, Surfaces, SurfacesMut, memory};
use gst_check::Harness;
use std::sync::Arc;

/// A picture whose pattern lies `x` pixels to the right, as a memory of one surface.
fn picture(size: Size, x: f32) -> gst::Memory {
    let mut picture = Pool::new(Format::plain(Layout::Nv12), size, 1).acquire().unwrap();
    let mut surfaces = SurfacesMut::of(&mut picture).unwrap();
    let mut view = surfaces.view_mut(0).unwrap();
    for y in 0..size.height as usize {
        for (column, pixel) in view.row_mut(0, y).iter_mut().enumerate() {
            let (u, v) = (column as f32 - x, y as f32);
            *pixel = (128.0 + ((u * 0.21).sin() * (v * 0.17).cos() + (u * 0.06 + v * 0.09).sin()) * 55.0) as u8;
        }
    }
    picture
}

/// One batch of pictures, each with its pad and frame number.
fn batch(frames: &[(u32, i32, Size, f32)]) -> gst::Buffer {
    let pictures: Vec<gst::Memory> = frames.iter().map(|(_, _, size, x)| picture(*size, *x)).collect();
    let mut buffer = gst::Buffer::new();
    let inner = buffer.get_mut().unwrap();
    inner.append_memory(memory::batch(&pictures).unwrap());
    inner.set_pts(gst::ClockTime::from_mseconds(40 * frames[0].1 as u64));
    let mut metas = OwnedBatch::new(frames.len() as u32);
    for (index, (pad, number, _, _)) in frames.iter().enumerate() {
        let frame = metas.add_frame();
        frame.set_batch_id(index as u32);
        frame.set_pad_index(*pad);
        frame.set_frame_num(*number);
    }
    meta::attach(inner, metas);
    buffer
}

fn harness(element: &str, format: &str) -> Harness {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let mut harness = Harness::new_parse(element);
    harness
        .set_src_caps_str(&format!("video/x-raw(memory:NVMM), format={format}, width=128, height=96, framerate=25/1"));
    harness
}

const SIZE: Size = Size { width: 128, height: 96 };

/// The motion in the middle of each frame, in batch order; `None` where there are no vectors.
fn middles(buffer: &gst::BufferRef) -> Vec<Option<[f32; 2]>> {
    let mut found: Vec<_> = Batch::of(buffer)
        .unwrap()
        .frames()
        .map(|frame| {
            let mut flows = frame.user_metas().filter_map(UserMeta::optical_flow);
            let flow = flows.next();
            assert!(flows.next().is_none());
            let middle = flow.map(|flow| {
                assert_eq!((flow.grid, flow.frame_num), (Size { width: 32, height: 24 }, frame.frame_num() as u64));
                let array = flow.array();
                to_pixels([array[[12, 16, 0]], array[[12, 16, 1]]])
            });
            (frame.batch_id(), middle)
        })
        .collect();
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, middle)| middle).collect()
}

#[track_caller]
fn close(found: Option<[f32; 2]>, x: f32) {
    let [u, v] = found.expect("vectors");
    assert!((u - x).abs() < 0.4 && v.abs() < 0.4, "{u} {v}, not {x} 0");
}

#[test]
fn every_source_is_compared_with_its_own_frame_before() {
    let mut harness = harness("nvof preset-level=medium", "NV12");
    let first = harness.push_and_pull(batch(&[(0, 0, SIZE, 0.0), (3, 0, SIZE, 0.0)])).unwrap();
    assert_eq!(middles(&first), [None, None], "nothing before the first");
    let second = harness.push_and_pull(batch(&[(3, 1, SIZE, -2.0), (0, 1, SIZE, 3.0)])).unwrap();
    assert_eq!(second.pts(), Some(gst::ClockTime::from_mseconds(40)));
    let middle = middles(&second);
    close(middle[0], -2.0);
    close(middle[1], 3.0);
    // Source 3 is away for a frame, and is compared with its last one.
    close(middles(&harness.push_and_pull(batch(&[(0, 2, SIZE, 4.0)])).unwrap())[0], 1.0);
    let third = harness.push_and_pull(batch(&[(0, 3, SIZE, 4.0), (3, 2, SIZE, 0.0)])).unwrap();
    close(middles(&third)[0], 0.0);
    close(middles(&third)[1], 2.0);
}

#[test]
fn a_source_that_begins_anew_has_nothing_before_it() {
    let mut harness = harness("nvof", "NV12");
    let pushed = |harness: &mut Harness, number, size| {
        middles(&harness.push_and_pull(batch(&[(0, number, size, 0.0)])).unwrap())[0]
    };
    assert!(pushed(&mut harness, 0, SIZE).is_none());
    assert!(pushed(&mut harness, 1, SIZE).is_some());
    assert!(harness.push_event(SourceEvent::PadDeleted.event(0)));
    assert!(pushed(&mut harness, 0, SIZE).is_none(), "after its pad went");
    assert!(pushed(&mut harness, 1, Size { width: 96, height: 64 }).is_none(), "after another size");
    assert!(pushed(&mut harness, 2, SIZE).is_none(), "back again");
    assert!(pushed(&mut harness, 3, SIZE).is_some());
}

#[test]
fn the_frame_before_is_kept_without_a_copy_and_let_go() {
    let mut harness = harness("nvof", "NV12");
    let first = harness.push_and_pull(batch(&[(0, 0, SIZE, 0.0)])).unwrap();
    let kept = first.peek_memory(0).as_ptr();
    assert!(!Surfaces::map(&first).unwrap().is_writable(0), "the element still reads it");
    let second = harness.push_and_pull(batch(&[(0, 1, SIZE, 1.0)])).unwrap();
    assert_eq!(first.peek_memory(0).as_ptr(), kept);
    assert!(Surfaces::map(&first).unwrap().is_writable(0), "no longer");
    drop((first, second));
}

#[test]
fn pictures_without_a_batch_or_too_small_are_errors_that_say_so() {
    let mut harness = harness("nvof", "NV12");
    let small = Size { width: 16, height: 16 };
    assert!(harness.push(batch(&[(0, 0, small, 0.0)])).is_ok());
    assert_eq!(harness.push(batch(&[(0, 1, small, 0.0)])), Err(gst::FlowError::Error));
    assert_eq!(harness.push(gst::Buffer::new()), Err(gst::FlowError::Error));
}

/// The only test of this file that looks at the working directory.
#[test]
fn vectors_are_dumped_into_a_file_of_their_source() {
    let folder = tempfile::tempdir().unwrap();
    std::env::set_current_dir(folder.path()).unwrap();
    let mut harness = harness("nvof dump-of-meta=true", "NV12");
    let mut expected = Vec::new();
    for number in 0..3 {
        let x = number as f32 * 2.0;
        let buffer = harness.push_and_pull(batch(&[(0, number, SIZE, 0.0), (3, number, SIZE, x)])).unwrap();
        for frame in Batch::of(&buffer).unwrap().frames().filter(|frame| frame.pad_index() == 3) {
            let flow = frame.user_metas().find_map(UserMeta::optical_flow);
            expected.extend(flow.into_iter().flat_map(|flow| flow.vectors.to_vec()));
        }
    }
    let bytes = std::fs::read("gstnvof_source-03_32x24.bin").unwrap();
    let parts: Vec<i16> = bytes.as_chunks::<2>().0.iter().map(|part| i16::from_ne_bytes(*part)).collect();
    assert_eq!(parts.as_chunks::<2>().0, expected);
    assert_eq!(expected.len(), 2 * 32 * 24, "of two pairs of frames");
    assert_eq!(std::fs::read("gstnvof_source-00_32x24.bin").unwrap().len(), bytes.len());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    std::env::set_current_dir("/").unwrap();
}

/// What `nvofvisual` makes of two frames: one without vectors, one whose left half rests and whose right half moves right
/// by two pixels.
fn shown(properties: &str) -> gst::Buffer {
    let mut harness = harness(&format!("nvofvisual {properties}"), "NV12");
    let mut buffer = batch(&[(0, 5, SIZE, 0.0), (1, 5, SIZE, 0.0)]);
    let vectors: Vec<[i16; 2]> = (0..32 * 24).map(|at| if at % 32 < 16 { [0, 0] } else { [64, 0] }).collect();
    let flow = OpticalFlowMeta::new(5, Size { width: 32, height: 24 }, Arc::new(vectors)).unwrap();
    let metas = Batch::of_mut(buffer.get_mut().unwrap()).unwrap();
    metas.frames_mut().find(|frame| frame.batch_id() == 1).unwrap().add_abi(flow);
    harness.push_and_pull(buffer).unwrap()
}

fn pixel(buffer: &gst::BufferRef, index: usize, x: usize) -> [u8; 4] {
    let surfaces = Surfaces::map(buffer).unwrap();
    let view = surfaces.view(index).unwrap();
    assert_eq!((view.size, view.format.layout), (SIZE, Layout::Rgba));
    view.row(0, 50)[x * 4..][..4].try_into().unwrap()
}

#[test]
fn motion_has_its_colour_and_rest_is_white() {
    let out = shown("");
    assert_eq!(out.pts(), Some(gst::ClockTime::from_mseconds(200)));
    assert_eq!([pixel(&out, 0, 10), pixel(&out, 0, 100), pixel(&out, 1, 63)], [[255; 4]; 3]);
    assert_eq!(pixel(&out, 1, 64), [255, 0, 0, 255], "right is red");
    let flows =
        Batch::of(&out).unwrap().frames().filter_map(|frame| frame.user_metas().find_map(UserMeta::optical_flow));
    assert_eq!(flows.map(|flow| flow.vectors.len()).sum::<usize>(), 32 * 24, "the metadata goes along");
}

#[test]
fn the_full_colour_is_that_of_the_largest_motion_asked_for() {
    let [r, g, b] = flow::colour([64, 0], 8.0);
    assert_eq!((pixel(&shown("max-motion=8"), 1, 100), [r, g, b]), ([r, g, b, 255], [255, 191, 191]));
}
