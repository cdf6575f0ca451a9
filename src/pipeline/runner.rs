//! One run from the first check to the last file in place.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::{
    Output, Pipeline, PipelineError, Settings,
    assemble::assemble,
    backend::{Backend, BackendChoice, Device, Machine},
    files::Files,
    log,
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
    /// The video files and the folder of JPEGs that were written.
    pub written: Vec<PathBuf>,
}

impl Pipeline {
    /// Runs until every source has ended, the run was stopped, or something failed.
    pub fn run(mut self, settings: &Settings) -> Result<Outcome, PipelineError> {
        gst::init().map_err(PipelineError::Start)?;
        log::bridge();
        let inputs = self.checked_inputs()?;
        let output = self.resolved_output();
        self.check(&inputs, output.as_ref())?;
        let backend = choose_backend(settings, self.looks_at_pixels(), self.gpu)?;

        let outputs = self.outputs(output.as_ref(), inputs.len());

        if settings.describe {
            let files: Vec<_> = outputs.iter().map(|output| output_path(output).to_owned()).collect();
            let graph = self.graph(&inputs, output.as_ref(), &files, &backend, settings);
            settings.lines.last_line(format_args!("{}", graph.launch_line()))?;
            return Ok(Outcome { exit: Exit::Done, report: None, written: Vec::new() });
        }

        let files = Files::open(&inputs, &outputs, settings)?;
        let graph = self.graph(&inputs, output.as_ref(), &files.paths(), &backend, settings);
        let tail = self.tail(output.as_ref(), settings.sync);
        let assembly = assemble(&self.app, &graph)?;
        say_where(self.output.as_ref(), &outputs);

        let app = self.app.clone();
        let mut run = Run::prepare(self, assembly, tail, &inputs, output, &files, settings)?;
        let end = run.play()?;
        let report = Report::of(&app, &backend, run.engine(), run.meter(), run.messages());
        let exit = if run.was_interrupted() { Exit::Interrupted } else { Exit::Done };
        let written = files.finish(&report, end == End::Whole)?;
        say_what(&report, &written);
        Ok(Outcome { exit, report: Some(report), written })
    }
}

/// The backend of a run. `pixels` says that the app looks at them, `gpu` that it works on one beside our elements, which
/// compute on the CPU.
fn choose_backend(settings: &Settings, pixels: bool, gpu: Option<u32>) -> Result<Backend, PipelineError> {
    let wanted = match settings.backend {
        BackendChoice::DeepStream if pixels => {
            let reason = "this command looks at pixels, which it can do in surfaces of our own elements only; leave the flag out";
            return Err(PipelineError::Unavailable { flag: "--backend deepstream".into(), reason: reason.into() });
        }
        BackendChoice::Auto if pixels => BackendChoice::Native,
        other => other,
    };
    let backend = match gpu {
        Some(number) => Backend { deepstream: false, device: Device::Cuda(number), warning: None },
        None => Backend::choose(wanted, settings.device, Machine::detect())?,
    };
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

/// Unasked-for files are announced.
fn say_where(asked: Option<&Output>, outputs: &[Output]) {
    for output in outputs.iter().filter(|_| asked == Some(&Output::Auto)) {
        if let Output::File(path, _) = output {
            tracing::info!("no display: writing {}", path.display());
        }
    }
}

/// The last line: what the run came to, and where it lies.
fn say_what(report: &Report, written: &[PathBuf]) {
    let mut text = format!("{} frames in {:.1} s, {:.1} frames/s", report.frames, report.seconds, report.fps);
    if report.dropped > 0 {
        text += &format!("; {} dropped", report.dropped);
    }
    if let Some((first, others)) = written.split_first() {
        text += &format!("; wrote {}", first.display());
        if !others.is_empty() {
            text += &format!(" and {} more beside it", others.len());
        }
    }
    tracing::info!("{text}");
}

fn output_path(output: &Output) -> &Path {
    match output {
        Output::File(path, _) => path,
        _ => Path::new(""),
    }
}
