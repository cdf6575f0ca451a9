//! `nvurisrcbin`: every container, loops without a gap, generated pictures, what cannot be played.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod media;

use std::path::Path;

use gst::prelude::*;
use media::{Frame, Played, have, init, play, shared, tolerate_rtsp_warnings};

/// Frames in the generated files, at 25 a second.
const FRAMES: usize = 30;
const STEP: u64 = 40_000_000;

/// Encodes the generated picture into `file` through `encode` (encoder and muxer).
fn write(dir: &Path, name: &str, encode: &str) -> String {
    let file = dir.join(name);
    let raw = format!(
        "videotestsrc num-buffers={FRAMES} pattern=ball ! video/x-raw,format=I420,width=160,height=120,framerate=25/1"
    );
    play(&format!("{raw} ! {encode} ! filesink name=out location={}", file.display())).ok();
    format!("file://{}", file.display())
}

fn source(uri: &str, more: &str) -> Played {
    play(&format!("nvurisrcbin uri={uri} {more} ! fakesink name=out sync=false"))
}

/// The first `count` frames of an endless loop.
fn looped(uri: &str, count: usize) -> Vec<Frame> {
    let end = format!("identity eos-after={} ! fakesink name=out sync=false", count + 1);
    let mut frames = play(&format!("nvurisrcbin uri={uri} file-loop=true ! {end}")).ok();
    assert!(frames.len() >= count, "{uri}: {} frames", frames.len());
    // What the decoder held when the end was announced still comes out.
    frames.truncate(count);
    frames
}

/// Plays `passes` passes and checks that they are one stream.
fn loops_without_a_gap(uri: &str, passes: usize) {
    let once: Vec<_> = source(uri, "").ok().iter().map(Frame::pts).collect();
    let frames = looped(uri, FRAMES * passes);
    for (n, frame) in frames.iter().enumerate() {
        let (pass, place) = (n / FRAMES, n % FRAMES);
        let start = frames[pass * FRAMES].pts();
        assert_eq!(frame.pts() - start, once[place] - once[0], "{uri}: frame {place} of pass {pass}");
        // Matroska and FLV keep milliseconds.
        let gap = if place == 0 && pass > 0 { (start - frames[n - 1].pts()).nseconds() } else { STEP };
        assert!(gap.abs_diff(STEP) <= 1_000_000, "{uri}: pass {pass} begins {gap} ns after the last frame");
        assert!(frame.is_nvmm());
    }
    assert!(frames[3].samples() != frames[4].samples());
    assert!(
        frames[3].samples() == frames[3 + FRAMES * (passes - 1)].samples(),
        "{uri}: the last pass has other frames"
    );
}

fn every_container(name: &str, encode: &str, needs: &[&str]) {
    if !have(needs) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let uri = write(dir.path(), name, encode);
    assert_eq!(source(&uri, "").ok().len(), FRAMES, "{name}");
    loops_without_a_gap(&uri, 4);
}

#[test]
fn mp4() {
    every_container("a.mp4", "x264enc bframes=2 key-int-max=10 ! mp4mux", &["x264enc", "mp4mux", "avdec_h264"]);
}

#[test]
fn matroska() {
    every_container(
        "a.mkv",
        "x264enc bframes=2 key-int-max=10 ! matroskamux",
        &["x264enc", "matroskamux", "avdec_h264"],
    );
}

#[test]
fn mpeg_ts() {
    every_container(
        "a.ts",
        "x264enc bframes=2 key-int-max=10 ! h264parse ! mpegtsmux",
        &["x264enc", "mpegtsmux", "tsdemux"],
    );
}

#[test]
fn flv() {
    every_container("a.flv", "x264enc key-int-max=10 ! flvmux", &["x264enc", "flvmux", "flvdemux"]);
}

#[test]
fn avi() {
    every_container("a.avi", "jpegenc ! avimux", &["jpegenc", "avimux", "jpegdec"]);
    every_container("b.avi", "avenc_mpeg4 ! avimux", &["avenc_mpeg4", "avimux", "avdec_mpeg4"]);
}

#[test]
fn webm() {
    every_container("a.webm", "vp8enc deadline=1 ! webmmux", &["vp8enc", "webmmux", "vp8dec"]);
}

#[test]
fn raw_h264() {
    let encode = "x264enc bframes=2 key-int-max=10 ! video/x-h264,stream-format=byte-stream";
    every_container("a.h264", encode, &["x264enc", "h264parse", "avdec_h264"]);
}

#[test]
fn raw_h265() {
    let encode = "x265enc log-level=none ! video/x-h265,stream-format=byte-stream";
    every_container("a.h265", encode, &["x265enc", "h265parse", "avdec_h265"]);
}

#[test]
fn ogg_and_uncompressed_video_come_as_surfaces_too() {
    every_container("a.ogv", "theoraenc ! oggmux", &["theoraenc", "oggmux", "theoradec"]);
    every_container("a.y4m", "y4menc", &["y4menc", "y4mdec"]);
}

#[test]
fn switching_the_loop_off_ends_after_the_pass() {
    if !have(&["x264enc", "mp4mux", "avdec_h264"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let uri = write(dir.path(), "a.mp4", "x264enc ! mp4mux");
    let line = format!("nvurisrcbin name=s uri={uri} file-loop=true ! fakesink name=out sync=false");
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let bin = pipeline.by_name("s").unwrap();
    let frames = media::collect(&pipeline.by_name("out").unwrap().static_pad("sink").unwrap());
    let seen = frames.clone();
    let weak = bin.downgrade();
    pipeline.by_name("out").unwrap().static_pad("sink").unwrap().add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        if seen.lock().unwrap().len() == FRAMES + 10 {
            weak.upgrade().unwrap().set_property("file-loop", false);
        }
        gst::PadProbeReturn::Ok
    });
    assert!(media::run(&pipeline).0.is_none());
    assert_eq!(frames.lock().unwrap().len(), 2 * FRAMES);
}

#[test]
fn a_pattern_is_what_its_uri_says() {
    let frames = source("test:ball?size=641x359&fps=30000/1001&frames=12", "").ok();
    assert_eq!(frames.len(), 12);
    let info = frames[0].info();
    assert_eq!((info.width(), info.height(), info.fps()), (641, 359, gst::Fraction::new(30000, 1001)));
    assert!(frames.iter().all(Frame::is_nvmm));
    assert_eq!(frames[11].pts().nseconds(), 11 * 1_001_000_000 / 30);
    let looped = looped("test:ball?size=64x64&frames=5", 15);
    assert_eq!(looped[14].pts().nseconds() / 1_000_000, 14 * 1000 / 30);
    assert!(looped[2].samples() == looped[12].samples());
}

#[test]
fn frames_of_the_decoder_are_thinned_out() {
    if !have(&["x264enc", "mp4mux", "avdec_h264"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let uri = write(dir.path(), "a.mp4", "x264enc key-int-max=10 ! mp4mux");
    let frames = source(&uri, "drop-frame-interval=5").ok();
    assert_eq!(frames.len(), FRAMES / 5);
    assert_eq!((frames[1].pts() - frames[0].pts()).nseconds(), 5 * STEP);
    assert_eq!(source(&uri, "dec-skip-frames=decode_key").ok().len(), 3);
    let end = "identity eos-after=13 ! fakesink name=out sync=false";
    let looped = play(&format!("nvurisrcbin uri={uri} file-loop=true drop-frame-interval=5 ! {end}")).ok();
    let steps = looped.windows(2).take(11).map(|pair| (pair[1].pts() - pair[0].pts()).nseconds());
    assert!(steps.into_iter().all(|step| step == 5 * STEP));
}

#[test]
fn only_video_comes_out_unless_audio_is_asked_for() {
    if !have(&["x264enc", "mp4mux", "avdec_h264", "avenc_aac", "avdec_aac"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("av.mp4");
    let video =
        "videotestsrc num-buffers=30 ! video/x-raw,width=64,height=48,framerate=25/1 ! x264enc ! h264parse ! m.";
    let audio = "audiotestsrc num-buffers=40 ! audio/x-raw,rate=44100 ! avenc_aac ! aacparse ! m.";
    play(&format!("{video} {audio} mp4mux name=m ! filesink name=out location={}", file.display())).ok();
    let uri = format!("file://{}", file.display());
    assert_eq!(source(&uri, "").ok().len(), 30);
    assert_eq!(looped(&uri, 61).len(), 61);
    let both = format!(
        "nvurisrcbin name=s uri={uri} disable-audio=false s.vsrc_0 ! fakesink sync=false s.asrc_0 ! fakesink name=out sync=false"
    );
    let sound = play(&both).ok();
    assert!(sound.len() > 20);
    assert_eq!(sound[0].caps.structure(0).unwrap().name(), "audio/x-raw");
    let failure = {
        let alone = dir.path().join("a.m4a");
        play(&format!(
            "audiotestsrc num-buffers=40 ! avenc_aac ! mp4mux ! filesink name=out location={}",
            alone.display()
        ))
        .ok();
        source(&format!("file://{}", alone.display()), "").failure()
    };
    assert!(failure.error.matches(gst::StreamError::WrongType), "{failure:?}");
    assert!(failure.text.ends_with("a.m4a has no video stream"), "{failure:?}");
}

#[test]
fn what_cannot_be_played_says_why() {
    init();
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        std::fs::write(dir.path().join(name), content).unwrap();
        format!("file://{}", dir.path().join(name).display())
    };
    let cases = [
        (
            file(
                "text.mp4",
                b"This is a text and no video at all, whatever its name may say.
",
            ),
            "cannot be played: ",
        ),
        (file("empty.mp4", b""), "cannot be played: Stream contains no data"),
        (format!("file://{}/missing.mp4", dir.path().display()), "cannot be played: Resource not found"),
        (format!("file://{}", dir.path().display()), "cannot be played: "),
        ("nosuch://thing".into(), "cannot be played: No URI handler implemented for \"nosuch\""),
        ("test:nosuch".into(), "no test pattern is called nosuch"),
        ("test:smpte?frames=0".into(), "frames=0 is not valid"),
    ];
    for (uri, text) in cases {
        let failure = source(&uri, "name=s").failure();
        assert!(failure.text.contains(text) && failure.text.starts_with(&uri), "{failure:?}");
        assert_eq!(failure.from, "s");
    }
    let failure = play("nvurisrcbin ! fakesink name=out").failure();
    assert_eq!(failure.text, "nothing to play: set the property uri");
    let missing = source(&format!("file://{}/missing.mp4", dir.path().display()), "").failure();
    assert!(missing.error.matches(gst::ResourceError::NotFound), "{missing:?}");
}

#[test]
fn a_cut_off_file_plays_as_far_as_it_goes() {
    if !have(&["x264enc", "matroskamux", "avdec_h264", "mp4mux"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let cut = |uri: &str, part: usize| {
        let whole = std::fs::read(uri.strip_prefix("file://").unwrap()).unwrap();
        let short = format!("{}.cut", uri.strip_prefix("file://").unwrap());
        std::fs::write(&short, &whole[..whole.len() * part / 100]).unwrap();
        format!("file://{short}")
    };
    let mkv = write(dir.path(), "a.mkv", "x264enc key-int-max=5 ! matroskamux");
    let some = source(&cut(&mkv, 60), "").ok();
    assert!(some.len() > 5 && some.len() < FRAMES, "{}", some.len());
    let mp4 = write(dir.path(), "a.mp4", "x264enc ! mp4mux");
    let failure = source(&cut(&mp4, 60), "").failure();
    assert!(
        failure.text.contains("cannot be played: ") && failure.text.ends_with("contains no playable streams"),
        "{failure:?}"
    );
}

#[test]
fn a_plain_path_is_a_file() {
    let Some(file) = shared("videos/carnd_vehicle_test_video.mp4") else { return };
    if have(&["qtdemux", "avdec_h264"]) {
        assert_eq!(source(&file.display().to_string(), "").ok().len(), 38);
    }
}

#[test]
fn properties_are_nvidias_with_their_defaults() {
    init();
    let bin = gst::ElementFactory::make("nvurisrcbin").build().unwrap();
    let numbers =
        [("num-extra-surfaces", 1), ("latency", 100), ("udp-buffer-size", 524_288), ("max-size-buffers", 200)];
    for (name, default) in numbers {
        assert_eq!(bin.property::<u32>(name), default, "{name}");
    }
    assert_eq!((bin.property::<i32>("source-id"), bin.property::<i32>("rtsp-reconnect-attempts")), (-1, -1));
    assert!(bin.property::<bool>("disable-audio") && bin.property::<bool>("drop-on-latency"));
    assert!(!bin.property::<bool>("file-loop"));
    for (name, nick) in [("type", "auto"), ("select-rtp-protocol", "rtp-udp-udpmcast-tcp"), ("buffer-mode", "auto")] {
        let value = bin.property_value(name);
        assert_eq!(gst::glib::EnumValue::from_value(&value).unwrap().1.nick(), nick);
    }
    assert_eq!(bin.property::<Option<String>>("uri"), None);
}

#[test]
fn it_can_be_stopped_and_played_again() {
    init();
    let bin = gst::ElementFactory::make("nvurisrcbin").property("uri", "test:?size=64x64&frames=4").build().unwrap();
    let sink = gst::ElementFactory::make("fakesink").property("sync", false).build().unwrap();
    let pipeline = gst::Pipeline::new();
    pipeline.add_many([&bin, &sink]).unwrap();
    let input = sink.static_pad("sink").unwrap();
    let frames = media::collect(&input);
    bin.connect_pad_added(move |_, pad| {
        assert_eq!(pad.name(), "vsrc_0");
        pad.link(&input).unwrap();
    });
    for run in 1..=3 {
        assert!(media::run(&pipeline).0.is_none());
        assert_eq!(frames.lock().unwrap().len(), 4 * run);
        assert_eq!(bin.num_src_pads(), 0);
    }
}

#[test]
fn what_is_said_about_rtsp_reaches_the_rtsp_source() {
    if !have(&["rtspsrc"]) {
        return;
    }
    tolerate_rtsp_warnings();
    // Nobody listens on the discard port: the connection fails at once, the source is set up before.
    let uri = "rtsp://127.0.0.1:9/none";
    let line = format!(
        "nvurisrcbin uri={uri} latency=250 drop-on-latency=false select-rtp-protocol=rtp-tcp buffer-mode=slave \
         udp-buffer-size=1000000 ! fakesink"
    );
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    pipeline.connect_deep_element_added(move |_, _, element| {
        if element.factory().is_some_and(|factory| factory.name() == "rtspsrc") {
            send.send(element.clone()).unwrap();
        }
    });
    let failure = media::run(&pipeline).0.unwrap();
    assert!(failure.text.starts_with("rtsp://127.0.0.1:9/none cannot be played: "), "{failure:?}");
    assert!(failure.error.matches(gst::ResourceError::OpenReadWrite), "{failure:?}");
    let source = receive.try_recv().unwrap();
    assert_eq!((source.property::<u32>("latency"), source.property::<i32>("udp-buffer-size")), (250, 1_000_000));
    assert!(!source.property::<bool>("drop-on-latency"));
    let flags = source.property_value("protocols").serialize().unwrap();
    assert_eq!(flags, "GST_RTSP_LOWER_TRANS_TCP");
    let mode = source.property_value("buffer-mode");
    assert_eq!(gst::glib::EnumValue::from_value(&mode).unwrap().1.nick(), "slave");
}

#[test]
fn http_plays_and_loops() {
    if !have(&["souphttpsrc", "x264enc", "mp4mux", "avdec_h264"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let uri = write(dir.path(), "a.mp4", "x264enc key-int-max=10 ! mp4mux faststart=true");
    let data = std::fs::read(uri.strip_prefix("file://").unwrap()).unwrap();
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}/a.mp4", server.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let data = data.clone();
            std::thread::spawn(move || serve(stream.unwrap(), &data));
        }
    });
    assert_eq!(source(&uri, "").ok().len(), FRAMES);
    assert_eq!(looped(&uri, 3 * FRAMES).len(), 3 * FRAMES);
    let failure = source(&uri.replace("a.mp4", "none.mp4"), "").failure();
    assert!(failure.error.matches(gst::ResourceError::NotFound), "{failure:?}");
}

/// Answers GET requests of one connection: `data` for `/a.mp4`, whole or from a byte on, and 404 for anything else.
fn serve(stream: std::net::TcpStream, data: &[u8]) {
    use std::io::{BufRead, BufReader, Write};
    let mut answers = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(request)) = lines.next() {
        let head: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let start = head.iter().find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
        let start = start.and_then(|range| range.split('-').next().and_then(|from| from.parse::<usize>().ok()));
        let answer = match start {
            _ if !request.contains("/a.mp4") => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            Some(from) => format!(
                "HTTP/1.1 206 Partial Content\r\nAccept-Ranges: bytes\r\nContent-Range: bytes {from}-{}/{}\r\nContent-Length: {}\r\n\r\n",
                data.len() - 1,
                data.len(),
                data.len() - from
            ),
            None => format!("HTTP/1.1 200 OK\r\nAccept-Ranges: bytes\r\nContent-Length: {}\r\n\r\n", data.len()),
        };
        let body = if answer.contains(" 404 ") { &[][..] } else { &data[start.unwrap_or(0)..] };
        if answers.write_all(answer.as_bytes()).and_then(|()| answers.write_all(body)).is_err() {
            return;
        }
    }
}

#[test]
fn a_variable_frame_rate_keeps_its_times_in_every_pass() {
    if !have(&["x264enc", "matroskamux", "avdec_h264"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("vfr.mkv");
    // Frames at 0, 40, 120, 240, 280, 360 ms ...: one of three is late, one is missing.
    init();
    let line = format!(
        "videotestsrc num-buffers=30 ! video/x-raw,width=64,height=48,framerate=25/1 ! identity name=thin ! \
         x264enc bframes=0 ! matroskamux ! filesink location={}",
        file.display()
    );
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    pipeline.by_name("thin").unwrap().static_pad("src").unwrap().add_probe(gst::PadProbeType::BUFFER, |_, info| {
        let number = info.buffer().and_then(|buffer| buffer.pts()).unwrap().mseconds() / 40;
        if number % 6 == 2 || number % 6 == 4 { gst::PadProbeReturn::Handled } else { gst::PadProbeReturn::Ok }
    });
    assert!(media::run(&pipeline).0.is_none());
    let uri = format!("file://{}", file.display());
    let once: Vec<_> = source(&uri, "").ok().iter().map(|frame| frame.pts().mseconds()).collect();
    assert_eq!(once.len(), 20);
    assert_eq!(once[..5], [0, 40, 120, 200, 240]);
    let frames = looped(&uri, 60);
    let start = frames[20].pts().mseconds();
    let second: Vec<_> = frames[20..40].iter().map(|frame| frame.pts().mseconds() - start).collect();
    assert_eq!(second, once);
    assert_eq!(start, once[19] + 40);
}
