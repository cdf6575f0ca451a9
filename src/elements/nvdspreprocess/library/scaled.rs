//! Regions scaled to `processing-width` x `processing-height` for a library: DeepStream's scaling pool.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};

use super::shim::{self, Rectangle};
use super::{LibraryError, SUCCESS, Source};
use crate::base::geometry::Size;
use crate::config::nvinfer::{ColorFormat, ScalingFilter};
use crate::config::preprocess::PreprocessConfig;
use crate::elements::nvdspreprocess::select::Chosen;
use crate::infer::prepare;
use crate::infer::preprocess::letterbox::Letterbox;
use crate::surface::ffi::{NvBufSurface, NvBufSurfaceParams};
use crate::surface::format::{Format, Layout};
use crate::surface::transform::{self, Converter, Filter, Region};
use crate::surface::{Pool, SurfaceError, SurfacesMut};

/// Scales regions, by itself or by a function of the library.
pub struct Scaler {
    pool: Pool,
    converter: Converter,
    filter: ScalingFilter,
    /// Transformations of the library by the number of their group.
    transformations: HashMap<u32, (String, *mut c_void)>,
}

/// Scaled regions.
pub struct Scaled {
    /// Keeps the pixels alive.
    pub buffer: gst::Buffer,
    /// Bytes of a row.
    pub pitch: u32,
    /// One a region.
    pub surfaces: Vec<Surface>,
}

/// A scaled region as C++ sees it.
pub struct Surface {
    /// Its description.
    pub params: *mut NvBufSurfaceParams,
    /// Its pixels.
    pub pixels: *mut c_void,
    /// The description of the frame it was cut from.
    pub input: *mut NvBufSurfaceParams,
}

impl Scaler {
    /// RGBA surfaces, or GRAY8 for a gray network, one for each region of a tensor.
    pub fn new(config: &PreprocessConfig) -> Self {
        let layout = if config.input.color == ColorFormat::Gray { Layout::Gray8 } else { Layout::Rgba };
        let pool = Pool::new(Format::plain(layout), config.processing, config.batch() as u32);
        let (converter, filter) = (Converter::default(), config.input.filter);
        Self { pool, converter, filter, transformations: HashMap::new() }
    }

    /// Has a function of the library scale the regions of a group.
    pub fn transform_with(&mut self, group: u32, name: &str, function: *mut c_void) {
        self.transformations.insert(group, (name.to_owned(), function));
    }

    /// Scales regions, each into its surface.
    ///
    /// # Errors
    /// When a frame cannot be read, or the library's transformation fails.
    pub fn scale(
        &mut self,
        config: &PreprocessConfig,
        source: &Source<'_>,
        chosen: &[Chosen],
    ) -> Result<Scaled, LibraryError> {
        let mut memory = self.pool.acquire()?;
        let placed: Vec<Letterbox> = chosen.iter().map(|one| prepare::place(config, one.crop)).collect();
        let mut surfaces = SurfacesMut::of(&mut memory)?;
        for (at, (one, letterbox)) in chosen.iter().zip(&placed).enumerate() {
            let mut target = surfaces.view_mut(at)?;
            transform::fill_outside(&mut target, inside(letterbox))?;
            if !self.transformations.contains_key(&one.group) {
                let view = source.surfaces.view(one.surface)?;
                let filter = filter(self.filter);
                self.converter.convert(&view, taken(letterbox), &mut target, inside(letterbox), filter)?;
            }
        }
        // Mapping a memory of surfaces gives their description, which lives as long as the memory.
        let (out, frames) = (described(&memory)?, input(source)?);
        let mut buffer = gst::Buffer::new();
        buffer.make_mut().append_memory(memory);
        let scaled = Scaled {
            buffer,
            // SAFETY: the list has an entry for each region of a tensor, and there are no more regions than that.
            pitch: unsafe { (*out.surfaceList).planeParams.pitch[0] },
            surfaces: chosen
                .iter()
                .enumerate()
                .map(|(at, one)| {
                    // SAFETY: as above; `surface` was looked at, so the buffer has it.
                    unsafe {
                        let params = out.surfaceList.add(at);
                        Surface { params, pixels: (*params).dataPtr, input: frames.surfaceList.add(one.surface) }
                    }
                })
                .collect(),
        };
        self.transform(config, (frames, out), &scaled, chosen, &placed)?;
        Ok(scaled)
    }

    /// Has the library scale the groups that want that, neighbours of a group at once.
    fn transform(
        &self,
        config: &PreprocessConfig,
        (frames, out): (NvBufSurface, NvBufSurface),
        scaled: &Scaled,
        chosen: &[Chosen],
        placed: &[Letterbox],
    ) -> Result<(), LibraryError> {
        let mut start = 0;
        for run in chosen.chunk_by(|a, b| a.group == b.group) {
            let range = start..start + run.len();
            start = range.end;
            let Some((name, function)) = run.first().and_then(|one| self.transformations.get(&one.group)) else {
                continue;
            };
            let list = |which: fn(&Surface) -> *mut NvBufSurfaceParams| -> Vec<NvBufSurfaceParams> {
                // SAFETY: the descriptions live as long as the buffers; plain copies are made.
                scaled.surfaces[range.clone()].iter().map(|surface| unsafe { *which(surface) }).collect()
            };
            let (mut inputs, mut outputs) = (list(|surface| surface.input), list(|surface| surface.params));
            let batch = |of: NvBufSurface, list: &mut Vec<NvBufSurfaceParams>| {
                let count = list.len() as u32;
                NvBufSurface { batchSize: count, numFilled: count, surfaceList: list.as_mut_ptr(), ..of }
            };
            let (mut from, mut to) = (batch(frames, &mut inputs), batch(out, &mut outputs));
            let rectangle = |region: Region| {
                let Size { width, height } = region.size;
                Rectangle { left: region.left, top: region.top, width, height }
            };
            let part = &placed[range];
            let source: Vec<Rectangle> = part.iter().map(|one| rectangle(taken(one))).collect();
            let target: Vec<Rectangle> = part.iter().map(|one| rectangle(inside(one))).collect();
            let number = config.input.filter as c_int;
            // SAFETY: the function is of the library that owns this, and the lists are as long as the rectangles.
            let status = unsafe { shim::transform(*function, [&mut from, &mut to], [&source, &target], number) };
            match status {
                Ok(SUCCESS) => {}
                Ok(status) => return Err(LibraryError::Failed { function: name.clone(), status }),
                Err((_, reason)) => return Err(LibraryError::Threw { function: name.clone(), reason }),
            }
        }
        Ok(())
    }
}

/// The description of the frames.
fn input(source: &Source<'_>) -> Result<NvBufSurface, LibraryError> {
    // SAFETY: the caller has the buffer for as long as the source.
    let buffer = unsafe { gst::BufferRef::from_ptr(source.buffer) };
    described(buffer.peek_memory(0))
}

/// What C code sees of a memory.
fn described(memory: &gst::MemoryRef) -> Result<NvBufSurface, LibraryError> {
    let unmapped = || SurfaceError::Map("NvBufSurface".into());
    let map = memory.map_readable().map_err(|_| unmapped())?;
    let bytes = map.as_slice();
    if bytes.len() < size_of::<NvBufSurface>() {
        return Err(unmapped().into());
    }
    // SAFETY: surface memories, which these are, map to their `NvBufSurface`; a plain copy is made.
    Ok(unsafe { bytes.as_ptr().cast::<NvBufSurface>().read_unaligned() })
}

/// The part of the frame that is scaled.
fn taken(letterbox: &Letterbox) -> Region {
    let crop = letterbox.crop;
    Region { left: crop.left, top: crop.top, size: Size { width: crop.width, height: crop.height } }
}

/// Where it lies in the scaled surface.
fn inside(letterbox: &Letterbox) -> Region {
    Region { left: letterbox.left, top: letterbox.top, size: letterbox.size }
}

fn filter(filter: ScalingFilter) -> Filter {
    match filter {
        ScalingFilter::Nearest => Filter::Nearest,
        ScalingFilter::Algo2 => Filter::Area,
        _ => Filter::Bilinear,
    }
}
