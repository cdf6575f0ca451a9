//! The last look at every batch before the output: counts, and the trace of `--meta-out`.

use std::{
    collections::VecDeque,
    fs::File,
    io::{BufWriter, ErrorKind, Write},
    sync::{Arc, Mutex, PoisonError},
};

use gst::prelude::*;

use super::{Destination, Input, PipelineError, interrupt::Stopper, meter::Meter, part_file::PartFile};
use crate::meta::{Batch, Frame, trace::FrameTrace};

/// Where `--meta-out` goes, one JSON line per frame.
pub(super) enum Trace {
    Stdout(Vec<u8>),
    File { part: PartFile, out: BufWriter<File> },
}

impl Trace {
    pub(super) fn open(destination: &Destination, inputs: &[Input]) -> Result<Self, PipelineError> {
        Ok(match destination {
            Destination::Stdout => Self::Stdout(Vec::new()),
            Destination::File(path) => {
                let (part, file) = PartFile::create("--meta-out", path, inputs)?;
                Self::File { part, out: BufWriter::new(file) }
            }
        })
    }

    /// The unfinished file, if it is one.
    pub(super) fn part(&self) -> Option<&PartFile> {
        match self {
            Self::Stdout(_) => None,
            Self::File { part, .. } => Some(part),
        }
    }

    fn write(&mut self, frame: &Frame) -> std::io::Result<()> {
        match self {
            Self::Stdout(line) => {
                line.clear();
                serde_json::to_writer(&mut *line, &FrameTrace::of(frame))?;
                line.push(b'\n');
                std::io::stdout().lock().write_all(line)
            }
            Self::File { out, .. } => {
                serde_json::to_writer(&mut *out, &FrameTrace::of(frame))?;
                out.write_all(b"\n")
            }
        }
    }

    fn error(&self, error: std::io::Error) -> PipelineError {
        match self {
            Self::Stdout(_) => PipelineError::Stdout(error),
            Self::File { part, .. } => part.failed(error),
        }
    }

    /// Writes what is buffered and puts the file into place.
    pub(super) fn finish(self) -> Result<(), PipelineError> {
        match self {
            Self::Stdout(_) => Ok(()),
            Self::File { part, mut out } => {
                out.flush().map_err(|error| part.failed(error))?;
                part.commit().map(|_| ())
            }
        }
    }
}

/// Shared between the streaming thread and the runner, which takes it at the end.
pub(super) type SharedTrace = Arc<Mutex<Option<Trace>>>;

/// Where frames are looked at, and where they leave.
pub(super) struct Pads {
    /// Batches of single frames pass here: in front of the output, or of the element that makes one picture of them.
    pub(super) frames: gst::Pad,
    /// Where pictures made of several frames leave, when that is another pad.
    pub(super) pictures: Option<gst::Pad>,
}

/// The frames that one picture shows: source and time of each.
type Shown = Vec<(usize, Option<gst::ClockTime>)>;

/// Pictures on their way out, by their time.
type Pictures = Arc<Mutex<VecDeque<(Option<gst::ClockTime>, Shown)>>>;

/// More pictures than this are not on their way at once; older ones were dropped by someone.
const PICTURES: usize = 1024;

/// Counts and traces what passes.
pub(super) fn install(pads: &Pads, meter: Arc<Meter>, trace: &SharedTrace, stopper: Arc<Stopper>) {
    let trace = trace.clone();
    let pictures = pads.pictures.as_ref().map(|pad| await_pictures(pad, meter.clone()));
    pads.frames.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        let Some(buffer) = info.buffer() else { return gst::PadProbeReturn::Ok };
        let Some(batch) = Batch::of(buffer) else {
            meter.left(0, buffer.pts());
            return gst::PadProbeReturn::Ok;
        };
        let shown: Shown = batch.frames().map(|frame| (frame.source_id() as usize, time_of(frame))).collect();
        match &pictures {
            Some(pictures) => {
                let mut pictures = pictures.lock().unwrap_or_else(PoisonError::into_inner);
                if pictures.len() == PICTURES {
                    pictures.pop_front();
                }
                pictures.push_back((buffer.pts(), shown));
            }
            None => shown.into_iter().for_each(|(source, time)| meter.left(source, time)),
        }
        let mut trace = trace.lock().unwrap_or_else(PoisonError::into_inner);
        for frame in batch.frames() {
            frame.objects().for_each(|object| meter.object(frame.source_id() as usize, object.label()));
            let Some(open) = trace.as_mut() else { continue };
            let Err(error) = open.write(frame) else { continue };
            if error.kind() == ErrorKind::BrokenPipe {
                stopper.stop();
            } else if let Some(element) = pad.parent_element() {
                gst::element_error!(element, gst::ResourceError::Write, ("{}", open.error(error)));
            }
            *trace = None;
        }
        gst::PadProbeReturn::Ok
    });
}

/// Counts the frames of a picture when it leaves.
fn await_pictures(pad: &gst::Pad, meter: Arc<Meter>) -> Pictures {
    let pictures = Pictures::default();
    let own = pictures.clone();
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
        let Some(time) = info.buffer().map(|buffer| buffer.pts()) else { return gst::PadProbeReturn::Ok };
        let mut pictures = own.lock().unwrap_or_else(PoisonError::into_inner);
        // Pictures stay in order: those before it were dropped on the way.
        let at = pictures.iter().position(|(own, _)| *own == time).unwrap_or(0);
        let shown = (at < pictures.len()).then(|| pictures.drain(..=at).next_back()).flatten();
        drop(pictures);
        for (source, time) in shown.into_iter().flat_map(|(_, shown)| shown) {
            meter.left(source, time);
        }
        gst::PadProbeReturn::Ok
    });
    pictures
}

fn time_of(frame: &Frame) -> Option<gst::ClockTime> {
    (frame.buf_pts() != u64::MAX).then(|| gst::ClockTime::from_nseconds(frame.buf_pts()))
}
