//! `dump-of-meta`: the vectors of every source as a file. NVIDIA documents a `.bin` file and not what is in it; ours has
//! the `NvOFFlowVector`s of frame after frame, row by row, as they are in the metadata: two 16 bit integers of the
//! machine's byte order each. Its name says the source and the columns and rows of a frame.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use super::streams::OfError;
use crate::base::geometry::Size;

/// The files of an element that runs.
pub struct Dump {
    folder: PathBuf,
    files: HashMap<(u32, Size), File>,
    bytes: Vec<u8>,
}

impl Dump {
    /// Files in `folder`; each is made, or begun anew, with its first vectors.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, files: HashMap::new(), bytes: Vec::new() }
    }

    /// Adds the vectors of a frame of pad `pad` to its file.
    ///
    /// # Errors
    /// When the file cannot be made or written.
    pub fn write(&mut self, pad: u32, grid: Size, vectors: &[[i16; 2]]) -> Result<(), OfError> {
        let path = self.folder.join(format!("gstnvof_source-{pad:02}_{}x{}.bin", grid.width, grid.height));
        self.bytes.clear();
        vectors.iter().flatten().for_each(|part| self.bytes.extend_from_slice(&part.to_ne_bytes()));
        let written = match self.files.entry((pad, grid)) {
            std::collections::hash_map::Entry::Occupied(file) => Ok(file.into_mut()),
            std::collections::hash_map::Entry::Vacant(none) => File::create(&path).map(|file| none.insert(file)),
        };
        let written = written.and_then(|file| file.write_all(&self.bytes));
        written.map_err(|source| OfError::Dump { path, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_follow_each_other_and_a_new_size_has_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let mut dump = Dump::new(folder.path().to_owned());
        let (wide, high) = (Size { width: 2, height: 1 }, Size { width: 1, height: 2 });
        dump.write(3, wide, &[[1, -2], [3, 4]]).unwrap();
        dump.write(3, wide, &[[5, 6], [7, 8]]).unwrap();
        dump.write(3, high, &[[9, 9], [0, 0]]).unwrap();
        let read = |name: &str| {
            let bytes = std::fs::read(folder.path().join(name)).unwrap();
            bytes.as_chunks::<2>().0.iter().map(|part| i16::from_ne_bytes(*part)).collect::<Vec<_>>()
        };
        assert_eq!(read("gstnvof_source-03_2x1.bin"), [1, -2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(read("gstnvof_source-03_1x2.bin"), [9, 9, 0, 0]);
    }

    #[test]
    fn a_file_that_cannot_be_made_is_named() {
        let mut dump = Dump::new("/nowhere/at/all".into());
        let error = dump.write(0, Size { width: 1, height: 1 }, &[[0, 0]]).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all/gstnvof_source-00_1x1.bin"), "{error}");
    }
}
