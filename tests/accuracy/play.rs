//! Plays a video through the program's elements and networks.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once};

use ds_apps::meta::{Batch, Frame};
use gst::prelude::*;

/// Longer than any of these clips takes.
const LIMIT: gst::ClockTime = gst::ClockTime::from_seconds(600);

/// The tree's own folder.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A shipped configuration with some keys of its `[property]` and `[class-attrs-all]` changed, in `folder`. Thresholds of
/// single classes are left out.
pub fn config(folder: &Path, name: &str, changes: &[(&str, &str)]) -> PathBuf {
    let text = std::fs::read_to_string(root().join(format!("configs/config_infer_{name}.txt"))).unwrap();
    let text = text.split("[class-attrs-0]").next().unwrap().split("[class-attrs-1]").next().unwrap();
    let mut lines: Vec<String> =
        text.lines().map(|line| line.replace("../models", &root().join("models").display().to_string())).collect();
    for (key, value) in changes {
        lines.retain(|line| !line.starts_with(&format!("{key}=")));
        let section = if key.starts_with("pre-cluster") { "[class-attrs-all]" } else { "[property]" };
        let place = lines.iter().position(|line| line == section).unwrap();
        lines.insert(place + 1, format!("{key}={value}"));
    }
    let path = folder.join(format!("{name}.txt"));
    std::fs::write(&path, lines.join("\n")).unwrap();
    path
}

/// GStreamer with the program's elements.
pub fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gst::init().unwrap();
        ds_apps::elements::register_all(None).unwrap();
    });
}

/// Plays `video` through an `nvinfer` for each of `configs` and gives what `look` made of every `every`-th frame, with its number.
pub fn play<T: Send + 'static>(
    video: &Path,
    configs: &[&Path],
    every: u64,
    look: impl FnMut(&Frame) -> T + Send + 'static,
) -> Vec<(u64, T)> {
    let networks = configs.iter().map(|config| format!("! nvinfer config-file-path={} ", config.display()));
    play_through(video, &networks.collect::<String>(), every, look)
}

/// As [`play`], through `elements`: launch text that begins with an exclamation mark.
pub fn play_through<T: Send + 'static>(
    video: &Path,
    elements: &str,
    every: u64,
    look: impl FnMut(&Frame) -> T + Send + 'static,
) -> Vec<(u64, T)> {
    prepare();
    let uri = gst::glib::filename_to_uri(video, None).unwrap();
    let line = format!(
        "nvurisrcbin uri={uri} ! mux.sink_0 nvstreammux name=mux batch-size=1 batched-push-timeout=33000 \
         {elements} ! fakesink name=end sync=false",
    );
    let pipeline = gst::parse::launch(&line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let seen = Arc::new(Mutex::new((look, Vec::new())));
    let own = Arc::clone(&seen);
    pipeline.by_name("end").unwrap().static_pad("sink").unwrap().add_probe(
        gst::PadProbeType::BUFFER,
        move |_, info| {
            let buffer = info.buffer().unwrap();
            let (look, results) = &mut *own.lock().unwrap();
            let number = |frame: &Frame| frame.frame_num().unsigned_abs().into();
            let frames = Batch::of(buffer).unwrap().frames();
            results.extend(frames.filter(|frame| number(frame) % every == 0).map(|frame| (number(frame), look(frame))));
            gst::PadProbeReturn::Ok
        },
    );
    to_the_end(&pipeline, video);
    let mut seen = seen.lock().unwrap();
    std::mem::take(&mut seen.1)
}

/// Runs a pipeline to its end.
pub fn to_the_end(pipeline: &gst::Pipeline, video: &Path) {
    // What goes wrong now is told on the bus.
    let _ = pipeline.set_state(gst::State::Playing);
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = pipeline.bus().unwrap().timed_pop_filtered(LIMIT, &kinds).expect("the end in time");
    pipeline.set_state(gst::State::Null).unwrap();
    if let gst::MessageView::Error(error) = message.view() {
        panic!("{}: {} {:?}", video.display(), error.error(), error.debug());
    }
}
