//! One source on its way out: its events, and a frame of a batch as a buffer of its own.

use crate::base::geometry::Size;
use crate::meta::latency::is_record_of;
use crate::meta::{self, Batch, BatchPool, Frame, UserMeta};
use crate::surface::format::Format;
use crate::surface::{SurfaceError, Surfaces, caps, memory};
use gst::prelude::*;

/// What is known of a source, whether or not anybody asked for its pad yet.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Its stream id.
    pub stream_id: Option<String>,
    /// Its segment.
    pub segment: Option<gst::Segment>,
    /// Frame rate of its caps.
    pub rate: Option<gst::Fraction>,
}

/// A pad and what has gone out through it.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The pad.
    pub pad: gst::Pad,
    started: bool,
    shape: Option<(Format, Size, gst::Fraction)>,
    segment: Option<gst::Segment>,
    /// Its end has gone out.
    pub ended: bool,
}

/// A frame ready to go out.
pub struct Single {
    /// The frame.
    pub buffer: gst::Buffer,
    format: Format,
    size: Size,
}

impl Branch {
    /// A pad nothing has gone out through.
    pub fn new(pad: gst::Pad) -> Self {
        Self { pad, started: false, shape: None, segment: None, ended: false }
    }

    /// The stream begins anew: everything that stands before the first frame is sent again.
    pub fn restart(&mut self) {
        *self = Self::new(self.pad.clone());
    }

    /// The events that have to go out before a frame; afterwards they count as sent.
    pub fn events_before(&mut self, single: &Single, source: &Source, rate: gst::Fraction) -> Vec<gst::Event> {
        let mut events = self.start(source).into_iter().collect::<Vec<_>>();
        let shape = (single.format, single.size, source.rate.filter(|rate| rate.numer() > 0).unwrap_or(rate));
        if self.shape != Some(shape)
            && let Ok(caps) = caps_of(shape)
        {
            self.shape = Some(shape);
            events.push(gst::event::Caps::new(&caps));
        }
        let segment = source.segment.clone();
        let segment = segment.unwrap_or_else(|| gst::FormattedSegment::<gst::ClockTime>::new().upcast());
        if self.segment.as_ref() != Some(&segment) {
            events.push(gst::event::Segment::new(&segment));
            self.segment = Some(segment);
        }
        events
    }

    /// The event a stream begins with, if it has not gone out.
    pub fn start(&mut self, source: &Source) -> Option<gst::Event> {
        if std::mem::replace(&mut self.started, true) {
            return None;
        }
        let id = match &source.stream_id {
            Some(id) => id.clone(),
            None => format!("nvstreamdemux/{}/{}", gst::glib::uuid_string_random(), self.pad.name()),
        };
        Some(gst::event::StreamStart::builder(&id).group_id(gst::GroupId::next()).build())
    }
}

impl Single {
    /// A frame of `batch`, which lies in `buffer`, by itself.
    ///
    /// # Errors
    /// When the frame's surface is not there.
    pub fn of(buffer: &gst::BufferRef, batch: &Batch, frame: &Frame, metas: &BatchPool) -> Result<Self, SurfaceError> {
        let index = frame.batch_id() as usize;
        let (format, size) = Surfaces::map(buffer)?.shape(index)?;
        let mut single = gst::Buffer::new();
        let inner = single.make_mut();
        inner.append_memory(memory::single(buffer.peek_memory(0), index)?);
        inner.set_pts((frame.buf_pts() != u64::MAX).then(|| gst::ClockTime::from_nseconds(frame.buf_pts())));
        inner.set_duration(buffer.duration());
        for carried in frame.user_metas().filter_map(UserMeta::carried) {
            // Metas that cannot be copied stay behind, as when any buffer is copied.
            let _ = carried.copy_into(inner, gst::BufferCopyFlags::META, ..);
        }
        let mut own = metas.acquire();
        let copy = own.copy_frame(frame);
        copy.retain_users(|meta| meta.carried().is_none());
        let pad = frame.pad_index();
        own.copy_users(batch, |meta| is_record_of(meta, pad));
        meta::attach(inner, own);
        Ok(Self { buffer: single, format, size })
    }
}

fn caps_of((format, size, rate): (Format, Size, gst::Fraction)) -> Result<gst::Caps, SurfaceError> {
    let plain = caps::video_info(format, size)?.to_caps().map_err(|_| SurfaceError::Empty)?;
    let mut caps = caps::to_nvmm(plain);
    let structure = caps.make_mut();
    structure.set("framerate", rate);
    structure.set("batch-size", 1);
    structure.set("num-surfaces-per-frame", 1);
    Ok(caps)
}
