//! Sources that come and go while others play.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use ds_apps::pipeline::{After, Flow, Lines, Output, Pipeline, Report, Settings, SourceError, Sources};

/// Two sources that stay, at a pace of their own; the frames of each that were seen, in order.
struct Stays {
    seen: Arc<Mutex<BTreeMap<u32, Vec<i32>>>>,
}

const STAYS: &str = "test:?size=64x48&fps=30";
const COMES: &str = "test:ball?size=80x60&fps=30";

fn settings() -> Settings {
    Settings { lines: Lines::Silent, sync: true, ..Settings::default() }
}

impl Stays {
    /// Runs `change` every `period` over two sources that stay and up to three others.
    fn run(period: Duration, change: impl FnMut(&Sources) -> Flow + Send + 'static) -> (Self, Report) {
        let seen = Arc::new(Mutex::new(BTreeMap::<u32, Vec<i32>>::new()));
        let own = seen.clone();
        let pipeline = Pipeline::new("t").sources([STAYS, STAYS]).batch(None).sink(&Output::None);
        let pipeline = pipeline.probe(After("mux"), move |batch| {
            let mut seen = own.lock().unwrap();
            for frame in batch.frames().filter(|frame| frame.source_id() < 2) {
                seen.entry(frame.source_id()).or_default().push(frame.frame_num());
            }
            Flow::Continue
        });
        let outcome = pipeline.change_sources(5, period, change).run(&settings()).unwrap();
        (Self { seen }, outcome.report.unwrap())
    }

    /// No frame of those that stay is missing.
    #[track_caller]
    fn are_whole(&self) {
        let seen = self.seen.lock().unwrap();
        assert_eq!(seen.len(), 2);
        for frames in seen.values() {
            assert!(frames.iter().enumerate().all(|(at, number)| at as i32 == *number), "{frames:?}");
        }
    }
}

#[test]
fn numbers_are_stable_and_given_again() {
    let mut step = 0;
    let (stays, report) = Stays::run(Duration::from_millis(50), move |sources| {
        step += 1;
        let ids = || sources.list().iter().map(|source| source.source_id).collect::<Vec<_>>();
        match step {
            1 => assert_eq!([2, 3, 4].map(|_| sources.add(COMES).unwrap()), [2, 3, 4]),
            2 => assert!(matches!(sources.add(COMES), Err(SourceError::TooMany { limit: 5 }))),
            3 => {
                sources.remove(3).unwrap();
                assert_eq!(ids(), [0, 1, 2, 4]);
                assert!(matches!(sources.remove(3), Err(SourceError::Unknown { .. })));
            }
            4 => assert_eq!(sources.add("test:?size=32x32&frames=3").unwrap(), 3),
            5 => assert!(matches!(sources.add("/nowhere.mp4"), Err(SourceError::Pipeline(_)))),
            6.. if sources.list().iter().any(|source| source.ended) => {
                assert_eq!(sources.list().iter().find(|source| source.ended).unwrap().source_id, 3);
                return Flow::Stop;
            }
            _ => {}
        }
        Flow::Continue
    });
    stays.are_whole();
    let uris: Vec<_> = report.sources.iter().map(|source| source.uri.as_str()).collect();
    assert_eq!(uris, ["test:smpte", "test:smpte", "test:ball", "test:smpte", "test:ball", "test:ball"]);
    assert_eq!(report.sources[3].frames, 3);
}

#[test]
fn a_source_that_fails_leaves_the_others_alone() {
    let dir = tempfile::tempdir().unwrap();
    let noise = dir.path().join("noise.mp4");
    std::fs::write(&noise, [7; 4096]).unwrap();
    let noise = noise.to_str().unwrap().to_owned();
    let mut step = 0;
    let (stays, _) = Stays::run(Duration::from_millis(50), move |sources| {
        step += 1;
        match step {
            1 | 2 => drop(sources.add(&noise)),
            _ if sources.list().len() == 2 && step > 10 => return Flow::Stop,
            _ => {}
        }
        Flow::Continue
    });
    stays.are_whole();
}

#[test]
fn a_server_that_stays_silent_can_be_taken_out() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("rtsp://{}/x", silent.local_addr().unwrap());
    let mut step = 0;
    let (stays, report) = Stays::run(Duration::from_millis(100), move |sources| {
        step += 1;
        match step {
            1 | 3 => assert_eq!(sources.add(&url).unwrap(), 2),
            2 | 4 => sources.remove(2).unwrap(),
            _ => return Flow::Stop,
        }
        Flow::Continue
    });
    stays.are_whole();
    assert_eq!(report.sources.len(), 3);
    drop(silent);
}

/// Memory, file descriptors and threads of this process.
#[derive(Debug, Clone, Copy)]
struct Held {
    kilobytes: usize,
    files: usize,
    threads: usize,
}

impl Held {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let number = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        let files = std::fs::read_dir("/proc/self/fd").unwrap().count();
        Self { kilobytes: number("VmRSS:"), files, threads: number("Threads:") }
    }
}

/// Adds and removes a source so often; what was held early and at the end.
fn cycles(count: usize, warm_up: usize) -> (Held, Held) {
    let video = make_video();
    let path = video.path().join("in.mp4").to_str().unwrap().to_owned();
    let held = Arc::new(Mutex::new(Vec::new()));
    let (own, mut done) = (held.clone(), 0);
    let (stays, report) = Stays::run(Duration::from_millis(10), move |sources| {
        // A file and a pattern by turns; each is taken out at whatever it is doing.
        let input = if done % 2 == 0 { path.as_str() } else { COMES };
        match sources.list().iter().find(|source| source.source_id >= 2) {
            None => drop(sources.add(input).unwrap()),
            Some(source) => {
                sources.remove(source.source_id).unwrap();
                done += 1;
                if done == warm_up || done == count {
                    own.lock().unwrap().push(Held::now());
                }
            }
        }
        if done == count { Flow::Stop } else { Flow::Continue }
    });
    stays.are_whole();
    assert_eq!(report.sources.iter().take(2).map(|source| source.errors).sum::<u64>(), 0);
    let held = held.lock().unwrap();
    (held[0], held[1])
}

fn make_video() -> tempfile::TempDir {
    use gst::prelude::*;
    gst::init().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let line = format!(
        "videotestsrc num-buffers=90 ! video/x-raw,format=I420,width=64,height=48,framerate=30/1 ! x264enc speed-preset=ultrafast \
         ! h264parse ! mp4mux ! filesink location={}/in.mp4",
        dir.path().display()
    );
    let pipeline = gst::parse::launch(&line).unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let kinds = [gst::MessageType::Eos, gst::MessageType::Error];
    let end = pipeline.bus().unwrap().timed_pop_filtered(gst::ClockTime::from_seconds(60), &kinds).unwrap();
    assert_eq!(end.type_(), gst::MessageType::Eos);
    pipeline.set_state(gst::State::Null).unwrap();
    dir
}

#[test]
fn coming_and_going_leaves_nothing_behind() {
    let (before, after) = cycles(60, 20);
    assert!(after.files <= before.files + 3, "{before:?} {after:?}");
    assert!(after.threads <= before.threads + 4, "{before:?} {after:?}");
}

/// `scripts/add-remove-soak N`.
#[test]
#[ignore = "takes minutes; scripts/add-remove-soak runs it"]
fn soak() {
    let count = std::env::var("CYCLES").ok().and_then(|cycles| cycles.parse().ok()).unwrap_or(1000);
    let (before, after) = cycles(count, count / 10);
    println!("{count} cycles: {before:?} after a tenth of them, {after:?} at the end");
    assert!(after.kilobytes <= before.kilobytes + 10_240, "{before:?} {after:?}");
    assert!(after.files <= before.files + 3 && after.threads <= before.threads + 4, "{before:?} {after:?}");
}
