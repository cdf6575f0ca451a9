//! Rewrites caps and the frames' `GstVideoMeta`.

use std::sync::{LazyLock, Mutex, PoisonError};

use gst::{glib, prelude::*, subclass::prelude::*};
use gst_video::{VideoFrameFlags, VideoInfo, VideoMeta};

use crate::elements::codec::pads;

/// The element.
pub struct EvenSize {
    sink: gst::Pad,
    src: gst::Pad,
    /// What comes in, where it is odd.
    odd: Mutex<Option<VideoInfo>>,
}

impl EvenSize {
    fn chain(&self, frame: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        let odd = self.odd.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let frame = match odd {
            None => frame,
            Some(info) => described(&frame, &info).map_err(|error| {
                gst::element_imp_error!(self, gst::StreamError::Format, ("a frame of odd size cannot be cut: {error}"));
                gst::FlowError::Error
            })?,
        };
        self.src.push(frame)
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        let gst::EventView::Caps(sent) = event.view() else {
            return gst::Pad::event_default(&self.sink, Some(&*self.obj()), event);
        };
        let info = VideoInfo::from_caps(sent.caps()).ok().filter(|info| (info.width() | info.height()) & 1 == 1);
        *self.odd.lock().unwrap_or_else(PoisonError::into_inner) = info.clone();
        let Some(info) = info else {
            return gst::Pad::event_default(&self.sink, Some(&*self.obj()), event);
        };
        if info.width() < 2 || info.height() < 2 {
            let size = format!("{}x{}", info.width(), info.height());
            gst::element_imp_error!(self, gst::StreamError::Format, ("{size} pixels are too few: 2x2 are the least"));
            return false;
        }
        let mut caps = sent.caps_owned();
        let even = |side: u32| (side & !1) as i32;
        caps.make_mut().set("width", even(info.width()));
        caps.make_mut().set("height", even(info.height()));
        self.src.push_event(gst::event::Caps::builder(&caps).seqnum(event.seqnum()).build())
    }
}

/// The even part of `frame`, a picture as `info` describes it: another buffer over the same memory, which keeps `frame`
/// out of its pool meanwhile.
fn described(frame: &gst::Buffer, info: &VideoInfo) -> Result<gst::Buffer, glib::BoolError> {
    let planes = info.n_planes() as usize;
    let (offsets, strides) = match frame.meta::<VideoMeta>() {
        Some(meta) => (meta.offset().to_vec(), meta.stride().to_vec()),
        None => (info.offset()[..planes].to_vec(), info.stride()[..planes].to_vec()),
    };
    let mut even = gst::Buffer::new();
    let same = gst::BufferCopyFlags::FLAGS | gst::BufferCopyFlags::TIMESTAMPS | gst::BufferCopyFlags::MEMORY;
    frame.copy_into(even.make_mut(), same, ..)?;
    gst::ParentBufferMeta::add(even.make_mut(), frame);
    let (width, height) = (info.width() & !1, info.height() & !1);
    VideoMeta::add_full(even.make_mut(), VideoFrameFlags::empty(), info.format(), width, height, &offsets, &strides)?;
    Ok(even)
}

#[glib::object_subclass]
impl ObjectSubclass for EvenSize {
    const NAME: &'static str = "DsAppsEvenSize";
    type Type = super::EvenSize;
    type ParentType = gst::Element;

    fn with_class(class: &Self::Class) -> Self {
        let sink = pads::builder::<gst::Pad>(class.pad_template("sink"), gst::PadDirection::Sink)
            .chain_function(|_, parent, frame| {
                Self::catch_panic_pad_function(parent, || Err(gst::FlowError::Error), |even| even.chain(frame))
            })
            .event_function(|_, parent, event| {
                Self::catch_panic_pad_function(parent, || false, |even| even.sink_event(event))
            })
            .query_function(|pad, parent, query| match query.view_mut() {
                // Frames are described anew, and a pool of the encoder's would be too small.
                gst::QueryViewMut::Allocation(query) => {
                    query.add_allocation_meta::<VideoMeta>(None);
                    true
                }
                _ => gst::Pad::query_default(pad, parent, query),
            })
            .flags(gst::PadFlags::PROXY_CAPS)
            .build();
        let src = pads::builder::<gst::Pad>(class.pad_template("src"), gst::PadDirection::Src)
            .flags(gst::PadFlags::PROXY_CAPS)
            .build();
        Self { sink, src, odd: Mutex::default() }
    }
}

impl ObjectImpl for EvenSize {
    fn constructed(&self) {
        self.parent_constructed();
        // Fails for a name that is taken only.
        let _ = self.obj().add_pad(&self.sink);
        let _ = self.obj().add_pad(&self.src);
    }
}

impl GstObjectImpl for EvenSize {}

impl ElementImpl for EvenSize {
    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(pads::anything);
        TEMPLATES.as_ref()
    }
}
