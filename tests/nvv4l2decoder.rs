//! `nvv4l2decoder`: every codec equal to the plain decoder to the last bit and without a copy, properties, caps changes,
//! broken data, missing decoders.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod media;

use gst::prelude::*;
use media::{Frame, have, init, make, play, shared};

/// Feeds `stream` to `decode` (part of a launch line) and returns what comes out.
fn feed(stream: &[Frame], decode: &str) -> media::Played {
    init();
    let line = format!("appsrc name=in format=time ! {decode} ! fakesink name=out sync=false");
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let source = pipeline.by_name("in").unwrap();
    let frames = media::collect(&pipeline.by_name("out").unwrap().static_pad("sink").unwrap());
    for frame in stream {
        let sample = gst::Sample::builder().buffer(&frame.buffer).caps(&frame.caps).build();
        let _ = source.emit_by_name::<gst::FlowReturn>("push-sample", &[&sample]);
    }
    let _ = source.emit_by_name::<gst::FlowReturn>("end-of-stream", &[]);
    let (error, warnings) = media::run(&pipeline);
    let frames = std::mem::take(&mut *frames.lock().unwrap());
    media::Played { frames, error, warnings }
}

/// A codec: what encodes it, and the decoder our element is expected to choose by rank.
fn equal_to_plain(encode: &str, needs: &[&str], plain: &str, size: &str) {
    if !have(needs) {
        return;
    }
    let stream =
        make(&format!("videotestsrc num-buffers=12 pattern=ball ! video/x-raw,{size},framerate=25/1 ! {encode}"));
    let expected = feed(&stream, plain).ok();
    let found = feed(&stream, "nvv4l2decoder").ok();
    assert_eq!(found.len(), 12, "{encode}");
    assert_eq!(expected.len(), 12, "{encode}");
    for (expected, found) in expected.iter().zip(&found) {
        assert!(found.is_nvmm());
        assert_eq!(expected.buffer.pts(), found.buffer.pts(), "{encode}");
        assert_eq!(expected.info().format(), found.info().format(), "{encode}");
        assert!(expected.samples() == found.samples(), "{encode}: other pixels");
    }
}

const SIZE: &str = "width=320,height=240,format=I420";
/// Odd on both sides: chroma is rounded up, rows are padded.
const ODD: &str = "width=161,height=121,format=I420";

#[test]
fn h264_is_bit_exact() {
    let needs = ["x264enc", "h264parse", "avdec_h264"];
    for bytes in ["byte-stream", "avc"] {
        let encode =
            format!("x264enc bframes=2 key-int-max=5 ! h264parse ! video/x-h264,stream-format={bytes},alignment=au");
        equal_to_plain(&encode, &needs, "avdec_h264", SIZE);
    }
}

#[test]
fn h265_is_bit_exact() {
    let needs = ["x265enc", "h265parse", "avdec_h265"];
    let encode = "x265enc log-level=none ! h265parse ! video/x-h265,stream-format=byte-stream,alignment=au";
    equal_to_plain(encode, &needs, "avdec_h265", SIZE);
}

#[test]
fn vp8_and_vp9_are_bit_exact() {
    equal_to_plain("vp8enc deadline=1", &["vp8enc", "vp8dec"], "vp8dec", ODD);
    equal_to_plain("vp9enc deadline=1 cpu-used=8", &["vp9enc", "vp9dec"], "vp9dec", ODD);
}

#[test]
fn av1_is_bit_exact() {
    equal_to_plain(
        "av1enc cpu-used=8 ! av1parse",
        &["av1enc", "av1parse", "av1dec"],
        "av1dec",
        "width=64,height=48,format=I420",
    );
}

#[test]
fn mpeg4_is_bit_exact() {
    let needs = ["avenc_mpeg4", "mpeg4videoparse", "avdec_mpeg4"];
    equal_to_plain("avenc_mpeg4 ! mpeg4videoparse", &needs, "avdec_mpeg4", SIZE);
}

#[test]
fn jpeg_is_bit_exact() {
    equal_to_plain("jpegenc", &["jpegenc", "jpegdec"], "jpegdec", ODD);
    equal_to_plain("jpegenc ! jpegparse", &["jpegenc", "jpegparse", "jpegdec"], "jpegdec", SIZE);
}

#[test]
fn jpeg_keeps_its_full_range() {
    if !have(&["jpegenc", "jpegdec"]) {
        return;
    }
    let mut stream = make("videotestsrc num-buffers=1 ! video/x-raw,width=64,height=64,format=I420 ! jpegenc");
    // What the encoder was given says limited range; cameras and files say nothing and mean JFIF's full range.
    stream[0].caps = "image/jpeg,width=64,height=64,framerate=25/1".parse().unwrap();
    let found = feed(&stream, "nvv4l2decoder").ok();
    assert_eq!(found[0].info().colorimetry().range(), gst_video::VideoColorRange::Range0_255);
    let surfaces = ds_apps::surface::Surfaces::map(&found[0].buffer).unwrap();
    assert!(surfaces.view(0).unwrap().format.full_range);
}

#[test]
fn frames_are_handed_on_without_a_copy() {
    if !have(&["x264enc", "h264parse", "avdec_h264"]) {
        return;
    }
    let stream = make(&format!("videotestsrc num-buffers=8 ! video/x-raw,{SIZE} ! x264enc ! h264parse"));
    init();
    let pipeline =
        gst::parse::launch("appsrc name=in format=time ! nvv4l2decoder name=d ! fakesink name=out sync=false");
    let pipeline = pipeline.unwrap().downcast::<gst::Pipeline>().unwrap();
    let decoded = std::sync::Arc::new(std::sync::Mutex::new(None));
    let kept = decoded.clone();
    pipeline.connect_deep_element_added(move |_, _, element| {
        if element.factory().is_some_and(|factory| factory.name() == "avdec_h264") {
            *kept.lock().unwrap() = Some(media::collect(&element.static_pad("src").unwrap()));
        }
    });
    let out = media::collect(&pipeline.by_name("out").unwrap().static_pad("sink").unwrap());
    let source = pipeline.by_name("in").unwrap();
    for frame in &stream {
        let sample = gst::Sample::builder().buffer(&frame.buffer).caps(&frame.caps).build();
        let _ = source.emit_by_name::<gst::FlowReturn>("push-sample", &[&sample]);
    }
    let _ = source.emit_by_name::<gst::FlowReturn>("end-of-stream", &[]);
    assert!(media::run(&pipeline).0.is_none());
    let decoded: Vec<_> = decoded.lock().unwrap().take().unwrap().lock().unwrap().iter().map(Frame::address).collect();
    let out: Vec<_> = out.lock().unwrap().iter().map(Frame::address).collect();
    assert_eq!(decoded.len(), 8);
    assert_eq!(decoded, out);
}

#[test]
fn other_formats_are_converted() {
    if !have(&["x264enc", "h264parse", "avdec_h264", "jpegenc"]) {
        return;
    }
    let sources = [
        "video/x-raw,format=I420_10LE,width=64,height=48 ! x264enc ! h264parse",
        "video/x-raw,format=Y42B,width=64,height=48 ! x264enc ! h264parse",
        "video/x-raw,format=Y444,width=64,height=48 ! x264enc ! h264parse",
        "video/x-raw,format=Y42B,width=64,height=48 ! jpegenc",
        "video/x-raw,format=GRAY8,width=64,height=48 ! jpegenc",
    ];
    for source in sources {
        let stream = make(&format!("videotestsrc num-buffers=3 pattern=white ! {source}"));
        let found = feed(&stream, "nvv4l2decoder").ok();
        assert_eq!(found.len(), 3, "{source}");
        assert_eq!(found[0].info().format(), gst_video::VideoFormat::I420, "{source}");
        assert!(found[0].samples()[0] >= 234, "{source}: white is {}", found[0].samples()[0]);
    }
}

#[test]
fn nv12_is_made_when_downstream_wants_it() {
    if !have(&["x264enc", "h264parse", "avdec_h264"]) {
        return;
    }
    let stream = make(&format!("videotestsrc num-buffers=3 ! video/x-raw,{SIZE} ! x264enc ! h264parse"));
    let found = feed(&stream, "nvv4l2decoder ! video/x-raw(memory:NVMM),format=NV12").ok();
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].info().format(), gst_video::VideoFormat::Nv12);
    let plain = feed(&stream, "avdec_h264").ok();
    assert!(found[1].samples()[..320 * 240] == plain[1].samples()[..320 * 240]);
}

#[test]
fn decodebin_picks_it() {
    if !have(&["x264enc", "mp4mux", "avdec_h264"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.mp4");
    let file = file.to_str().unwrap();
    play(&format!(
        "videotestsrc num-buffers=10 ! video/x-raw,{SIZE} ! x264enc ! mp4mux ! filesink name=out location={file}"
    ))
    .ok();
    let found = play(&format!("uridecodebin uri=file://{file} ! fakesink name=out sync=false")).ok();
    assert_eq!(found.len(), 10);
    assert!(found.iter().all(Frame::is_nvmm));
}

#[test]
fn drop_frame_interval_keeps_the_first_of_every_so_many() {
    if !have(&["x264enc", "h264parse", "avdec_h264"]) {
        return;
    }
    let stream =
        make("videotestsrc num-buffers=11 ! video/x-raw,width=64,height=64,framerate=10/1 ! x264enc ! h264parse");
    for (interval, kept) in [(0, 11), (1, 11), (2, 6), (5, 3), (30, 1)] {
        let found = feed(&stream, &format!("nvv4l2decoder drop-frame-interval={interval}")).ok();
        let start = found[0].pts();
        let steps: Vec<_> = found.iter().map(|frame| (frame.pts() - start).mseconds() / 100).collect();
        let expected: Vec<u64> = (0..kept).map(|n| n * interval.max(1)).collect();
        assert_eq!(steps, expected, "interval {interval}");
    }
}

#[test]
fn skip_frames_leaves_out_what_it_says() {
    if !have(&["x264enc", "h264parse", "avdec_h264"]) {
        return;
    }
    let encode = "x264enc key-int-max=4 bframes=2 b-adapt=false option-string=scenecut=0:b-pyramid=none ! h264parse";
    for format in ["byte-stream", "avc"] {
        let stream = make(&format!(
            "videotestsrc num-buffers=12 ! video/x-raw,width=64,height=64 ! {encode} ! video/x-h264,stream-format={format}"
        ));
        let keys = stream.iter().filter(|f| !f.buffer.flags().contains(gst::BufferFlags::DELTA_UNIT)).count();
        assert_eq!(keys, 3);
        assert_eq!(feed(&stream, "nvv4l2decoder skip-frames=decode_key").ok().len(), keys);
        let all = feed(&stream, "nvv4l2decoder").ok();
        let referenced = feed(&stream, "nvv4l2decoder skip-frames=decode_non_ref").ok();
        assert!(referenced.len() < all.len() && referenced.len() > keys, "{}", referenced.len());
        for frame in &referenced {
            let same = all.iter().find(|other| other.pts() == frame.pts()).unwrap();
            assert!(same.samples() == frame.samples());
        }
    }
}

#[test]
fn the_resolution_may_change_in_mid_stream() {
    if !have(&["x264enc", "h264parse", "avdec_h264"]) {
        return;
    }
    let part = |size: &str| {
        make(&format!(
            "videotestsrc num-buffers=5 ! video/x-raw,{size},framerate=25/1 ! x264enc ! h264parse ! video/x-h264,stream-format=byte-stream"
        ))
    };
    let (small, large) = (part("width=64,height=48"), part("width=320,height=240"));
    let stream: Vec<_> = small.iter().chain(&large).cloned().collect();
    let sizes: Vec<_> = feed(&stream, "nvv4l2decoder").ok().iter().map(|frame| frame.info().width()).collect();
    assert_eq!(sizes, [64, 64, 64, 64, 64, 320, 320, 320, 320, 320]);
}

#[test]
fn the_codec_may_change_in_mid_stream() {
    if !have(&["x264enc", "h264parse", "avdec_h264", "vp8enc", "vp8dec"]) {
        return;
    }
    let raw = "videotestsrc num-buffers=5 ! video/x-raw,width=64,height=48,framerate=25/1";
    let h264 = make(&format!("{raw} ! x264enc bframes=2 ! h264parse"));
    let vp8 = make(&format!("{raw} ! vp8enc deadline=1"));
    let stream: Vec<_> = h264.iter().chain(&vp8).chain(&h264).cloned().collect();
    let found = feed(&stream, "nvv4l2decoder").ok();
    assert_eq!(found.len(), 15);
    let alone = feed(&vp8, "vp8dec").ok();
    assert!(found[7].samples() == alone[2].samples());
}

#[test]
fn flipped_bits_do_not_end_the_stream() {
    if !have(&["x264enc", "h264parse", "avdec_h264"]) {
        return;
    }
    let mut stream =
        make(&format!("videotestsrc num-buffers=60 ! video/x-raw,{SIZE} ! x264enc key-int-max=10 ! h264parse"));
    let clean = feed(&stream, "nvv4l2decoder").ok();
    for frame in stream[20..40].iter_mut() {
        let mut data = frame.buffer.map_readable().unwrap().to_vec();
        let last = data.len() - 1;
        (8..data.len()).step_by(7).for_each(|at| data[at.min(last)] ^= 0x5a);
        let mut broken = gst::Buffer::from_mut_slice(data);
        frame
            .buffer
            .copy_into(broken.make_mut(), gst::BufferCopyFlags::TIMESTAMPS | gst::BufferCopyFlags::FLAGS, ..)
            .unwrap();
        frame.buffer = broken;
    }
    let found = feed(&stream, "nvv4l2decoder").ok();
    assert!(found.len() >= 40, "{} frames", found.len());
    let (last, expected) = (found.last().unwrap(), clean.last().unwrap());
    assert_eq!(last.pts(), expected.pts());
    assert!(last.samples() == expected.samples(), "recovered");
}

#[test]
fn noise_is_an_error_and_no_hang() {
    if !have(&["avdec_h264"]) {
        return;
    }
    let caps: gst::Caps = "video/x-h264,stream-format=byte-stream,alignment=au,width=64,height=64".parse().unwrap();
    let noise: Vec<u8> = (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let frame = |n: u64| {
        let mut buffer = gst::Buffer::from_slice(noise.clone());
        buffer.make_mut().set_pts(gst::ClockTime::from_mseconds(40 * n));
        Frame { buffer, caps: caps.clone() }
    };
    let failure = feed(&(0..20).map(frame).collect::<Vec<_>>(), "nvv4l2decoder name=d").failure();
    assert!(failure.error.matches(gst::StreamError::Decode), "{failure:?}");
    assert!(failure.text.starts_with("the H.264 stream cannot be decoded: "), "{failure:?}");
    assert_eq!(failure.from, "d");
}

#[test]
fn a_missing_decoder_is_named_with_its_package() {
    init();
    let caps: gst::Caps = "video/mpeg,mpegversion=1,systemstream=false,parsed=true,width=64,height=64".parse().unwrap();
    for factory in gst::ElementFactory::factories_with_type(gst::ElementFactoryType::DECODER, gst::Rank::NONE) {
        if factory.name() != "nvv4l2decoder" && factory.can_sink_all_caps(&caps) {
            factory.set_rank(gst::Rank::NONE);
        }
    }
    let frame = Frame { buffer: gst::Buffer::from_slice([0u8; 64]), caps };
    let failure = feed(&[frame], "nvv4l2decoder").failure();
    assert!(failure.error.matches(gst::CoreError::MissingPlugin), "{failure:?}");
    assert_eq!(
        failure.text,
        "MPEG-1/2 cannot be decoded: no decoder is installed; install one with: apt-get install gstreamer1.0-libav"
    );
}

#[test]
fn flushing_seeks_land_where_the_plain_decoder_lands() {
    let Some(file) = shared("videos/opencv4nodejs_traffic.mp4") else { return };
    if !have(&["qtdemux", "h264parse", "avdec_h264"]) {
        return;
    }
    let after_seeks = |decoder: &str| {
        let line = format!("filesrc location={} ! qtdemux ! h264parse ! {decoder} ! fakesink name=out", file.display());
        let pipeline = gst::parse::launch(&line).unwrap();
        pipeline.set_state(gst::State::Paused).unwrap();
        pipeline.state(media::LIMIT).0.unwrap();
        let out = pipeline.clone().downcast::<gst::Bin>().unwrap().by_name("out").unwrap();
        let landed = [12, 3, 17].map(|second| {
            let flags = gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE;
            pipeline.seek_simple(flags, gst::ClockTime::from_seconds(second)).unwrap();
            pipeline.state(media::LIMIT).0.unwrap();
            let sample = out.property::<Option<gst::Sample>>("last-sample").unwrap();
            let caps = sample.caps_owned().unwrap();
            let frame = Frame { buffer: sample.buffer_owned().unwrap(), caps };
            (frame.pts(), frame.samples())
        });
        pipeline.set_state(gst::State::Null).unwrap();
        landed
    };
    assert!(after_seeks("nvv4l2decoder") == after_seeks("avdec_h264"));
}

#[test]
fn properties_are_nvidias_with_their_defaults() {
    init();
    let decoder = gst::ElementFactory::make("nvv4l2decoder").build().unwrap();
    for name in ["drop-frame-interval", "num-extra-surfaces", "gpu-id", "max-threads"] {
        assert_eq!(decoder.property::<u32>(name), 0, "{name}");
    }
    for name in ["low-latency-mode", "disable-dpb", "enable-full-frame", "mjpeg", "enable-max-performance"] {
        assert!(!decoder.property::<bool>(name), "{name}");
    }
    for (name, nick) in
        [("skip-frames", "decode_key"), ("cudadec-memtype", "memtype_unified"), ("capture-io-mode", "mmap")]
    {
        decoder.set_property_from_str(name, nick);
        let value = decoder.property_value(name);
        assert_eq!(gst::glib::EnumValue::from_value(&value).unwrap().1.nick(), nick);
    }
    decoder.set_property("num-extra-surfaces", 24u32);
    assert_eq!(decoder.property::<u32>("num-extra-surfaces"), 24);
    let factory = decoder.factory().unwrap();
    assert_eq!(factory.rank(), gst::Rank::PRIMARY + 11);
    assert_eq!(factory.metadata("klass"), Some("Codec/Decoder/Video"));
}
