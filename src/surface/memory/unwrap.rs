//! One surface as an ordinary video buffer, without a copy: for encoders, sinks and elements that know no NVMM.

use super::{Owner, Shared, SurfaceMemory};
use crate::base::geometry::Size;
use crate::surface::caps;
use crate::surface::error::SurfaceError;
use crate::surface::view::View;
use gst_video::{VideoFrameFlags, VideoInfo, VideoMeta};
use std::sync::Arc;

/// Bytes of a surface that stay alive with it.
struct Bytes {
    _surface: Arc<Shared>,
    bytes: &'static [u8],
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self.bytes
    }
}

/// Surface `index` of `buffer` as a system-memory buffer with a `GstVideoMeta`, and what its pixels are. The surface is
/// shared meanwhile: writers on either side get a copy. Time stamps and flags are those of `buffer`.
pub fn unwrap(buffer: &gst::BufferRef, index: usize) -> Result<(gst::Buffer, VideoInfo), SurfaceError> {
    let memory = SurfaceMemory::in_buffer(buffer)?;
    let view = memory.view(index)?;
    let info = caps::video_info(view.format, view.size)?;
    let kept = Arc::new(memory.share()?);
    let (pieces, offsets) = pieces(&view, is_split(&memory, index));
    let mut plain = gst::Buffer::new();
    let target = plain.make_mut();
    buffer
        .copy_into(target, gst::BufferCopyFlags::FLAGS | gst::BufferCopyFlags::TIMESTAMPS, ..)
        .map_err(|_| SurfaceError::Busy)?;
    for piece in pieces {
        // SAFETY: `Bytes` holds the memory whose pixels these are; it keeps them alive and, being shared, unwritten.
        let bytes = unsafe { std::slice::from_raw_parts(piece.as_ptr(), piece.len()) };
        target.append_memory(gst::Memory::from_slice(Bytes { _surface: kept.clone(), bytes }));
    }
    let strides: Vec<i32> = (0..view.format.layout.planes()).map(|plane| view.pitch(plane) as i32).collect();
    let Size { width, height } = view.size;
    let format = caps::video_format(view.format.layout);
    VideoMeta::add_full(target, VideoFrameFlags::empty(), format, width, height, &offsets, &strides)
        .map_err(|_| SurfaceError::Map(info.name().to_owned()))?;
    Ok((plain, info))
}

/// The bytes of a picture as one piece, or as one per plane where these lie in separate memories; and where each plane
/// starts in the pieces put together.
fn pieces<'a>(view: &View<'a>, split: bool) -> (Vec<&'a [u8]>, Vec<usize>) {
    let planes: Vec<&[u8]> = (0..view.format.layout.planes()).map(|plane| view.plane(plane)).collect();
    if split {
        let starts = planes.iter().scan(0, |end, plane| {
            *end += plane.len();
            Some(*end - plane.len())
        });
        let starts = starts.collect();
        return (planes, starts);
    }
    let base = planes[0].as_ptr();
    let starts: Vec<usize> = planes.iter().map(|plane| plane.as_ptr() as usize - base as usize).collect();
    let length = planes.iter().zip(&starts).map(|(plane, start)| start + plane.len()).max().unwrap_or(0);
    // SAFETY: the planes lie in one memory from the first plane on, so everything up to the last one's end does.
    let whole = unsafe { std::slice::from_raw_parts(base, length) };
    (vec![whole], starts)
}

/// Whether the planes of surface `index` lie in separate memories.
fn is_split(memory: &SurfaceMemory<'_>, index: usize) -> bool {
    match memory.owner() {
        Owner::Host { .. } => false,
        Owner::Frame(frame) => frame.split,
        Owner::Batch(parts) => {
            let (input, surface) = parts.origin(index);
            SurfaceMemory::of(input).is_ok_and(|memory| is_split(&memory, surface))
        }
    }
}
