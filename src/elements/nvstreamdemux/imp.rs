//! The element: pads, events, and the frames' way from one to the others.

use super::branch::{Branch, Single, Source};
use crate::elements::plumbing::introduction;
use crate::meta::event::SourceEvent;
use crate::meta::{Batch, BatchPool};
use crate::surface::{SurfaceError, caps};
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use gst_video::VideoFormat;
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static CAT: LazyLock<gst::DebugCategory> =
    LazyLock::new(|| gst::DebugCategory::new("nvstreamdemux", gst::DebugColorFlags::empty(), Some("Stream demuxer")));

const FORMATS: [VideoFormat; 6] =
    [VideoFormat::Nv12, VideoFormat::Rgba, VideoFormat::I420, VideoFormat::Rgb, VideoFormat::Bgrx, VideoFormat::Gray8];

#[derive(Default)]
struct State {
    sources: BTreeMap<u32, Source>,
    branches: BTreeMap<u32, Branch>,
    /// Frame rate of the batches, for sources that do not tell their own.
    rate: Option<gst::Fraction>,
}

pub struct NvStreamDemux {
    sink: gst::Pad,
    per_stream_eos: Mutex<bool>,
    state: Mutex<State>,
    metas: BatchPool,
}

/// Why a batch cannot be taken apart.
#[derive(Debug, thiserror::Error)]
enum DemuxError {
    #[error("the buffer has no batch metadata: put nvstreammux before nvstreamdemux")]
    NoBatch,
    #[error("a frame of the batch cannot be handed out: {0}")]
    Surface(#[from] SurfaceError),
}

#[glib::object_subclass]
impl ObjectSubclass for NvStreamDemux {
    const NAME: &'static str = "GstNvStreamDemux";
    type Type = super::NvStreamDemux;
    type ParentType = gst::Element;

    fn with_class(class: &Self::Class) -> Self {
        let builder = match class.pad_template("sink") {
            Some(template) => gst::Pad::builder_from_template(&template),
            None => gst::Pad::builder(gst::PadDirection::Sink).name("sink"),
        };
        let sink = builder
            .chain_function(|_, parent, buffer| {
                Self::catch_panic_pad_function(parent, || Err(gst::FlowError::Error), |demux| demux.chain(buffer))
            })
            .event_function(|pad, parent, event| {
                Self::catch_panic_pad_function(parent, || false, |demux| demux.sink_event(pad, event))
            })
            .build();
        Self { sink, per_stream_eos: Mutex::new(false), state: Mutex::default(), metas: BatchPool::new(1) }
    }
}

impl ObjectImpl for NvStreamDemux {
    fn properties() -> &'static [glib::ParamSpec] {
        static SPECS: LazyLock<Vec<glib::ParamSpec>> = LazyLock::new(|| {
            vec![
                glib::ParamSpecBoolean::builder("per-stream-eos")
                    .nick("Per-stream EOS")
                    .blurb("End a source's pad when the source ends, not when all have ended")
                    .build(),
            ]
        });
        &SPECS
    }

    fn set_property(&self, _id: usize, value: &glib::Value, spec: &glib::ParamSpec) {
        match value.get() {
            Ok(value) => *self.per_stream_eos.lock().unwrap_or_else(PoisonError::into_inner) = value,
            Err(error) => gst::warning!(CAT, imp = self, "{}: {error}", spec.name()),
        }
    }

    fn property(&self, _id: usize, _spec: &glib::ParamSpec) -> glib::Value {
        self.per_stream_eos.lock().unwrap_or_else(PoisonError::into_inner).to_value()
    }

    fn constructed(&self) {
        self.parent_constructed();
        if let Err(error) = self.obj().add_pad(&self.sink) {
            gst::error!(CAT, imp = self, "{error}");
        }
    }
}

impl GstObjectImpl for NvStreamDemux {}

impl ElementImpl for NvStreamDemux {
    introduction!(
        "Stream demultiplexer",
        "Generic",
        "Hands the frames of a batch out again, each source through a pad of its own"
    );

    fn pad_templates() -> &'static [gst::PadTemplate] {
        static TEMPLATES: LazyLock<Vec<gst::PadTemplate>> = LazyLock::new(|| {
            let caps = caps::nvmm(&FORMATS);
            let make = |name, direction, presence| gst::PadTemplate::new(name, direction, presence, &caps);
            let all = [
                make("sink", gst::PadDirection::Sink, gst::PadPresence::Always),
                make("src_%u", gst::PadDirection::Src, gst::PadPresence::Request),
            ];
            all.into_iter().filter_map(Result::ok).collect()
        });
        &TEMPLATES
    }

    fn change_state(&self, change: gst::StateChange) -> Result<gst::StateChangeSuccess, gst::StateChangeError> {
        let success = self.parent_change_state(change)?;
        if change == gst::StateChange::PausedToReady {
            let mut state = self.state();
            state.sources.clear();
            state.branches.values_mut().for_each(Branch::restart);
        }
        Ok(success)
    }

    fn request_new_pad(
        &self,
        template: &gst::PadTemplate,
        name: Option<&str>,
        _caps: Option<&gst::Caps>,
    ) -> Option<gst::Pad> {
        let asked = name.and_then(|name| name.strip_prefix("src_")).and_then(|id| id.parse::<u32>().ok());
        let pad = {
            let mut state = self.state();
            let id = asked.or_else(|| (0..).find(|id| !state.branches.contains_key(id)))?;
            if state.branches.contains_key(&id) {
                gst::warning!(CAT, imp = self, "there is a pad src_{id} already");
                return None;
            }
            let pad = gst::Pad::builder_from_template(template)
                .name(format!("src_{id}"))
                .flags(gst::PadFlags::FIXED_CAPS)
                .build();
            state.branches.insert(id, Branch::new(pad.clone()));
            pad
        };
        let ready = pad.set_active(true).and_then(|()| self.obj().add_pad(&pad));
        if let Err(error) = ready {
            gst::warning!(CAT, imp = self, "{}: {error}", pad.name());
            self.state().branches.retain(|_, branch| branch.pad != pad);
            return None;
        }
        Some(pad)
    }

    fn release_pad(&self, pad: &gst::Pad) {
        self.state().branches.retain(|_, branch| branch.pad != *pad);
        // Wakes whoever pushes through it.
        if let Err(error) = pad.set_active(false).and_then(|()| self.obj().remove_pad(pad)) {
            gst::warning!(CAT, imp = self, "{}: {error}", pad.name());
        }
    }
}

impl NvStreamDemux {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn chain(&self, buffer: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        let singles = self.take_apart(&buffer).map_err(|error| {
            gst::element_imp_error!(self, gst::StreamError::Format, ("{error}"));
            gst::FlowError::Error
        })?;
        // With the batch gone, whoever comes next may write the pixels.
        drop(buffer);
        let mut results = Vec::with_capacity(singles.len());
        for (id, pad, events, single) in singles {
            for event in events {
                pad.push_event(event);
            }
            let result = pad.push(single);
            // What a pad says that was released meanwhile is of no interest.
            if self.state().branches.get(&id).is_some_and(|branch| branch.pad == pad) {
                results.push(result);
            }
        }
        combined(&results)
    }

    /// The frames that somebody wants, with the events that go before each.
    #[allow(clippy::type_complexity)] // used by `chain` alone
    fn take_apart(
        &self,
        buffer: &gst::Buffer,
    ) -> Result<Vec<(u32, gst::Pad, Vec<gst::Event>, gst::Buffer)>, DemuxError> {
        let batch = Batch::of(buffer).ok_or(DemuxError::NoBatch)?;
        let mut singles = Vec::with_capacity(batch.num_frames() as usize);
        let mut state = self.state();
        let State { sources, branches, rate } = &mut *state;
        let rate = rate.unwrap_or(gst::Fraction::new(0, 1));
        for frame in batch.frames() {
            let id = frame.pad_index();
            let Some(branch) = branches.get_mut(&id).filter(|branch| branch.pad.is_linked()) else { continue };
            if branch.ended {
                branch.restart();
            }
            let single = Single::of(buffer, batch, frame, &self.metas)?;
            let events = branch.events_before(&single, sources.entry(id).or_default(), rate);
            singles.push((id, branch.pad.clone(), events, single.buffer));
        }
        Ok(singles)
    }

    fn sink_event(&self, pad: &gst::Pad, event: gst::Event) -> bool {
        use gst::EventView;
        if let Some((id, about)) = SourceEvent::parse(&event) {
            return self.source_event(id, about, event);
        }
        match event.view() {
            EventView::Caps(caps) => {
                let rate = caps.caps().structure(0).and_then(|s| s.get::<gst::Fraction>("framerate").ok());
                self.state().rate = rate;
                true
            }
            // Each source has its own.
            EventView::StreamStart(_) | EventView::Segment(_) => true,
            EventView::Eos(_) => {
                let ids: Vec<u32> = self.state().branches.keys().copied().collect();
                ids.into_iter().for_each(|id| self.end(id));
                true
            }
            EventView::FlushStop(_) => {
                self.state().branches.values_mut().for_each(Branch::restart);
                gst::Pad::event_default(pad, Some(&*self.obj()), event)
            }
            _ => gst::Pad::event_default(pad, Some(&*self.obj()), event),
        }
    }

    /// What happened to one source.
    fn source_event(&self, id: u32, about: SourceEvent, event: gst::Event) -> bool {
        let branch = {
            let mut state = self.state();
            let State { sources, branches, .. } = &mut *state;
            let source = sources.entry(id).or_default();
            match &about {
                SourceEvent::Start(stream_id) => source.stream_id = Some(stream_id.clone()),
                SourceEvent::Segment(segment) => source.segment = Some(segment.clone()),
                SourceEvent::Caps(_, rate) => source.rate = Some(*rate),
                SourceEvent::PadDeleted => *source = Source::default(),
                _ => {}
            }
            branches.get(&id).map(|branch| branch.pad.clone())
        };
        let per_stream_eos = *self.per_stream_eos.lock().unwrap_or_else(PoisonError::into_inner);
        match (about, branch) {
            (SourceEvent::Eos, _) if per_stream_eos => {
                self.end(id);
                true
            }
            // One stream has one source, and its number there is 0.
            (SourceEvent::Reset, Some(pad)) => pad.push_event(SourceEvent::Reset.event(0)),
            (SourceEvent::PadDeleted, Some(pad)) if pad.is_linked() => pad.push_event(event),
            _ => true,
        }
    }

    /// Ends a pad, once.
    fn end(&self, id: u32) {
        let ending = {
            let mut state = self.state();
            let State { sources, branches, .. } = &mut *state;
            branches.get_mut(&id).filter(|branch| !branch.ended).map(|branch| {
                branch.ended = true;
                (branch.pad.clone(), branch.start(sources.entry(id).or_default()))
            })
        };
        if let Some((pad, start)) = ending {
            for event in start.into_iter().chain([gst::event::Eos::new()]) {
                pad.push_event(event);
            }
        }
    }
}

/// What upstream hears: an error of any pad; that nothing may go on only when no pad takes anything.
fn combined(results: &[Result<gst::FlowSuccess, gst::FlowError>]) -> Result<gst::FlowSuccess, gst::FlowError> {
    use gst::FlowError::{Eos, Flushing, NotLinked};
    let fatal = results.iter().find(|result| !matches!(result, Ok(_) | Err(Eos | Flushing | NotLinked)));
    match fatal {
        Some(error) => *error,
        None if results.iter().any(Result::is_ok) => Ok(gst::FlowSuccess::Ok),
        None => match results.iter().find(|result| !matches!(result, Err(NotLinked))) {
            Some(result) => *result,
            None => Ok(gst::FlowSuccess::Ok),
        },
    }
}
