//! deepstream-custom-binding-test: data of the app's own type travels with the frames, and nothing of it is lost or left.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use super::{
    common::CommonArgs,
    shipped::{self, STREAM},
};
use crate::{
    base::exit::Exit,
    meta::{Batch, Frame, UserData},
    pipeline::{After, Before, Flow, Lines, Output, Pipeline, Place},
};

/// Metadata of a type of your own: attached, copied, read, released (deepstream-custom-binding-test)
///
/// A note is attached to every frame behind the mux and read at two places: behind a tee and an
/// element that makes buffers of its own, and behind a demuxer that hands each stream out by itself. Either way it is copied once. Prints the notes that
/// come out of the demuxer, and at the end how often notes were attached, read, copied and released. Pictures go nowhere
/// unless -o says so. Without INPUT it plays the sample stream.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    common: CommonArgs,
}

/// How often what was done to notes.
#[derive(Debug, Default)]
struct Tally {
    attached: AtomicU64,
    read: AtomicU64,
    copied: AtomicU64,
    released: AtomicU64,
}

/// What is attached to a frame; the fields are those of upstream's `CustomDataStruct`.
#[derive(Debug)]
struct Note {
    struct_id: i32,
    message: String,
    sample_int: i32,
    tally: Arc<Tally>,
}

impl Note {
    fn of(frame: &Frame, tally: &Arc<Tally>) -> Self {
        tally.attached.fetch_add(1, Relaxed);
        let number = frame.frame_num();
        let message = format!("test message {number}");
        Self { struct_id: number, message, sample_int: number.wrapping_add(1), tally: Arc::clone(tally) }
    }
}

impl Clone for Note {
    fn clone(&self) -> Self {
        self.tally.copied.fetch_add(1, Relaxed);
        Self { message: self.message.clone(), tally: Arc::clone(&self.tally), ..*self }
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        self.tally.released.fetch_add(1, Relaxed);
    }
}

impl UserData for Note {
    fn type_name() -> &'static str {
        "DS_APPS.CUSTOM_META.NOTE"
    }

    fn trace(&self) -> Option<serde_json::Value> {
        Some(serde_json::json!({"structId": self.struct_id, "message": self.message, "sampleInt": self.sample_int}))
    }
}

/// Notes that were not released as often as they were made.
#[derive(Debug, thiserror::Error)]
#[error("{made} notes were made and {released} released: metadata was lost or left on the way")]
struct Unbalanced {
    made: u64,
    released: u64,
}

/// Runs the command.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let settings = args.common.settings()?;
    let output = match args.common.output()? {
        Output::Auto => Output::None,
        output => output,
    };
    let inputs = shipped::inputs_or(args.common.inputs(), STREAM)?;
    let (streams, tally) = (inputs.len(), Arc::new(Tally::default()));
    let (attaching, looking) = (Arc::clone(&tally), Arc::clone(&tally));

    let mut pipeline = Pipeline::new("custom-meta")
        .sources(inputs)
        .batch(args.common.size())
        .probe(After("mux"), move |batch| {
            for frame in batch.frames_mut() {
                frame.add_user(Note::of(frame, &attaching));
            }
            Flow::Continue
        })
        .launch(ASIDE)
        .probe(Before("aside"), move |batch| read(batch, &looking, Lines::Silent))
        .demux()
        .element("identity", "reader", &[]);
    for stream in 0..streams {
        let (place, tally, lines) = (format!("reader_{stream}"), Arc::clone(&tally), settings.lines);
        pipeline = pipeline.probe(Place::After(place.into()), move |batch| read(batch, &tally, lines));
    }
    let outcome = pipeline.sink(&output).run(&settings)?;

    let [attached, read, copied, released] =
        [&tally.attached, &tally.read, &tally.copied, &tally.released].map(|count| count.load(Relaxed));
    settings.lines.last_line(format_args!("attached={attached} read={read} copied={copied} released={released}"))?;
    match attached + copied {
        made if made == released => Ok(outcome.exit),
        made => Err(Unbalanced { made, released }.into()),
    }
}

/// Queues and a tee; on the side is an element that always makes a buffer of its own, with a copy of the metadata.
const ASIDE: &str = "queue max-size-buffers=4 max-size-bytes=0 max-size-time=0 ! tee name=split \
    split. ! queue max-size-buffers=4 max-size-bytes=0 max-size-time=0 ! nvsegvisual \
    ! fakesink name=aside async=false split. ! queue name=straight max-size-buffers=4 max-size-bytes=0 max-size-time=0";

/// Reads the notes of a batch.
fn read(batch: &Batch, tally: &Tally, lines: Lines) -> Flow {
    let mut flow = Flow::Continue;
    for frame in batch.frames() {
        let Some(note) = frame.user::<Note>() else { continue };
        tally.read.fetch_add(1, Relaxed);
        let Note { struct_id, message, sample_int, .. } = note;
        let stream = frame.source_id();
        flow = flow.max(lines.line(format_args!(
            "Frame Number={} Stream={stream} structId={struct_id} sampleInt={sample_int} message={message}",
            frame.frame_num()
        )));
    }
    flow
}
