//! `nvdslogger`: what it prints, and that buffers go through it untouched.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ds_apps::meta::{Batch, OwnedBatch, attach, latency};
use gst::prelude::*;
use gst_check::Harness;

/// What was printed; the handler is one for the process, so tests take turns.
static PRINTED: Mutex<String> = Mutex::new(String::new());
static TURN: Mutex<()> = Mutex::new(());

fn logger(properties: &[(&str, &str)]) -> (Harness, MutexGuard<'static, ()>) {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    gst::glib::set_print_handler(|text| PRINTED.lock().unwrap().push_str(text));
    PRINTED.lock().unwrap().clear();
    let element = gst::ElementFactory::make("nvdslogger").build().unwrap();
    properties.iter().for_each(|(name, value)| element.set_property_from_str(name, value));
    let mut harness = Harness::with_element(&element, Some("sink"), Some("src"));
    harness.set_src_caps_str("video/x-raw(memory:NVMM), format=NV12, width=64, height=48");
    (harness, turn)
}

fn batch(pads: &[u32]) -> gst::Buffer {
    let mut metas = OwnedBatch::new(4);
    for pad in pads {
        metas.add_frame().set_pad_index(*pad);
    }
    metas.add_latency(latency::Record {
        component: "nvstreammux-mux",
        came_in: latency::now_ms(),
        source_id: 3,
        frame_num: 8,
        ..latency::Record::default()
    });
    let mut buffer = gst::Buffer::new();
    attach(buffer.make_mut(), metas);
    buffer
}

#[test]
fn rates_of_all_streams_stand_on_a_line() {
    let (mut harness, _turn) = logger(&[("fps-measurement-interval-sec", "1")]);
    let out = harness.push_and_pull(batch(&[0, 5])).unwrap();
    assert_eq!(Batch::of(&out).unwrap().num_frames(), 2);
    while PRINTED.lock().unwrap().is_empty() {
        std::thread::yield_now();
    }
    let line = PRINTED.lock().unwrap().clone();
    // The first frame only starts the clock.
    assert!(line.starts_with("**PERF : FPS_0 (0.00)\tFPS_5 (0.00)\t\n"), "{line}");
}

#[test]
fn latencies_are_printed_when_asked_for() {
    let (mut harness, _turn) = logger(&[("show-latency", "true"), ("show-fps", "false")]);
    harness.push_and_pull(batch(&[3])).unwrap();
    let text = PRINTED.lock().unwrap().clone();
    assert!(text.starts_with("Source id = 3 Frame_num = 8 Frame latency = ") && text.ends_with(" (ms) \n"), "{text}");
    let last: Option<String> = harness.element().unwrap().property("last-message");
    assert_eq!(last.unwrap() + "\n", text);
}

#[test]
fn every_buffer_is_handed_to_whoever_listens() {
    let (mut harness, _turn) = logger(&[]);
    let seen = Arc::new(Mutex::new(0));
    let own = seen.clone();
    harness.element().unwrap().connect("handoff", false, move |values| {
        let buffer: gst::Buffer = values[1].get().unwrap();
        *own.lock().unwrap() += Batch::of(&buffer).unwrap().num_frames();
        None
    });
    harness.push(batch(&[0, 1])).unwrap();
    assert_eq!(*seen.lock().unwrap(), 2);
}
