//! Pictures that apps save.

use std::{
    io,
    path::{Path, PathBuf},
};

use jpeg_encoder::{ColorType, Encoder, EncodingError};

use crate::base::geometry::Size;

/// JPEG quality, 1..100: edges between flat colours stay clean.
const QUALITY: u8 = 95;

/// Why a picture was not saved.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The folder cannot be made.
    #[error("{}: cannot be made a folder", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something else has the folder's name.
    #[error("{}: is no folder; name one that is empty or new", .0.display())]
    NotFolder(PathBuf),
    /// The folder holds something already.
    #[error("{}: holds files already; give a new folder, or remove it first", .0.display())]
    NotEmpty(PathBuf),
    /// The file cannot be written.
    #[error("{}: cannot be written", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: EncodingError,
    },
    /// JPEG has 16 bits for each side.
    #[error("a JPEG of {}x{} pixels is impossible (1 to 65535 each)", .0.width, .0.height)]
    Size(Size),
}

/// Makes an empty folder for pictures, or takes one that is empty.
///
/// # Errors
/// When it cannot be made, or has something in it.
pub fn folder(path: &Path) -> Result<(), ImageError> {
    let cannot = |source| ImageError::Folder { path: path.into(), source };
    made(path)?;
    match std::fs::read_dir(path).map_err(cannot)?.next() {
        None => Ok(()),
        Some(_) => Err(ImageError::NotEmpty(path.into())),
    }
}

fn made(path: &Path) -> Result<(), ImageError> {
    if path.exists() && !path.is_dir() {
        return Err(ImageError::NotFolder(path.into()));
    }
    std::fs::create_dir_all(path).map_err(|source| ImageError::Folder { path: path.into(), source })
}

/// A folder of pictures with one for each stream in it, `stream_N`.
#[derive(Debug)]
pub struct StreamFolders(PathBuf);

impl StreamFolders {
    /// Makes `root` with the folders of `streams` streams. It must be new or hold nothing but empty folders, as a run
    /// leaves that saved nothing.
    ///
    /// # Errors
    /// When a folder cannot be made, or there is something in it.
    pub fn new(root: &Path, streams: usize) -> Result<Self, ImageError> {
        let cannot = |source| ImageError::Folder { path: root.into(), source };
        made(root)?;
        let holds = |path: PathBuf| path.read_dir().map_or(true, |mut entries| entries.next().is_some());
        if std::fs::read_dir(root).map_err(cannot)?.flatten().any(|entry| holds(entry.path())) {
            return Err(ImageError::NotEmpty(root.into()));
        }
        let folders = Self(root.into());
        (0..streams).try_for_each(|stream| folders.of(stream as u32).map(|_| ()))?;
        Ok(folders)
    }

    /// The folder of a stream; one that came while playing gets its own now.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn of(&self, stream: u32) -> Result<PathBuf, ImageError> {
        let path = self.0.join(format!("stream_{stream}"));
        match std::fs::create_dir_all(&path) {
            Ok(()) => Ok(path),
            Err(source) => Err(ImageError::Folder { path, source }),
        }
    }
}

/// Saves `size.width * size.height` pixels of red, green and blue as a JPEG. A file that cannot be finished is removed.
///
/// # Errors
/// When JPEG cannot hold the size, or the file cannot be written.
pub fn save_jpeg(path: &Path, size: Size, rgb: &[u8]) -> Result<(), ImageError> {
    let side = |pixels: u32| u16::try_from(pixels).ok().filter(|pixels| *pixels > 0);
    let (Some(width), Some(height)) = (side(size.width), side(size.height)) else { return Err(ImageError::Size(size)) };
    let written =
        Encoder::new_file(path, QUALITY).and_then(|encoder| encoder.encode(rgb, width, height, ColorType::Rgb));
    written.map_err(|source| {
        let _ = std::fs::remove_file(path);
        ImageError::File { path: path.into(), source }
    })
}
