//! `nvstreammux` in the long run and in odd company: sources that come and go for ever, late ones, flushes, seeks,
//! irregular times, extreme sizes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::geometry::Size;
use ds_apps::meta::Batch;
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, Surfaces};
use gst::prelude::*;
use gst_check::Harness;
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const SMALL: Size = Size { width: 64, height: 48 };

fn init() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
}

fn mux(properties: &[(&str, &str)]) -> (gst::Element, Harness) {
    init();
    let mux = gst::ElementFactory::make("nvstreammux").build().unwrap();
    properties.iter().for_each(|(name, value)| mux.set_property_from_str(name, value));
    let out = Harness::with_element(&mux, None, Some("src"));
    (mux, out)
}

fn source(mux: &gst::Element, pad: &str, size: Size) -> Harness {
    let mut source = Harness::with_element(mux, Some(pad), None);
    let Size { width, height } = size;
    source.set_src_caps_str(&format!(
        "video/x-raw(memory:NVMM),format=NV12,width={width},height={height},framerate=25/1"
    ));
    source.play();
    source
}

fn frame(size: Size, milliseconds: u64) -> gst::Buffer {
    let mut buffer = gst::Buffer::new();
    let inner = buffer.get_mut().unwrap();
    inner.append_memory(Pool::new(Format::plain(Layout::Nv12), size, 1).acquire().unwrap());
    inner.set_pts(gst::ClockTime::from_mseconds(milliseconds));
    buffer
}

fn address(buffer: &gst::BufferRef, index: usize) -> *const u8 {
    Surfaces::map(buffer).unwrap().view(index).unwrap().plane(0).as_ptr()
}

/// What a batch said: its time, and for each frame the source, the number and the frame's own time.
#[derive(Debug, Clone)]
struct Seen {
    pts: gst::ClockTime,
    frames: Vec<(u32, i32, u64)>,
}

fn seen(buffer: &gst::BufferRef) -> Seen {
    let frames = Batch::of(buffer).unwrap().frames().map(|f| (f.source_id(), f.frame_num(), f.buf_pts())).collect();
    Seen { pts: buffer.pts().unwrap(), frames }
}

/// A playing pipeline around a mux, whose batches come through the channel.
fn playing(line: &str) -> (gst::Pipeline, gst::Element, Receiver<Seen>) {
    init();
    let pipeline = gst::parse::launch(line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let mux = pipeline.by_name("mux").unwrap();
    let (sender, receiver) = channel();
    mux.static_pad("src").unwrap().add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        // Nobody may be listening any more.
        let _ = sender.send(seen(info.buffer().unwrap()));
        gst::PadProbeReturn::Ok
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    (pipeline, mux, receiver)
}

fn next(batches: &Receiver<Seen>, pipeline: &gst::Pipeline) -> Seen {
    batches.recv_timeout(Duration::from_secs(20)).unwrap_or_else(|_| {
        let error = pipeline.bus().unwrap().pop_filtered(&[gst::MessageType::Error]);
        panic!("no batch came: {error:?}")
    })
}

#[test]
fn two_hundred_sources_come_and_go_and_time_goes_on() {
    let (pipeline, mux, batches) = playing(
        "nvstreammux name=mux batch-size=2 batched-push-timeout=40000 ! fakesink sync=false \
         videotestsrc ! video/x-raw,format=NV12,width=64,height=48 ! nvvideoconvert ! mux.sink_0",
    );
    let started = Instant::now();
    let (mut last, mut steady) = (None, -1);
    for round in 0..200 {
        let line = "videotestsrc ! video/x-raw,format=I420,width=32,height=18 ! nvvideoconvert ! identity name=end";
        let guest = gst::parse::bin_from_description(line, false).unwrap();
        let end = guest.by_name("end").unwrap().static_pad("src").unwrap();
        let ghost = gst::GhostPad::with_target(&end).unwrap();
        guest.add_pad(&ghost).unwrap();
        pipeline.add(&guest).unwrap();
        let pad = mux.request_pad_simple("sink_%u").unwrap();
        assert_eq!(pad.name(), "sink_1", "the number is free again");
        ghost.link(&pad).unwrap();
        guest.sync_state_with_parent().unwrap();
        let mut guests = Vec::new();
        // Batches that were on their way when the guest before left may still come.
        while !guests.ends_with(&[0, 1, 2]) {
            assert!(guests.len() < 10, "round {round}: {guests:?}");
            let batch = next(&batches, &pipeline);
            assert!(last.is_none_or(|last| last < batch.pts), "round {round}: {last:?} then {batch:?}");
            last = Some(batch.pts);
            for (source, number, _) in batch.frames {
                if source == 1 {
                    guests.push(number);
                } else {
                    assert_eq!(number, steady + 1, "the steady source loses nothing");
                    steady = number;
                }
            }
        }
        guest.set_state(gst::State::Null).unwrap();
        mux.release_request_pad(&pad);
        pipeline.remove(&guest).unwrap();
        while let Ok(batch) = batches.try_recv() {
            last = Some(batch.pts);
            steady =
                batch.frames.iter().filter(|frame| frame.0 == 0).map(|frame| frame.1).next_back().unwrap_or(steady);
        }
    }
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_source_that_starts_late_continues_where_the_others_are() {
    let (mux, mut out) = mux(&[("batch-size", "2"), ("batched-push-timeout", "1000")]);
    let mut first = source(&mux, "sink_0", SMALL);
    for number in 0..5 {
        first.push(frame(SMALL, 1000 + 40 * number)).unwrap();
        assert_eq!(out.pull().unwrap().pts(), Some(gst::ClockTime::from_mseconds(1000 + 40 * number)));
    }
    let mut second = source(&mux, "sink_1", SMALL);
    let mut last = gst::ClockTime::from_mseconds(1160);
    for number in 0..5 {
        second.push(frame(SMALL, 40 * number)).unwrap();
        let batch = seen(&out.pull().unwrap());
        assert!(batch.pts > last, "{batch:?} after {last}");
        assert_eq!(batch.frames[0].2, 40_000_000 * number, "the frame's own time is kept");
        last = batch.pts;
    }
    assert!(last < gst::ClockTime::from_mseconds(1500), "{last}");
}

#[test]
fn irregular_times_stay_as_they_are() {
    let (mux, mut out) = mux(&[("batch-size", "1")]);
    let mut input = source(&mux, "sink_0", SMALL);
    for time in [0, 7, 8, 500, 501, 2000, 2040] {
        input.push(frame(SMALL, time)).unwrap();
        assert_eq!(out.pull().unwrap().pts(), Some(gst::ClockTime::from_mseconds(time)));
    }
}

#[test]
fn frames_without_a_time_are_batched_too() {
    let (mux, mut out) = mux(&[("batch-size", "1")]);
    let mut input = source(&mux, "sink_0", SMALL);
    for _ in 0..3 {
        let mut buffer = frame(SMALL, 0);
        buffer.get_mut().unwrap().set_pts(None);
        input.push(buffer).unwrap();
        let batch = out.pull().unwrap();
        assert_eq!(Batch::of(&batch).unwrap().frames().next().unwrap().buf_pts(), u64::MAX);
    }
}

#[test]
fn extreme_and_odd_sizes_share_a_batch_without_a_copy() {
    let sizes = [(1, 1), (641, 359), (7680, 4320), (2, 1080)].map(|(width, height)| Size { width, height });
    let (mux, mut out) = mux(&[("batch-size", "4")]);
    let mut inputs: Vec<_> =
        sizes.iter().enumerate().map(|(i, size)| source(&mux, &format!("sink_{i}"), *size)).collect();
    let mut addresses = Vec::new();
    for (input, size) in inputs.iter_mut().zip(sizes) {
        let buffer = frame(size, 0);
        addresses.push(address(&buffer, 0));
        input.push(buffer).unwrap();
    }
    let batch = out.pull().unwrap();
    let surfaces = Surfaces::map(&batch).unwrap();
    for (index, size) in sizes.into_iter().enumerate() {
        assert_eq!(surfaces.shape(index).unwrap().1, size);
        assert_eq!(address(&batch, index), addresses[index]);
    }
}

#[test]
fn a_flush_of_one_source_leaves_the_other_alone() {
    let (mux, mut out) = mux(&[("batch-size", "2"), ("batched-push-timeout", "20000")]);
    let (mut first, mut second) = (source(&mux, "sink_0", SMALL), source(&mux, "sink_1", SMALL));
    first.push(frame(SMALL, 0)).unwrap();
    second.push(frame(SMALL, 0)).unwrap();
    assert_eq!(seen(&out.pull().unwrap()).frames.len(), 2);
    first.push_event(gst::event::FlushStart::new());
    assert_eq!(first.push(frame(SMALL, 40)), Err(gst::FlowError::Flushing));
    second.push(frame(SMALL, 40)).unwrap();
    assert_eq!(seen(&out.pull().unwrap()).frames, [(1, 1, 40_000_000)]);
    first.push_event(gst::event::FlushStop::new(true));
    first.push_event(gst::event::Segment::new(&gst::FormattedSegment::<gst::ClockTime>::new()));
    let mut sources = BTreeMap::new();
    first.push(frame(SMALL, 0)).unwrap();
    second.push(frame(SMALL, 80)).unwrap();
    while sources.len() < 2 {
        let batch = seen(&out.pull().unwrap());
        sources.extend(batch.frames.iter().map(|frame| (frame.0, frame.2)));
    }
    assert_eq!(sources, BTreeMap::from([(0, 0), (1, 80_000_000)]));
}

#[test]
fn a_flushing_seek_reaches_every_source_and_batches_go_on() {
    for sources in [1, 3] {
        let inputs: String = (0..sources)
            .map(|i| {
                format!(
                    " videotestsrc num-buffers=100000 ! video/x-raw,width=64,height=48 ! nvvideoconvert ! mux.sink_{i}"
                )
            })
            .collect();
        let (pipeline, _mux, batches) =
            playing(&format!("nvstreammux name=mux batch-size={sources} ! fakesink sync=false {inputs}"));
        (0..20).for_each(|_| drop(next(&batches, &pipeline)));
        let to = gst::ClockTime::from_seconds(3000);
        pipeline.seek_simple(gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE, to).unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        let arrived = |batch: &Seen| batch.frames.len() == sources && batch.frames.iter().all(|f| f.2 >= to.nseconds());
        while !arrived(&next(&batches, &pipeline)) {
            assert!(Instant::now() < deadline, "{sources} sources");
        }
        pipeline.set_state(gst::State::Null).unwrap();
    }
}

#[test]
fn sources_may_end_at_different_times_and_the_stream_ends_with_the_last() {
    let (pipeline, _mux, batches) = playing(
        "nvstreammux name=mux batch-size=3 ! fakesink sync=false \
         videotestsrc num-buffers=5 ! nvvideoconvert ! mux.sink_0 \
         videotestsrc num-buffers=50 ! nvvideoconvert ! mux.sink_1 \
         videotestsrc num-buffers=20 ! nvvideoconvert ! mux.sink_2",
    );
    let bus = pipeline.bus().unwrap();
    let end =
        bus.timed_pop_filtered(gst::ClockTime::from_seconds(20), &[gst::MessageType::Eos, gst::MessageType::Error]);
    assert_eq!(end.unwrap().type_(), gst::MessageType::Eos);
    pipeline.set_state(gst::State::Null).unwrap();
    let mut counts = BTreeMap::new();
    for batch in batches.try_iter() {
        batch.frames.iter().for_each(|frame| *counts.entry(frame.0).or_insert(0) += 1);
    }
    assert_eq!(counts, BTreeMap::from([(0, 5), (1, 50), (2, 20)]), "not a frame is lost");
}

#[test]
fn latency_of_live_sources_counts_the_wait_for_a_batch() {
    let (pipeline, _mux, _batches) = playing(
        "nvstreammux name=mux batch-size=2 batched-push-timeout=20000 live-source=true ! fakesink sync=true \
         videotestsrc is-live=true ! nvvideoconvert ! mux.sink_0 videotestsrc is-live=true ! nvvideoconvert ! mux.sink_1",
    );
    let (state, _, _) = pipeline.state(gst::ClockTime::from_seconds(10));
    state.unwrap();
    let mut query = gst::query::Latency::new();
    assert!(pipeline.query(&mut query));
    let (live, min, _) = query.result();
    assert!(live && min >= gst::ClockTime::from_mseconds(20), "{live} {min}");
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn state_changes_do_not_hang_however_often() {
    init();
    let pipeline = gst::parse::launch(
        "nvstreammux name=mux batch-size=2 ! fakesink sync=false \
         videotestsrc ! nvvideoconvert ! mux.sink_0 videotestsrc ! nvvideoconvert ! mux.sink_1",
    )
    .unwrap();
    for _ in 0..50 {
        for state in [gst::State::Playing, gst::State::Ready, gst::State::Paused, gst::State::Null] {
            pipeline.set_state(state).unwrap();
        }
    }
}
