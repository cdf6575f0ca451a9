//! The files a run writes, under temporary names until it has ended well.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Input, Output, PipelineError, Settings,
    part_file::PartFile,
    report::{Report, ReportFile},
    tap::{SharedTrace, Trace},
};

/// Everything that `-o`, `--meta-out` and `--report` ask for.
pub(super) struct Files {
    pub(super) video: Option<PartFile>,
    pub(super) trace: SharedTrace,
    report: Option<ReportFile>,
    folder: Option<PathBuf>,
}

impl Files {
    pub(super) fn open(inputs: &[Input], output: Option<&Output>, settings: &Settings) -> Result<Self, PipelineError> {
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
    pub(super) fn unfinished(&self) -> Vec<PathBuf> {
        let trace = self.trace.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = [
            self.video.as_ref(),
            trace.as_ref().and_then(Trace::part),
            self.report.as_ref().and_then(ReportFile::part),
        ];
        parts.into_iter().flatten().map(|part| part.path().to_owned()).collect()
    }

    /// Puts everything into place, the video and the trace only if they are `whole`; the name of the video file or folder.
    pub(super) fn finish(self, report: &Report, whole: bool) -> Result<Option<PathBuf>, PipelineError> {
        let trace = self.trace.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut written = None;
        if whole {
            written = self.video.map(PartFile::commit).transpose()?.or(self.folder);
            trace.map_or(Ok(()), Trace::finish)?;
        }
        self.report.map_or(Ok(()), |file| file.write(report))?;
        Ok(written)
    }
}
