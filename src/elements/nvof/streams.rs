//! What is kept between batches: the picture before of each source, and buffers for vectors.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::dump::Dump;
use crate::base::geometry::Size;
use crate::flow::{Estimator, FlowError, Hint, Preset, blocks};
use crate::meta::optical_flow::OpticalFlowMeta;
use crate::surface::{SurfaceError, Surfaces};

/// Why a batch has no flow.
#[derive(Debug, thiserror::Error)]
pub enum OfError {
    /// No metadata to attach anything to.
    #[error("the buffer has no batch metadata: put nvstreammux before nvof")]
    NoBatch,
    /// A frame's pixels cannot be read.
    #[error("the pixels of source {pad} cannot be read: {source}")]
    Surface {
        /// Number of the mux's pad.
        pad: u32,
        /// Why.
        source: SurfaceError,
    },
    /// A pair of pictures cannot be compared.
    #[error("no optical flow of source {pad}: {source}")]
    Flow {
        /// Number of the mux's pad.
        pad: u32,
        /// Why.
        source: FlowError,
    },
    /// Vectors cannot be written into a file.
    #[error("dump-of-meta: {} cannot be written: {source}", .path.display())]
    Dump {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Buffers of vectors; one that nobody refers to any more is filled again.
#[derive(Default)]
struct Shelf {
    kept: Vec<Arc<Vec<[i16; 2]>>>,
}

impl Shelf {
    fn take(&mut self) -> Arc<Vec<[i16; 2]>> {
        let free = self.kept.iter_mut().position(|buffer| Arc::get_mut(buffer).is_some());
        free.map_or_else(Arc::default, |free| self.kept.swap_remove(free))
    }

    fn keep(&mut self, buffer: &Arc<Vec<[i16; 2]>>, most: usize) {
        if self.kept.len() < most {
            self.kept.push(Arc::clone(buffer));
        }
    }
}

/// All sources of the element.
pub struct Streams {
    estimator: Estimator,
    shelf: Shelf,
    pool_size: usize,
    dump: Option<Dump>,
    before: HashMap<u32, Before>,
}

/// What is kept of a source.
struct Before {
    /// Its last picture, one surface.
    picture: gst::Memory,
    hint: Hint,
}

impl Streams {
    /// Nothing has come yet. What is found is also written into `dump`.
    ///
    /// # Errors
    /// When OpenCV cannot estimate flow.
    pub fn new(preset: Preset, pool_size: usize, dump: Option<Dump>) -> Result<Self, FlowError> {
        let estimator = Estimator::new(preset)?;
        Ok(Self { estimator, shelf: Shelf::default(), pool_size, dump, before: HashMap::new() })
    }

    /// Forgets a source.
    pub fn remove(&mut self, pad: u32) {
        self.before.remove(&pad);
    }

    /// Forgets all sources.
    pub fn clear(&mut self) {
        self.before.clear();
    }

    /// The flow from the picture before of pad `pad` to `picture`, which takes its place; `None` if there is none before
    /// or it has another size.
    ///
    /// # Errors
    /// When pixels cannot be read or compared, or a file cannot be written.
    pub fn flow(&mut self, pad: u32, frame_num: u64, picture: gst::Memory) -> Result<Option<OpticalFlowMeta>, OfError> {
        let unread = |source| OfError::Surface { pad, source };
        let new = Before { picture: picture.clone(), hint: Hint::default() };
        let Some(mut before) = self.before.insert(pad, new) else { return Ok(None) };
        let (first, second) = (Surfaces::of(&before.picture).map_err(unread)?, Surfaces::of(&picture).map_err(unread)?);
        let (first, second) = (first.view(0).map_err(unread)?, second.view(0).map_err(unread)?);
        if first.size != second.size {
            return Ok(None);
        }
        let grid: Size = blocks::grid(second.size);
        let mut vectors = self.shelf.take();
        // A buffer from the shelf has no other owner.
        if let Some(vectors) = Arc::get_mut(&mut vectors) {
            let estimated = self.estimator.estimate(&first, &second, &mut before.hint, vectors);
            estimated.map_err(|source| OfError::Flow { pad, source })?;
        }
        if let Some(new) = self.before.get_mut(&pad) {
            new.hint = before.hint;
        }
        self.shelf.keep(&vectors, self.pool_size);
        if let Some(dump) = &mut self.dump {
            dump.write(pad, grid, &vectors)?;
        }
        Ok(OpticalFlowMeta::new(frame_num, grid, vectors))
    }
}
