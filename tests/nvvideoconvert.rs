//! `nvvideoconvert`: nothing is copied that need not be, pixels are right in every direction, metadata stays.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ds_apps::base::geometry::Size;
use ds_apps::meta::{self, Batch, OwnedBatch};
use ds_apps::surface::format::{Format, Layout};
use ds_apps::surface::transform::{self, Filter, Flip, Region};
use ds_apps::surface::view::View;
use ds_apps::surface::{Pool, Surfaces, SurfacesMut, caps, memory};
use gst::prelude::*;
use gst_check::Harness;
use gst_video::{VideoFormat, VideoInfo, VideoMeta};
use std::sync::Once;

fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gst::init().unwrap();
        ds_apps::elements::register_all(None).unwrap();
    });
}

fn convert(properties: &[(&str, &str)], input: &str, output: &str) -> Harness {
    init();
    let element = gst::ElementFactory::make("nvvideoconvert").build().unwrap();
    properties.iter().for_each(|(name, value)| element.set_property_from_str(name, value));
    let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
    reads_strides(&harness.sinkpad().unwrap());
    harness.set_sink_caps_str(output);
    harness.set_src_caps_str(input);
    harness
}

/// Makes a pad answer allocation queries as readers of `GstVideoMeta` do.
fn reads_strides(pad: &gst::Pad) {
    pad.add_probe(gst::PadProbeType::QUERY_DOWNSTREAM, |_, info| {
        if let Some(gst::QueryViewMut::Allocation(query)) = info.query_mut().map(gst::QueryRef::view_mut) {
            query.add_allocation_meta::<VideoMeta>(None);
            return gst::PadProbeReturn::Handled;
        }
        gst::PadProbeReturn::Ok
    });
}

fn video(format: VideoFormat, size: Size, nvmm: bool) -> String {
    let memory = if nvmm { "(memory:NVMM)" } else { "" };
    let (format, Size { width, height }) = (format.to_str(), size);
    format!("video/x-raw{memory},format={format},width={width},height={height},framerate=30/1")
}

const ODD: Size = Size { width: 65, height: 35 };

/// A frame in system memory with smooth but distinct content.
fn frame(format: VideoFormat, size: Size) -> gst::Buffer {
    let info = VideoInfo::builder(format, size.width, size.height).build().unwrap();
    let bytes: Vec<u8> = (0..info.size()).map(|i| (100 + (i / 7) % 61 + i % 3) as u8).collect();
    let mut buffer = gst::Buffer::from_mut_slice(bytes);
    buffer.get_mut().unwrap().set_pts(gst::ClockTime::from_mseconds(40));
    buffer
}

fn info(format: VideoFormat, size: Size) -> VideoInfo {
    VideoInfo::builder(format, size.width, size.height).build().unwrap()
}

fn surface(format: VideoFormat, size: Size) -> gst::Buffer {
    let mut buffer = gst::Buffer::new();
    let target = buffer.get_mut().unwrap();
    target.append_memory(memory::wrap(frame(format, size), &info(format, size)).unwrap());
    target.set_pts(gst::ClockTime::from_mseconds(40));
    buffer
}

fn input(format: VideoFormat, size: Size, nvmm: bool) -> gst::Buffer {
    if nvmm { surface(format, size) } else { frame(format, size) }
}

/// The pixels of a buffer of either kind.
fn with_view<T>(buffer: &gst::Buffer, info: &VideoInfo, look: impl FnOnce(View<'_>) -> T) -> T {
    if Surfaces::map(buffer).is_ok() {
        return look(Surfaces::map(buffer).unwrap().view(0).unwrap());
    }
    let memory = memory::wrap(buffer.clone(), info).unwrap();
    look(Surfaces::of(&memory).unwrap().view(0).unwrap())
}

fn rows(view: &View<'_>) -> Vec<Vec<u8>> {
    let planes = 0..view.format.layout.planes();
    planes
        .flat_map(|plane| {
            let rows = view.format.layout.plane_size(plane, view.size).height as usize;
            (0..rows).map(move |y| (plane, y))
        })
        .map(|(plane, y)| view.row(plane, y).to_vec())
        .collect()
}

fn first_byte(buffer: &gst::Buffer, info: &VideoInfo) -> *const u8 {
    with_view(buffer, info, |view| view.plane(0).as_ptr())
}

#[test]
fn every_format_goes_to_every_other_in_every_direction() {
    for from in caps::FORMATS {
        for to in caps::FORMATS {
            for (nvmm_in, nvmm_out) in [(false, false), (false, true), (true, false), (true, true)] {
                let mut harness = convert(&[], &video(from, ODD, nvmm_in), &video(to, ODD, nvmm_out));
                let out = harness.push_and_pull(input(from, ODD, nvmm_in)).unwrap();
                assert_eq!(out.pts(), Some(gst::ClockTime::from_mseconds(40)));
                let (described_in, described_out) = (info(from, ODD), info(to, ODD));
                let pool = Pool::new(caps::format(&described_out).unwrap(), ODD, 1);
                let mut expected = pool.acquire().unwrap();
                with_view(&input(from, ODD, nvmm_in), &described_in, |view| {
                    let mut target = SurfacesMut::of(&mut expected).unwrap();
                    let all = Region::whole(ODD);
                    transform::convert(&view, all, &mut target.view_mut(0).unwrap(), all, Filter::Bilinear).unwrap();
                });
                let expected = rows(&Surfaces::of(&expected).unwrap().view(0).unwrap());
                let found = with_view(&out, &described_out, |view| rows(&view));
                assert_eq!(found, expected, "{from:?} {nvmm_in} {to:?} {nvmm_out}");
            }
        }
    }
}

#[test]
fn where_only_the_memory_changes_the_pixels_are_the_same_ones() {
    for format in caps::FORMATS {
        let described = info(format, ODD);
        let mut up = convert(&[], &video(format, ODD, false), &video(format, ODD, true));
        let sent = frame(format, ODD);
        let start = first_byte(&sent, &described);
        let nvmm = up.push_and_pull(sent).unwrap();
        assert_eq!(first_byte(&nvmm, &described), start, "{format:?} up");
        let mut down = convert(&[], &video(format, ODD, true), &video(format, ODD, false));
        let plain = down.push_and_pull(nvmm).unwrap();
        assert_eq!(plain.map_readable().unwrap().as_ptr(), start, "{format:?} down");
        assert_eq!(plain.pts(), Some(gst::ClockTime::from_mseconds(40)));
    }
}

#[test]
fn frames_that_need_nothing_go_through_as_they_are() {
    for nvmm in [true, false] {
        let caps = video(VideoFormat::Nv12, ODD, nvmm);
        let mut harness = convert(&[], &caps, &caps);
        let sent = input(VideoFormat::Nv12, ODD, nvmm);
        let address = sent.as_ptr();
        assert_eq!(harness.push_and_pull(sent).unwrap().as_ptr(), address);
    }
    let caps = video(VideoFormat::Nv12, ODD, true);
    let mut harness = convert(&[("disable-passthrough", "true")], &caps, &caps);
    let sent = surface(VideoFormat::Nv12, ODD);
    let start = first_byte(&sent, &info(VideoFormat::Nv12, ODD));
    let out = harness.push_and_pull(sent).unwrap();
    assert_ne!(first_byte(&out, &info(VideoFormat::Nv12, ODD)), start);
}

#[test]
fn readers_without_video_meta_get_packed_frames() {
    init();
    let element = gst::ElementFactory::make("nvvideoconvert").build().unwrap();
    let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
    harness.set_sink_caps_str(&video(VideoFormat::Rgb, ODD, false));
    harness.set_src_caps_str(&video(VideoFormat::Rgb, ODD, true));
    let pool = Pool::new(Format::plain(Layout::Rgb), ODD, 1);
    let mut padded = pool.acquire().unwrap();
    let mut surfaces = SurfacesMut::of(&mut padded).unwrap();
    surfaces.view_mut(0).unwrap().row_mut(0, 1).fill(77);
    let mut sent = gst::Buffer::new();
    sent.get_mut().unwrap().append_memory(padded);
    let out = harness.push_and_pull(sent).unwrap();
    let described = info(VideoFormat::Rgb, ODD);
    assert!(out.size() >= described.size());
    let map = out.map_readable().unwrap();
    let (pitch, row) = (described.stride()[0] as usize, ODD.width as usize * 3);
    assert_eq!(map[..pitch][..row], vec![0; row]);
    assert_eq!(map[pitch..][..row], vec![77; row]);
}

fn with_meta(mut buffer: gst::Buffer) -> gst::Buffer {
    let mut batch = OwnedBatch::new(2);
    batch.add_frame().set_frame_num(7);
    batch.add_frame().add_object().set_label("car");
    meta::attach(buffer.get_mut().unwrap(), batch);
    buffer
}

#[test]
fn metadata_goes_with_the_frame_shared_or_not() {
    for (nvmm_in, nvmm_out) in [(false, true), (true, false), (true, true)] {
        let (from, to) = (video(VideoFormat::Nv12, ODD, nvmm_in), video(VideoFormat::Rgba, ODD, nvmm_out));
        let mut harness = convert(&[], &from, &to);
        let sent = with_meta(input(VideoFormat::Nv12, ODD, nvmm_in));
        let held = sent.clone();
        let copied = harness.push_and_pull(sent).unwrap();
        assert!(Batch::of(&held).is_some(), "somebody else still has it");
        let moved = harness.push_and_pull(held).unwrap();
        for out in [copied, moved] {
            let batch = Batch::of(&out).unwrap();
            assert_eq!(batch.num_frames(), 2);
            assert_eq!(batch.frames().next().unwrap().frame_num(), 7);
            let labels: Vec<_> = batch.frames().flat_map(|f| f.objects()).map(|o| o.label().to_owned()).collect();
            assert_eq!(labels, ["car"]);
            assert_eq!(out.iter_meta::<gst::Meta>().filter(meta::is_nvds_meta).count(), 1);
        }
    }
}

fn batch_of(sizes: &[Size]) -> gst::Buffer {
    let inputs: Vec<_> = sizes.iter().map(|size| surface(VideoFormat::Nv12, *size).memory(0).unwrap()).collect();
    let mut buffer = gst::Buffer::new();
    buffer.get_mut().unwrap().append_memory(memory::batch_of(&inputs, 4).unwrap());
    buffer
}

#[test]
fn every_surface_of_a_batch_is_converted_at_its_own_size() {
    let sizes = [ODD, Size { width: 32, height: 18 }, Size { width: 1, height: 1 }];
    let mut harness = convert(&[], &video(VideoFormat::Nv12, ODD, true), &video(VideoFormat::Rgba, ODD, true));
    let out = harness.push_and_pull(batch_of(&sizes)).unwrap();
    let surfaces = Surfaces::map(&out).unwrap();
    assert_eq!((surfaces.len(), surfaces.capacity()), (3, 4));
    for (index, size) in sizes.into_iter().enumerate() {
        assert_eq!(surfaces.shape(index).unwrap(), (Format::plain(Layout::Rgba), size));
    }
    let half = Size { width: 32, height: 17 };
    let mut harness = convert(&[], &video(VideoFormat::Nv12, ODD, true), &video(VideoFormat::Nv12, half, true));
    let out = harness.push_and_pull(batch_of(&sizes)).unwrap();
    let surfaces = Surfaces::map(&out).unwrap();
    assert!((0..3).all(|index| surfaces.shape(index).unwrap().1 == half), "the caps ask for one size");
}

/// A grey picture in which each pixel tells where it was.
fn map_of(size: Size) -> gst::Buffer {
    let info = info(VideoFormat::Gray8, size);
    let mut bytes = vec![0u8; info.size()];
    for y in 0..size.height as usize {
        for x in 0..size.width as usize {
            bytes[y * info.stride()[0] as usize + x] = (20 + y * 16 + x) as u8;
        }
    }
    gst::Buffer::from_mut_slice(bytes)
}

#[test]
fn crops_and_flips_do_what_they_say() {
    init();
    let size = Size { width: 12, height: 9 };
    let grey = |size| video(VideoFormat::Gray8, size, false);
    let described = info(VideoFormat::Gray8, size);
    let part = Size { width: 5, height: 3 };
    let mut harness = convert(&[("src-crop", "4:2:5:3")], &grey(size), &grey(part));
    let out = harness.push_and_pull(map_of(size)).unwrap();
    let found = with_view(&out, &info(VideoFormat::Gray8, part), |view| rows(&view));
    let expected: Vec<Vec<u8>> = (2..5).map(|y| (4..9).map(|x| 20 + y * 16 + x).collect()).collect();
    assert_eq!(found, expected);

    let mut harness =
        convert(&[("dest-crop", "1:1:12:9"), ("interpolation-method", "Nearest")], &grey(size), &grey(size));
    let out = harness.push_and_pull(map_of(size)).unwrap();
    let found = with_view(&out, &described, |view| rows(&view));
    assert_eq!((found[0][5], found[4][0]), (0, 0), "outside is black");
    assert_eq!(found[1][1], 20, "rectangles are clamped to the picture");

    let turned = Size { width: 9, height: 12 };
    for (nick, method) in
        [("clockwise", Flip::Clockwise), ("counterclockwise", Flip::Counterclockwise), ("5", Flip::UpperRightDiagonal)]
    {
        let mut harness = convert(&[("flip-method", nick)], &grey(size), "video/x-raw,format=GRAY8");
        let out = harness.push_and_pull(map_of(size)).unwrap();
        let now = VideoInfo::from_caps(&harness.sinkpad().unwrap().current_caps().unwrap()).unwrap();
        assert_eq!(caps::size(&now), turned);
        let found = with_view(&out, &now, |view| rows(&view));
        let mut expected = Pool::new(caps::format(&described).unwrap(), turned, 1).acquire().unwrap();
        with_view(&map_of(size), &described, |view| {
            transform::flip(&view, &mut SurfacesMut::of(&mut expected).unwrap().view_mut(0).unwrap(), method);
        });
        assert_eq!(found, rows(&Surfaces::of(&expected).unwrap().view(0).unwrap()), "{nick}");
    }
}

#[test]
fn turning_while_playing_changes_the_caps() {
    let size = Size { width: 12, height: 9 };
    let mut harness = convert(&[], &video(VideoFormat::Gray8, size, false), "video/x-raw,format=GRAY8");
    harness.push_and_pull(map_of(size)).unwrap();
    harness.element().unwrap().set_property_from_str("flip-method", "clockwise");
    let out = harness.push_and_pull(map_of(size)).unwrap();
    let now = VideoInfo::from_caps(&harness.sinkpad().unwrap().current_caps().unwrap()).unwrap();
    assert_eq!(caps::size(&now), Size { width: 9, height: 12 });
    assert_eq!(with_view(&out, &now, |view| view.row(0, 0)[8]), 20);
    harness.element().unwrap().set_property_from_str("flip-method", "none");
    harness.push_and_pull(map_of(size)).unwrap();
    let now = VideoInfo::from_caps(&harness.sinkpad().unwrap().current_caps().unwrap()).unwrap();
    assert_eq!(caps::size(&now), size);
}

#[test]
fn extreme_sizes_are_converted() {
    let (tiny, huge) = (Size { width: 1, height: 1 }, Size { width: 7680, height: 4320 });
    let mut harness = convert(&[], &video(VideoFormat::Nv12, huge, false), &video(VideoFormat::Rgba, huge, true));
    let grey = gst::Buffer::from_slice(vec![128u8; info(VideoFormat::Nv12, huge).size()]);
    let out = harness.push_and_pull(grey).unwrap();
    assert_eq!(Surfaces::map(&out).unwrap().view(0).unwrap().row(0, 4319)[7679 * 4..], [130, 130, 130, 255]);
    let nearest = [("interpolation-method", "Nearest")];
    let mut harness = convert(&nearest, &video(VideoFormat::Rgba, huge, true), &video(VideoFormat::Rgba, tiny, true));
    let out = harness.push_and_pull(out).unwrap();
    assert_eq!(Surfaces::map(&out).unwrap().view(0).unwrap().row(0, 0), [130, 130, 130, 255]);
    let mut harness = convert(&[], &video(VideoFormat::Rgba, tiny, true), &video(VideoFormat::I420, ODD, false));
    assert_eq!(harness.push_and_pull(out).unwrap().size(), info(VideoFormat::I420, ODD).size());
}

#[test]
fn a_surface_of_a_stranger_is_an_error_on_the_bus() {
    let mut harness = convert(&[], &video(VideoFormat::Nv12, ODD, true), &video(VideoFormat::Rgba, ODD, true));
    let bus = gst::Bus::new();
    harness.element().unwrap().set_bus(Some(&bus));
    assert_eq!(harness.push(gst::Buffer::with_size(72).unwrap()), Err(gst::FlowError::Error));
    let message = bus.pop_filtered(&[gst::MessageType::Error]).unwrap();
    let gst::MessageView::Error(error) = message.view() else { unreachable!() };
    assert!(error.error().message().contains("no NVMM surface"), "{}", error.error());
}

/// Runs a launch line to its end; how many buffers came to the sink called `out`.
fn run(line: &str) -> u64 {
    init();
    let pipeline = gst::parse::launch(line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let counter = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let count = counter.clone();
    let pad = pipeline.by_name("out").unwrap().static_pad("sink").unwrap();
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        gst::PadProbeReturn::Ok
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    let bus = pipeline.bus().unwrap();
    let end =
        bus.timed_pop_filtered(gst::ClockTime::from_seconds(60), &[gst::MessageType::Eos, gst::MessageType::Error]);
    pipeline.set_state(gst::State::Null).unwrap();
    match end.as_ref().map(|message| message.view()) {
        Some(gst::MessageView::Eos(_)) => counter.load(std::sync::atomic::Ordering::Relaxed),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn launch_lines_negotiate() {
    let nvmm = "video/x-raw(memory:NVMM)";
    for middle in [
        format!("nvvideoconvert ! {nvmm} ! nvvideoconvert"),
        format!("nvvideoconvert ! {nvmm},format=RGBA ! nvvideoconvert ! video/x-raw,format=I420 ! jpegenc"),
        format!(
            "nvvideoconvert ! {nvmm},format=NV12,width=641,height=359 ! nvvideoconvert ! video/x-raw,format=RGB,width=33"
        ),
        "nvvideoconvert ! nvvideoconvert flip-method=2 ! videoconvert".to_owned(),
        format!(
            "video/x-raw,format=GRAY8 ! nvvideoconvert src-crop=10:10:50:50 ! {nvmm},width=25,height=25 ! nvvideoconvert ! videoscale"
        ),
        "videocrop left=3 top=5 ! nvvideoconvert ! video/x-raw,format=BGRx ! videoflip method=clockwise".to_owned(),
    ] {
        let line = format!("videotestsrc num-buffers=20 ! {middle} ! fakesink name=out sync=false");
        assert_eq!(run(&line), 20, "{line}");
    }
}

#[test]
fn properties_are_deepstreams() {
    init();
    let element = gst::ElementFactory::make("nvvideoconvert").build().unwrap();
    for (name, default) in [
        ("src-crop", "0:0:0:0"),
        ("dest-crop", "0:0:0:0"),
        ("flip-method", "none"),
        ("interpolation-method", "Default"),
        ("nvbuf-memory-type", "nvbuf-mem-default"),
        ("compute-hw", "Default"),
        ("copy-hw", "GPU"),
        ("output-buffers", "4"),
        ("gpu-id", "0"),
        ("allow-odd-crop", "true"),
        ("bl-output", "false"),
        ("contiguous-buffers", "false"),
        ("disable-passthrough", "false"),
        ("silent", "false"),
        ("qos", "false"),
    ] {
        let value = element.property_value(name);
        let text = match glib_nick(&value) {
            Some(nick) => nick,
            None => value.transform::<String>().unwrap().get::<String>().unwrap().to_lowercase(),
        };
        assert_eq!(text, default, "{name}");
    }
    element.set_property_from_str("src-crop", "20:40:150:100");
    assert_eq!(element.property::<String>("src-crop"), "20:40:150:100");
    element.set_property_from_str("nvbuf-memory-type", "nvbuf-mem-cuda-unified");
    assert_eq!(glib_nick(&element.property_value("nvbuf-memory-type")).unwrap(), "nvbuf-mem-cuda-unified");
}

fn glib_nick(value: &gst::glib::Value) -> Option<String> {
    gst::glib::EnumValue::from_value(value).map(|(_, value)| value.nick().to_owned())
}
