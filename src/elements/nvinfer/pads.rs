//! What happens on the pads: buffers and events in on one thread, out on another.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use gst::prelude::*;
use gst::subclass::prelude::*;

use super::error::FrameError;
use super::imp::{CAT, Inference, lock};
use super::pool::Pool;
use super::queue::Item;
use super::ticket::Ticket;
use super::{PerformanceMode, attach, objects, prepared, raw_output, start};
use crate::config::nvinfer::{NvInferConfig, ProcessMode};
use crate::meta::event::SourceEvent;
use crate::meta::{Batch, latency};
use crate::surface::Surfaces;

/// Buffers whose objects an asynchronous classifier has not finished; beyond it no more are begun.
const MAX_BEHIND: usize = 8;

/// The source that ends or begins anew with an event.
fn restarted(event: &gst::EventRef) -> Option<u32> {
    match SourceEvent::parse(event)? {
        (source, SourceEvent::PadAdded | SourceEvent::PadDeleted | SourceEvent::Eos) => Some(source),
        _ => None,
    }
}

/// The sink pad.
pub fn sink(template: &Option<gst::PadTemplate>) -> gst::Pad {
    builder(template, "sink", gst::PadDirection::Sink)
        .chain_function(|pad, parent, buffer| {
            Inference::catch_panic_pad_function(parent, || Err(gst::FlowError::Error), |this| this.chain(pad, buffer))
        })
        .event_function(|pad, parent, event| {
            Inference::catch_panic_pad_function(parent, || false, |this| this.sink_event(pad, event))
        })
        .query_function(|pad, parent, query| {
            Inference::catch_panic_pad_function(parent, || false, |this| this.sink_query(pad, query))
        })
        .activatemode_function(|_, parent, _, active| {
            let fail = || Err(gst::loggable_error!(CAT, "panicked"));
            Inference::catch_panic_pad_function(parent, fail, |this| {
                if !active {
                    this.queue.close();
                }
                Ok(())
            })
        })
        .flags(gst::PadFlags::PROXY_CAPS | gst::PadFlags::PROXY_ALLOCATION)
        .build()
}

/// The source pad.
pub fn source(template: &Option<gst::PadTemplate>) -> gst::Pad {
    builder(template, "src", gst::PadDirection::Src)
        .query_function(|pad, parent, query| {
            Inference::catch_panic_pad_function(parent, || false, |this| this.source_query(pad, query))
        })
        .activatemode_function(|pad, parent, _, active| {
            let fail = || Err(gst::loggable_error!(CAT, "panicked"));
            Inference::catch_panic_pad_function(parent, fail, |this| this.activate_source(pad, active))
        })
        .flags(gst::PadFlags::PROXY_CAPS)
        .build()
}

fn builder(template: &Option<gst::PadTemplate>, name: &str, direction: gst::PadDirection) -> gst::PadBuilder<gst::Pad> {
    match template {
        Some(template) => gst::Pad::builder_from_template(template),
        None => gst::Pad::builder(direction).name(name),
    }
}

impl Inference {
    fn chain(&self, _pad: &gst::Pad, buffer: gst::Buffer) -> Result<gst::FlowSuccess, gst::FlowError> {
        let pool = self.pool_for_buffer().ok_or(gst::FlowError::Flushing)?;
        self.queue.wait_for_room()?;
        let mut buffer = buffer;
        if latency::flags().any()
            && let Some(batch) = Batch::of_mut(buffer.make_mut())
        {
            batch.begin_latency(&self.obj().name());
        }
        let config = pool.network().config();
        let ticket = match config.process_mode {
            _ if config.input_tensor_from_meta => self.submit_prepared(&pool, &buffer),
            ProcessMode::Primary => self.submit(&pool, &buffer),
            ProcessMode::Secondary => self.submit_objects(&pool, &mut buffer),
        };
        let ticket = ticket.map_err(|error| self.fail(&error))?;
        self.queue.put(Item::Buffer(buffer, ticket))
    }

    /// The network for the next buffer: a newly loaded one, or one whose workers suit a live source.
    fn pool_for_buffer(&self) -> Option<Arc<Pool>> {
        let (pool, next, asked) = {
            let mut state = self.state();
            (state.pool.clone()?, state.next.take(), std::mem::replace(&mut state.asked_live, true))
        };
        if let Some(next) = next {
            self.take_over(&next);
            self.updated(0);
            return Some(next);
        }
        if asked || self.settings().performance() != PerformanceMode::Auto || !self.is_live() {
            return Some(pool);
        }
        match start::latency_pool(&pool, &self.queue) {
            Ok(latency) => {
                let latency = Arc::new(latency);
                self.take_over(&latency);
                Some(latency)
            }
            Err(error) => {
                gst::warning!(CAT, imp = self, "the source is live, but: {error}");
                Some(pool)
            }
        }
    }

    fn take_over(&self, pool: &Arc<Pool>) {
        let old = self.state().pool.replace(Arc::clone(pool));
        self.queue.set_limit(pool.frames_under_way());
        // Its workers finish what they have; no lock is held.
        drop(old);
    }

    fn is_live(&self) -> bool {
        let mut query = gst::query::Latency::new();
        self.sink.peer_query(&mut query) && query.result().0
    }

    /// Hands the frames of a buffer to the workers; `None` when it goes on as it is.
    fn submit(&self, pool: &Pool, buffer: &gst::Buffer) -> Result<Option<Arc<Ticket>>, FrameError> {
        if !self.is_due(pool.network().config()) {
            return Ok(None);
        }
        let batch = Batch::of(buffer).ok_or(FrameError::NoBatch)?;
        let surfaces: Vec<usize> = batch.frames().map(|frame| frame.batch_id() as usize).collect();
        if surfaces.is_empty() {
            return Ok(None);
        }
        // Looked at here too, so that what is no surface is refused before it is queued.
        Surfaces::map(buffer)?;
        let ticket = Arc::new(Ticket::new(Arc::clone(pool.network()), &surfaces));
        let memory = buffer.memory(0).ok_or(FrameError::NoBatch)?;
        pool.submit(&ticket, &memory)?;
        Ok(Some(ticket))
    }

    /// Counts a buffer; whether it is to be inferred, by `interval` and `stabilize-buffer-count`.
    fn is_due(&self, config: &NvInferConfig) -> bool {
        let number = {
            let mut state = self.state();
            state.buffers += 1;
            state.buffers - 1
        };
        let settling = u64::from(config.runtime.stabilize_buffer_count);
        number >= settling && (number - settling) % (u64::from(config.interval) + 1) == 0
    }

    /// Hands tensors that were made upstream to the workers; `None` when there are none for this network. The buffer is not
    /// made writable before: a copy of it would have no tensors.
    fn submit_prepared(&self, pool: &Pool, buffer: &gst::Buffer) -> Result<Option<Arc<Ticket>>, FrameError> {
        if !self.is_due(pool.network().config()) {
            return Ok(None);
        }
        let batch = Batch::of(buffer).ok_or(FrameError::NoBatch)?;
        let prepared = prepared::collect(batch, &Surfaces::map(buffer)?, pool.network())?;
        if prepared.pictures.is_empty() {
            return Ok(None);
        }
        let ticket = Arc::new(Ticket::of_prepared(Arc::clone(pool.network()), prepared));
        let memory = buffer.memory(0).ok_or(FrameError::NoBatch)?;
        pool.submit(&ticket, &memory)?;
        Ok(Some(ticket))
    }

    /// Hands the objects of a buffer to the workers; `None` when it goes on as it is.
    fn submit_objects(&self, pool: &Pool, buffer: &mut gst::Buffer) -> Result<Option<Arc<Ticket>>, FrameError> {
        // From here on nobody else has the buffer, so the objects stay where they are.
        let inner = buffer.make_mut();
        let memory = inner.memory(0).ok_or(FrameError::NoBatch)?;
        let (network, history) = (pool.network(), self.history());
        let config = network.config();
        let (mut objects, mut pictures) = {
            let batch = Batch::of(inner).ok_or(FrameError::NoBatch)?;
            objects::select(batch, &Surfaces::map(inner)?, config, &mut lock(history))?
        };
        if objects.is_empty() {
            return Ok(None);
        }
        if !config.classifier.async_mode {
            let ticket = Arc::new(Ticket::of_objects(Arc::clone(network), pictures, objects));
            pool.submit(&ticket, &memory)?;
            return Ok(Some(ticket));
        }
        if self.behind.load(Ordering::Acquire) >= MAX_BEHIND {
            // Nobody waits for the results, so it is here that the work is kept from piling up: later frames try again.
            pictures.clear();
            for object in &mut objects {
                if let (Some(_), Some(identity)) = (object.picture.take(), object.identity) {
                    lock(history).undo(identity);
                }
            }
        }
        if let Some(batch) = Batch::of_mut(inner) {
            attach::attach_to_objects(batch, network, &self.layouts, &objects, &[], &mut lock(history));
        }
        objects.retain(|object| object.picture.is_some());
        if !pictures.is_empty() {
            self.behind.fetch_add(1, Ordering::AcqRel);
            let (history, behind) = (Arc::clone(history), Arc::clone(&self.behind));
            let ticket = Ticket::of_objects(Arc::clone(network), pictures, objects).tell(move |ticket| {
                let found = ticket.results().found;
                for selected in ticket.objects().into_iter().flatten() {
                    let new = selected.picture.and_then(|picture| found.get(picture));
                    if let (Some(identity), Some(new)) = (selected.identity, new) {
                        lock(&history).keep(identity, &new.attributes);
                    }
                }
                behind.fetch_sub(1, Ordering::AcqRel);
            });
            pool.submit(&Arc::new(ticket), &memory)?;
        }
        Ok(None)
    }

    fn fail(&self, error: &FrameError) -> gst::FlowError {
        match error {
            FrameError::TensorName { .. } | FrameError::TensorShape { .. } => {
                gst::element_imp_error!(self, gst::ResourceError::Settings, ("{error}"));
            }
            FrameError::NoBatch | FrameError::Surface(_) | FrameError::Region { .. } => {
                gst::element_imp_error!(self, gst::StreamError::Format, ("{error}"));
            }
            FrameError::Write { .. } => gst::element_imp_error!(self, gst::ResourceError::Write, ("{error}")),
            _ => gst::element_imp_error!(self, gst::StreamError::Failed, ("{error}")),
        }
        gst::FlowError::Error
    }

    fn sink_event(&self, pad: &gst::Pad, event: gst::Event) -> bool {
        gst::trace!(CAT, imp = self, "{event:?}");
        if let Some(source) = restarted(&event) {
            lock(self.history()).renew(source);
        }
        match event.view() {
            gst::EventView::FlushStart(_) => {
                let forwarded = self.source.push_event(event);
                self.queue.close();
                let _ = self.source.pause_task();
                forwarded
            }
            gst::EventView::FlushStop(_) => {
                let forwarded = self.source.push_event(event);
                self.state().buffers = 0;
                self.activate_source(&self.source, true).is_ok() && forwarded
            }
            gst::EventView::Eos(_) => {
                self.state().buffers = 0;
                self.queue.put(Item::Event(event)).is_ok()
            }
            _ if event.is_serialized() => self.queue.put(Item::Event(event)).is_ok(),
            _ => gst::Pad::event_default(pad, Some(&*self.obj()), event),
        }
    }

    /// Serialised queries wait until everything before them has left.
    fn sink_query(&self, pad: &gst::Pad, query: &mut gst::QueryRef) -> bool {
        if query.is_serialized() && !self.queue.wait_until_empty() {
            return false;
        }
        gst::Pad::query_default(pad, Some(&*self.obj()), query)
    }

    fn source_query(&self, pad: &gst::Pad, query: &mut gst::QueryRef) -> bool {
        let gst::QueryViewMut::Latency(latency) = query.view_mut() else {
            return gst::Pad::query_default(pad, Some(&*self.obj()), query);
        };
        let mut upstream = gst::query::Latency::new();
        if !self.sink.peer_query(&mut upstream) {
            return false;
        }
        let (live, min, max) = upstream.result();
        let own = self.pool().map_or(gst::ClockTime::ZERO, |pool| {
            let time = pool.latency(pool.network().config().runtime.batch_size);
            gst::ClockTime::try_from(time).unwrap_or(gst::ClockTime::ZERO)
        });
        latency.set(live, min + own, max.map(|max| max + own));
        true
    }

    fn activate_source(&self, pad: &gst::Pad, active: bool) -> Result<(), gst::LoggableError> {
        if !active {
            self.queue.close();
            return pad.stop_task().map_err(|error| gst::loggable_error!(CAT, "{error}"));
        }
        let room = self.pool().map_or(1, |pool| pool.frames_under_way());
        self.queue.open(room);
        let element = self.obj().downgrade();
        pad.start_task(move || {
            let Some(element) = element.upgrade() else { return };
            let this = element.imp();
            let stop = || {
                this.queue.done(Err(gst::FlowError::Error));
            };
            this.catch_panic(stop, |this| this.push_next());
        })
        .map_err(|error| gst::loggable_error!(CAT, "{error}"))
    }

    /// The source pad's task: one item.
    fn push_next(&self) {
        let flow = match self.queue.take() {
            None => {
                let _ = self.source.pause_task();
                return;
            }
            Some(Item::Event(event)) => {
                if let Some(source) = restarted(&event) {
                    lock(self.history()).forget(source);
                }
                self.source.push_event(event);
                Ok(gst::FlowSuccess::Ok)
            }
            Some(Item::Buffer(buffer, None)) => self.source.push(self.measured(buffer)),
            Some(Item::Buffer(buffer, Some(ticket))) => match self.finish(buffer, &ticket) {
                Ok(buffer) => self.source.push(self.measured(buffer)),
                Err(error) => Err(self.fail(&error)),
            },
        };
        if flow.is_err() {
            gst::debug!(CAT, imp = self, "pushing: {flow:?}");
        }
        if self.queue.done(flow)
            && let Err(error @ (gst::FlowError::NotLinked | gst::FlowError::NotNegotiated | gst::FlowError::Error)) =
                flow
        {
            gst::element_imp_error!(self, gst::StreamError::Failed, ("data cannot flow on: {error}"));
            self.source.push_event(gst::event::Eos::new());
        }
    }

    /// A buffer that leaves now, for whoever measures latencies.
    fn measured(&self, mut buffer: gst::Buffer) -> gst::Buffer {
        if latency::flags().any()
            && let Some(batch) = Batch::of_mut(buffer.make_mut())
        {
            batch.end_latency(&self.obj().name());
        }
        buffer
    }

    /// A buffer with what was found in it.
    fn finish(&self, mut buffer: gst::Buffer, ticket: &Ticket) -> Result<gst::Buffer, FrameError> {
        let (network, results) = (ticket.network(), ticket.results());
        if let Some(error) = results.error {
            return Err(error);
        }
        if network.config().debug.write_raw_outputs {
            let number = {
                let mut state = self.state();
                state.written += 1;
                state.written - 1
            };
            raw_output::write(network, &results.found, number)?;
        }
        let callback = self.settings().raw_output();
        callback.call(buffer.make_mut(), network, &results.found);
        let Some(batch) = Batch::of_mut(buffer.make_mut()) else { return Ok(buffer) };
        match ticket.objects() {
            None => attach::attach(batch, network, &self.layouts, ticket, results.found),
            Some(objects) => {
                let mut history = lock(self.history());
                attach::attach_to_objects(batch, network, &self.layouts, objects, &results.found, &mut history);
            }
        }
        Ok(buffer)
    }
}
