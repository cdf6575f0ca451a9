//! How much of a bare engine's speed the pipeline keeps, and what a frame costs beside engine and decoding alone.
//!
//! ```text
//! cargo bench --bench throughput -- --video VIDEO --model yolox_nano_416x416.onnx [--config CONFIG] [--rounds 5]
//!     [--peer 'python3 peer.py VIDEO MODEL 416 1 --model-seconds 0']
//! ```
//!
//! Every part runs in a process of its own, in turn, several rounds: machines are noisy, ratios within a round less so.
//! Processor time counts user and system of the whole process from the 30th frame to the last. A peer is run a second
//! time with `--frames 1`, and what that costs is taken off.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ds_apps::config::nvinfer::NvInferConfig;
use ds_apps::infer::engine::Plan;
use ds_apps::infer::network::Network;
use gst::prelude::*;

/// Frames before counting begins.
const WARM_UP: usize = 30;

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Figures {
    what: String,
    frames: usize,
    fps: f64,
    cpu_ms: f64,
    objects: usize,
}

struct Options {
    video: PathBuf,
    model: PathBuf,
    config: PathBuf,
    rounds: usize,
    peers: Vec<String>,
    part: Option<String>,
}

fn main() {
    let options = options();
    match options.part.as_deref() {
        None => compare(&options),
        Some("engine") => say(&engine(&options)),
        Some("decode") => say(&play("decode", &decode_line(&options))),
        Some("pipeline") => {
            gst::init().unwrap();
            ds_apps::elements::register_all(None).unwrap();
            say(&play("pipeline", &pipeline_line(&options)));
        }
        Some(other) => panic!("no part is called {other}"),
    }
}

fn options() -> Options {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut options = Options {
        video: root.join("../shared/data/videos/opencv4nodejs_people.mp4"),
        model: root.join("../shared/data/models/yolox_nano_416x416.onnx"),
        config: root.join("configs/config_infer_yolox_nano.txt"),
        rounds: 5,
        peers: Vec::new(),
        part: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_else(|| panic!("{name} wants a value"));
        match name.as_str() {
            "--video" => options.video = value().into(),
            "--model" => options.model = value().into(),
            "--config" => options.config = value().into(),
            "--rounds" => options.rounds = value().parse().unwrap(),
            "--peer" => options.peers.push(value()),
            "--part" => options.part = Some(value()),
            _ => {}
        }
    }
    options
}

fn say(figures: &Figures) {
    println!("{}", serde_json::to_string(figures).unwrap());
}

/// Every part in turn, and what follows from them.
fn compare(options: &Options) {
    let mut rounds: Vec<Vec<Figures>> = Vec::new();
    for round in 0..options.rounds {
        let mut figures: Vec<Figures> = ["engine", "decode", "pipeline"].map(|part| run_part(options, part)).into();
        figures.extend(options.peers.iter().map(|command| run_peer(command)));
        for f in &figures {
            println!("round {round}: {:<24} {:7.1} frames/s {:6.2} CPU-ms/frame", f.what, f.fps, f.cpu_ms);
        }
        rounds.push(figures);
    }
    let ratios = |of: &dyn Fn(&[Figures]) -> f64| {
        let mut all: Vec<f64> = rounds.iter().map(|round| of(round)).collect();
        all.sort_by(f64::total_cmp);
        (all[all.len() / 2], all[0], all[all.len() - 1])
    };
    let show =
        |name: &str, (median, low, high): (f64, f64, f64)| println!("{name:<44} {median:.3}  ({low:.3} to {high:.3})");
    show("pipeline frames/s of bare engine", ratios(&|r| r[2].fps / r[0].fps));
    show("pipeline CPU of engine + decoding", ratios(&|r| r[2].cpu_ms / (r[0].cpu_ms + r[1].cpu_ms)));
    // With the cores full, a frame cannot take less than its engine and decoding time: what there is to reach at best.
    show("possible frames/s of bare engine", ratios(&|r| r[0].cpu_ms / (r[0].cpu_ms + r[1].cpu_ms)));
    for peer in 0..options.peers.len() {
        let name = rounds[0][3 + peer].what.clone();
        show(&format!("pipeline frames/s of {name}"), ratios(&|r| r[2].fps / r[3 + peer].fps));
        show(&format!("pipeline CPU of {name}"), ratios(&|r| r[2].cpu_ms / r[3 + peer].cpu_ms));
    }
}

fn run_part(options: &Options, part: &str) -> Figures {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--part", part]);
    for (name, path) in [("--video", &options.video), ("--model", &options.model), ("--config", &options.config)] {
        command.arg(name).arg(path);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().last().unwrap_or_else(|| panic!("{part}: {}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(line).unwrap()
}

/// A loop in another language that prints a JSON line with `frames` and `end_to_end_fps`.
fn run_peer(command: &str) -> Figures {
    let run = |more: &[&str]| {
        let words: Vec<&str> = command.split_whitespace().chain(more.iter().copied()).collect();
        let before = cpu_ticks(true);
        let output = Command::new(words[0]).args(&words[1..]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let line =
            text.lines().last().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr))).to_owned();
        let result: serde_json::Value = serde_json::from_str(&line).unwrap();
        (result, (cpu_ticks(true) - before) as f64 * 10.0)
    };
    let ((all, cpu), (_, start)) = (run(&[]), run(&["--frames", "1"]));
    let frames = all["frames"].as_u64().unwrap() as usize;
    Figures {
        what: all["peer"].as_str().unwrap_or("peer").to_owned(),
        frames,
        fps: all["end_to_end_fps"].as_f64().unwrap(),
        cpu_ms: (cpu - start) / (frames - 1) as f64,
        objects: all["detections"].as_u64().unwrap_or(0) as usize,
    }
}

/// Hundredths of a second of processor time used by this process, or by children it has waited for.
fn cpu_ticks(children: bool) -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    // The command in brackets may hold blanks; what follows does not.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
    let at = if children { 13 } else { 11 };
    fields[at].parse::<u64>().unwrap() + fields[at + 1].parse::<u64>().unwrap()
}

/// The engine alone, as many runs at a time as suits it best.
fn engine(options: &Options) -> Figures {
    let mut config = NvInferConfig::load(&options.config).unwrap().config;
    config.model.onnx = Some(options.model.clone());
    let network = Network::load(config, &mut Vec::new()).unwrap();
    let cores = std::thread::available_parallelism().unwrap();
    let plans = [Plan::throughput(cores, 0), Plan::latency(cores)];
    let figures = plans.map(|plan| run_engine(&network, plan));
    figures.into_iter().max_by(|a, b| a.fps.total_cmp(&b.fps)).unwrap()
}

fn run_engine(network: &Network, plan: Plan) -> Figures {
    let mut sessions: Vec<_> = (0..plan.sessions.get()).map(|_| network.session(plan.threads).unwrap()).collect();
    for session in &mut sessions {
        session.input(1).iter_mut().enumerate().for_each(|(i, value)| *value = (i * 7919 % 256) as f32);
        session.run(1).unwrap();
    }
    let (begin, cpu) = (Instant::now(), cpu_ticks(false));
    let run = |mut session: Box<dyn ds_apps::infer::engine::Session>| {
        let mut frames = 0;
        while begin.elapsed() < Duration::from_secs(3) {
            session.run(1).unwrap();
            frames += 1;
        }
        frames
    };
    let frames: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = sessions.into_iter().map(|session| scope.spawn(move || run(session))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let what = format!("engine, {}x{}", plan.sessions, NonZero::get(plan.threads));
    figures(what, frames, begin.elapsed(), cpu_ticks(false) - cpu, 0)
}

fn figures(what: String, frames: usize, time: Duration, ticks: u64, objects: usize) -> Figures {
    let fps = frames as f64 / time.as_secs_f64();
    Figures { what, frames, fps, cpu_ms: ticks as f64 * 10.0 / frames as f64, objects }
}

/// Decoding alone, with the decoder that is there without us.
fn decode_line(options: &Options) -> String {
    gst::init().unwrap();
    format!("filesrc location={} ! decodebin ! fakesink name=sink sync=false", options.video.display())
}

fn pipeline_line(options: &Options) -> String {
    format!(
        "filesrc location={} ! decodebin ! mux.sink_0 nvstreammux name=mux batch-size=1 ! \
         nvinfer config-file-path={} onnx-file={} ! fakesink name=sink sync=false",
        options.video.display(),
        options.config.display(),
        options.model.display()
    )
}

#[derive(Default)]
struct Seen {
    frames: usize,
    objects: usize,
    begin: Option<(Instant, u64)>,
    end: Option<(Instant, u64)>,
}

/// Plays a line to its end, counting at its sink.
fn play(what: &str, line: &str) -> Figures {
    let pipeline = gst::parse::launch(line).unwrap().downcast::<gst::Pipeline>().unwrap();
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let counter = Arc::clone(&seen);
    let pad = pipeline.by_name("sink").unwrap().static_pad("sink").unwrap();
    pad.add_probe(gst::PadProbeType::BUFFER | gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
        let mut seen = counter.lock().unwrap();
        match &info.data {
            Some(gst::PadProbeData::Buffer(buffer)) => {
                seen.frames += 1;
                let objects = ds_apps::meta::Batch::of(buffer).into_iter().flat_map(|batch| batch.frames());
                seen.objects += objects.map(|frame| frame.num_objects() as usize).sum::<usize>();
                if seen.frames == WARM_UP {
                    seen.begin = Some((Instant::now(), cpu_ticks(false)));
                }
            }
            Some(gst::PadProbeData::Event(event)) if event.type_() == gst::EventType::Eos => {
                seen.end = Some((Instant::now(), cpu_ticks(false)));
            }
            _ => {}
        }
        gst::PadProbeReturn::Ok
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    let bus = pipeline.bus().unwrap();
    let ends = [gst::MessageType::Eos, gst::MessageType::Error];
    let message = bus.timed_pop_filtered(gst::ClockTime::from_seconds(300), &ends).expect("an end");
    if let gst::MessageView::Error(error) = message.view() {
        panic!("{what}: {} {:?}", error.error(), error.debug());
    }
    pipeline.set_state(gst::State::Null).unwrap();
    let seen = seen.lock().unwrap();
    let ((begin, cpu), (end, cpu_end)) = (seen.begin.expect("enough frames"), seen.end.expect("an end"));
    figures(what.to_owned(), seen.frames - WARM_UP, end - begin, cpu_end - cpu, seen.objects)
}
