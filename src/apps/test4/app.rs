//! deepstream-test4: what a detector finds becomes messages for a broker.

use std::path::PathBuf;

use super::event;
use crate::{
    apps::{
        UsageError,
        common::CommonArgs,
        counts::{is_person, is_vehicle},
        shipped::{self, DETECTOR, STREAM},
    },
    base::exit::Exit,
    meta::Batch,
    pipeline::{Before, Flow, Lines, Messages, Pipeline},
};

/// What is known of cameras and places, as it comes with the program.
const MSGCONV: &str = "config_msgconv.txt";
/// Upstream's distance between two events.
const EVERY: i32 = 30;

/// One stream: detect, draw, and send an event of every 30th frame to a broker (deepstream-test4)
///
/// Prints a line per frame with the number of vehicles and persons. Of every 30th frame the first object becomes a message in
/// DeepStream's schema. Without --proto-lib messages go to a file, test4_messages.jsonl in the current folder. Without INPUT
/// it plays the sample stream that comes with the program.
#[derive(Debug, clap::Args)]
// Upstream's -s is the schema, and its input has a longer name.
#[command(mut_arg("silent", |arg| arg.short(None)), mut_arg("input", |arg| arg.alias("input-file")))]
pub struct Args {
    /// nvinfer configuration of the detector [default: the detector that comes with the program]
    #[arg(long, value_name = "FILE", help_heading = "Pipeline")]
    config: Option<PathBuf>,
    /// The kind of broker: kafka, amqp, mqtt, redis, file, or the name of DeepStream's library for it
    #[arg(short, long, value_name = "LIB", default_value = "file", help_heading = "Messages")]
    proto_lib: String,
    /// Where the broker is, as host;port;topic; for file the path [default for file: test4_messages.jsonl]
    #[arg(long, value_name = "STR", help_heading = "Messages")]
    conn_str: Option<String>,
    /// Topic, routing key or stream, where --conn-str and --cfg-file do not say it
    #[arg(short, long, value_name = "TOPIC", help_heading = "Messages")]
    topic: Option<String>,
    /// Settings of the broker's client, a file with a [message-broker] section
    #[arg(short, long, value_name = "FILE", help_heading = "Messages")]
    cfg_file: Option<PathBuf>,
    /// DeepStream's schema of messages: 0 full, 1 minimal
    #[arg(short, long, value_name = "0|1", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1), help_heading = "Messages")]
    schema_type: u32,
    /// What messages say of sensors, places and modules, nvmsgconv's configuration [default: the one that comes with the
    /// program]
    #[arg(long, value_name = "FILE", help_heading = "Messages")]
    msgconv_config: Option<PathBuf>,
    #[command(flatten)]
    common: CommonArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (settings, output) = (args.common.settings()?, args.common.output()?);
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let config = shipped::config_by(args.config.clone(), DETECTOR, "--config")?;
    let (proto_lib, lines) = (args.proto_lib.clone(), settings.lines);
    let conn_str = args.conn_str.clone().or_else(|| (proto_lib == "file").then(|| "test4_messages.jsonl".into()));
    if let Some(file) = args.cfg_file.as_ref().filter(|file| !file.is_file()) {
        return Err(UsageError(format!("--cfg-file {}: there is no such file", file.display())).into());
    }
    let messages = Messages {
        config: shipped::config_by(args.msgconv_config.clone(), MSGCONV, "--msgconv-config")?,
        schema: args.schema_type,
        proto_lib,
        conn_str,
        broker_config: args.cfg_file.clone(),
        topic: args.topic.clone(),
    };
    let outcome = Pipeline::new("test4")
        .sources(inputs)
        .batch(args.common.size())
        .infer("pgie", config)
        .osd()
        .probe(Before("osd"), move |batch| tell(batch, lines))
        .messages(messages)
        .sink(&output)
        .run(&settings)?;
    Ok(outcome.exit)
}

/// Attaches the events and prints what upstream prints.
fn tell(batch: &mut Batch, lines: Lines) -> Flow {
    let mut flow = Flow::Continue;
    for frame in batch.frames_mut() {
        let event = match frame.frame_num() % EVERY {
            0 => frame.objects().next().map(|object| event::of(frame, object)),
            _ => None,
        };
        if let Some(event) = event {
            frame.add_event_message(&event);
        }
        let count = |is: fn(&str) -> bool| frame.objects().filter(|object| is(object.label())).count();
        flow = flow.max(lines.line(format_args!(
            "Frame Number = {} Vehicle Count = {} Person Count = {}",
            frame.frame_num(),
            count(is_vehicle),
            count(is_person)
        )));
    }
    flow
}
