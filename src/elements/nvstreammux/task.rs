//! The task that waits for batches and sends them.

use super::assemble::Arrived;
use super::imp::{CAT, NvStreamMux, State};
use super::inputs::{Entry, Readiness};
use crate::meta::event::SourceEvent;
use gst::glib;
use gst::prelude::*;
use gst::subclass::prelude::*;
use std::time::{Duration, Instant};

/// What is to be sent next.
enum Step {
    /// Frames, and the sources that had gone when they were taken.
    Batch(Vec<(u32, Arrived)>, Vec<u32>),
    Event(gst::Event),
    SourceEnded(u32),
    Ended,
    Stop,
}

impl NvStreamMux {
    /// The pipeline's running time now, if its clock runs.
    fn now(&self) -> Option<gst::ClockTime> {
        self.obj().current_running_time()
    }

    /// Waits for what is to be sent next.
    fn next_step(&self) -> Step {
        let mut state = self.state();
        loop {
            if state.flow.is_err() {
                return Step::Stop;
            }
            if !state.news.is_empty() {
                return Step::Event(state.news.remove(0));
            }
            if let Some((id, entry)) = state.inputs.next_event() {
                self.changed.notify_all();
                match entry {
                    Entry::Event(event) => return Step::Event(event),
                    _ => return Step::SourceEnded(id),
                }
            }
            let settings = self.settings().clone();
            let now = self.now().filter(|_| settings.sync_inputs);
            let due = |frame: &Arrived| now.is_none() || frame.running_time.is_none_or(|time| Some(time) <= now);
            let size = match settings.batch_size {
                0 => state.inputs.len(),
                size => size as usize,
            };
            self.drop_late(&mut state, now, settings.max_latency);
            let limit = u64::try_from(settings.batched_push_timeout).ok().map(Duration::from_micros);
            let waited = state.since.map(|since| since.elapsed()).unwrap_or_default();
            let send = match state.inputs.readiness(size, due) {
                Readiness::Ended => return Step::Ended,
                Readiness::Full => true,
                Readiness::Partial => limit.is_some_and(|limit| waited >= limit),
                Readiness::Empty => false,
            };
            if send {
                let frames = state.inputs.take(size, due);
                // Taken together: a frame of a source that goes after this moment still belongs to the old one.
                let gone = std::mem::take(&mut state.gone);
                let more = state.inputs.earliest(|_| Some(())).is_some();
                state.since = more.then(Instant::now);
                drop(state);
                self.changed.notify_all();
                return Step::Batch(frames, gone);
            }
            let rest = limit.filter(|_| state.since.is_some()).map(|limit| limit.saturating_sub(waited));
            // Until the next frame is due; those that are due already wait for others, not for their time.
            let due_in = now.and_then(|now| {
                let first = state.inputs.earliest(|frame| frame.running_time.filter(|time| *time > now))?;
                Some(Duration::from_nanos((first - now).nseconds()))
            });
            let rest = rest.filter(|rest| !rest.is_zero());
            state = self.wait(state, [rest, due_in].into_iter().flatten().min());
        }
    }

    fn drop_late(&self, state: &mut State, now: Option<gst::ClockTime>, max_latency: u32) {
        let Some(now) = now else { return };
        let slack = gst::ClockTime::from_nseconds(max_latency.into());
        // A frame's own duration is never too late.
        let late = |frame: &Arrived| {
            let length = frame.buffer.duration().unwrap_or(gst::ClockTime::from_mseconds(40));
            frame.running_time.is_some_and(|time| time + slack + length < now)
        };
        let dropped = state.inputs.drop_late(late);
        if let Some((id, _)) = dropped.first() {
            gst::info!(CAT, imp = self, "source {id}: {} late frames dropped", dropped.len());
            self.changed.notify_all();
        }
    }

    /// One round of the task.
    pub(super) fn send(&self) {
        let result = match self.next_step() {
            Step::Stop => Err(gst::FlowError::Flushing),
            Step::Event(event) => {
                self.open();
                self.src.push_event(event);
                Ok(gst::FlowSuccess::Ok)
            }
            Step::SourceEnded(id) => {
                self.open();
                self.src.push_event(SourceEvent::Eos.event(id));
                if self.settings().frame_num_reset_on_eos {
                    self.sender().assembler.forget(id);
                }
                Ok(gst::FlowSuccess::Ok)
            }
            Step::Batch(frames, gone) => self.push(frames, gone),
            Step::Ended => self.finish(),
        };
        if let Err(error) = result {
            let mut state = self.state();
            if state.flow.is_ok() {
                state.flow = Err(error);
            }
            drop(state);
            self.changed.notify_all();
            if let Err(error) = self.src.pause_task() {
                gst::debug!(CAT, imp = self, "{error}");
            }
        }
    }

    /// All sources have ended: so does the batch stream, unless it is to go on.
    fn finish(&self) -> Result<gst::FlowSuccess, gst::FlowError> {
        if self.settings().drop_pipeline_eos {
            let state = self.state();
            if state.flow.is_ok() && state.news.is_empty() {
                drop(self.wait(state, None));
            }
            return Ok(gst::FlowSuccess::Ok);
        }
        self.open();
        self.src.push_event(gst::event::Eos::new());
        Err(gst::FlowError::Eos)
    }

    /// Stream start, before anything else.
    fn open(&self) {
        let mut sender = self.sender();
        if sender.opened {
            return;
        }
        sender.opened = true;
        sender.shape = None;
        drop(sender);
        // Of several streams none is the one whose id could be derived from.
        let id = format!("nvstreammux/{}", glib::uuid_string_random());
        self.src.push_event(gst::event::StreamStart::builder(&id).group_id(gst::GroupId::next()).build());
    }

    fn push(&self, frames: Vec<(u32, Arrived)>, gone: Vec<u32>) -> Result<gst::FlowSuccess, gst::FlowError> {
        self.open();
        let mut settings = self.settings().clone();
        if settings.batch_size == 0 {
            settings.batch_size = self.state().inputs.len().max(frames.len()) as u32;
        }
        let mut sender = self.sender();
        gone.into_iter().for_each(|id| sender.assembler.forget(id));
        let (buffer, shape) =
            sender.assembler.batch(&frames, &settings, &self.obj().name()).map_err(|error| self.fail(&error))?;
        let before = sender.shape.replace(shape);
        drop(sender);
        drop(frames);
        if before != Some(shape) {
            let caps = shape.caps().map_err(|error| self.fail(&error))?;
            self.src.push_event(gst::event::Caps::new(&caps));
            if before.is_none() {
                let segment = gst::FormattedSegment::<gst::ClockTime>::new();
                self.src.push_event(gst::event::Segment::new(&segment));
            }
        }
        self.src.push(buffer)
    }

    fn fail(&self, error: &crate::surface::SurfaceError) -> gst::FlowError {
        gst::element_imp_error!(self, gst::StreamError::Format, ("nvstreammux cannot batch this frame: {error}"));
        gst::FlowError::Error
    }
}
