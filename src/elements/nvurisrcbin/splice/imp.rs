//! Swallows what separates two passes (end, flushes, segments) and shifts the times of frames.

use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use gst::{glib, prelude::*, subclass::prelude::*};

use super::{AtEnd, Owner, timeline::Timeline};
use crate::elements::codec::pads;
use crate::elements::nvurisrcbin::link::Reporter;

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new("dssplice", gst::DebugColorFlags::empty(), Some("Joins passes of a loop"))
});

#[derive(Default)]
struct State {
    timeline: Timeline,
    /// Passes that have ended.
    passes: u64,
    /// Between the end of a pass and the first frame of the next: flushes belong to the rewind.
    rewinding: bool,
    /// Whether downstream wants no more.
    full: bool,
    /// The segment that downstream knows, and the one that frames come in.
    segments: [Option<gst::FormattedSegment<gst::ClockTime>>; 2],
}

impl State {
    /// The time of a frame in the segment that downstream knows.
    fn in_first_segment(&self, time: gst::ClockTime) -> gst::ClockTime {
        let [Some(first), Some(own)] = &self.segments else { return time };
        let running = own.to_running_time(time);
        running.and_then(|running| first.position_from_running_time(running)).unwrap_or(time)
    }
}

/// The element.
pub struct Splice {
    sink: gst::Pad,
    src: gst::Pad,
    owner: OnceLock<Owner>,
    state: Mutex<State>,
}

impl Splice {
    pub(super) fn own(&self, owner: Owner) {
        // Called once, right after the object is made.
        let _ = self.owner.set(owner);
    }

    pub(super) fn sink(&self) -> &gst::Pad {
        &self.sink
    }

    pub(super) fn src(&self) -> &gst::Pad {
        &self.src
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn chain(&self, mut frame: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        {
            let mut state = self.state();
            state.rewinding = false;
            let sparse = self.owner.get().is_some_and(|owner| (owner.sparse)());
            let duration = frame.duration().filter(|_| !sparse).map(gst::ClockTime::nseconds);
            let Some(time) = frame.pts() else {
                gst::trace!(CAT, imp = self, "a frame without a time passes as it is");
                drop(state);
                return self.push(frame);
            };
            let live = self.reporter().is_some() && state.passes > 0;
            let moved = if live { state.in_first_segment(time) } else { time };
            let placed = state.timeline.place(moved.nseconds(), duration);
            if state.passes > 0 {
                let timeline = &state.timeline;
                let decoded = frame.dts().filter(|_| !live);
                let decoded = decoded.map(|time| gst::ClockTime::from_nseconds(timeline.shifted(time.nseconds())));
                let frame = frame.make_mut();
                frame.set_pts(gst::ClockTime::from_nseconds(placed));
                frame.set_dts(decoded);
            }
        }
        self.push(frame)
    }

    fn push(&self, frame: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        let reporter = self.reporter();
        reporter.into_iter().for_each(Reporter::takes_frame);
        let flow = self.src.push(frame);
        reporter.into_iter().for_each(|reporter| reporter.took_frame(flow.is_ok()));
        if flow.is_err() {
            self.state().full = true;
        }
        flow
    }

    fn reporter(&self) -> Option<&Reporter> {
        self.owner.get()?.reporter.as_ref()
    }

    pub(super) fn lost(&self) {
        let end = {
            let mut state = self.state();
            state.passes += 1;
            state.timeline.interrupt()
        };
        if let Some(end) = end {
            self.src.push_event(gst::event::Gap::builder(gst::ClockTime::from_nseconds(end)).build());
        }
    }

    fn sink_event(&self, event: gst::Event) -> bool {
        match event.view() {
            gst::EventView::Eos(_) if self.turn() => return true,
            gst::EventView::FlushStart(_) | gst::EventView::FlushStop(_) => {
                let mut state = self.state();
                if state.rewinding {
                    return true;
                }
                // A seek of the application: a new beginning.
                *state = State::default();
            }
            gst::EventView::StreamStart(_) | gst::EventView::Gap(_) if self.state().passes > 0 => return true,
            gst::EventView::Segment(sent) => {
                let own = sent.segment().downcast_ref::<gst::ClockTime>().cloned();
                {
                    let mut state = self.state();
                    if state.passes > 0 {
                        state.segments[1] = own;
                        return true;
                    }
                    state.segments = [own.clone(), own];
                }
                if let Some(open) = self.opened(sent.segment()) {
                    return self.src.push_event(gst::event::Segment::builder(&open).seqnum(event.seqnum()).build());
                }
            }
            _ => {}
        }
        gst::Pad::event_default(&self.sink, Some(&*self.obj()), event)
    }

    /// Ends a pass; true when another follows.
    fn turn(&self) -> bool {
        let (frames, full) = {
            let mut state = self.state();
            state.passes += 1;
            (state.timeline.turn(), state.full)
        };
        self.state().rewinding = !full;
        let again = !full && self.owner.get().is_some_and(|owner| (owner.ended)(frames) == AtEnd::Again);
        if !again {
            self.state().rewinding = false;
        }
        gst::debug!(CAT, imp = self, "a pass of {frames} frames has ended, another follows: {again}");
        again
    }

    /// The segment of the first pass without its end, behind which the next passes lie; `None` when there is one pass.
    fn opened(&self, segment: &gst::Segment) -> Option<gst::Segment> {
        let loops = self.owner.get().is_some_and(|owner| (owner.loops)());
        let mut open = segment.downcast_ref::<gst::ClockTime>().filter(|_| loops)?.clone();
        open.set_stop(gst::ClockTime::NONE);
        open.set_duration(gst::ClockTime::NONE);
        Some(open.upcast())
    }
}

#[glib::object_subclass]
impl ObjectSubclass for Splice {
    const NAME: &'static str = "DsAppsSplice";
    type Type = super::Splice;
    type ParentType = gst::Element;

    fn with_class(class: &Self::Class) -> Self {
        let sink = pads::builder::<gst::Pad>(class.pad_template("sink"), gst::PadDirection::Sink)
            .chain_function(|_, parent, frame| {
                Self::catch_panic_pad_function(parent, || Err(gst::FlowError::Error), |splice| splice.chain(frame))
            })
            .event_function(|_, parent, event| {
                Self::catch_panic_pad_function(parent, || false, |splice| splice.sink_event(event))
            })
            .flags(gst::PadFlags::PROXY_CAPS | gst::PadFlags::PROXY_ALLOCATION)
            .build();
        let src = pads::builder::<gst::Pad>(class.pad_template("src"), gst::PadDirection::Src)
            .flags(gst::PadFlags::PROXY_CAPS)
            .build();
        Self { sink, src, owner: OnceLock::new(), state: Mutex::default() }
    }
}

impl ObjectImpl for Splice {
    fn constructed(&self) {
        self.parent_constructed();
        // Fails for a name that is taken only.
        let _ = self.obj().add_pad(&self.sink);
        let _ = self.obj().add_pad(&self.src);
    }
}

impl GstObjectImpl for Splice {}

impl ElementImpl for Splice {
    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(pads::anything);
        TEMPLATES.as_ref()
    }
}
