//! `nvurisrcbin` in a loop of thousands of passes: the pace stays to the nanosecond, and so does the process's memory.
//! Alone in its file, because memory is counted for the whole process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod media;

use gst::prelude::*;
use media::{have, play};

/// Nanoseconds from frame to frame, at 25 a second.
const STEP: u64 = 40_000_000;

#[test]
fn thousands_of_passes_keep_their_pace_and_their_memory() {
    if !have(&["x264enc", "mp4mux", "avdec_h264"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("three.mp4");
    let raw = "videotestsrc num-buffers=3 ! video/x-raw,width=64,height=48,framerate=25/1";
    play(&format!("{raw} ! x264enc ! mp4mux ! filesink name=out location={}", file.display())).ok();
    let passes = 3000;
    let line = format!(
        "nvurisrcbin uri=file://{} file-loop=true ! identity name=count eos-after={} ! fakesink sync=false",
        file.display(),
        3 * passes
    );
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let seen = std::sync::Arc::new(std::sync::Mutex::new((0u64, 0u64, 0u64)));
    let count = seen.clone();
    pipeline.by_name("count").unwrap().static_pad("sink").unwrap().add_probe(
        gst::PadProbeType::BUFFER,
        move |_, info| {
            let pts = info.buffer().and_then(|buffer| buffer.pts()).unwrap().nseconds();
            let mut seen = count.lock().unwrap();
            assert!(seen.0 == 0 || pts - seen.1 == STEP, "frame {} comes {} ns after the last", seen.0, pts - seen.1);
            *seen = (seen.0 + 1, pts, if seen.0 == 3000 { resident() } else { seen.2 });
            gst::PadProbeReturn::Ok
        },
    );
    assert!(media::run(&pipeline).0.is_none());
    let (frames, _, early) = *seen.lock().unwrap();
    assert!(frames >= 3 * passes - 1);
    let grown = resident().saturating_sub(early);
    assert!(grown < 5 << 20, "{grown} bytes more than after 1000 passes");
}

/// Resident memory of this process.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}
