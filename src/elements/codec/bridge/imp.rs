//! Hands frames on as they are and rewrites caps and queries on the way.

use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use gst::{glib, prelude::*, subclass::prelude::*};
use gst_video::{VideoFormat, VideoInfo, VideoMeta};

use super::Direction;
use crate::elements::codec::pads;
use crate::surface::{caps, error::SurfaceError, memory};

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new("dsbridge", gst::DebugColorFlags::empty(), Some("Bridge between system memory and NVMM"))
});

/// The element's state: set once after creation, except for the description of the frames.
pub struct Bridge {
    sink: gst::Pad,
    src: gst::Pad,
    way: OnceLock<(Direction, &'static [VideoFormat])>,
    info: Mutex<Option<VideoInfo>>,
}

impl Bridge {
    pub(super) fn configure(&self, direction: Direction, formats: &'static [VideoFormat]) {
        // Called once, right after the object is made.
        let _ = self.way.set((direction, formats));
    }

    pub(super) fn sink(&self) -> &gst::Pad {
        &self.sink
    }

    pub(super) fn src(&self) -> &gst::Pad {
        &self.src
    }

    fn way(&self) -> (Direction, &'static [VideoFormat]) {
        self.way.get().copied().unwrap_or((Direction::ToNvmm, &caps::FORMATS))
    }

    /// Whether `pad` is the one with surfaces.
    fn is_nvmm(&self, pad: &gst::Pad) -> bool {
        (self.way().0 == Direction::ToNvmm) == (pad.direction() == gst::PadDirection::Src)
    }

    fn chain(&self, frame: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        let Some(info) = self.info.lock().unwrap_or_else(PoisonError::into_inner).clone() else {
            gst::element_imp_error!(self, gst::CoreError::Negotiation, ("frames came before their caps"));
            return Err(gst::FlowError::NotNegotiated);
        };
        let handed = match self.way().0 {
            Direction::ToNvmm => to_nvmm(frame, &info),
            // Metadata of the batch stays behind: what follows is an encoder or a window, and copying it costs more
            // than the frame.
            Direction::ToSystem => memory::unwrap(&frame, 0).map(|(frame, _)| frame),
        };
        let handed = handed.map_err(|error| {
            gst::element_imp_error!(self, gst::StreamError::Format, ("{error}"), ["frames of {info:?}"]);
            gst::FlowError::Error
        })?;
        self.src.push(handed)
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        let gst::EventView::Caps(sent) = event.view() else {
            return gst::Pad::event_default(&self.sink, Some(&*self.obj()), event);
        };
        let Ok(info) = VideoInfo::from_caps(sent.caps()) else {
            gst::element_imp_error!(self, gst::CoreError::Negotiation, ("{} are no video", sent.caps()));
            return false;
        };
        let moved = move_caps(sent.caps_owned(), self.is_nvmm(&self.src));
        gst::debug!(CAT, imp = self, "{} becomes {moved}", sent.caps());
        *self.info.lock().unwrap_or_else(PoisonError::into_inner) = Some(info);
        self.src.push_event(gst::event::Caps::builder(&moved).seqnum(event.seqnum()).build())
    }

    fn query(&self, pad: &gst::Pad, query: &mut gst::QueryRef) -> bool {
        match query.view_mut() {
            gst::QueryViewMut::Caps(query) => {
                let filter = query.filter_owned();
                query.set_result(&self.caps_of(pad, filter.as_ref()));
                true
            }
            // Decoders may lay frames out as they like, the surface says how; nobody's pool fits across the bridge.
            gst::QueryViewMut::Allocation(query) if !self.is_nvmm(&self.sink) => {
                query.add_allocation_meta::<VideoMeta>(None);
                true
            }
            gst::QueryViewMut::Allocation(_) => false,
            _ => gst::Pad::query_default(pad, Some(&*self.obj()), query),
        }
    }

    /// What `pad` can take: the pictures the other side's peer takes, in this side's memory.
    fn caps_of(&self, pad: &gst::Pad, filter: Option<&gst::Caps>) -> gst::Caps {
        let formats = self.way().1;
        let here = if self.is_nvmm(pad) { caps::nvmm(formats) } else { caps::system(formats) };
        let other = if pad == &self.sink { &self.src } else { &self.sink };
        let there = move_caps(here.clone(), self.is_nvmm(other));
        let there = match filter {
            Some(filter) => move_caps(filter.clone(), self.is_nvmm(other))
                .intersect_with_mode(&there, gst::CapsIntersectMode::First),
            None => there,
        };
        let taken = move_caps(other.peer_query_caps(Some(&there)), self.is_nvmm(pad));
        let taken = taken.intersect_with_mode(&here, gst::CapsIntersectMode::First);
        match filter {
            Some(filter) => filter.intersect_with_mode(&taken, gst::CapsIntersectMode::First),
            None => taken,
        }
    }
}

fn move_caps(caps: gst::Caps, to_nvmm: bool) -> gst::Caps {
    if caps.is_any() {
        caps
    } else if to_nvmm {
        caps::to_nvmm(caps)
    } else {
        caps::to_system(caps)
    }
}

/// A buffer with one surface over the pixels of `frame`, and the times, flags and metas `frame` carried.
fn to_nvmm(frame: gst::Buffer, info: &VideoInfo) -> Result<gst::Buffer, SurfaceError> {
    let mut out = gst::Buffer::new();
    let about = gst::BufferCopyFlags::FLAGS | gst::BufferCopyFlags::TIMESTAMPS | gst::BufferCopyFlags::META;
    let to = out.make_mut();
    // Fails for ranges outside the buffer only.
    let _ = frame.copy_into(to, about, ..);
    // Says where the pixels of `frame` lie; the surface says it for its own.
    while let Some(meta) = to.meta_mut::<VideoMeta>() {
        let _ = meta.remove();
    }
    to.append_memory(memory::wrap(frame, info)?);
    Ok(out)
}

#[glib::object_subclass]
impl ObjectSubclass for Bridge {
    const NAME: &'static str = "DsAppsBridge";
    type Type = super::Bridge;
    type ParentType = gst::Element;

    fn with_class(class: &Self::Class) -> Self {
        let sink = pads::builder::<gst::Pad>(class.pad_template("sink"), gst::PadDirection::Sink)
            .chain_function(|_, parent, frame| {
                Self::catch_panic_pad_function(parent, || Err(gst::FlowError::Error), |bridge| bridge.chain(frame))
            })
            .event_function(|_, parent, event| {
                Self::catch_panic_pad_function(parent, || false, |bridge| bridge.sink_event(event))
            })
            .query_function(|pad, parent, query| {
                Self::catch_panic_pad_function(parent, || false, |bridge| bridge.query(pad, query))
            })
            .build();
        let src = pads::builder::<gst::Pad>(class.pad_template("src"), gst::PadDirection::Src)
            .query_function(|pad, parent, query| {
                Self::catch_panic_pad_function(parent, || false, |bridge| bridge.query(pad, query))
            })
            .build();
        Self { sink, src, way: OnceLock::new(), info: Mutex::new(None) }
    }
}

impl ObjectImpl for Bridge {
    fn constructed(&self) {
        self.parent_constructed();
        let _ = self.obj().add_pad(&self.sink);
        let _ = self.obj().add_pad(&self.src);
    }
}

impl GstObjectImpl for Bridge {}

impl ElementImpl for Bridge {
    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(pads::anything);
        TEMPLATES.as_ref()
    }
}
