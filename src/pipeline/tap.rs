//! The last look at every batch before the output: counts, and the trace of `--meta-out`.

use std::{
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

/// Counts and traces what passes `pad`.
pub(super) fn install(pad: &gst::Pad, meter: Arc<Meter>, trace: &SharedTrace, stopper: Arc<Stopper>) {
    let trace = trace.clone();
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        let Some(buffer) = info.buffer() else { return gst::PadProbeReturn::Ok };
        let Some(batch) = Batch::of(buffer) else {
            meter.left(0, buffer.pts());
            return gst::PadProbeReturn::Ok;
        };
        let mut trace = trace.lock().unwrap_or_else(PoisonError::into_inner);
        for frame in batch.frames() {
            count(&meter, frame);
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

fn count(meter: &Meter, frame: &Frame) {
    let pts = (frame.buf_pts() != u64::MAX).then(|| gst::ClockTime::from_nseconds(frame.buf_pts()));
    meter.left(frame.source_id() as usize, pts);
    for object in frame.objects() {
        meter.object(object.label());
    }
}
