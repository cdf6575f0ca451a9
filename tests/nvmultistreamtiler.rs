//! `nvmultistreamtiler`: where pictures and boxes of several sources go, and what remains of those that are absent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::geometry::{Rect, Size};
use ds_apps::meta::event::SourceEvent;
use ds_apps::meta::{Batch, OwnedBatch, attach};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, Surfaces, SurfacesMut, memory};
use gst::prelude::*;
use gst_check::Harness;

const SMALL: Size = Size { width: 64, height: 48 };
const BLACK: u8 = 16;

fn tiler(properties: &[(&str, &str)]) -> Harness {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let tiler = gst::ElementFactory::make("nvmultistreamtiler").build().unwrap();
    for (name, value) in properties {
        tiler.set_property_from_str(name, value);
    }
    let mut harness = Harness::with_element(&tiler, Some("sink"), Some("src"));
    harness.set_src_caps_str(
        "video/x-raw(memory:NVMM), format=I420, width=64, height=48, framerate=25/1, batch-size=4, num-surfaces-per-frame=1",
    );
    harness
}

/// A batch with a frame of each source, filled with its brightness, and an object on it.
fn batch(number: u64, sources: &[(u32, u8)]) -> gst::Buffer {
    let pool = Pool::new(Format::plain(Layout::I420), SMALL, 1);
    let mut metas = OwnedBatch::new(4);
    let mut memories = Vec::new();
    for (index, (id, luma)) in sources.iter().enumerate() {
        let mut one = pool.acquire().unwrap();
        {
            let mut surfaces = SurfacesMut::of(&mut one).unwrap();
            let mut view = surfaces.view_mut(0).unwrap();
            view.plane_mut(0).fill(*luma);
            view.plane_mut(1).fill(128);
            view.plane_mut(2).fill(128);
        }
        memories.push(one);
        let frame = metas.add_frame();
        frame.set_source_id(*id);
        frame.set_pad_index(*id);
        frame.set_batch_id(index as u32);
        frame.set_buf_pts(number);
        let object = frame.add_object();
        object.set_label(&format!("of {id}"));
        object.set_rect(Rect { left: 16.0, top: 12.0, width: 32.0, height: 24.0 });
    }
    let mut buffer = gst::Buffer::new();
    let inner = buffer.make_mut();
    inner.append_memory(memory::batch_of(&memories, 4).unwrap());
    inner.set_pts(gst::ClockTime::from_mseconds(40 * number));
    inner.set_duration(gst::ClockTime::from_mseconds(40));
    attach(inner, metas);
    buffer
}

/// Brightness in the middle of each tile of a 2x2 grid on 128x96 pixels.
fn middles(buffer: &gst::BufferRef) -> [u8; 4] {
    let surfaces = Surfaces::map(buffer).unwrap();
    let view = surfaces.view(0).unwrap();
    [(32, 24), (96, 24), (32, 72), (96, 72)].map(|(x, y)| view.row(0, y)[x])
}

fn boxes(buffer: &gst::BufferRef) -> Vec<(String, Rect)> {
    let frames: Vec<_> = Batch::of(buffer).unwrap().frames().collect();
    assert_eq!(frames.len(), 1);
    frames[0].objects().map(|object| (object.label().to_owned(), object.rect())).collect()
}

const GRID: [(&str, &str); 4] = [("rows", "2"), ("columns", "2"), ("width", "128"), ("height", "96")];

#[test]
fn sources_stand_row_by_row_with_their_boxes() {
    let mut harness = tiler(&GRID);
    let out = harness.push_and_pull(batch(3, &[(0, 50), (2, 90)])).unwrap();
    assert_eq!(middles(&out), [50, BLACK, 90, BLACK]);
    let rect = |left, top| Rect { left, top, width: 32.0, height: 24.0 };
    assert_eq!(boxes(&out), [("of 0".into(), rect(16.0, 12.0)), ("of 2".into(), rect(16.0, 60.0))]);
    assert_eq!(out.pts(), Some(gst::ClockTime::from_mseconds(120)));
    let batch = Batch::of(&out).unwrap();
    let frame = batch.frames().next().unwrap();
    assert_eq!((frame.source_id(), frame.pad_index(), frame.buf_pts(), frame.ntp_timestamp()), (0, 0, 0, 0));
    assert_eq!((frame.batch_id(), frame.pipeline_size()), (0, Size { width: 128, height: 96 }));
    let caps = harness.sinkpad().unwrap().current_caps().unwrap();
    let structure = caps.structure(0).unwrap();
    assert_eq!((structure.get("width"), structure.get("height")), (Ok(128), Ok(96)));
    assert_eq!((structure.get("batch-size"), structure.get("format")), (Ok(1), Ok("I420")));
}

#[test]
fn an_absent_source_keeps_its_last_picture_and_boxes() {
    let mut harness = tiler(&GRID);
    harness.push_and_pull(batch(0, &[(0, 50), (1, 90)])).unwrap();
    for number in 1..4 {
        let out = harness.push_and_pull(batch(number, &[(0, 60)])).unwrap();
        assert_eq!(middles(&out), [60, 90, BLACK, BLACK]);
        assert_eq!(boxes(&out).iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>(), ["of 0", "of 1"]);
        assert_eq!(boxes(&out)[1].1.left, 80.0);
    }
    harness.push_event(SourceEvent::Eos.event(1));
    let out = harness.push_and_pull(batch(4, &[(0, 60)])).unwrap();
    assert_eq!(middles(&out)[1], 90, "its end takes nothing away");
    let out = harness.push_and_pull(batch(5, &[(1, 99)])).unwrap();
    assert_eq!(middles(&out)[..2], [60, 99]);
}

#[test]
fn a_source_that_is_taken_out_leaves_a_black_tile() {
    let mut harness = tiler(&GRID);
    harness.push_and_pull(batch(0, &[(0, 50), (1, 90)])).unwrap();
    harness.push_event(SourceEvent::PadDeleted.event(1));
    let out = harness.push_and_pull(batch(1, &[(0, 60)])).unwrap();
    assert_eq!((middles(&out), boxes(&out).len()), ([60, BLACK, BLACK, BLACK], 1));
    let out = harness.push_and_pull(batch(2, &[(1, 70)])).unwrap();
    assert_eq!(middles(&out)[..2], [60, 70], "its number is given again");
}

#[test]
fn one_source_can_be_shown_alone_and_all_again() {
    let mut harness = tiler(&GRID);
    let element = harness.element().unwrap();
    element.set_property("show-source", 2);
    let out = harness.push_and_pull(batch(0, &[(0, 50), (2, 90)])).unwrap();
    assert_eq!(middles(&out), [90; 4]);
    let rect = Rect { left: 32.0, top: 24.0, width: 64.0, height: 48.0 };
    assert_eq!(boxes(&out), [("of 2".into(), rect)]);
    let out = harness.push_and_pull(batch(1, &[(0, 50)])).unwrap();
    assert_eq!(middles(&out), [90; 4], "it keeps its picture while it is absent");
    element.set_property("show-source", -1);
    let out = harness.push_and_pull(batch(2, &[(0, 50)])).unwrap();
    assert_eq!(middles(&out), [50, BLACK, 90, BLACK]);
}

#[test]
fn the_grid_grows_with_the_sources() {
    let mut harness = tiler(&[("width", "128"), ("height", "96")]);
    let out = harness.push_and_pull(batch(0, &[(0, 50)])).unwrap();
    assert_eq!(middles(&out), [50; 4]);
    let out = harness.push_and_pull(batch(1, &[(0, 50), (3, 90)])).unwrap();
    assert_eq!(middles(&out), [50, BLACK, BLACK, 90]);
}

#[test]
fn a_square_grid_has_no_gaps() {
    let mut harness = tiler(&[("square-seq-grid", "true"), ("width", "128"), ("height", "96")]);
    let out = harness.push_and_pull(batch(0, &[(5, 50), (9, 90)])).unwrap();
    assert_eq!(middles(&out), [50, 90, BLACK, BLACK]);
    harness.push_event(SourceEvent::PadDeleted.event(5));
    let out = harness.push_and_pull(batch(1, &[(9, 91)])).unwrap();
    assert_eq!(middles(&out), [91; 4]);
}

#[test]
fn proportions_are_kept_when_asked_for() {
    let mut harness = tiler(&[("width", "128"), ("height", "48"), ("enable-padding", "true")]);
    let out = harness.push_and_pull(batch(0, &[(0, 50)])).unwrap();
    let surfaces = Surfaces::map(&out).unwrap();
    let view = surfaces.view(0).unwrap();
    assert_eq!([0, 31, 32, 95, 96, 127].map(|x| view.row(0, 20)[x]), [BLACK, BLACK, 50, 50, BLACK, BLACK]);
    assert_eq!(boxes(&out)[0].1, Rect { left: 48.0, top: 12.0, width: 32.0, height: 24.0 });
}

#[test]
fn the_frames_of_the_input_are_left_as_they_were() {
    let mut harness = tiler(&GRID);
    let input = batch(0, &[(1, 50)]);
    harness.push_and_pull(input.clone()).unwrap();
    assert_eq!(boxes(&input)[0].1.left, 16.0);
}

#[test]
fn properties_have_nvidias_names_and_defaults() {
    let element = tiler(&[]).element().unwrap();
    let text = |name: &str| element.property_value(name).serialize().unwrap().to_string();
    let shown = ["rows", "columns", "width", "height", "show-source", "square-seq-grid", "gpu-id", "buffer-pool-size"];
    assert_eq!(shown.map(text), ["1", "1", "1920", "1080", "-1", "false", "0", "5"]);
    assert_eq!(["compute-hw", "nvbuf-memory-type"].map(text), ["Default", "nvbuf-mem-default"]);
    element.set_property("width", 1278u32);
    assert_eq!(text("width"), "1280");
}
