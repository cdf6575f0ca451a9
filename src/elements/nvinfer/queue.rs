//! What is between the pads, in order: buffers being inferred, and events that must not overtake them.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::ticket::Ticket;

/// One thing on its way to the source pad.
pub enum Item {
    /// A buffer; it may leave when its ticket is done.
    Buffer(gst::Buffer, Option<std::sync::Arc<Ticket>>),
    /// A serialised event.
    Event(gst::Event),
}

/// The queue; one thread puts in, one takes out.
pub struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    items: VecDeque<Item>,
    /// Frames with a worker or waiting for one.
    frames: usize,
    /// How many of these there may be before putting in waits.
    limit: usize,
    /// An item is with the taker.
    pushing: bool,
    /// What the source pad said last; `Err(Flushing)` while nothing may move.
    flow: Result<gst::FlowSuccess, gst::FlowError>,
}

/// Buffers without frames to infer that may wait.
const MAX_ITEMS: usize = 64;

impl Default for Queue {
    fn default() -> Self {
        let flow = Err(gst::FlowError::Flushing);
        let state = State { items: VecDeque::new(), frames: 0, limit: 1, pushing: false, flow };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins anew, with room for `limit` frames at a time.
    pub fn open(&self, limit: usize) {
        let mut state = self.lock();
        state.items.clear();
        (state.frames, state.limit, state.flow) = (0, limit.max(1), Ok(gst::FlowSuccess::Ok));
        self.changed.notify_all();
    }

    /// Changes how many frames may be under way.
    pub fn set_limit(&self, limit: usize) {
        self.lock().limit = limit.max(1);
        self.changed.notify_all();
    }

    /// Throws everything away and lets nothing in until [`open`](Self::open).
    pub fn close(&self) {
        let mut state = self.lock();
        state.flow = Err(gst::FlowError::Flushing);
        let items = std::mem::take(&mut state.items);
        state.frames = 0;
        drop(state);
        self.changed.notify_all();
        for item in items {
            if let Item::Buffer(_, Some(ticket)) = item {
                ticket.cancel();
            }
        }
    }

    /// Waits until there is room for a buffer.
    ///
    /// # Errors
    /// What the source pad said, if that was an error.
    pub fn wait_for_room(&self) -> Result<(), gst::FlowError> {
        let mut state = self.lock();
        while state.flow.is_ok() && (state.frames >= state.limit || state.items.len() >= MAX_ITEMS) {
            state = self.wait(state);
        }
        state.flow.map(drop)
    }

    /// Waits until everything has left; `false` if it was thrown away or could not leave.
    pub fn wait_until_empty(&self) -> bool {
        let mut state = self.lock();
        while state.flow.is_ok() && (!state.items.is_empty() || state.pushing) {
            state = self.wait(state);
        }
        state.flow.is_ok()
    }

    /// Puts an item in. Does not wait.
    ///
    /// # Errors
    /// What the source pad said, if that was an error.
    pub fn put(&self, item: Item) -> Result<gst::FlowSuccess, gst::FlowError> {
        let mut state = self.lock();
        if state.flow.is_ok() {
            if let Item::Buffer(_, Some(ticket)) = &item {
                state.frames += ticket.pictures();
            }
            state.items.push_back(item);
            self.changed.notify_all();
        }
        state.flow
    }

    /// The oldest item, once it may leave; `None` when the queue was closed.
    pub fn take(&self) -> Option<Item> {
        let mut state = self.lock();
        loop {
            state.flow.ok()?;
            let ready = match state.items.front() {
                Some(Item::Buffer(_, Some(ticket))) => ticket.is_done(),
                Some(_) => true,
                None => false,
            };
            if ready && let Some(item) = state.items.pop_front() {
                if let Item::Buffer(_, Some(ticket)) = &item {
                    state.frames = state.frames.saturating_sub(ticket.pictures());
                }
                state.pushing = true;
                self.changed.notify_all();
                return Some(item);
            }
            state = self.wait(state);
        }
    }

    /// Says what became of the item taken. `true` when the end of the stream was already waiting behind one that failed:
    /// upstream will not hear of it any more.
    pub fn done(&self, flow: Result<gst::FlowSuccess, gst::FlowError>) -> bool {
        let mut state = self.lock();
        state.pushing = false;
        if state.flow.is_ok() {
            state.flow = flow;
        }
        self.changed.notify_all();
        let ending = |item: &Item| matches!(item, Item::Event(event) if event.type_() == gst::EventType::Eos);
        flow.is_err() && state.items.iter().any(ending)
    }

    /// Wakes the taker: a ticket may be done.
    pub fn notify(&self) {
        // Without the lock the taker could look at the ticket, find it undone, and then miss this.
        drop(self.lock());
        self.changed.notify_all();
    }
}
