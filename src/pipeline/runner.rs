//! One run from the first check to the last file in place.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::{
    Output, Pipeline, PipelineError, Settings,
    assemble::assemble,
    backend::{Backend, Machine},
    files::Files,
    log,
    part_file::PartFile,
    play::{End, Run},
    report::Report,
};
use crate::base::exit::Exit;

/// How a run ended, and what it came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// [`Exit::Done`] or [`Exit::Interrupted`].
    pub exit: Exit,
    /// Also when no `--report` was asked for; `None` after `--describe`.
    pub report: Option<Report>,
    /// The video file or folder of JPEGs that was written.
    pub written: Option<PathBuf>,
}

impl Pipeline {
    /// Runs until every source has ended, the run was stopped, or something failed.
    pub fn run(mut self, settings: &Settings) -> Result<Outcome, PipelineError> {
        gst::init().map_err(PipelineError::Start)?;
        log::bridge();
        let inputs = self.checked_inputs()?;
        let output = self.resolved_output();
        self.check(&inputs, output.as_ref())?;
        let backend = choose_backend(settings)?;

        if settings.describe {
            let file = output_path(output.as_ref());
            let graph = self.graph(&inputs, output.as_ref(), file, &backend, settings);
            settings.lines.last_line(format_args!("{}", graph.launch_line()))?;
            return Ok(Outcome { exit: Exit::Done, report: None, written: None });
        }

        let files = Files::open(&inputs, output.as_ref(), settings)?;
        let file = files.video.as_ref().map_or(Path::new(""), PartFile::path);
        let graph = self.graph(&inputs, output.as_ref(), file, &backend, settings);
        let tail = output.as_ref().map_or(1, |output| output.parts(file, settings.sync).len());
        let assembly = assemble(&self.app, &graph)?;
        say_where(self.output.as_ref(), output.as_ref());

        let app = self.app.clone();
        let mut run = Run::prepare(self, assembly, tail, &inputs, output, &files, settings)?;
        let end = run.play()?;
        let report = Report::of(&app, &backend, run.engine(), run.meter());
        let exit = if run.was_interrupted() { Exit::Interrupted } else { Exit::Done };
        let written = files.finish(&report, end == End::Whole)?;
        Ok(Outcome { exit, report: Some(report), written })
    }
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
