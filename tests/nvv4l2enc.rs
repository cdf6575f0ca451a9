//! The encoders: what they take, what comes out, and that the bit rate is the one asked for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use gst::prelude::*;

fn init() {
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
}

/// Runs `launch` to its end and gives the buffers that reached the element called `sink`.
fn run(launch: &str) -> Vec<gst::Buffer> {
    init();
    let pipeline = gst::parse::launch(launch).unwrap().downcast::<gst::Pipeline>().unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    let pad = pipeline.by_name("sink").unwrap().static_pad("sink").unwrap();
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        send.send(info.buffer().unwrap().clone()).unwrap();
        gst::PadProbeReturn::Ok
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    let bus = pipeline.bus().unwrap();
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = bus.timed_pop_filtered(gst::ClockTime::from_seconds(120), &kinds).expect("no end within two minutes");
    if let gst::MessageView::Error(error) = message.view() {
        panic!("{} ({:?})", error.error(), error.debug());
    }
    pipeline.set_state(gst::State::Null).unwrap();
    receive.try_iter().collect()
}

fn installed(kind: &[&str]) -> bool {
    init();
    let found = kind.iter().any(|name| gst::ElementFactory::find(name).is_some());
    if !found {
        println!("skipped: none of {kind:?} is installed");
    }
    found
}

#[test]
fn every_frame_comes_out_as_an_access_unit_from_either_memory() {
    if !installed(&["x264enc", "openh264enc"]) {
        return;
    }
    for memory in ["", "(memory:NVMM)"] {
        for format in ["I420", "NV12", "RGBA"] {
            let frames = run(&format!(
                "videotestsrc num-buffers=30 ! video/x-raw,format={format},width=320,height=240,framerate=30/1 ! \
                 nvvideoconvert ! video/x-raw{memory},format={format} ! nvv4l2h264enc ! identity name=sink ! fakesink"
            ));
            assert_eq!(frames.len(), 30, "{memory} {format}");
            assert!(!frames[0].flags().contains(gst::BufferFlags::DELTA_UNIT));
            let map = frames[0].map_readable().unwrap();
            assert!(map.starts_with(&[0, 0, 0, 1]) || map.starts_with(&[0, 0, 1]), "a byte stream");
        }
    }
}

#[test]
fn the_bit_rate_is_the_one_asked_for() {
    if !installed(&["x264enc"]) {
        return;
    }
    let rate = |bitrate: u32| {
        let frames = run(&format!(
            "videotestsrc pattern=snow num-buffers=90 ! video/x-raw,format=I420,width=640,height=360,framerate=30/1 ! \
             nvv4l2h264enc bitrate={bitrate} ! identity name=sink ! fakesink"
        ));
        frames.iter().map(|frame| frame.size() as f64 * 8.0).sum::<f64>() / 3.0
    };
    let (low, high) = (rate(1_000_000), rate(4_000_000));
    assert!((0.6..1.6).contains(&(low / 1e6)), "{low}");
    assert!((0.6..1.6).contains(&(high / 4e6)), "{high}");
}

#[test]
fn key_frames_come_at_the_interval() {
    if !installed(&["x264enc"]) {
        return;
    }
    let frames = run("videotestsrc num-buffers=31 ! video/x-raw,format=NV12,width=320,height=240,framerate=30/1 ! \
         nvv4l2h264enc iframeinterval=10 ! identity name=sink ! fakesink");
    let keys: Vec<usize> =
        (0..frames.len()).filter(|i| !frames[*i].flags().contains(gst::BufferFlags::DELTA_UNIT)).collect();
    assert_eq!(keys, [0, 10, 20, 30]);
}

#[test]
fn h265_encodes_too() {
    if !installed(&["x265enc"]) {
        return;
    }
    let frames = run("videotestsrc num-buffers=10 ! video/x-raw,format=I420,width=320,height=240,framerate=30/1 ! \
         nvv4l2h265enc ! h265parse ! identity name=sink ! fakesink");
    assert_eq!(frames.len(), 10);
}

#[test]
fn properties_have_deepstreams_names_and_defaults() {
    init();
    for name in ["nvv4l2h264enc", "nvv4l2h265enc"] {
        let encoder = gst::ElementFactory::make(name).build().unwrap();
        assert_eq!(encoder.property::<u32>("bitrate"), 4_000_000);
        assert_eq!(encoder.property::<u32>("iframeinterval"), 30);
        assert_eq!(encoder.property::<u32>("idrinterval"), 256);
        assert_eq!(encoder.property::<u32>("preset-id"), 1);
        encoder.set_property_from_str("control-rate", "variable_bitrate");
        encoder.set_property_from_str("profile", "High");
        encoder.set_property("insert-sps-pps", true);
    }
}

#[test]
fn odd_sizes_lose_their_last_column_and_row_and_nothing_else() {
    if !installed(&["x264enc"]) || !installed(&["avdec_h264"]) {
        return;
    }
    // A picture whose inside can be told from its edges; the encoder's loss stays below a few steps.
    for (size, even) in [((641, 359), (640, 358)), ((161, 120), (160, 120)), ((3, 3), (2, 2))] {
        for memory in ["", "(memory:NVMM)"] {
            let frames = run(&format!(
                "videotestsrc num-buffers=3 pattern=gradient ! video/x-raw,format=I420,width={},height={} ! nvvideoconvert ! \
                 video/x-raw{memory} ! nvv4l2h264enc bitrate=20000000 ! h264parse ! avdec_h264 ! video/x-raw,width={},height={} ! identity name=sink ! fakesink",
                size.0, size.1, even.0, even.1
            ));
            assert_eq!(frames.len(), 3);
            let info = gst_video::VideoInfo::builder(gst_video::VideoFormat::I420, even.0, even.1).build().unwrap();
            let stride = frames[0].meta::<gst_video::VideoMeta>().map_or(info.stride()[0], |meta| meta.stride()[0]);
            assert!(frames[0].size() >= info.size(), "a picture of {even:?}");
            let map = frames[0].map_readable().unwrap();
            let row = |y: usize| map[y * stride as usize];
            let last = even.1 as usize - 1;
            // Of three rows there is no gradient to speak of.
            assert!(
                size.1 < 9 || row(last).abs_diff((16 + 219 * last / size.1 as usize) as u8) < 24,
                "{size:?}: {}",
                row(last)
            );
        }
    }
}

#[test]
fn one_pixel_is_too_little_and_says_so() {
    if !installed(&["x264enc"]) {
        return;
    }
    let pipeline = gst::parse::launch(
        "videotestsrc num-buffers=2 ! video/x-raw,format=I420,width=1,height=1 ! nvv4l2h264enc ! fakesink",
    );
    let pipeline = pipeline.unwrap().downcast::<gst::Pipeline>().unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let message =
        pipeline.bus().unwrap().timed_pop_filtered(gst::ClockTime::from_seconds(30), &[gst::MessageType::Error]);
    let message = message.expect("an error");
    let gst::MessageView::Error(error) = message.view() else { panic!() };
    assert!(error.error().message().ends_with("1x1 pixels are too few: 2x2 are the least"), "{}", error.error());
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn frames_reach_the_encoder_without_a_copy() {
    if !installed(&["x264enc"]) {
        return;
    }
    init();
    let pipeline = gst::parse::launch(
        "nvurisrcbin uri=test:ball?size=320x240&frames=5 ! identity name=in ! nvv4l2h264enc name=e ! fakesink sync=false",
    );
    let pipeline = pipeline.unwrap().downcast::<gst::Pipeline>().unwrap();
    pipeline.set_state(gst::State::Ready).unwrap();
    let encoder = pipeline.by_name("e").unwrap().downcast::<gst::Bin>().unwrap();
    let inner = encoder
        .children()
        .into_iter()
        .find(|child| child.factory().unwrap_or_else(|| encoder.factory().unwrap()).name() == "x264enc");
    let addresses = |pad: gst::Pad| {
        let (send, receive) = std::sync::mpsc::channel();
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
            let buffer = info.buffer().unwrap();
            let address = match ds_apps::surface::Surfaces::map(buffer) {
                Ok(surfaces) => surfaces.view(0).unwrap().plane(0).as_ptr() as usize,
                Err(_) => buffer.map_readable().unwrap().as_ptr() as usize,
            };
            send.send(address).unwrap();
            gst::PadProbeReturn::Ok
        });
        receive
    };
    let before = addresses(pipeline.by_name("in").unwrap().static_pad("src").unwrap());
    let after = addresses(inner.unwrap().static_pad("sink").unwrap());
    pipeline.set_state(gst::State::Playing).unwrap();
    let end = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = pipeline.bus().unwrap().timed_pop_filtered(gst::ClockTime::from_seconds(60), &end).unwrap();
    assert_eq!(message.type_(), gst::MessageType::Eos);
    pipeline.set_state(gst::State::Null).unwrap();
    let (before, after): (Vec<_>, Vec<_>) = (before.try_iter().collect(), after.try_iter().collect());
    assert_eq!(before.len(), 5);
    assert_eq!(before, after);
}

/// The caps that leave the encoder of a launch line.
fn stream_caps(encode: &str) -> gst::Structure {
    init();
    let line = format!(
        "videotestsrc num-buffers=2 ! video/x-raw,format=I420,width=64,height=64 ! {encode} ! fakesink name=sink"
    );
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    pipeline.set_state(gst::State::Paused).unwrap();
    pipeline.state(gst::ClockTime::from_seconds(60)).0.unwrap();
    let caps = pipeline.by_name("sink").unwrap().static_pad("sink").unwrap().current_caps().unwrap();
    pipeline.set_state(gst::State::Null).unwrap();
    caps.structure(0).unwrap().to_owned()
}

#[test]
fn the_profile_is_the_propertys_unless_downstream_asks_for_another() {
    if !installed(&["x264enc"]) {
        return;
    }
    for (encode, profile) in [
        ("nvv4l2h264enc", "constrained-baseline"),
        ("nvv4l2h264enc profile=Main", "main"),
        ("nvv4l2h264enc profile=High", "high"),
        ("nvv4l2h264enc ! video/x-h264,profile=main", "main"),
    ] {
        let caps = stream_caps(encode);
        assert_eq!(caps.get::<&str>("profile"), Ok(profile), "{encode}");
        assert_eq!(caps.get::<&str>("stream-format"), Ok("byte-stream"));
        assert!(caps.has_field("level"), "{caps}");
    }
}

#[test]
fn a_key_frame_comes_when_it_is_asked_for() {
    if !installed(&["x264enc"]) {
        return;
    }
    init();
    let pipeline = gst::parse::launch(
        "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=64,height=64,framerate=30/1 ! identity name=in ! \
         nvv4l2h264enc name=e iframeinterval=100 tuning-info-id=UltraLowLatencyPreset ! identity name=sink ! fakesink",
    );
    let pipeline = pipeline.unwrap().downcast::<gst::Pipeline>().unwrap();
    let encoder = pipeline.by_name("e").unwrap();
    let count = std::sync::atomic::AtomicUsize::new(0);
    let asked = encoder.downgrade();
    pipeline.by_name("in").unwrap().static_pad("sink").unwrap().add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            7 => asked.upgrade().unwrap().emit_by_name::<()>("force-IDR", &[]),
            13 => {
                let src = asked.upgrade().unwrap().static_pad("src").unwrap();
                src.send_event(gst_video::UpstreamForceKeyUnitEvent::builder().all_headers(true).build());
            }
            10 => asked.upgrade().unwrap().set_property("bitrate", 500_000u32),
            _ => {}
        }
        gst::PadProbeReturn::Ok
    });
    let (send, receive) = std::sync::mpsc::channel();
    pipeline.by_name("sink").unwrap().static_pad("sink").unwrap().add_probe(
        gst::PadProbeType::BUFFER,
        move |_, info| {
            send.send(!info.buffer().unwrap().flags().contains(gst::BufferFlags::DELTA_UNIT)).unwrap();
            gst::PadProbeReturn::Ok
        },
    );
    pipeline.set_state(gst::State::Playing).unwrap();
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = pipeline.bus().unwrap().timed_pop_filtered(gst::ClockTime::from_seconds(60), &kinds).unwrap();
    assert_eq!(message.type_(), gst::MessageType::Eos);
    pipeline.set_state(gst::State::Null).unwrap();
    let keys: Vec<bool> = receive.try_iter().collect();
    let keys: Vec<usize> = (0..keys.len()).filter(|n| keys[*n]).collect();
    assert_eq!(keys, [0, 7, 13]);
}

#[test]
fn properties_of_nvidias_hardware_are_taken() {
    init();
    let encoder = gst::ElementFactory::make("nvv4l2h264enc").build().unwrap();
    for name in ["insert-sps-pps", "insert-vui", "maxperf-enable", "EnableTwopassCBR", "MeasureEncoderLatency"] {
        assert!(!encoder.property::<bool>(name), "{name}");
        encoder.set_property(name, true);
        assert!(encoder.property::<bool>(name), "{name}");
    }
    encoder.set_property_from_str("bufapi-version", "1");
    encoder.set_property_from_str("preset-level", "1");
    encoder.set_property_from_str("tuning-info-id", "LowLatencyPreset");
    encoder.set_property("constqp", "20:22:24");
    assert_eq!(encoder.property::<String>("constqp"), "20:22:24");
    assert_eq!(encoder.property::<u32>("vbv-size"), 4_000_000);
    assert_eq!(encoder.property::<String>("qp-range"), "-1,-1:-1,-1:-1,-1");
}
