//! `nvstreammux`: which frames meet in a batch, what the metadata says, what is copied, and sources that come and go.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::geometry::Size;
use ds_apps::meta::Batch;
use ds_apps::meta::event::SourceEvent;
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, Surfaces, SurfacesMut};
use gst::prelude::*;
use gst_check::Harness;

const SMALL: Size = Size { width: 64, height: 48 };

fn mux(properties: &[(&str, &str)]) -> (gst::Element, Harness) {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let mux = gst::ElementFactory::make("nvstreammux").build().unwrap();
    for (name, value) in properties {
        mux.set_property_from_str(name, value);
    }
    let out = Harness::with_element(&mux, None, Some("src"));
    (mux, out)
}

fn source(mux: &gst::Element, pad: &str, size: Size) -> Harness {
    let mut source = Harness::with_element(mux, Some(pad), None);
    source.set_src_caps_str(&format!(
        "video/x-raw(memory:NVMM), format=I420, width={}, height={}, framerate=25/1",
        size.width, size.height
    ));
    source.play();
    source
}

fn frame(size: Size, number: u64) -> gst::Buffer {
    let memory = Pool::new(Format::plain(Layout::I420), size, 1).acquire().unwrap();
    let mut buffer = gst::Buffer::new();
    let inner = buffer.get_mut().unwrap();
    inner.append_memory(memory);
    inner.set_pts(gst::ClockTime::from_mseconds(40 * number));
    inner.set_duration(gst::ClockTime::from_mseconds(40));
    SurfacesMut::map(inner).unwrap().view_mut(0).unwrap().plane_mut(0).fill(100);
    buffer
}

/// Source ids and frame numbers of a batch.
fn content(buffer: &gst::BufferRef) -> Vec<(u32, i32)> {
    Batch::of(buffer).unwrap().frames().map(|frame| (frame.source_id(), frame.frame_num())).collect()
}

fn luma_address(buffer: &gst::BufferRef, index: usize) -> *const u8 {
    Surfaces::map(buffer).unwrap().view(index).unwrap().plane(0).as_ptr()
}

#[test]
fn frames_of_two_sources_meet_and_the_metadata_says_whose_they_are() {
    let (mux, mut out) = mux(&[("batch-size", "2")]);
    let (mut first, mut second) = (source(&mux, "sink_0", SMALL), source(&mux, "sink_3", SMALL));
    for number in 0..3 {
        first.push(frame(SMALL, number)).unwrap();
        second.push(frame(SMALL, number)).unwrap();
        let batch = out.pull().unwrap();
        assert_eq!(content(&batch), [(0, number as i32), (3, number as i32)]);
        assert_eq!(batch.pts(), Some(gst::ClockTime::from_mseconds(40 * number)));
        let metas = Batch::of(&batch).unwrap();
        assert_eq!((metas.max_frames(), metas.num_frames()), (2, 2));
        let last = metas.frames().last().unwrap();
        assert_eq!((last.pad_index(), last.batch_id(), last.source_size()), (3, 1, SMALL));
        assert_eq!(last.buf_pts(), 40_000_000 * number);
        assert!(last.ntp_timestamp() > 1_600_000_000 * 1_000_000_000);
        assert_eq!(Surfaces::map(&batch).unwrap().len(), 2);
    }
    let caps = out.sinkpad().unwrap().current_caps().unwrap();
    let structure = caps.structure(0).unwrap();
    assert_eq!((structure.get("width"), structure.get("height")), (Ok(64), Ok(48)));
    assert_eq!(structure.get("batch-size"), Ok(2));
    assert_eq!(structure.get("framerate"), Ok(gst::Fraction::new(25, 1)));
}

#[test]
fn a_frame_that_fits_is_not_copied() {
    let (mux, mut out) = mux(&[("batch-size", "1"), ("width", "64"), ("height", "48")]);
    let mut input = source(&mux, "sink_0", SMALL);
    let buffer = frame(SMALL, 0);
    let address = luma_address(&buffer, 0);
    input.push(buffer).unwrap();
    assert_eq!(luma_address(&out.pull().unwrap(), 0), address);
}

#[test]
fn frames_of_another_size_are_scaled_and_padded_when_asked() {
    let (mux, mut out) = mux(&[("batch-size", "1"), ("width", "64"), ("height", "96"), ("enable-padding", "true")]);
    let mut input = source(&mux, "sink_0", Size { width: 32, height: 24 });
    input.push(frame(Size { width: 32, height: 24 }, 0)).unwrap();
    let batch = out.pull().unwrap();
    let surfaces = Surfaces::map(&batch).unwrap();
    let view = surfaces.view(0).unwrap();
    assert_eq!(view.size, Size { width: 64, height: 96 });
    assert_eq!((view.row(0, 48)[32], view.row(0, 2)[32], view.row(0, 93)[32]), (100, 16, 16));
    let metas = Batch::of(&batch).unwrap();
    let meta = metas.frames().next().unwrap();
    assert_eq!((meta.source_size().width, meta.pipeline_size().height), (32, 96));
}

#[test]
fn without_a_size_every_source_keeps_its_own_even_when_it_changes() {
    let (mux, mut out) = mux(&[("batch-size", "2")]);
    let large = Size { width: 641, height: 359 };
    let (mut first, mut second) = (source(&mux, "sink_0", SMALL), source(&mux, "sink_1", large));
    first.push(frame(SMALL, 0)).unwrap();
    second.push(frame(large, 0)).unwrap();
    let batch = out.pull().unwrap();
    let sizes: Vec<Size> = (0..2).map(|i| Surfaces::map(&batch).unwrap().shape(i).unwrap().1).collect();
    assert_eq!(sizes, [SMALL, large]);
    first.push(frame(large, 1)).unwrap();
    second.push(frame(large, 1)).unwrap();
    assert_eq!(content(&out.pull().unwrap()), [(0, 1), (1, 1)]);
    let caps = out.sinkpad().unwrap().current_caps().unwrap();
    assert_eq!(caps.structure(0).unwrap().get("width"), Ok(641));
}

#[test]
fn the_timeout_sends_what_is_there() {
    let (mux, mut out) = mux(&[("batch-size", "4"), ("batched-push-timeout", "2000")]);
    let (mut first, _second) = (source(&mux, "sink_0", SMALL), source(&mux, "sink_1", SMALL));
    first.push(frame(SMALL, 0)).unwrap();
    assert_eq!(content(&out.pull().unwrap()), [(0, 0)]);
}

#[test]
fn each_source_ends_for_itself_and_all_together() {
    let (mux, mut out) = mux(&[("batch-size", "2")]);
    let (mut first, mut second) = (source(&mux, "sink_0", SMALL), source(&mux, "sink_1", SMALL));
    first.push(frame(SMALL, 0)).unwrap();
    second.push(frame(SMALL, 0)).unwrap();
    first.push_event(gst::event::Eos::new());
    second.push(frame(SMALL, 1)).unwrap();
    assert_eq!(content(&out.pull().unwrap()).len(), 2);
    assert_eq!(content(&out.pull().unwrap()), [(1, 1)], "nobody waits for a source that has ended");
    second.push_event(gst::event::Eos::new());
    let mut ended = Vec::new();
    loop {
        let event = out.pull_event().unwrap();
        match SourceEvent::parse(&event) {
            Some((id, SourceEvent::Eos)) => ended.push(id),
            _ if event.type_() == gst::EventType::Eos => break,
            _ => {}
        }
    }
    assert_eq!(ended, [0, 1]);
}

#[test]
fn sources_come_and_go_while_others_play() {
    let (mux, mut out) = mux(&[("batch-size", "2"), ("batched-push-timeout", "1000000")]);
    let mut steady = source(&mux, "sink_0", SMALL);
    for round in 0..200 {
        let mut guest = source(&mux, "sink_7", SMALL);
        guest.push(frame(SMALL, 0)).unwrap();
        steady.push(frame(SMALL, round)).unwrap();
        let mut seen = Vec::new();
        while seen.len() < 2 {
            seen.extend(content(&out.pull().unwrap()));
        }
        seen.sort_unstable();
        assert_eq!(seen, [(0, round as i32), (7, 0)], "a new source counts from 0");
        let pad = mux.static_pad("sink_7").unwrap();
        drop(guest);
        if mux.static_pad("sink_7").is_some() {
            mux.release_request_pad(&pad);
        }
    }
    assert_eq!(mux.sink_pads().len(), 1);
}

#[test]
fn an_added_pad_that_stays_silent_holds_nobody_up() {
    let (mux, mut out) = mux(&[("batch-size", "2")]);
    let mut steady = source(&mux, "sink_0", SMALL);
    steady.push(frame(SMALL, 0)).unwrap();
    out.pull().unwrap();
    let _silent = mux.request_pad_simple("sink_%u").unwrap();
    steady.push(frame(SMALL, 1)).unwrap();
    assert_eq!(content(&out.pull().unwrap()), [(0, 1)]);
}

#[test]
fn pads_get_the_number_asked_for_or_the_first_free_one() {
    let (mux, _out) = mux(&[]);
    assert_eq!(mux.request_pad_simple("sink_1").unwrap().name(), "sink_1");
    assert_eq!(mux.request_pad_simple("sink_%u").unwrap().name(), "sink_0");
    assert_eq!(mux.request_pad_simple("sink_%u").unwrap().name(), "sink_2");
}

#[test]
fn a_blocked_source_is_released_by_the_end_of_the_pipeline() {
    let (mux, _out) = mux(&[("batch-size", "2")]);
    let mut first = source(&mux, "sink_0", SMALL);
    let _second = source(&mux, "sink_1", SMALL);
    // The second never delivers, so the queue of the first fills and its thread waits.
    let pushing = std::thread::spawn(move || {
        let results: Vec<_> = (0..4).map(|number| first.push(frame(SMALL, number))).collect();
        results.last().copied()
    });
    mux.set_state(gst::State::Null).unwrap();
    assert_eq!(pushing.join().unwrap(), Some(Err(gst::FlowError::Flushing)));
}

#[test]
fn a_source_that_tells_the_time_of_day_is_believed_when_asked_for() {
    use ds_apps::meta::trace::{FrameTrace, NtpClock};
    for (own, from) in [("false", NtpClock::Source), ("true", NtpClock::Machine)] {
        let (mux, mut out) = mux(&[("attach-sys-ts", own)]);
        let mut source = source(&mux, "sink_0", SMALL);
        let mut told = frame(SMALL, 0);
        let time = gst::ClockTime::from_seconds(1_700_000_000);
        let reference = gst::Caps::new_empty_simple("timestamp/x-unix");
        gst::ReferenceTimestampMeta::add(told.get_mut().unwrap(), &reference, time, gst::ClockTime::NONE);
        source.push(told).unwrap();
        let batch = out.pull().unwrap();
        let metas = Batch::of(&batch).unwrap();
        let trace = FrameTrace::of(metas.frames().next().unwrap());
        assert_eq!((trace.ntp_from, trace.user.len()), (Some(from), 0));
        assert_eq!(trace.ntp_ns == Some(time.nseconds()), from == NtpClock::Source);
        let carried = metas.frames().next().unwrap().user_metas().find_map(|meta| meta.carried()).unwrap();
        assert_eq!(carried.meta::<gst::ReferenceTimestampMeta>().unwrap().timestamp(), time);
    }
}

#[test]
fn metadata_from_before_the_mux_stays() {
    let (mux, mut out) = mux(&[]);
    let mut source = source(&mux, "sink_2", SMALL);
    let mut before = ds_apps::meta::OwnedBatch::new(1);
    let known = before.add_frame();
    known.set_source_id(9);
    known.add_object().set_label("seen before");
    let mut buffer = frame(SMALL, 0);
    ds_apps::meta::attach(buffer.get_mut().unwrap(), before);
    source.push(buffer).unwrap();
    let batch = out.pull().unwrap();
    let frame = Batch::of(&batch).unwrap().frames().next().unwrap();
    assert_eq!((frame.source_id(), frame.batch_id(), frame.num_objects()), (9, 0, 1));
    assert_eq!(frame.objects().next().unwrap().label(), "seen before");
}

#[test]
fn properties_have_nvidias_types_and_defaults() {
    let (mux, _out) = mux(&[]);
    let shown = |name: &str| mux.property_value(name).serialize().unwrap().to_string();
    assert_eq!(["batch-size", "max-latency", "batched-push-timeout"].map(shown), ["0", "0", "-1"]);
    assert_eq!(
        ["interpolation-method", "nvbuf-memory-type", "compute-hw"].map(shown),
        ["Bilinear", "nvbuf-mem-default", "Default"]
    );
    assert_eq!(mux.find_property("max-latency").unwrap().value_type(), gst::glib::Type::U32);
    mux.set_property_from_str("interpolation-method", "Algo-1");
    assert_eq!(shown("interpolation-method"), "Algo-1");
}

#[test]
fn without_a_size_a_batch_holds_a_frame_of_every_source() {
    let (mux, mut out) = mux(&[]);
    let (mut first, mut second) = (source(&mux, "sink_0", SMALL), source(&mux, "sink_1", SMALL));
    first.push(frame(SMALL, 0)).unwrap();
    second.push(frame(SMALL, 0)).unwrap();
    let batch = out.pull().unwrap();
    assert_eq!(content(&batch), [(0, 0), (1, 0)]);
    let caps = out.sinkpad().unwrap().current_caps().unwrap();
    assert_eq!(caps.structure(0).unwrap().get("batch-size"), Ok(2));
}
