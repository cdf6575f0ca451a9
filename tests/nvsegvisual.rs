//! `nvsegvisual`: which colour stands where, alone and over the picture, and that metadata goes along.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::{geometry::Size, palette};
use ds_apps::meta::segmentation::SegmentationMeta;
use ds_apps::meta::{self, Batch, OwnedBatch, UserMeta};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, Surfaces, SurfacesMut, memory};
use gst_check::Harness;

const SIZE: Size = Size { width: 64, height: 32 };

/// Two grey frames; the second has a map of two by one: class 2, and no class.
fn batch() -> gst::Buffer {
    let pool = Pool::new(Format::plain(Layout::Rgba), SIZE, 1);
    let pictures = [(); 2].map(|()| {
        let mut picture = pool.acquire().unwrap();
        SurfacesMut::of(&mut picture).unwrap().view_mut(0).unwrap().plane_mut(0).fill(100);
        picture
    });
    let mut buffer = gst::Buffer::new();
    let inner = buffer.get_mut().unwrap();
    inner.append_memory(memory::batch(&pictures).unwrap());
    inner.set_pts(gst::ClockTime::from_mseconds(40));
    let mut metas = OwnedBatch::new(2);
    metas.add_frame().set_batch_id(0);
    let frame = metas.add_frame();
    frame.set_batch_id(1);
    let map = SegmentationMeta::new(7, Size { width: 2, height: 1 }, 3, vec![2, -1], Vec::new());
    frame.add_abi(map.unwrap());
    meta::attach(inner, metas);
    buffer
}

fn show(properties: &str) -> gst::Buffer {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let mut harness = Harness::new_parse(&format!("nvsegvisual {properties}"));
    harness.set_src_caps_str("video/x-raw(memory:NVMM), format=RGBA, width=64, height=32, framerate=30/1");
    harness.push_and_pull(batch()).unwrap()
}

fn pixel(buffer: &gst::BufferRef, index: usize, x: usize) -> [u8; 3] {
    let surfaces = Surfaces::map(buffer).unwrap();
    let view = surfaces.view(index).unwrap();
    let row = view.row(0, view.size.height as usize / 2);
    [row[x * 4], row[x * 4 + 1], row[x * 4 + 2]]
}

#[test]
fn classes_have_their_colours_and_the_rest_is_black() {
    let out = show("");
    assert_eq!(out.pts(), Some(gst::ClockTime::from_mseconds(40)));
    assert_eq!(pixel(&out, 0, 10), [0; 3], "no map");
    assert_eq!(pixel(&out, 1, 10), palette::colour(2).unwrap());
    assert_eq!(pixel(&out, 1, 50), [0; 3], "no class");
    let metas = Batch::of(&out).unwrap();
    let maps: Vec<_> = metas.frames().map(|frame| frame.user_metas().filter_map(UserMeta::class_map).count()).collect();
    assert_eq!(maps.iter().sum::<usize>(), 1);
}

#[test]
fn the_picture_shines_through() {
    let out = show("original-background=true alpha=0.25 width=32 height=16");
    assert_eq!(Surfaces::map(&out).unwrap().view(1).unwrap().size, Size { width: 32, height: 16 });
    let mixed = palette::colour(2).unwrap().map(|colour| ((100 * 192 + u32::from(colour) * 64) >> 8) as u8);
    assert_eq!((pixel(&out, 1, 5), pixel(&out, 1, 25), pixel(&out, 0, 5)), (mixed, [100; 3], [100; 3]));
}

#[test]
fn maps_of_other_networks_are_left_out() {
    assert_eq!(pixel(&show("operate-on-seg-meta-id=6"), 1, 10), [0; 3]);
    assert_eq!(pixel(&show("operate-on-seg-meta-id=7"), 1, 10), palette::colour(2).unwrap());
}
