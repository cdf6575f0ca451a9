//! `nvdsosd`: what is drawn where, in every format, and that a decoder's picture is never touched.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::geometry::{Rect, Size};
use ds_apps::meta::{self, Batch, OwnedBatch, Rectangle, TextStyle};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, Surfaces, SurfacesMut, caps, memory};
use gst_check::Harness;

const SIZE: Size = Size { width: 64, height: 48 };
const GREEN: [f64; 4] = [0.0, 1.0, 0.0, 1.0];

fn init() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
}

fn harness(format: &str) -> Harness {
    let mut harness = Harness::new("nvdsosd");
    let caps = format!("video/x-raw(memory:NVMM), format={format}, width=64, height=48, framerate=30/1");
    harness.set_src_caps_str(&caps);
    harness
}

/// A black frame with one object whose box is `rect`.
fn frame(layout: Layout, rect: Option<Rect>) -> gst::Buffer {
    let memory = Pool::new(Format::plain(layout), SIZE, 1).acquire().unwrap();
    let mut buffer = gst::Buffer::new();
    let inner = buffer.get_mut().unwrap();
    inner.append_memory(memory);
    inner.set_pts(gst::ClockTime::from_mseconds(40));
    {
        let mut surfaces = SurfacesMut::map(inner).unwrap();
        let mut view = surfaces.view_mut(0).unwrap();
        for plane in 0..layout.planes() {
            view.plane_mut(plane).fill(if plane == 0 { 16 } else { 128 });
        }
    }
    let mut batch = OwnedBatch::new(1);
    let frame = batch.add_frame();
    frame.set_batch_id(0);
    if let Some(rect) = rect {
        let object = frame.add_object();
        object.set_rect(rect);
        let params = object.rect_params_mut();
        params.border_width = 2;
        params.border_color.green = 1.0;
        params.border_color.alpha = 1.0;
    }
    meta::attach(inner, batch);
    buffer
}

fn pixel(buffer: &gst::BufferRef, x: usize, y: usize) -> Vec<u8> {
    let surfaces = Surfaces::map(buffer).unwrap();
    let view = surfaces.view(0).unwrap();
    match view.format.layout {
        Layout::Rgba => view.row(0, y)[x * 4..x * 4 + 3].to_vec(),
        Layout::Nv12 => vec![view.row(0, y)[x], view.row(1, y / 2)[x / 2 * 2], view.row(1, y / 2)[x / 2 * 2 + 1]],
        _ => vec![view.row(0, y)[x], view.row(1, y / 2)[x / 2], view.row(2, y / 2)[x / 2]],
    }
}

const BOX: Rect = Rect { left: 10.0, top: 10.0, width: 30.0, height: 20.0 };

#[test]
fn a_box_is_drawn_in_every_format() {
    init();
    for (name, layout, green, black) in [
        ("RGBA", Layout::Rgba, [0, 255, 0], [16, 16, 16]),
        ("NV12", Layout::Nv12, [145, 54, 34], [16, 128, 128]),
        ("I420", Layout::I420, [145, 54, 34], [16, 128, 128]),
    ] {
        let mut harness = harness(name);
        let out = harness.push_and_pull(frame(layout, Some(BOX))).unwrap();
        assert_eq!(pixel(&out, 20, 10), green, "{name}: border");
        assert_eq!(pixel(&out, 39, 29), green, "{name}: far corner");
        assert_eq!(pixel(&out, 20, 20), black, "{name}: inside");
        assert_eq!(pixel(&out, 50, 40), black, "{name}: outside");
        assert_eq!(out.pts(), Some(gst::ClockTime::from_mseconds(40)));
        assert_eq!(Batch::of(&out).unwrap().num_frames(), 1);
    }
}

#[test]
fn switched_off_things_are_not_drawn() {
    init();
    let mut harness = harness("I420");
    let osd = harness.element().unwrap();
    gst::prelude::ObjectExt::set_property(&osd, "display-bbox", false);
    let out = harness.push_and_pull(frame(Layout::I420, Some(BOX))).unwrap();
    assert_eq!(pixel(&out, 20, 10), [16, 128, 128]);
}

#[test]
fn display_metadata_is_drawn_and_text_has_a_background() {
    init();
    let mut buffer = frame(Layout::Rgba, None);
    let batch = Batch::of_mut(buffer.get_mut().unwrap()).unwrap();
    let display = batch.frames_mut().next().unwrap().add_display();
    let style = TextStyle { background: Some([0.0, 0.0, 1.0, 1.0]), ..TextStyle::default() };
    display.add_text("8", (4, 4), style).unwrap();
    let rect = Rect { left: 50.0, top: 30.0, width: 8.0, height: 8.0 };
    display.add_rect(Rectangle { rect, border: 1, colour: GREEN, fill: Some(GREEN) }).unwrap();
    let out = harness("RGBA").push_and_pull(buffer).unwrap();
    assert_eq!(pixel(&out, 4, 5), [0, 0, 255], "background of the text");
    assert!((4..14).any(|x| pixel(&out, x, 12)[0] > 200), "white letters");
    assert_eq!(pixel(&out, 54, 34), [0, 255, 0]);
}

/// A frame wrapped around memory that somebody else still holds.
fn shared(rect: Option<Rect>) -> (gst::Buffer, gst::Buffer) {
    let info = caps::video_info(Format::plain(Layout::I420), SIZE).unwrap();
    let decoded = gst::Buffer::from_slice(vec![16u8; info.size()]);
    let mut buffer = frame(Layout::I420, rect);
    let inner = buffer.get_mut().unwrap();
    inner.replace_all_memory(memory::wrap(decoded.clone(), &info).unwrap());
    (decoded, buffer)
}

#[test]
fn a_picture_others_read_is_copied_before_it_is_drawn_on() {
    init();
    let (decoded, buffer) = shared(Some(BOX));
    let out = harness("I420").push_and_pull(buffer).unwrap();
    assert_eq!(pixel(&out, 20, 10)[0], 145);
    assert!(decoded.map_readable().unwrap().iter().all(|byte| *byte == 16), "the decoder's picture was drawn on");
}

#[test]
fn with_nothing_to_draw_nothing_is_copied() {
    init();
    let (decoded, buffer) = shared(None);
    let out = harness("I420").push_and_pull(buffer).unwrap();
    let surfaces = Surfaces::map(&out).unwrap();
    let luma = surfaces.view(0).unwrap().plane(0).as_ptr();
    assert_eq!(luma, decoded.map_readable().unwrap().as_ptr());
}

#[test]
fn objects_far_outside_and_absurd_numbers_do_no_harm() {
    init();
    for bad in [f32::NAN, f32::INFINITY, -1e30, 1e30] {
        let rect = Rect { left: bad, top: 1.0, width: 10.0, height: bad };
        let out = harness("NV12").push_and_pull(frame(Layout::Nv12, Some(rect))).unwrap();
        assert_eq!(pixel(&out, 30, 40), [16, 128, 128]);
    }
}
