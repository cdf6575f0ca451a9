//! A result file that appears under its name only when it is whole.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io::ErrorKind,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::{Input, PipelineError};

/// `NAME.PID.part` beside the file asked for; renamed by [`PartFile::commit`], removed when dropped before.
#[derive(Debug)]
pub struct PartFile {
    flag: &'static str,
    target: PathBuf,
    part: PathBuf,
    /// A device or pipe, which is written directly.
    special: bool,
    whole: bool,
}

impl PartFile {
    /// Creates the temporary file, so that a folder that cannot be written is known before anything runs.
    ///
    /// # Errors
    /// When it cannot be created, or is one of the inputs; `flag` asked for it.
    pub fn create(flag: &'static str, target: &Path, inputs: &[Input]) -> Result<(Self, File), PipelineError> {
        let failed = |action, source| PipelineError::OutputFile { flag, path: target.into(), action, source };
        if target.is_dir() {
            return Err(failed("is a folder", ErrorKind::IsADirectory.into()));
        }
        refuse_input(target, inputs)?;
        // A link is written through, as opening the file would do.
        let real = target.canonicalize().unwrap_or_else(|_| target.into());
        if real.metadata().is_ok_and(|about| about.permissions().readonly()) {
            return Err(failed("cannot be replaced", ErrorKind::PermissionDenied.into()));
        }
        let special = real.metadata().is_ok_and(|about| !about.is_file());
        let part = if special { real.clone() } else { part_name(&real) };
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&part)
            .map_err(|source| failed("cannot be created", source))?;
        Ok((Self { flag, target: real, part, special, whole: false }, file))
    }

    /// Where to write until [`PartFile::commit`].
    pub(super) fn path(&self) -> &Path {
        &self.part
    }

    /// The error for a write that failed.
    pub fn failed(&self, source: std::io::Error) -> PipelineError {
        PipelineError::OutputFile { flag: self.flag, path: self.target.clone(), action: "cannot be written", source }
    }

    /// Puts the finished file into place.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn commit(mut self) -> Result<PathBuf, PipelineError> {
        if self.special {
            return Ok(self.target.clone());
        }
        std::fs::rename(&self.part, &self.target).map_err(|source| PipelineError::OutputFile {
            flag: self.flag,
            path: self.target.clone(),
            action: "cannot be put into place",
            source,
        })?;
        self.whole = true;
        Ok(self.target.clone())
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.whole && !self.special {
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

/// An error when `target` is the same file as an input, under whatever name.
pub(super) fn refuse_input(target: &Path, inputs: &[Input]) -> Result<(), PipelineError> {
    let identity = |path: &Path| path.metadata().ok().map(|about| (about.dev(), about.ino()));
    let own = identity(target);
    match inputs.iter().filter_map(Input::path).any(|input| own.is_some() && identity(input) == own) {
        true => Err(PipelineError::OutputIsInput { path: target.into() }),
        false => Ok(()),
    }
}

fn part_name(target: &Path) -> PathBuf {
    let mut name = target.file_name().map_or_else(|| OsString::from("out"), OsString::from);
    name.push(format!(".{}.part", std::process::id()));
    target.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_appears_on_commit_and_nothing_stays_otherwise() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("out.mp4");
        let (part, _) = PartFile::create("-o", &target, &[]).unwrap();
        assert!(part.path().exists() && !target.exists());
        drop(part);
        assert_eq!(dir.path().read_dir().unwrap().count(), 0);

        let (part, _) = PartFile::create("-o", &target, &[]).unwrap();
        std::fs::write(part.path(), "whole").unwrap();
        part.commit().unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "whole");
        assert_eq!(dir.path().read_dir().unwrap().count(), 1);
    }

    #[test]
    fn an_input_is_never_overwritten_under_any_name() {
        let dir = tempfile::tempdir().unwrap();
        let input = dir.path().join("in.mp4");
        std::fs::write(&input, "video").unwrap();
        let (soft, hard) = (dir.path().join("soft.mp4"), dir.path().join("hard.mp4"));
        std::os::unix::fs::symlink(&input, &soft).unwrap();
        std::fs::hard_link(&input, &hard).unwrap();
        for target in [&input, &soft, &hard] {
            let error = PartFile::create("-o", target, &[Input::File(input.clone())]).unwrap_err();
            assert!(matches!(error, PipelineError::OutputIsInput { .. }), "{error}");
        }
    }

    #[test]
    fn a_device_is_written_and_never_replaced() {
        let (part, _) = PartFile::create("--report", Path::new("/dev/null"), &[]).unwrap();
        assert_eq!(part.path(), Path::new("/dev/null"));
        part.commit().unwrap();
        assert!(!Path::new("/dev/null").metadata().unwrap().is_file());
    }

    #[test]
    fn a_missing_folder_is_named_with_the_flag() {
        let error = PartFile::create("--report", Path::new("/no/such/folder/r.json"), &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "--report /no/such/folder/r.json: cannot be created: No such file or directory (os error 2)"
        );
    }
}
