//! What messages cost the pipeline that makes them, started by `scripts/broker-soak slowdown`: the pipeline of `test4` at
//! its full speed, alone and with thousands of messages a second to Kafka, in turn. Each run is a process of its own.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use ds_apps::base::exit::Exit;
use ds_apps::meta::Frame;
use ds_apps::meta::event_message::{Detail, EventMessage, Vehicle};
use ds_apps::meta::ffi::values::NVDS_EVENT_MOVING;
use ds_apps::pipeline::{Before, Flow, Messages, Output, Pipeline, Settings};
use serde_json::{Value, json};

use crate::kafka::Kafka;
use crate::server::{self, Server};
use crate::soak::{number, processor_seconds};

/// Runs that are no part of the figures: files come into memory, and the broker gets warm.
const WARM_UP: u64 = 1;

#[test]
#[ignore = "a measurement: scripts/broker-soak slowdown"]
fn a_pipeline_with_and_without_messages() {
    let Some((dir, server)) = server::ready::<Kafka>() else { return };
    let rounds = number("ROUNDS", 4);
    let (mut pairs, mut costs) = (Vec::new(), Vec::new());
    for round in 0..rounds + WARM_UP {
        // Whoever is first has the cooler machine.
        let run = |with: bool| round_of(dir.path(), with.then(|| server.address()));
        let (alone, with) = match round % 2 {
            0 => (run(false), run(true)),
            _ => {
                let with = run(true);
                (run(false), with)
            }
        };
        let value = |run: &Value, name: &str| run[name].as_f64().unwrap();
        let ratio = value(&with, "fps") / value(&alone, "fps");
        let cost = |run: &Value| value(run, "processor") / value(run, "frames");
        let more = (cost(&with) - cost(&alone)) * value(&with, "frames") / value(&with, "messages");
        println!(
            "{:.2} frames/s alone, {:.2} with {:.0} messages/s: {:.3} of the speed; {:.2} and {:.2} ms of processor time a frame, {:.1} us a message",
            value(&alone, "fps"),
            value(&with, "fps"),
            value(&with, "messages") / value(&with, "seconds"),
            ratio,
            1e3 * cost(&alone),
            1e3 * cost(&with),
            1e6 * more
        );
        if round >= WARM_UP {
            pairs.push(ratio);
            costs.push(more);
        }
    }
    println!(
        "median of {rounds}: {:.3} of the speed, {:.1} us a message",
        median(&mut pairs),
        1e6 * median(&mut costs)
    );
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

/// One run, on the processors that `PIPELINE_CPUS` names.
fn round_of(dir: &Path, broker: Option<String>) -> Value {
    let this = std::env::current_exe().unwrap();
    let mut command = match std::env::var("PIPELINE_CPUS").ok().filter(|text| !text.is_empty()) {
        Some(cpus) => {
            let mut command = Command::new("taskset");
            command.args(["-c", &cpus]).arg(this);
            command
        }
        None => Command::new(this),
    };
    command.args(["slowdown::one_run", "--exact", "--ignored", "--nocapture"]).env("XDG_STATE_HOME", dir);
    command.env("DS_APPS_TEST_ADDRESS", broker.unwrap_or_default());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let line = text.lines().find_map(|line| line.split_once("RUN ")).unwrap().1;
    serde_json::from_str(line).unwrap()
}

#[test]
#[ignore = "the process that a_pipeline_with_and_without_messages starts"]
fn one_run() {
    let Some(address) = std::env::var("DS_APPS_TEST_ADDRESS").ok() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (rate, frames) = (number("RATE", 5000) as f64, number("FRAMES", 300));
    let sync = number("SYNC", 0) > 0;
    let settings = Settings { file_loop: true, max_frames: Some(frames), sync, ..Settings::default() };
    let pipeline = Pipeline::new("slowdown")
        .sources([root.join("streams/sample_720p.mp4").to_str().unwrap()])
        .batch(None)
        .infer("pgie", root.join("configs/config_infer_primary_detector.txt"))
        .osd();
    let (mut begun, mut attached) = (None::<Instant>, 0);
    let sends = !address.is_empty();
    let processor = Arc::new(Mutex::new(0.0));
    let first = processor.clone();
    let pipeline = pipeline.probe(Before("osd"), move |batch| {
        let begun = *begun.get_or_insert_with(|| {
            *first.lock().unwrap() = processor_seconds();
            Instant::now()
        });
        // As many as are due by now, whatever the speed of the frames.
        let due = if sends { (begun.elapsed().as_secs_f64() * rate) as u64 } else { 0 };
        for frame in batch.frames_mut() {
            for number in attached..due {
                frame.add_event_message(&event(frame, number));
            }
            attached = due;
        }
        Flow::Continue
    });
    let pipeline = match sends {
        true => pipeline.messages(Messages {
            config: root.join("configs/config_msgconv.txt"),
            schema: 0,
            proto_lib: "kafka".into(),
            conn_str: Some(address),
            broker_config: None,
            topic: Some("events".into()),
        }),
        false => pipeline,
    };
    let outcome = pipeline.sink(&Output::None).run(&settings).unwrap();
    assert_eq!(outcome.exit, Exit::Done);
    let report = outcome.report.unwrap();
    let count = |name: &str| report.messages.get(name).copied().unwrap_or_default();
    assert_eq!((count("acknowledged"), count("dropped")), (count("accepted"), 0), "{:?}", report.messages);
    let used = processor_seconds() - *processor.lock().unwrap();
    let run = json!({"frames": report.frames, "seconds": report.seconds, "fps": report.fps, "processor": used,
        "messages": count("accepted")});
    println!("RUN {run}");
}

/// As `test4` tells of a vehicle.
fn event(frame: &Frame, number: u64) -> EventMessage {
    let text = |text: &str| Some(text.to_owned());
    let vehicle = Vehicle {
        kind: text("vehicle"),
        make: text(""),
        model: text(""),
        color: text(""),
        region: text(""),
        license: text(""),
    };
    EventMessage {
        event: NVDS_EVENT_MOVING,
        rect: frame.objects().next().map(|object| object.rect()).unwrap_or_default(),
        sensor_id: 0,
        sensor: text("sensor-0"),
        frame_id: frame.frame_num(),
        confidence: 0.8,
        tracking_id: number,
        detail: Some(Detail::Vehicle(vehicle)),
        ..Default::default()
    }
}
