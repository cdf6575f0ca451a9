//! What the tests of the media elements share: making streams with the encoders that are there, playing launch lines
//! to their end, and looking at the frames that came out.
#![allow(dead_code)]

use std::path::PathBuf;
use std::sync::{Arc, Mutex, Once};

use ds_apps::surface::memory;
use gst::prelude::*;
use gst_video::prelude::*;

/// Longer than any of these pipelines takes; a hang fails instead of blocking.
pub const LIMIT: gst::ClockTime = gst::ClockTime::from_seconds(60);

/// GStreamer and our elements, once.
pub fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gst::init().unwrap();
        ds_apps::elements::register_all(None).unwrap();
    });
}

/// Lets warnings pass under `G_DEBUG=fatal_warnings`: GStreamer 1.22 warns of its own doing where an RTSP server and its
/// client share a process, or an rtspsrc is taken down while it connects.
pub fn tolerate_rtsp_warnings() {
    init();
    gst::glib::log_set_always_fatal(gst::glib::LogLevels::LEVEL_ERROR);
}

/// Whether every factory is installed; says which is not, and that the test is skipped.
pub fn have(factories: &[&str]) -> bool {
    init();
    let missing: Vec<_> = factories.iter().filter(|name| gst::ElementFactory::find(name).is_none()).collect();
    if !missing.is_empty() {
        eprintln!("skipped: {missing:?} not installed");
    }
    missing.is_empty()
}

/// A file of the shared data set, or `None` (said aloud) where that is not there.
pub fn shared(relative: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let set = std::env::var_os("DS_APPS_SHARED_DATA").map(PathBuf::from);
    let places = [set, Some(root.join("../shared/data")), Some(root.join("../../shared/data"))];
    let found = places.into_iter().flatten().map(|dir| dir.join(relative)).find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: no shared data set with {relative}");
    }
    found
}

/// A buffer and the caps it came with.
#[derive(Clone)]
pub struct Frame {
    pub buffer: gst::Buffer,
    pub caps: gst::Caps,
}

impl Frame {
    pub fn pts(&self) -> gst::ClockTime {
        self.buffer.pts().unwrap()
    }

    pub fn is_nvmm(&self) -> bool {
        self.caps.features(0).unwrap().contains("memory:NVMM")
    }

    pub fn info(&self) -> gst_video::VideoInfo {
        gst_video::VideoInfo::from_caps(&self.caps).unwrap()
    }

    /// The picture as an ordinary frame.
    pub fn plain(&self) -> gst_video::VideoFrame<gst_video::video_frame::Readable> {
        let buffer = if self.is_nvmm() { memory::unwrap(&self.buffer, 0).unwrap().0 } else { self.buffer.clone() };
        gst_video::VideoFrame::from_buffer_readable(buffer, &self.info()).unwrap()
    }

    /// Where the first plane lies.
    pub fn address(&self) -> usize {
        self.plain().plane_data(0).unwrap().as_ptr() as usize
    }

    /// The samples of every plane without padding.
    pub fn samples(&self) -> Vec<u8> {
        let frame = self.plain();
        let mut samples = Vec::new();
        for plane in 0..frame.n_planes() {
            let (stride, info) = (frame.plane_stride()[plane as usize] as usize, frame.format_info());
            let component = plane as usize;
            let width =
                info.scale_width(component as u8, frame.width()) as usize * info.pixel_stride()[component] as usize;
            let height = info.scale_height(component as u8, frame.height()) as usize;
            let data = frame.plane_data(plane).unwrap();
            (0..height).for_each(|y| samples.extend_from_slice(&data[y * stride..y * stride + width]));
        }
        samples
    }
}

/// How a pipeline ended: what reached its element `out`, and the first error.
pub struct Played {
    pub frames: Vec<Frame>,
    pub error: Option<Failure>,
    pub warnings: Vec<String>,
}

/// An error message.
#[derive(Debug)]
pub struct Failure {
    pub error: gst::glib::Error,
    pub text: String,
    pub debug: String,
    pub from: String,
}

impl Played {
    /// The frames of a run that must not fail.
    pub fn ok(self) -> Vec<Frame> {
        assert!(self.error.is_none(), "{:?}", self.error);
        self.frames
    }

    pub fn failure(self) -> Failure {
        self.error.expect("an error")
    }
}

/// Collects the buffers that pass `pad`.
pub fn collect(pad: &gst::Pad) -> Arc<Mutex<Vec<Frame>>> {
    let frames = Arc::new(Mutex::new(Vec::new()));
    let kept = frames.clone();
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        if let (Some(buffer), Some(caps)) = (info.buffer(), pad.current_caps()) {
            let mut kept = kept.lock().unwrap();
            assert!(kept.len() < 5000, "a stream without end");
            kept.push(Frame { buffer: buffer.to_owned(), caps });
        }
        gst::PadProbeReturn::Ok
    });
    frames
}

/// Plays `pipeline` to EOS or the first error.
pub fn run(pipeline: &gst::Pipeline) -> (Option<Failure>, Vec<String>) {
    let bus = pipeline.bus().unwrap();
    let (mut error, mut warnings) = (None, Vec::new());
    if pipeline.set_state(gst::State::Playing).is_err() {
        warnings.push("state change failed".into());
    }
    while let Some(message) = bus.timed_pop(LIMIT) {
        match message.view() {
            gst::MessageView::Error(failed) => {
                let from = failed.src().map(|src| src.name().to_string()).unwrap_or_default();
                let debug = failed.debug().unwrap_or_default().to_string();
                let text = failed.error().message().to_owned();
                error = Some(Failure { error: failed.error(), text, debug, from });
                break;
            }
            gst::MessageView::Warning(warning) => warnings.push(warning.error().message().to_owned()),
            gst::MessageView::Eos(_) => {
                pipeline.set_state(gst::State::Null).unwrap();
                return (None, warnings);
            }
            _ => {}
        }
    }
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(error.is_some(), "neither EOS nor an error within {LIMIT}");
    (error, warnings)
}

/// Plays a launch line that ends in an element named `out`.
pub fn play(line: &str) -> Played {
    init();
    let pipeline = gst::parse::launch(line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let out = pipeline.by_name("out").expect("an element named out");
    let frames = collect(&out.static_pad("sink").unwrap());
    let (error, warnings) = run(&pipeline);
    let frames = std::mem::take(&mut *frames.lock().unwrap());
    Played { frames, error, warnings }
}

/// The buffers a launch line without a sink makes, such as `videotestsrc num-buffers=9 ! x264enc`.
pub fn make(line: &str) -> Vec<Frame> {
    play(&format!("{line} ! fakesink name=out sync=false")).ok()
}

/// Bytes of `frames` one after the other.
pub fn bytes(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(|frame| frame.buffer.map_readable().unwrap().to_vec()).collect()
}
