//! System-memory video frames as surfaces, without a copy.

use super::{Owner, fresh_view, has_references, host_memory, new_memory};
use crate::surface::caps;
use crate::surface::error::SurfaceError;
use crate::surface::format::Format;
use crate::surface::host::{Block, Place, Plan};
use crate::surface::view::ViewMut;
use gst_video::prelude::*;
use gst_video::{VideoFrame, VideoInfo, video_frame::Readable};

/// A frame mapped for as long as the surface lives.
pub(in crate::surface) struct Frame {
    frame: VideoFrame<Readable>,
    /// Whether the memory is GStreamer's ordinary one, where a reference frame of a decoder shows in the count of
    /// references. Memory of drivers may be one without any.
    plain: bool,
    /// Whether the planes lie in separate memories.
    pub split: bool,
}

impl Frame {
    /// Whether nobody else holds the frame or its memory.
    pub fn is_exclusive(&self) -> bool {
        let free = |memory: &gst::MemoryRef| {
            // The buffer holds one reference, each map one.
            let maps = maps(&self.frame).iter().filter(|map| map.memory.cast_const() == memory.as_ptr()).count();
            let alone = has_references(memory.as_ptr().cast(), 1 + maps as i32);
            alone && !memory.flags().contains(gst::MemoryFlags::READONLY)
        };
        let buffer = self.frame.buffer();
        self.plain && has_references(buffer.as_ptr().cast(), 1) && buffer.iter_memories().all(free)
    }
}

/// A surface over the pixels of `frame`, which is kept alive and mapped. Strides and offsets are those of its
/// `GstVideoMeta`. Only a frame whose planes an `NvBufSurface` cannot describe (rows upside down, planes before the
/// first one or more than 4 GiB away) is copied.
///
/// The surface is writable only when the frame is ordinary memory that nobody else refers to: a decoder may still need
/// the picture as a reference. [`PoolCache::make_writable`](crate::surface::PoolCache) copies it then.
pub fn wrap(frame: gst::Buffer, info: &VideoInfo) -> Result<gst::Memory, SurfaceError> {
    let format = caps::format(info)?;
    let size = caps::size(info);
    let plain = frame.iter_memories().all(|memory| memory.is_type("SystemMemory"));
    let split = frame.n_memory() > 1;
    let frame = VideoFrame::from_buffer_readable(frame, info).map_err(|_| too_small(info))?;
    match describe(&frame, format)? {
        Some((plan, base)) => {
            let params = vec![plan.params(base)];
            Ok(new_memory(params, Owner::Frame(Frame { frame, plain, split }), 1, false))
        }
        None => {
            let plan = Plan::new(format, size).ok_or(SurfaceError::Allocate { size, count: 1 })?;
            let mut memory = host_memory(Block::new(&Place::Host, plan, 1)?, None);
            copy_rows(&frame, &mut fresh_view(&mut memory)?)?;
            Ok(memory)
        }
    }
}

/// How the frame's planes lie, relative to the first; `None` when an `NvBufSurface` cannot say it.
fn describe(frame: &VideoFrame<Readable>, format: Format) -> Result<Option<(Plan, *mut u8)>, SurfaceError> {
    let size = caps::size(frame.info());
    let raw = raw(frame);
    let base = raw.data[0].cast::<u8>();
    let (mut pitches, mut offsets, mut end) = ([0u32; 3], [0u32; 3], 0u64);
    for plane in 0..format.layout.planes() {
        let samples = format.layout.plane_size(plane, size);
        let row = u64::from(samples.width) * format.layout.bytes_per_pixel(plane) as u64;
        let start = raw.data[plane] as u64;
        let Ok(pitch) = u32::try_from(frame.plane_stride()[plane]) else { return Ok(None) };
        let Some(offset) = start.checked_sub(base as u64).and_then(|o| u32::try_from(o).ok()) else { return Ok(None) };
        let needed = u64::from(pitch) * u64::from(samples.height.saturating_sub(1)) + row;
        let map = maps(frame).get(plane).unwrap_or(&raw.map[0]);
        let inside = start.checked_sub(map.data as u64).filter(|at| *at < map.size as u64);
        if u64::from(pitch) < row || inside.is_some_and(|at| at + needed > map.size as u64) {
            return Err(too_small(frame.info()));
        }
        (pitches[plane], offsets[plane]) = (pitch, offset);
        end = end.max(u64::from(offset) + needed);
    }
    let Ok(bytes) = u32::try_from(end) else { return Ok(None) };
    Ok(Some((Plan { format, size, pitches, offsets, bytes }, base)))
}

/// Copies the rows of a frame whose layout a surface cannot have. `to` has its format and size.
fn copy_rows(frame: &VideoFrame<Readable>, to: &mut ViewMut<'_>) -> Result<(), SurfaceError> {
    let raw = raw(frame);
    for plane in 0..to.format.layout.planes() {
        let (rows, stride) = (to.format.layout.plane_size(plane, to.size).height, frame.plane_stride()[plane]);
        for y in 0..rows as usize {
            let row = to.row_mut(plane, y);
            let from = raw.data[plane].cast::<u8>().wrapping_offset(y as isize * stride as isize);
            // SAFETY: GStreamer mapped the frame, whose stride (it may be negative) leads from row to row; the target
            // is memory of our own.
            unsafe { std::ptr::copy_nonoverlapping(from, row.as_mut_ptr(), row.len()) };
        }
    }
    Ok(())
}

/// The frame's addresses, which the safe interface does not give.
fn raw(frame: &VideoFrame<Readable>) -> &gst_video::ffi::GstVideoFrame {
    // SAFETY: points into `frame`, borrowed for as long as the result.
    unsafe { &*frame.as_ptr() }
}

/// The maps in use: one of the whole buffer, or one per plane where a `GstVideoMeta` says how they lie.
fn maps(frame: &VideoFrame<Readable>) -> &[gst::ffi::GstMapInfo] {
    let raw = raw(frame);
    if raw.meta.is_null() { &raw.map[..1] } else { &raw.map[..frame.n_planes() as usize] }
}

fn too_small(info: &VideoInfo) -> SurfaceError {
    SurfaceError::Map(format!("{} {}x{}", info.name(), info.width(), info.height()))
}
