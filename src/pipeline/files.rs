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
    /// One for each video output, in their order.
    videos: Vec<PartFile>,
    pub(super) trace: SharedTrace,
    report: Option<ReportFile>,
    folder: Option<PathBuf>,
}

impl Files {
    pub(super) fn open(inputs: &[Input], outputs: &[Output], settings: &Settings) -> Result<Self, PipelineError> {
        let (mut folder, mut videos) = (None, Vec::new());
        for output in outputs {
            match output {
                Output::File(path, _) => videos.push(PartFile::create("-o", path, inputs)?.0),
                Output::Jpeg(path) => {
                    std::fs::create_dir_all(path).map_err(|source| PipelineError::OutputFile {
                        flag: "-o",
                        path: path.clone(),
                        action: "the folder cannot be created",
                        source,
                    })?;
                    folder.get_or_insert_with(|| path.clone());
                }
                _ => {}
            }
        }
        let trace = settings.meta_out.as_ref().map(|to| Trace::open(to, inputs)).transpose()?;
        let report = settings.report.as_ref().map(|to| ReportFile::open(to, inputs)).transpose()?;
        Ok(Self { videos, trace: Arc::new(Mutex::new(trace)), report, folder })
    }

    /// Where the video files are written until they are whole.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.videos.iter().map(|video| video.path().to_owned()).collect()
    }

    /// The temporary names, for a process that ends without unwinding.
    pub(super) fn unfinished(&self) -> Vec<PathBuf> {
        let trace = self.trace.lock().unwrap_or_else(PoisonError::into_inner);
        let others = [trace.as_ref().and_then(Trace::part), self.report.as_ref().and_then(ReportFile::part)];
        self.videos.iter().chain(others.into_iter().flatten()).map(|part| part.path().to_owned()).collect()
    }

    /// Puts everything into place, the video and the trace only if they are `whole`; the names of the video files, and of the folder.
    pub(super) fn finish(self, report: &Report, whole: bool) -> Result<Vec<PathBuf>, PipelineError> {
        let trace = self.trace.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut written = Vec::new();
        if whole {
            written = self.videos.into_iter().map(PartFile::commit).collect::<Result<_, _>>()?;
            written.extend(self.folder);
            trace.map_or(Ok(()), Trace::finish)?;
        }
        self.report.map_or(Ok(()), |file| file.write(report))?;
        Ok(written)
    }
}
