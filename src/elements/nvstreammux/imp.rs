//! The element: pads, events and queries. The task that sends batches is in `task.rs`.

use super::assemble::{Arrived, Assembler, Shape};
use super::inputs::{Entry, Inputs};
use super::settings::Settings;
use crate::base::geometry::Size;
use crate::elements::codec::kept::Kept;
use crate::elements::plumbing::{introduction, settings_specs};
use crate::meta::event::SourceEvent;
use crate::surface::caps;
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_video::VideoFormat;
use std::collections::BTreeMap;
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

pub(super) static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvstreammux", gst::DebugColorFlags::empty(), Some("Stream muxer")));

const FORMATS: [VideoFormat; 6] =
    [VideoFormat::Nv12, VideoFormat::I420, VideoFormat::Rgba, VideoFormat::Rgb, VideoFormat::Bgrx, VideoFormat::Gray8];

/// Frames that wait in a source's queue before the source is held back.
const QUEUED: usize = 2;

/// What a source's caps and segment say.
#[derive(Default, Clone)]
pub(super) struct Stream {
    rate: Option<gst::Fraction>,
    segment: gst::FormattedSegment<gst::ClockTime>,
    flushing: bool,
    /// Which of all pads there ever were: a number is given again, this is not.
    serial: u64,
}

pub(super) struct State {
    pub(super) inputs: Inputs<Arrived, gst::Event>,
    pub(super) streams: BTreeMap<u32, Stream>,
    /// Events about sources that have gone.
    pub(super) news: Vec<gst::Event>,
    /// Sources the assembler is to forget.
    pub(super) gone: Vec<u32>,
    /// Pads there ever were.
    pads: u64,
    /// When the first frame of the batch to come was there.
    pub(super) since: Option<Instant>,
    /// What pushing the last batch gave; sources hear of it.
    pub(super) flow: Result<gst::FlowSuccess, gst::FlowError>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            inputs: Inputs::default(),
            streams: BTreeMap::new(),
            news: Vec::new(),
            gone: Vec::new(),
            pads: 0,
            since: None,
            flow: Err(gst::FlowError::Flushing),
        }
    }
}

/// What the sending task keeps.
#[derive(Default)]
pub(super) struct Sender {
    pub(super) assembler: Assembler,
    pub(super) shape: Option<Shape>,
    pub(super) opened: bool,
}

pub struct NvStreamMux {
    settings: Mutex<Settings>,
    /// Properties that have no effect.
    kept: Kept,
    state: Mutex<State>,
    pub(super) changed: Condvar,
    sender: Mutex<Sender>,
    pub(super) src: gst::Pad,
}

#[glib::object_subclass]
impl ObjectSubclass for NvStreamMux {
    const NAME: &'static str = "GstNvStreamMux";
    type Type = super::NvStreamMux;
    type ParentType = gst::Element;

    fn with_class(class: &Self::Class) -> Self {
        let builder = match class.pad_template("src") {
            Some(template) => gst::Pad::builder_from_template(&template),
            None => gst::Pad::builder(gst::PadDirection::Src).name("src"),
        };
        let src = builder
            .activatemode_function(|pad, parent, mode, active| {
                let error = || Err(gst::loggable_error!(CAT, "panicked while activating"));
                Self::catch_panic_pad_function(parent, error, |mux| mux.activate(pad, mode, active))
            })
            .event_function(|pad, parent, event| {
                Self::catch_panic_pad_function(parent, || false, |mux| mux.src_event(pad, event))
            })
            .query_function(|pad, parent, query| {
                Self::catch_panic_pad_function(parent, || false, |mux| mux.src_query(pad, query))
            })
            .build();
        Self {
            settings: Mutex::default(),
            kept: Kept::default(),
            state: Mutex::default(),
            changed: Condvar::new(),
            sender: Mutex::default(),
            src,
        }
    }
}

impl ObjectImpl for NvStreamMux {
    settings_specs!();

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        if Settings::ignores(spec.name()) {
            gst::warning!(
                CAT,
                imp = self,
                "{}: the new nvstreammux (USE_NEW_NVSTREAMMUX) has no such property",
                spec.name()
            );
            return;
        }
        let taken = self.settings().set(spec.name(), value);
        match taken {
            Ok(true) => {}
            Ok(false) => self.kept.set(spec, value),
            Err(error) => gst::warning!(CAT, imp = self, "{}: {error}", spec.name()),
        }
        self.changed.notify_all();
    }

    fn property(&self, _id: usize, spec: &glib::ParamSpec) -> glib::Value {
        let value = self.settings().get(spec.name());
        value.unwrap_or_else(|| self.kept.get(spec))
    }

    fn constructed(&self) {
        self.parent_constructed();
        if let Err(error) = self.obj().add_pad(&self.src) {
            gst::error!(CAT, imp = self, "{error}");
        }
    }
}

impl GstObjectImpl for NvStreamMux {}

impl ElementImpl for NvStreamMux {
    introduction!("Stream multiplexer", "Generic", "Batches the frames of several sources into one buffer");

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let caps = caps::nvmm(&FORMATS);
            let make = |name, direction, presence| gst::PadTemplate::new(name, direction, presence, &caps);
            let all = [
                make("sink_%u", gst::PadDirection::Sink, gst::PadPresence::Request),
                make("src", gst::PadDirection::Src, gst::PadPresence::Always),
            ];
            all.into_iter().filter_map(Result::ok).collect()
        });
        &TEMPLATES
    }

    fn change_state(&self, transition: gst::StateChange) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        let success = self.parent_change_state(transition)?;
        if transition == gst::StateChange::PausedToReady {
            let mut state = self.state();
            state.inputs.reset();
            state
                .streams
                .values_mut()
                .for_each(|stream| *stream = Stream { serial: stream.serial, ..Stream::default() });
            state.news.clear();
            state.gone.clear();
            drop(state);
            *self.sender() = Sender::default();
        }
        Ok(success)
    }

    fn request_new_pad(
        &self,
        template: &gst::PadTemplate,
        name: Option<&str>,
        _caps: Option<&gst::Caps>,
    ) -> Option<gst::Pad> {
        let asked = name.and_then(|name| name.strip_prefix("sink_")).and_then(|id| id.parse::<u32>().ok());
        let id = {
            let mut state = self.state();
            let id = asked.unwrap_or_else(|| state.inputs.free_id());
            if !state.inputs.add(id) {
                gst::warning!(CAT, imp = self, "there is a pad sink_{id} already");
                return None;
            }
            state.pads += 1;
            let serial = state.pads;
            state.streams.insert(id, Stream { serial, ..Stream::default() });
            state.news.push(SourceEvent::PadAdded.event(id));
            id
        };
        let weak = self.obj().downgrade();
        let pad = gst::Pad::builder_from_template(template)
            .name(format!("sink_{id}"))
            .chain_function(move |_, parent, buffer| {
                Self::catch_panic_pad_function(parent, || Err(gst::FlowError::Error), |mux| mux.chain(id, buffer))
            })
            .event_function(move |pad, parent, event| {
                Self::catch_panic_pad_function(parent, || false, |mux| mux.sink_event(id, pad, event))
            })
            .query_function(move |pad, parent, query| {
                Self::catch_panic_pad_function(parent, || false, |mux| mux.sink_query(pad, query))
            })
            .activatemode_function(move |_, _, _, active| {
                // A pad that was taken out has no parent any more.
                if let Some(mux) = weak.upgrade() {
                    mux.imp().set_flushing(id, !active);
                }
                Ok(())
            })
            .build();
        if self.obj().add_pad(&pad).is_err() {
            self.forget(id);
            return None;
        }
        self.changed.notify_all();
        Some(pad)
    }

    fn release_pad(&self, pad: &gst::Pad) {
        let id = pad.name().strip_prefix("sink_").and_then(|id| id.parse().ok());
        if let Some(id) = id {
            self.forget(id);
        }
        // The source's thread may stand in the chain function; it is woken and told to stop.
        if let Err(error) = pad.set_active(false).and_then(|()| self.obj().remove_pad(pad)) {
            gst::warning!(CAT, imp = self, "{}: {error}", pad.name());
        }
    }
}

impl NvStreamMux {
    pub(super) fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn sender(&self) -> MutexGuard<'_, Sender> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait<'a>(&self, state: MutexGuard<'a, State>, limit: Option<Duration>) -> MutexGuard<'a, State> {
        match limit {
            None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            Some(limit) => self.changed.wait_timeout(state, limit).unwrap_or_else(PoisonError::into_inner).0,
        }
    }

    /// Takes source `id` out and tells downstream.
    fn forget(&self, id: u32) {
        let mut state = self.state();
        if state.inputs.remove(id) {
            state.streams.remove(&id);
            state.gone.push(id);
            state.news.push(SourceEvent::PadDeleted.event(id));
        }
        drop(state);
        self.changed.notify_all();
    }

    fn set_flushing(&self, id: u32, flushing: bool) {
        let mut state = self.state();
        if let Some(stream) = state.streams.get_mut(&id) {
            stream.flushing = flushing;
            if flushing {
                stream.segment = gst::FormattedSegment::new();
                state.inputs.flush(id);
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    fn chain(&self, id: u32, buffer: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        let wall_clock =
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |now| now.as_nanos() as u64);
        let mut state = self.state();
        loop {
            state.flow?;
            match state.streams.get(&id) {
                None => return Err(gst::FlowError::Flushing),
                Some(stream) if stream.flushing => return Err(gst::FlowError::Flushing),
                Some(_) if state.inputs.waiting(id) < QUEUED => break,
                Some(_) => state = self.wait(state, None),
            }
        }
        let stream = state.streams.get(&id).cloned().unwrap_or_default();
        let running_time = buffer.pts().and_then(|pts| stream.segment.to_running_time(pts));
        let rate = stream.rate.unwrap_or(gst::Fraction::new(0, 1));
        state.inputs.push(id, Entry::Frame(Arrived { buffer, running_time, wall_clock, rate, serial: stream.serial }));
        state.since.get_or_insert_with(Instant::now);
        drop(state);
        self.changed.notify_all();
        Ok(gst::FlowSuccess::Ok)
    }

    /// Whether the mux has one source only, whose flushes and seeks then are those of the pipeline.
    fn alone(&self) -> bool {
        self.state().streams.len() == 1
    }

    fn sink_event(&self, id: u32, pad: &gst::Pad, event: gst::Event) -> bool {
        use gst::EventView;
        match event.view() {
            EventView::FlushStart(_) => {
                self.set_flushing(id, true);
                !self.alone() || self.interrupt(event)
            }
            EventView::FlushStop(_) => {
                self.set_flushing(id, false);
                let interrupted = self.state().flow == Err(gst::FlowError::Flushing);
                !interrupted || self.restart(event)
            }
            EventView::Caps(caps) => {
                let structure = caps.caps().structure(0);
                let rate = structure.and_then(|s| s.get::<gst::Fraction>("framerate").ok());
                if let Some(stream) = self.state().streams.get_mut(&id) {
                    stream.rate = rate;
                }
                let pixels = |name| structure.and_then(|s| s.get::<i32>(name).ok()).map_or(0, i32::unsigned_abs);
                let size = Size { width: pixels("width"), height: pixels("height") };
                let rate = rate.unwrap_or(gst::Fraction::new(0, 1));
                self.enqueue(id, Entry::Event(SourceEvent::Caps(size, rate).event(id)))
            }
            EventView::Segment(segment) => {
                let Ok(segment) = segment.segment().clone().downcast::<gst::ClockTime>() else {
                    gst::element_imp_error!(self, gst::StreamError::Format, ("{}: segment not in time", pad.name()));
                    return false;
                };
                if let Some(stream) = self.state().streams.get_mut(&id) {
                    stream.segment = segment.clone();
                }
                self.enqueue(id, Entry::Event(SourceEvent::Segment(segment.upcast()).event(id)))
            }
            EventView::Eos(_) => self.enqueue(id, Entry::End),
            EventView::StreamStart(start) => {
                self.enqueue(id, Entry::Event(SourceEvent::Start(start.stream_id().to_owned()).event(id)))
            }
            // Tags and tables of contents of one source say nothing about a batch.
            EventView::Tag(_) | EventView::Toc(_) | EventView::StreamCollection(_) | EventView::SegmentDone(_) => true,
            EventView::Gap(_) => {
                self.state().inputs.rest(id);
                self.changed.notify_all();
                true
            }
            _ if event.is_serialized() && event.is_downstream() => self.enqueue(id, Entry::Event(event)),
            _ => gst::Pad::event_default(pad, Some(&*self.obj()), event),
        }
    }

    fn enqueue(&self, id: u32, entry: Entry<Arrived, gst::Event>) -> bool {
        let known = self.state().inputs.push(id, entry);
        self.changed.notify_all();
        known
    }

    fn sink_query(&self, pad: &gst::Pad, query: &mut gst::QueryRef) -> bool {
        match query.view_mut() {
            gst::QueryViewMut::Caps(query) => {
                let caps = caps::nvmm(&FORMATS);
                let caps = match query.filter() {
                    Some(filter) => filter.intersect_with_mode(&caps, gst::CapsIntersectMode::First),
                    None => caps,
                };
                query.set_result(&caps);
                true
            }
            // Frames are kept as they come; there is nothing to propose.
            gst::QueryViewMut::Allocation(_) => false,
            _ => gst::Pad::query_default(pad, Some(&*self.obj()), query),
        }
    }

    fn src_event(&self, pad: &gst::Pad, event: gst::Event) -> bool {
        match event.view() {
            // One slow batch says nothing about a single source; dropping frames there would tear the batches apart.
            gst::EventView::Qos(_) => true,
            _ => gst::Pad::event_default(pad, Some(&*self.obj()), event),
        }
    }

    fn src_query(&self, pad: &gst::Pad, query: &mut gst::QueryRef) -> bool {
        let forwarded = gst::Pad::query_default(pad, Some(&*self.obj()), query);
        if let gst::QueryViewMut::Latency(latency) = query.view_mut() {
            let (live, min, max) = latency.result();
            let settings = self.settings().clone();
            let live = live || settings.live_source;
            // A batch may wait as long as it is told to for its last frame.
            let waits = u64::try_from(settings.batched_push_timeout).unwrap_or(0) * 1000;
            let own = gst::ClockTime::from_nseconds(if live { waits } else { 0 } + u64::from(settings.max_latency));
            latency.set(live, min + own, max.map(|max| max + own));
            return true;
        }
        forwarded
    }

    fn activate(&self, pad: &gst::Pad, mode: gst::PadMode, active: bool) -> Result<(), gst::LoggableError> {
        if mode != gst::PadMode::Push {
            return Err(gst::loggable_error!(CAT, "frames are pushed, not pulled"));
        }
        self.state().flow = if active { Ok(gst::FlowSuccess::Ok) } else { Err(gst::FlowError::Flushing) };
        self.changed.notify_all();
        let done = if active { self.start_task() } else { pad.stop_task() };
        done.map_err(|error| gst::loggable_error!(CAT, "{error}"))
    }

    fn start_task(&self) -> Result<(), glib::BoolError> {
        let mux = self.obj().downgrade();
        self.src.start_task(move || {
            if let Some(mux) = mux.upgrade() {
                mux.imp().send();
            }
        })
    }

    /// Begins a flush of the whole pipeline. Waits for the batch that is under way: after the flush it would have no segment.
    fn interrupt(&self, flush_start: gst::Event) -> bool {
        let pushed = self.src.push_event(flush_start);
        self.state().flow = Err(gst::FlowError::Flushing);
        self.changed.notify_all();
        if let Err(error) = self.src.pause_task() {
            gst::debug!(CAT, imp = self, "{error}");
        }
        pushed
    }

    /// Ends a flush of the whole pipeline: batches leave again, after a new beginning.
    fn restart(&self, flush_stop: gst::Event) -> bool {
        {
            let mut sender = self.sender();
            sender.opened = false;
            sender.assembler.restart_time();
        }
        let pushed = self.src.push_event(flush_stop);
        self.state().flow = Ok(gst::FlowSuccess::Ok);
        pushed && self.start_task().is_ok()
    }
}
