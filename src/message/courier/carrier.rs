//! The thread that sends what the spool holds.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::shared::Shared;
use crate::message::broker::{Broker, BrokerError, Client, Event, SendError};
use crate::message::envelope::Envelope;

/// Between two attempts to connect: at first, and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// Messages that are read from the spool under one lock, and their bytes.
const READ: (usize, usize) = (64, 1 << 20);
/// How long a look at the broker or the spool may take when there is nothing else to do.
const TICK: Duration = Duration::from_millis(10);

/// Sends, and connects again when it has to.
pub(super) struct Carrier {
    shared: Arc<Shared>,
    client: Box<dyn Client>,
    /// Messages up to this number were given to a broker before.
    offered: u64,
    /// What is wrong with the connection, as it was last said.
    trouble: Option<String>,
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.shared.carrier_ended();
    }
}

/// One connection.
struct Session {
    broker: Box<dyn Broker>,
    under_way: HashSet<u64>,
    /// Read, not yet sent.
    ready: VecDeque<(u64, Envelope)>,
    events: Vec<Event>,
    useful: bool,
}

impl Carrier {
    pub fn new(shared: Arc<Shared>, client: Box<dyn Client>) -> Self {
        Self { shared, client, offered: 0, trouble: None }
    }

    /// Works until it is told to stop.
    pub fn carry(&mut self) {
        let (mut backoff, mut first) = (BACKOFF.0, true);
        while !self.shared.is_stopping() {
            match self.client.connect() {
                Ok(broker) => {
                    if !first {
                        self.shared.counts.reconnected();
                    }
                    first = false;
                    let (useful, error) = self.serve(broker);
                    if useful {
                        backoff = BACKOFF.0;
                    }
                    if let Some(error) = error {
                        self.troubled(error.to_string());
                    }
                }
                Err(error) => self.troubled(error.to_string()),
            }
            self.shared.pause(backoff);
            backoff = (backoff * 2).min(BACKOFF.1);
        }
    }

    /// Sends over one connection until it is lost or all ends. Says whether anything was acknowledged.
    fn serve(&mut self, broker: Box<dyn Broker>) -> (bool, Option<BrokerError>) {
        self.shared.spool().rewind();
        let mut session =
            Session { broker, under_way: HashSet::new(), ready: VecDeque::new(), events: Vec::new(), useful: false };
        while !self.shared.is_stopping() {
            if let Err(error) = self.step(&mut session) {
                return (session.useful, Some(error));
            }
        }
        session.broker.close();
        (session.useful, None)
    }

    fn step(&mut self, session: &mut Session) -> Result<(), BrokerError> {
        let room = self.client.window().saturating_sub(session.under_way.len());
        if session.ready.is_empty() && room > 0 {
            self.read(session, room);
        }
        let more = self.send(session)?;
        if session.ready.is_empty() && session.under_way.is_empty() {
            let spool =
                self.shared.wait_until(Instant::now() + TICK, |shared, spool| shared.is_stopping() || spool.has_more());
            drop(spool);
        }
        let wait = if more || session.under_way.is_empty() { Duration::ZERO } else { TICK };
        let polled = session.broker.poll(wait, &mut session.events);
        self.hear(session);
        polled
    }

    fn read(&self, session: &mut Session, room: usize) {
        let (mut bytes, mut unreadable) = (0, None);
        let mut spool = self.shared.spool();
        while session.ready.len() < room.min(READ.0) && bytes < READ.1 {
            match spool.read() {
                Ok(Some((id, message))) => {
                    bytes += message.weight();
                    session.ready.push_back((id, message));
                }
                Ok(None) => break,
                Err(error) => {
                    unreadable = Some(error);
                    break;
                }
            }
        }
        drop(spool);
        if let Some((error, lost)) = unreadable {
            self.shared.dropped(lost, &error.to_string());
        }
    }

    /// Sends what is ready. Says whether there may be more to send at once.
    fn send(&mut self, session: &mut Session) -> Result<bool, BrokerError> {
        while let Some((id, message)) = session.ready.pop_front() {
            match session.broker.send(id, &message) {
                Ok(()) => {
                    self.shared.counts.sent(id <= self.offered);
                    self.offered = self.offered.max(id);
                    session.under_way.insert(id);
                }
                Err(SendError::Busy) => {
                    session.ready.push_front((id, message));
                    return Ok(false);
                }
                Err(SendError::Refused(reason)) => self.refused(id, &reason),
                Err(SendError::Lost(error)) => return Err(error),
            }
        }
        let more = session.under_way.len() < self.client.window();
        Ok(more && self.shared.spool().has_more())
    }

    /// Takes note of what the broker said.
    fn hear(&mut self, session: &mut Session) {
        let mut acknowledged = Vec::new();
        for event in session.events.drain(..) {
            match event {
                Event::Acknowledged(id) => {
                    if session.under_way.remove(&id) {
                        acknowledged.push(id);
                    }
                }
                Event::Refused(id, reason) => {
                    if session.under_way.remove(&id) {
                        self.refused(id, &reason);
                    }
                }
                Event::Trouble(text) => self.troubled(text),
            }
        }
        if acknowledged.is_empty() {
            return;
        }
        session.useful = true;
        let mut spool = self.shared.spool();
        let news = spool.acknowledge(&acknowledged);
        self.shared.counts.acknowledged(news);
        drop(spool);
        self.shared.changed();
        if self.trouble.take().is_some() {
            self.shared.info(format!("{}: messages are delivered again", self.client.place()));
        }
    }

    fn refused(&self, id: u64, reason: &str) {
        let news = self.shared.spool().acknowledge(&[id]);
        self.shared.dropped(news, &format!("{} refused it: {reason}", self.client.place()));
    }

    /// Says what is wrong, once until it changes.
    fn troubled(&mut self, text: String) {
        if self.trouble.as_ref() != Some(&text) {
            self.shared.warn(format!("{text}; messages wait in the spool, and it is tried again"));
            self.trouble = Some(text);
        }
    }
}
