//! A frame in a probe with its pixels: to look at, to edit in place, to encode.
//!
//! Pixels are borrowed from the buffer and need not be mapped, unmapped or freed. Edits go downstream with the frame. A
//! picture that somebody else may look at too (a decoder, another branch) is copied before it is written. Only surfaces
//! of our own elements lie in memory that can be looked at; behind a tiler there is one frame with one picture of all.

use std::{
    ops::{Deref, DerefMut},
    path::Path,
};

use super::{
    Flow,
    probe::{Look, ProbeError},
};
use crate::{
    base::geometry::{Rect, Size},
    draw::redact::{self, Redaction},
    encode::{self, EncodeError, EncodedImage},
    meta::{Batch, Frame, ObjectKey},
    surface::{
        PoolCache, SurfaceError, Surfaces, SurfacesMut,
        format::{Format, Layout},
        hash,
        transform::{Filter, Region, convert, crop},
        view::{View, ViewMut},
    },
};

/// Why a picture could not be looked at, edited or saved.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The pixels cannot be reached or converted.
    #[error(transparent)]
    Surface(#[from] SurfaceError),
    /// No JPEG came of it.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// OpenCV refused.
    #[error("OpenCV: {0}")]
    OpenCv(#[from] opencv::Error),
}

/// One frame of a batch: its metadata, as [`Frame`], and its pixels.
pub struct Picture<'a> {
    frame: &'a mut Frame,
    memory: &'a mut gst::Memory,
    pools: &'a PoolCache,
}

impl Deref for Picture<'_> {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        self.frame
    }
}

impl DerefMut for Picture<'_> {
    fn deref_mut(&mut self) -> &mut Frame {
        self.frame
    }
}

impl Picture<'_> {
    /// Which surface of the buffer is this frame's.
    fn index(&self) -> usize {
        self.frame.batch_id() as usize
    }

    /// The pixels as they are, in the surface's own format: as slices, as `ndarray` ([`View::array`]) and as OpenCV's
    /// matrices ([`View::mat`]), without a copy.
    ///
    /// # Errors
    /// When the surface lies in memory that cannot be looked at.
    pub fn image(&self) -> Result<View<'_>, PictureError> {
        Ok(Surfaces::of(self.memory)?.view(self.index())?)
    }

    /// The pixels to read and write, copied first if they are shared. What is written goes downstream.
    ///
    /// # Errors
    /// As [`Self::image`], and when there is no memory for the copy.
    pub fn image_mut(&mut self) -> Result<ViewMut<'_>, PictureError> {
        let index = self.index();
        self.pools.make_memory_writable(self.memory, index)?;
        Ok(SurfacesMut::of(self.memory)?.into_view_mut(index)?)
    }

    /// The pixels inside a box of this frame, clipped to it; `None` when the box lies outside.
    ///
    /// # Errors
    /// As [`Self::image`].
    pub fn crop(&self, rect: &Rect) -> Result<Option<View<'_>>, PictureError> {
        let image = self.image()?;
        let region = Region::covering(rect, image.format.layout, image.size);
        Ok(region.map(|region| crop(&image, region)).transpose()?)
    }

    /// Edits the picture as RGBA, whatever the surface's format is: one in another format is converted there and back.
    ///
    /// # Errors
    /// What `edit` fails with, and as [`Self::image_mut`].
    pub fn edit_rgba<R, E: From<PictureError>>(
        &mut self,
        edit: impl FnOnce(&mut ViewMut<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        let pools = self.pools;
        let mut own = self.image_mut()?;
        if own.format.layout == Layout::Rgba {
            return edit(&mut own);
        }
        let whole = Region::whole(own.size);
        let mut memory = pools.acquire(Format::plain(Layout::Rgba), own.size).map_err(PictureError::from)?;
        let rgba = SurfacesMut::of(&mut memory).and_then(|surfaces| surfaces.into_view_mut(0));
        let mut rgba = rgba.map_err(PictureError::from)?;
        convert(&own.as_view(), whole, &mut rgba, whole, Filter::Nearest).map_err(PictureError::from)?;
        let result = edit(&mut rgba)?;
        convert(&rgba.as_view(), whole, &mut own, whole, Filter::Nearest).map_err(PictureError::from)?;
        Ok(result)
    }

    /// Covers a box in the picture itself; `false` when it lies outside.
    ///
    /// # Errors
    /// As [`Self::image_mut`].
    pub fn redact(&mut self, rect: &Rect, how: Redaction) -> Result<bool, PictureError> {
        let size = self.image()?.size;
        let inside = rect.clipped(size.width as f32, size.height as f32);
        // Nothing is copied for a box that shows nothing.
        match inside.width > 0.0 && inside.height > 0.0 {
            true => Ok(redact::redact(&mut self.image_mut()?, rect, how)?),
            false => Ok(false),
        }
    }

    /// The perceptual hash ([`hash::difference_hash`]) of a box, or of all of the picture; `None` when the box lies outside.
    ///
    /// # Errors
    /// As [`Self::image`].
    pub fn hash(&self, rect: Option<&Rect>) -> Result<Option<u64>, PictureError> {
        let view = match rect {
            Some(rect) => self.crop(rect)?,
            None => Some(self.image()?),
        };
        Ok(view.map(|view| hash::difference_hash(&view)).transpose()?)
    }

    /// The JPEG of a box clipped to the frame, or of all of it, scaled to `scaled` if given. `quality` is 1 to 100.
    ///
    /// # Errors
    /// As [`Self::image`], and for a box outside.
    pub fn jpeg(&self, rect: Option<Rect>, scaled: Option<Size>, quality: u8) -> Result<Vec<u8>, PictureError> {
        Ok(encode::jpeg(&self.image()?, rect, scaled, quality)?)
    }

    /// Saves [`Self::jpeg`] under `path`, whole or not at all.
    ///
    /// # Errors
    /// As [`Self::jpeg`], and when the file cannot be written.
    pub fn save_jpeg(&self, path: &Path, rect: Option<Rect>, quality: u8) -> Result<(), PictureError> {
        Ok(encode::save(path, &self.jpeg(rect, None, quality)?)?)
    }

    /// Attaches the JPEG of an object to it as DeepStream's object encoder does (`NVDS_CROP_IMAGE_META`), or that of the
    /// whole frame to the frame. `false` when the frame has no such object.
    ///
    /// # Errors
    /// As [`Self::jpeg`].
    pub fn attach_jpeg(&mut self, object: Option<ObjectKey>, quality: u8) -> Result<bool, PictureError> {
        let rect = match object.map(|key| self.frame.object(key)) {
            Some(None) => return Ok(false),
            Some(Some(object)) => Some(object.rect()),
            None => None,
        };
        let image = EncodedImage::new(self.jpeg(rect, None, quality)?);
        match object {
            None => self.frame.add_abi(image),
            Some(key) => self.frame.object_mut(key).into_iter().for_each(|object| object.add_abi(image.clone())),
        }
        Ok(true)
    }
}

/// Runs `code` on every frame of a buffer's batch, with its pixels. The memory stands beside the buffer meanwhile, so that
/// metadata and pixels can be edited together.
pub(super) fn each(buffer: &mut gst::BufferRef, pools: &PoolCache, code: &mut Look) -> Result<Flow, ProbeError> {
    if Batch::of(buffer).is_none() {
        return Ok(Flow::Continue);
    }
    let (1, Some(mut memory)) = (buffer.n_memory(), buffer.memory(0)) else {
        return Err(SurfaceError::NotSurface(format!("{} memories", buffer.n_memory())).into());
    };
    buffer.remove_all_memory();
    let mut run = || {
        let mut flow = Flow::Continue;
        for frame in Batch::of_mut(buffer).into_iter().flat_map(Batch::frames_mut) {
            flow = flow.max(code(&mut Picture { frame, memory: &mut memory, pools })?);
        }
        Ok(flow)
    };
    let outcome = run();
    buffer.append_memory(memory);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        meta::{OwnedBatch, attach},
        surface::{Pool, memory},
    };

    const SIZE: Size = Size { width: 32, height: 16 };

    /// Two grey frames of one batch, and their memories.
    fn buffer(layout: Layout) -> (gst::Buffer, Vec<gst::Memory>) {
        gst::init().unwrap();
        let pool = Pool::new(Format::plain(layout), SIZE, 1);
        let mut memories = vec![pool.acquire().unwrap(), pool.acquire().unwrap()];
        for memory in &mut memories {
            SurfacesMut::of(memory).unwrap().view_mut(0).unwrap().plane_mut(0).fill(50);
        }
        let mut buffer = gst::Buffer::new();
        let inner = buffer.get_mut().unwrap();
        inner.append_memory(memory::batch(&memories).unwrap());
        let mut batch = OwnedBatch::new(2);
        (0..2).for_each(|_| batch.add_frame().set_source_id(3));
        attach(inner, batch);
        (buffer, memories)
    }

    fn first_byte(memory: &gst::MemoryRef, index: usize) -> u8 {
        Surfaces::of(memory).unwrap().view(index).unwrap().plane(0)[0]
    }

    /// Writes 200 into every sample of the second frame; answers where its pixels lie.
    fn write(buffer: &mut gst::Buffer) -> usize {
        let mut at = 0;
        let mut code = |picture: &mut Picture<'_>| -> Result<Flow, ProbeError> {
            if picture.batch_id() == 1 {
                picture.set_frame_num(7);
                let mut image = picture.image_mut()?;
                image.plane_mut(0).fill(200);
                at = image.as_view().plane(0).as_ptr() as usize;
            }
            Ok(Flow::Continue)
        };
        each(buffer.make_mut(), &PoolCache::default(), &mut code).unwrap();
        at
    }

    #[test]
    fn a_shared_picture_is_copied_and_one_of_ones_own_is_not() {
        let (mut shared, memories) = buffer(Layout::Nv12);
        let before = Surfaces::map(&shared).unwrap().view(1).unwrap().plane(0).as_ptr() as usize;
        assert_ne!(write(&mut shared), before, "somebody else holds the memories");
        assert_eq!((first_byte(&memories[1], 0), memories.len()), (50, 2));
        assert_eq!((first_byte(shared.peek_memory(0), 0), first_byte(shared.peek_memory(0), 1)), (50, 200));
        assert_eq!(Batch::of(&shared).unwrap().frames().nth(1).unwrap().frame_num(), 7);

        let (mut own, memories) = buffer(Layout::Nv12);
        drop(memories);
        let before = Surfaces::map(&own).unwrap().view(1).unwrap().plane(0).as_ptr() as usize;
        assert_eq!(write(&mut own), before);

        // Another reference to the buffer, as behind a tee: it keeps what it had.
        let other = own.clone();
        let mut gray = own.clone();
        drop(own);
        let mut code = |picture: &mut Picture<'_>| -> Result<Flow, ProbeError> {
            picture.image_mut()?.plane_mut(0).fill(9);
            Ok(Flow::Continue)
        };
        each(gray.make_mut(), &PoolCache::default(), &mut code).unwrap();
        assert_eq!((first_byte(gray.peek_memory(0), 1), first_byte(other.peek_memory(0), 1)), (9, 200));
    }

    #[test]
    fn the_buffer_has_its_pictures_again_when_a_probe_fails() {
        let (mut buffer, _memories) = buffer(Layout::Rgba);
        let mut fail = |_: &mut Picture<'_>| -> Result<Flow, ProbeError> { Err("no".into()) };
        assert!(each(buffer.make_mut(), &PoolCache::default(), &mut fail).is_err());
        assert_eq!((buffer.n_memory(), first_byte(buffer.peek_memory(0), 1)), (1, 50));
    }

    #[test]
    fn foreign_memory_is_refused_and_buffers_without_metadata_pass() {
        gst::init().unwrap();
        let mut seen = 0;
        let mut look = |picture: &mut Picture<'_>| -> Result<Flow, ProbeError> {
            seen += 1;
            assert!(matches!(picture.image(), Err(PictureError::Surface(SurfaceError::NotSurface(_)))));
            assert!(matches!(picture.image_mut(), Err(PictureError::Surface(SurfaceError::NotSurface(_)))));
            Ok(Flow::Continue)
        };
        let mut plain = gst::Buffer::with_size(64).unwrap();
        each(plain.make_mut(), &PoolCache::default(), &mut look).unwrap();
        let mut batch = OwnedBatch::new(1);
        batch.add_frame();
        attach(plain.make_mut(), batch);
        each(plain.make_mut(), &PoolCache::default(), &mut look).unwrap();
        assert_eq!(seen, 1);
    }
}
