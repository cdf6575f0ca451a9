//! `nvstreamdemux`: each source out of its own pad, with its own times, metadata and events, while pads come and go.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::geometry::Size;
use ds_apps::meta::event::SourceEvent;
use ds_apps::meta::{Batch, OwnedBatch, attach};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::{Pool, Surfaces, SurfacesMut, memory};
use gst::prelude::*;
use gst_check::Harness;

const SIZES: [Size; 3] =
    [Size { width: 64, height: 48 }, Size { width: 32, height: 32 }, Size { width: 16, height: 16 }];

fn demux() -> (gst::Element, Harness) {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let demux = gst::ElementFactory::make("nvstreamdemux").build().unwrap();
    let mut input = Harness::with_element(&demux, Some("sink"), None);
    input.play();
    input.set_src_caps_str(
        "video/x-raw(memory:NVMM), format=I420, width=64, height=48, framerate=25/1, batch-size=4, num-surfaces-per-frame=1",
    );
    (demux, input)
}

fn output(demux: &gst::Element, pad: &str) -> Harness {
    let mut output = Harness::with_element(demux, None, Some(pad));
    output.play();
    output
}

/// A batch of a frame of each of these sources; frame `number` of source N is shown at `number` seconds and N ms.
fn batch(number: u64, sources: &[u32]) -> gst::Buffer {
    let mut metas = OwnedBatch::new(4);
    let mut memories = Vec::new();
    for (index, id) in sources.iter().enumerate() {
        let size = SIZES[*id as usize % SIZES.len()];
        let mut one = Pool::new(Format::plain(Layout::I420), size, 1).acquire().unwrap();
        SurfacesMut::of(&mut one).unwrap().view_mut(0).unwrap().plane_mut(0).fill(10 * *id as u8 + number as u8);
        memories.push(one);
        let frame = metas.add_frame();
        frame.set_source_id(*id);
        frame.set_pad_index(*id);
        frame.set_batch_id(index as u32);
        frame.set_frame_num(number as i32);
        frame.set_buf_pts(number * 1_000_000_000 + u64::from(*id) * 1_000_000);
        frame.add_object().set_label(&format!("of {id}"));
        frame.add_object().set_label("last");
    }
    let mut buffer = gst::Buffer::new();
    let inner = buffer.make_mut();
    inner.append_memory(memory::batch_of(&memories, 4).unwrap());
    inner.set_duration(gst::ClockTime::from_mseconds(40));
    attach(inner, metas);
    buffer
}

fn luma(buffer: &gst::BufferRef) -> u8 {
    Surfaces::map(buffer).unwrap().view(0).unwrap().plane(0)[0]
}

/// The events waiting, but those GStreamer itself sends.
fn events(harness: &mut Harness) -> Vec<gst::EventType> {
    std::iter::from_fn(|| harness.try_pull_event()).map(|event| event.type_()).collect()
}

#[test]
fn every_source_comes_out_of_its_own_pad_as_it_went_in() {
    let (demux, mut input) = demux();
    let (mut first, mut other) = (output(&demux, "src_0"), output(&demux, "src_2"));
    input.push(batch(7, &[0, 1, 2])).unwrap();
    let (a, b) = (first.pull().unwrap(), other.pull().unwrap());
    assert_eq!((luma(&a), luma(&b)), (7, 27));
    assert_eq!(
        (a.pts(), b.pts()),
        (gst::ClockTime::from_mseconds(7000).into(), gst::ClockTime::from_mseconds(7002).into())
    );
    assert_eq!(b.duration(), Some(gst::ClockTime::from_mseconds(40)));
    let metas = Batch::of(&b).unwrap();
    assert_eq!((metas.num_frames(), metas.max_frames()), (1, 1));
    let frame = metas.frames().next().unwrap();
    assert_eq!((frame.source_id(), frame.pad_index(), frame.batch_id(), frame.frame_num()), (2, 2, 0, 7));
    assert_eq!(frame.objects().map(|object| object.label()).collect::<Vec<_>>(), ["last", "of 2"]);
    let caps = other.sinkpad().unwrap().current_caps().unwrap();
    let structure = caps.structure(0).unwrap();
    assert_eq!((structure.get("width"), structure.get("height"), structure.get("batch-size")), (Ok(16), Ok(16), Ok(1)));
    assert_eq!(structure.get("framerate"), Ok(gst::Fraction::new(25, 1)));
    use gst::EventType::*;
    assert_eq!(events(&mut other), [StreamStart, Caps, Segment]);
}

#[test]
fn pixels_are_not_copied_and_can_be_written_once_the_batch_has_gone() {
    let (demux, mut input) = demux();
    let mut out = output(&demux, "src_1");
    let batch = batch(0, &[0, 1]);
    let address = Surfaces::map(&batch).unwrap().view(1).unwrap().plane(0).as_ptr();
    input.push(batch).unwrap();
    let mut single = out.pull().unwrap();
    assert_eq!(Surfaces::map(&single).unwrap().view(0).unwrap().plane(0).as_ptr(), address);
    SurfacesMut::map(single.get_mut().unwrap()).unwrap().view_mut(0).unwrap().plane_mut(0).fill(1);
}

#[test]
fn pads_come_and_go_while_playing() {
    let (demux, mut input) = demux();
    let mut first = output(&demux, "src_0");
    input.push(batch(0, &[0, 1])).unwrap();
    let mut second = output(&demux, "src_1");
    input.push(batch(1, &[0, 1])).unwrap();
    assert_eq!(luma(&second.pull().unwrap()), 11);
    // The harness releases the pad it asked for.
    drop(second);
    assert!(demux.static_pad("src_1").is_none());
    input.push(batch(2, &[0, 1])).unwrap();
    assert_eq!((0..3).map(|_| luma(&first.pull().unwrap())).collect::<Vec<_>>(), [0, 1, 2]);
    let mut again = output(&demux, "src_1");
    input.push(batch(3, &[1])).unwrap();
    assert_eq!(luma(&again.pull().unwrap()), 13);
}

#[test]
fn a_pad_has_the_events_of_its_source() {
    let (demux, mut input) = demux();
    let (mut first, mut second) = (output(&demux, "src_0"), output(&demux, "src_1"));
    let mut segment = gst::FormattedSegment::<gst::ClockTime>::new();
    segment.set_start(gst::ClockTime::from_seconds(5));
    input.push_event(SourceEvent::Start("camera".into()).event(1));
    input.push_event(SourceEvent::Caps(SIZES[1], gst::Fraction::new(5, 1)).event(1));
    input.push_event(SourceEvent::Segment(segment.clone().upcast()).event(1));
    input.push(batch(6, &[0, 1])).unwrap();
    let sink = second.sinkpad().unwrap();
    assert_eq!(sink.stream_id().unwrap(), "camera");
    let caps = sink.current_caps().unwrap();
    assert_eq!(caps.structure(0).unwrap().get("framerate"), Ok(gst::Fraction::new(5, 1)));
    let own = sink.sticky_event::<gst::event::Segment>(0).unwrap();
    assert_eq!(own.segment().start().value(), 5_000_000_000);
    let other = first.sinkpad().unwrap().sticky_event::<gst::event::Segment>(0).unwrap();
    assert_eq!(other.segment().start().value(), 0);
    events(&mut first);
    events(&mut second);
    input.push_event(SourceEvent::PadDeleted.event(1));
    let gone = second.pull_event().unwrap();
    assert_eq!(SourceEvent::parse(&gone), Some((1, SourceEvent::PadDeleted)));
    assert_eq!(events(&mut first), []);
}

#[test]
fn ends_come_one_by_one_only_when_asked_for() {
    for alone in [false, true] {
        let (demux, mut input) = demux();
        demux.set_property("per-stream-eos", alone);
        let (mut first, mut second) = (output(&demux, "src_0"), output(&demux, "src_1"));
        input.push(batch(0, &[0, 1])).unwrap();
        input.push_event(SourceEvent::Eos.event(1));
        let ended = |harness: &mut Harness| events(harness).iter().filter(|kind| **kind == gst::EventType::Eos).count();
        assert_eq!((ended(&mut first), ended(&mut second)), (0, usize::from(alone)));
        input.push(batch(1, &[0])).unwrap();
        input.push_event(gst::event::Eos::new());
        assert_eq!((ended(&mut first), ended(&mut second)), (1, usize::from(!alone)));
    }
}

#[test]
fn a_source_may_begin_again_after_its_end() {
    let (demux, mut input) = demux();
    demux.set_property("per-stream-eos", true);
    let (_first, mut second) = (output(&demux, "src_0"), output(&demux, "src_1"));
    input.push(batch(0, &[0, 1])).unwrap();
    input.push_event(SourceEvent::Eos.event(1));
    input.push(batch(1, &[0, 1])).unwrap();
    assert_eq!([0, 0].map(|_| luma(&second.pull().unwrap())), [10, 11]);
    use gst::EventType::*;
    assert_eq!(events(&mut second), [StreamStart, Caps, Segment, Eos, StreamStart, Caps, Segment]);
}

#[test]
fn mux_and_demux_together_change_nothing() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let launch = "nvstreammux name=mux batch-size=2 ! nvstreamdemux name=demux \
        videotestsrc num-buffers=5 pattern=white ! video/x-raw,format=NV12,width=64,height=48,framerate=10/1 ! nvvideoconvert ! \
        video/x-raw(memory:NVMM) ! mux.sink_0 \
        videotestsrc num-buffers=9 pattern=black ! video/x-raw,format=NV12,width=32,height=48,framerate=30/1 ! nvvideoconvert ! \
        video/x-raw(memory:NVMM) ! mux.sink_1 \
        demux.src_0 ! queue ! fakesink name=a sync=false demux.src_1 ! queue ! fakesink name=b sync=false";
    let pipeline = gst::parse::launch(launch).unwrap().downcast::<gst::Pipeline>().unwrap();
    let seen = ["a", "b"].map(|name| {
        let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let (own, pad) = (seen.clone(), pipeline.by_name(name).unwrap().static_pad("sink").unwrap());
        pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
            let width: i32 = pad.current_caps().unwrap().structure(0).unwrap().get("width").unwrap();
            own.lock().unwrap().push((info.buffer().unwrap().pts().unwrap().mseconds(), width));
            gst::PadProbeReturn::Ok
        });
        seen
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    let filter = [gst::MessageType::Eos, gst::MessageType::Error];
    let end = pipeline.bus().unwrap().timed_pop_filtered(gst::ClockTime::from_seconds(60), &filter).unwrap();
    pipeline.set_state(gst::State::Null).unwrap();
    assert_eq!(end.type_(), gst::MessageType::Eos, "{end:?}");
    assert_eq!(*seen[0].lock().unwrap(), (0..5).map(|n| (n * 100, 64)).collect::<Vec<_>>());
    assert_eq!(*seen[1].lock().unwrap(), (0..9).map(|n| (n * 100 / 3, 32)).collect::<Vec<_>>());
}
