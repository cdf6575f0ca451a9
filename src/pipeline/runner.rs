//! One run from the first check to the last file in place: bus, signals, deadlines, progress, results.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, Once, PoisonError},
    time::{Duration, Instant},
};

use gst::prelude::*;

use super::{
    Input, Output, Pipeline, PipelineError, Settings,
    assemble::{Assembly, assemble},
    backend::{Backend, Machine},
    builder::Outcome,
    fault::Blame,
    interrupt::{self, STOP_MESSAGE, Stopper},
    log,
    meter::Meter,
    output, part_file::{PartFile, refuse_input},
    probe,
    progress::Progress,
    report::{Report, ReportFile},
    source_gate::Gate,
    tap::{self, SharedTrace, Trace},
};
use crate::base::exit::Exit;

/// A pipeline that plays files and gives nothing for this long is stuck.
const STALL: Duration = Duration::from_secs(60);
/// How long a run that is ending may go without a frame before it is cut off.
const GRACE: Duration = Duration::from_secs(10);

/// Checks, builds and runs `pipeline`.
pub(super) fn run(mut pipeline: Pipeline, settings: &Settings) -> Result<Outcome, PipelineError> {
    gst::init().map_err(PipelineError::Start)?;
    log::bridge();
    let inputs = pipeline.checked_inputs()?;
    let output = pipeline.resolved_output();
    pipeline.check(&inputs, output.as_ref())?;
    let backend = choose_backend(settings)?;

    if settings.describe {
        let file = output_path(output.as_ref());
        let graph = pipeline.graph(&inputs, output.as_ref(), file, &backend, settings);
        settings.lines.last_line(format_args!("{}", graph.launch_line()))?;
        return Ok(Outcome { exit: Exit::Done, report: None, written: None });
    }

    let files = Files::open(&inputs, output.as_ref(), settings)?;
    let file = files.video.as_ref().map_or(Path::new(""), PartFile::path);
    let graph = pipeline.graph(&inputs, output.as_ref(), file, &backend, settings);
    let tail = pipeline.output_parts(output.as_ref(), file);
    let assembly = assemble(&pipeline.app, &graph)?;
    say_where(pipeline.output.as_ref(), output.as_ref());
    Run::prepare(pipeline, assembly, tail, inputs, output, files, settings)?.play(&backend, settings)
}

fn choose_backend(settings: &Settings) -> Result<Backend, PipelineError> {
    let backend = Backend::choose(settings.backend, settings.device, Machine::detect())?;
    if !backend.deepstream {
        register_own()?;
    }
    tracing::info!("backend {}, device {}", backend.name(), backend.device);
    if let Some(warning) = &backend.warning {
        tracing::warn!("{warning}");
    }
    Ok(backend)
}

/// Our elements, in place of any others of these names.
pub(super) fn register_own() -> Result<(), PipelineError> {
    static REGISTERED: Mutex<bool> = Mutex::new(false);
    let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
    if !*registered {
        crate::elements::register_all(None).map_err(PipelineError::Register)?;
        *registered = true;
    }
    Ok(())
}

/// An unasked-for file is announced.
fn say_where(asked: Option<&Output>, output: Option<&Output>) {
    if let (Some(Output::Auto), Some(Output::File(path, _))) = (asked, output) {
        tracing::info!("no display: writing {}", path.display());
    }
}

fn output_path(output: Option<&Output>) -> &Path {
    match output {
        Some(Output::File(path, _)) => path,
        _ => Path::new(""),
    }
}

/// The files a run writes, under temporary names until it has ended well.
struct Files {
    video: Option<PartFile>,
    trace: SharedTrace,
    report: Option<ReportFile>,
    folder: Option<PathBuf>,
}

impl Files {
    fn open(inputs: &[Input], output: Option<&Output>, settings: &Settings) -> Result<Self, PipelineError> {
        let mut folder = None;
        let video = match output {
            Some(Output::File(path, _)) => Some(PartFile::create("-o", path, inputs)?.0),
            Some(Output::Jpeg(path)) => {
                std::fs::create_dir_all(path).map_err(|source| PipelineError::OutputFile {
                    flag: "-o",
                    path: path.clone(),
                    action: "the folder cannot be created",
                    source,
                })?;
                folder = Some(path.clone());
                None
            }
            _ => None,
        };
        let trace = settings.meta_out.as_ref().map(|to| Trace::open(to, inputs)).transpose()?;
        let report = settings.report.as_ref().map(|to| ReportFile::open(to, inputs)).transpose()?;
        Ok(Self { video, trace: Arc::new(Mutex::new(trace)), report, folder })
    }

    /// The temporary names, for a process that ends without unwinding.
    fn unfinished(&self) -> Vec<PathBuf> {
        let trace = self.trace.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = [
            self.video.as_ref(),
            trace.as_ref().and_then(Trace::part),
            self.report.as_ref().and_then(ReportFile::part),
        ];
        parts.into_iter().flatten().map(|part| part.path().to_owned()).collect()
    }

    /// Puts everything into place; the video file's or folder's name.
    fn finish(self, report: &Report) -> Result<Option<PathBuf>, PipelineError> {
        let video = self.video.map(PartFile::commit).transpose()?;
        let trace = self.trace.lock().unwrap_or_else(PoisonError::into_inner).take();
        trace.map_or(Ok(()), Trace::finish)?;
        self.report.map_or(Ok(()), |file| file.write(report))?;
        Ok(video.or(self.folder))
    }
}
