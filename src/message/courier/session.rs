//! What is known of one connection: what is to be sent over it next, and what is under way.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::suspicion::Plan;
use crate::message::broker::{Broker, Event};
use crate::message::envelope::Envelope;

/// One connection.
pub(super) struct Session {
    pub broker: Box<dyn Broker>,
    /// Read, not yet sent.
    pub ready: VecDeque<(u64, Envelope)>,
    pub events: Vec<Event>,
    /// Whether anything was acknowledged.
    pub useful: bool,
    /// Whether a message that is not suspected was acknowledged before the one that is.
    pub witnessed: bool,
    /// The message that was sent last and what is said of it, while they go one at a time.
    pub last: Option<(u64, String)>,
    plan: Plan,
    under_way: BTreeMap<u64, Instant>,
}

impl Session {
    pub fn new(broker: Box<dyn Broker>, plan: Plan) -> Self {
        let (ready, events, under_way) = (VecDeque::new(), Vec::new(), BTreeMap::new());
        Self { broker, ready, events, useful: false, witnessed: false, last: None, plan, under_way }
    }

    /// How many messages more may be under way, of `window`.
    pub fn room(&self, window: usize) -> usize {
        let window = if self.plan == Plan::All { window } else { window.min(1) };
        window.saturating_sub(self.under_way.len())
    }

    /// How many to read where there is room for so many and `most` are read at a time.
    pub fn appetite(&self, room: usize, most: usize) -> usize {
        if matches!(self.plan, Plan::Witness { .. }) { most } else { room.min(most) }
    }

    /// How many to read however large they are: the one that is suspected, and those up to its witness.
    pub fn least(&self) -> usize {
        if let Plan::Witness { skip, .. } = self.plan { skip + 2 } else { 1 }
    }

    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Puts what was read into the order that the plan wants.
    pub fn arrange(&mut self) {
        let Plan::Witness { suspect, skip } = self.plan else { return };
        if self.witnessed {
            return;
        }
        let others = self.ready.len().saturating_sub(1);
        if self.ready.front().is_none_or(|(id, _)| *id != suspect) {
            // It is acknowledged, or had to make room.
            self.plan = Plan::All;
        } else if others > 0
            && let Some(witness) = self.ready.remove(1 + skip % others)
        {
            self.ready.push_front(witness);
        }
    }

    /// A message is on its way.
    pub fn sent(&mut self, id: u64, message: &Envelope) {
        self.under_way.insert(id, Instant::now());
        if self.plan != Plan::All {
            self.last = Some((id, format!("topic {}, {} bytes", message.topic, message.payload.len())));
        }
    }

    /// A message is no longer under way, because it was acknowledged or not; says whether it was.
    pub fn done(&mut self, id: u64, acknowledged: bool) -> bool {
        if self.under_way.remove(&id).is_none() {
            return false;
        }
        match self.plan {
            Plan::Witness { suspect, .. } if acknowledged && suspect != id => self.witnessed = true,
            Plan::Witness { suspect, .. } if suspect == id => self.plan = Plan::All,
            Plan::OneByOne(until) if id >= until => self.plan = Plan::All,
            _ => {}
        }
        true
    }

    /// The oldest message under way, and how long it has been.
    pub fn head(&self) -> Option<(u64, Duration)> {
        self.under_way.first_key_value().map(|(id, sent)| (*id, sent.elapsed()))
    }
}
