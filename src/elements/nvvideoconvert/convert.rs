//! From a buffer of one kind to a buffer of another: what needs no work is referred to, the rest is converted.

use super::settings::Settings;
use crate::base::geometry::Size;
use crate::surface::error::SurfaceError;
use crate::surface::format::Format;
use crate::surface::transform::{self, Converter, Region};
use crate::surface::view::{View, ViewMut};
use crate::surface::{Place, PoolCache, Surfaces, SurfacesMut, caps, memory};
use gst_video::prelude::*;
use gst_video::{VideoFrame, VideoInfo, VideoMeta};

/// One side of the element.
#[derive(Debug, Clone)]
pub struct Side {
    /// What the caps say of a frame.
    pub info: VideoInfo,
    /// Format of a frame.
    pub format: Format,
    /// Whether frames are surfaces.
    pub nvmm: bool,
}

impl Side {
    /// A side with these caps; an error when a surface cannot be like that.
    pub fn new(caps: &gst::CapsRef) -> Result<Self, SurfaceError> {
        let info = VideoInfo::from_caps(caps).map_err(|_| SurfaceError::VideoFormat(caps.to_string()))?;
        Ok(Self { format: caps::format(&info)?, info, nvmm: caps::is_nvmm(caps) })
    }

    fn size(&self) -> Size {
        caps::size(&self.info)
    }
}

/// What was negotiated, and the pools and intermediate pictures for it.
pub struct Work {
    input: Side,
    output: Side,
    /// Whether downstream reads strides from a `GstVideoMeta`.
    strides: bool,
    /// Whether surfaces are moved into CUDA's memory.
    moves: bool,
    surfaces: PoolCache,
    frames: Option<gst::BufferPool>,
    converter: Converter,
}

impl Work {
    /// Work between two sides, whose surfaces are made in `place`. `strides` says whether downstream reads strides from a
    /// `GstVideoMeta`.
    pub fn new(input: Side, output: Side, place: Place, strides: bool) -> Self {
        let moves = output.nvmm && matches!(place, Place::Cuda(..));
        let surfaces = PoolCache::placed(place);
        Self { input, output, strides, moves, surfaces, frames: None, converter: Converter::default() }
    }

    /// Tells whether downstream reads strides from a `GstVideoMeta`.
    pub fn set_strides(&mut self, strides: bool) {
        self.strides = strides;
    }

    /// Whether every frame can go through as it is.
    pub fn is_nothing(&self, settings: &Settings) -> bool {
        let same_memory = self.input.nvmm == self.output.nvmm;
        self.keeps(settings) && same_memory && self.fits(self.input.format, self.input.size())
    }

    /// Whether surfaces may go out as they came in.
    fn keeps(&self, settings: &Settings) -> bool {
        settings.keeps_pixels() && !self.moves
    }

    /// Whether a picture like this is what goes out.
    fn fits(&self, format: Format, size: Size) -> bool {
        format == self.output.format && size == self.output_size(size)
    }

    /// The size a picture has when it leaves: surfaces keep their own where the caps do not change it.
    fn output_size(&self, size: Size) -> Size {
        if self.output.nvmm && self.input.nvmm && self.input.size() == self.output.size() {
            size
        } else {
            self.output.size()
        }
    }

    /// The frame as it goes out, without its metadata.
    pub fn convert(&mut self, frame: &gst::Buffer, settings: &Settings) -> Result<gst::Buffer, SurfaceError> {
        if !self.input.nvmm {
            let memory = memory::wrap(frame.clone(), &self.input.info)?;
            if self.output.nvmm && self.keeps(settings) && self.fits(self.input.format, self.input.size()) {
                return Ok(holding(memory));
            }
            let surfaces = Surfaces::of(&memory)?;
            let view = surfaces.view(0)?;
            return if self.output.nvmm {
                Ok(holding(self.surface(&view, settings)?))
            } else {
                self.frame(&view, settings)
            };
        }
        let surfaces = Surfaces::map(frame)?;
        if self.output.nvmm {
            return self.batch(frame, &surfaces, settings);
        }
        let (format, size) = surfaces.shape(0)?;
        if self.keeps(settings) && self.fits(format, size) {
            let (plain, _) = memory::unwrap(frame, 0)?;
            if self.strides || is_packed(&plain, &self.output.info) {
                return Ok(plain);
            }
        }
        self.frame(&surfaces.view(0)?, settings)
    }

    /// Every surface of a batch; the batch itself where none changes.
    fn batch(
        &mut self,
        frame: &gst::BufferRef,
        surfaces: &Surfaces<'_>,
        settings: &Settings,
    ) -> Result<gst::Buffer, SurfaceError> {
        let mut same = self.keeps(settings);
        for index in 0..surfaces.len() {
            let (format, size) = surfaces.shape(index)?;
            same &= self.fits(format, size);
        }
        if same {
            return Ok(holding(frame.memory(0).ok_or(SurfaceError::Empty)?));
        }
        let mut memories = Vec::with_capacity(surfaces.len());
        for index in 0..surfaces.len() {
            memories.push(self.surface(&surfaces.view(index)?, settings)?);
        }
        let memory = match (memories.pop(), memories.is_empty() && surfaces.capacity() <= 1) {
            (Some(only), true) => only,
            (last, _) => {
                memories.extend(last);
                memory::batch_of(&memories, surfaces.capacity())?
            }
        };
        Ok(holding(memory))
    }

    /// A picture converted into a surface of its own.
    fn surface(&mut self, view: &View<'_>, settings: &Settings) -> Result<gst::Memory, SurfaceError> {
        let mut target = self.surfaces.acquire(self.output.format, self.output_size(view.size))?;
        let mut surfaces = SurfacesMut::of(&mut target)?;
        render(&mut self.converter, view, &mut surfaces.view_mut(0)?, settings)?;
        Ok(target)
    }

    /// A picture converted into a frame in system memory, laid out as everybody understands it.
    fn frame(&mut self, view: &View<'_>, settings: &Settings) -> Result<gst::Buffer, SurfaceError> {
        let refused = SurfaceError::Allocate { size: self.output.size(), count: 1 };
        let pool = match &self.frames {
            Some(pool) => pool.clone(),
            None => self.frames.insert(frame_pool(&self.output.info).ok_or(refused.clone())?).clone(),
        };
        let buffer = pool.acquire_buffer(None).map_err(|_| refused.clone())?;
        let mut frame = VideoFrame::from_buffer_writable(buffer, &self.output.info).map_err(|_| refused)?;
        let pitches = [0, 1, 2].map(|plane| frame.plane_stride().get(plane).map_or(0, |pitch| *pitch as usize));
        let [a, b, c, _] = frame.planes_data_mut();
        let mut target = ViewMut::new(self.output.format, self.output.size(), [a, b, c], pitches)?;
        render(&mut self.converter, view, &mut target, settings)?;
        Ok(frame.into_buffer())
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(pool) = self.frames.take() {
            // Frees what is idle; frames under way are freed when they come back.
            let _ = pool.set_active(false);
        }
    }
}

/// Crops, scales, converts and turns as the properties say.
fn render(
    converter: &mut Converter,
    source: &View<'_>,
    target: &mut ViewMut<'_>,
    settings: &Settings,
) -> Result<(), SurfaceError> {
    // Rectangles are clamped to the pictures, as DeepStream does.
    let part =
        |crop: Option<Region>, size: Size| crop.and_then(|crop| crop.clipped(size)).unwrap_or(Region::whole(size));
    let (from, to) = (part(settings.src_crop, source.size), part(settings.dest_crop, target.size));
    transform::fill_outside(target, to)?;
    converter.turn(source, from, target, to, settings.flip_method.into(), settings.interpolation_method.filter())
}

/// A buffer around a memory.
fn holding(memory: gst::Memory) -> gst::Buffer {
    let mut buffer = gst::Buffer::new();
    buffer.make_mut().append_memory(memory);
    buffer
}

/// Whether the planes lie as a reader without `GstVideoMeta` expects them.
fn is_packed(frame: &gst::BufferRef, info: &VideoInfo) -> bool {
    let planes = info.n_planes() as usize;
    frame.n_memory() == 1
        && frame
            .meta::<VideoMeta>()
            .is_none_or(|meta| meta.stride() == &info.stride()[..planes] && meta.offset() == &info.offset()[..planes])
        && frame.size() >= info.size()
}

/// A pool of frames without padding.
fn frame_pool(info: &VideoInfo) -> Option<gst::BufferPool> {
    let pool = gst_video::VideoBufferPool::new();
    let mut config = pool.config();
    config.set_params(Some(&info.to_caps().ok()?), u32::try_from(info.size()).ok()?, 0, 0);
    pool.set_config(config).ok()?;
    pool.set_active(true).ok()?;
    Some(pool.upcast())
}
