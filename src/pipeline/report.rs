//! The JSON that `--report` writes at the end of a run; `docs/report.md` explains every field.

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Write},
};

use serde::Serialize;

use super::{Destination, Input, PipelineError, backend::Backend, meter::Meter, part_file::PartFile};

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The command.
    pub app: String,
    /// `native` or `deepstream`.
    pub backend: &'static str,
    /// `cpu` or `cuda:N`.
    pub device: String,
    /// What ran the network; `null` without one.
    pub engine: Option<String>,
    /// Frames at the output, of all sources.
    pub frames: u64,
    /// From the first frame in to the last frame out.
    pub seconds: f64,
    /// `frames / seconds`; 0 when there was no time to measure.
    pub fps: f64,
    /// Those that were there at the end in the order of their numbers, then those that were taken out before, by URI.
    pub sources: Vec<SourceReport>,
    /// Objects on all frames, by label.
    pub objects: BTreeMap<String, u64>,
    /// From a decoded frame's entry to the output, in milliseconds; `null` without frames.
    pub latency_ms: Option<Latency>,
    /// Frames of live sources that were dropped because the pipeline was too slow.
    pub dropped: u64,
    /// Counts of messages sent to brokers; empty in apps that send none.
    pub messages: BTreeMap<String, u64>,
}

/// One source of a [`Report`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceReport {
    /// Without a password.
    pub uri: String,
    /// Frames of this source at the output.
    pub frames: u64,
    /// Of this source.
    pub fps: f64,
    /// Things the source reported as wrong while it went on.
    pub errors: u64,
    /// How often it connected again.
    pub reconnects: u64,
}

/// Percentiles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    /// Half of the frames took at most this long.
    pub p50: f64,
    /// 95 of 100.
    pub p95: f64,
    /// 99 of 100.
    pub p99: f64,
}

impl Report {
    pub(super) fn of(
        app: &str,
        backend: &Backend,
        engine: Option<String>,
        meter: &Meter,
        messages: BTreeMap<String, u64>,
    ) -> Self {
        let seconds = meter.span().as_secs_f64();
        let rate = |frames: u64| if seconds > 0.0 { frames as f64 / seconds } else { 0.0 };
        let counts = meter.counts();
        let sources = counts.iter().map(|counts| SourceReport {
            uri: counts.uri.clone(),
            frames: counts.left,
            fps: rate(counts.left),
            errors: counts.errors,
            reconnects: counts.reconnects,
        });
        let latency = |share| meter.latency_ms(share);
        Self {
            app: app.into(),
            backend: backend.name(),
            device: backend.device.to_string(),
            engine,
            frames: meter.frames(),
            seconds,
            fps: rate(meter.frames()),
            sources: sources.collect(),
            objects: meter.objects(),
            latency_ms: latency(0.5).zip(latency(0.95)).zip(latency(0.99)).map(|((p50, p95), p99)| Latency {
                p50,
                p95,
                p99,
            }),
            dropped: counts.iter().map(|counts| counts.offered.saturating_sub(counts.entered)).sum(),
            messages,
        }
    }
}

/// A `--report` that is waiting for the end of the run.
pub(super) enum ReportFile {
    Stdout,
    File(PartFile, std::fs::File),
}

impl ReportFile {
    /// Creates the file now, so that a wrong path is known before anything runs.
    pub(super) fn open(destination: &Destination, inputs: &[Input]) -> Result<Self, PipelineError> {
        Ok(match destination {
            Destination::Stdout => Self::Stdout,
            Destination::File(path) => {
                let (part, file) = PartFile::create("--report", path, inputs)?;
                Self::File(part, file)
            }
        })
    }

    /// The unfinished file, if it is one.
    pub(super) fn part(&self) -> Option<&PartFile> {
        match self {
            Self::Stdout => None,
            Self::File(part, _) => Some(part),
        }
    }

    pub(super) fn write(self, report: &Report) -> Result<(), PipelineError> {
        let text = serde_json::to_string_pretty(report).unwrap_or_default() + "\n";
        match self {
            Self::Stdout => match std::io::stdout().lock().write_all(text.as_bytes()) {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(PipelineError::Stdout(error)),
                _ => Ok(()),
            },
            Self::File(part, mut file) => {
                file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| part.failed(error))?;
                part.commit().map(|_| ())
            }
        }
    }
}
