//! The thread that sends what the spool holds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::session::Session;
use super::shared::Shared;
use super::suspicion::{Break, Suspicion, Verdict};
use crate::message::broker::{Broker, BrokerError, Client, Event, SendError};
use crate::message::spool::Spool;

/// Between two attempts to connect: at first, and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// Messages that are read from the spool under one lock, and their bytes.
const READ: (usize, usize) = (64, 1 << 20);
/// How long a look at the broker or the spool may take when there is nothing else to do.
const TICK: Duration = Duration::from_millis(10);
/// What to do about a message that breaks connections.
const ADVICE: &str = "is the topic allowed to this user, and the message not too large for the broker?";

/// Sends, and connects again when it has to.
pub(super) struct Carrier {
    shared: Arc<Shared>,
    client: Box<dyn Client>,
    /// Messages up to this number were given to a broker before.
    offered: u64,
    /// What is wrong with the connection, as it was last said.
    trouble: Option<String>,
    suspicion: Suspicion,
    /// What is said of the message that is suspected.
    suspect: Option<(u64, String)>,
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.shared.carrier_ended();
    }
}

impl Carrier {
    pub fn new(shared: Arc<Shared>, client: Box<dyn Client>) -> Self {
        Self { shared, client, offered: 0, trouble: None, suspicion: Suspicion::default(), suspect: None }
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
                    if self.serve(broker) {
                        backoff = BACKOFF.0;
                    }
                }
                Err(error) => {
                    self.suspicion.forget();
                    self.troubled(error.to_string());
                }
            }
            self.shared.pause(backoff);
            backoff = (backoff * 2).min(BACKOFF.1);
        }
    }

    /// Sends over one connection until it is lost or all ends. Says whether anything was acknowledged.
    fn serve(&mut self, broker: Box<dyn Broker>) -> bool {
        self.shared.spool().rewind();
        let mut session = Session::new(broker, self.suspicion.plan());
        while !self.shared.is_stopping() {
            if let Err(error) = self.step(&mut session) {
                self.lost(&session, &error);
                return session.useful;
            }
        }
        session.broker.close();
        session.useful
    }

    /// A connection is at its end: says so, and gives up the message that broke it once that is sure.
    fn lost(&mut self, session: &Session, error: &BrokerError) {
        let broke = self.client.may_break_off() && matches!(error, BrokerError::Lost { .. });
        if !broke {
            self.suspicion.forget();
            return self.troubled(error.to_string());
        }
        let event = Break { head: session.head(), newest: self.offered, witnessed: session.witnessed };
        let verdict = self.suspicion.broken(event);
        let words = |id: u64, known: &Option<(u64, String)>| {
            [&session.last, known].into_iter().flatten().find(|(of, _)| *of == id).map(|(_, words)| words.clone())
        };
        match verdict {
            Verdict::None => self.troubled(error.to_string()),
            Verdict::Suspected(id) => {
                let said = words(id, &self.suspect).unwrap_or_default();
                self.troubled(format!("{error}, each time the same message is sent ({said}); {ADVICE}"));
                self.suspect = Some((id, said));
            }
            Verdict::Refused(id) => {
                let said = words(id, &self.suspect).unwrap_or_default();
                self.suspect = None;
                self.refused(
                    id,
                    &format!("it breaks the connection off each time it is sent ({said}), and takes others; {ADVICE}"),
                );
            }
        }
    }

    fn step(&mut self, session: &mut Session) -> Result<(), BrokerError> {
        let room = session.room(self.client.window());
        if session.ready.is_empty() && room > 0 {
            self.read(session, room);
        }
        let more = self.send(session)?;
        let wait_here = !session.broker.can_wait() && !more;
        if session.ready.is_empty() && (session.is_idle() || wait_here) {
            let room = session.room(self.client.window()) > 0;
            let done = |shared: &Shared, spool: &Spool| shared.is_stopping() || (room && spool.has_more());
            drop(self.shared.wait_until(Instant::now() + TICK, done));
        }
        let wait = if more || wait_here || session.is_idle() { Duration::ZERO } else { TICK };
        let polled = session.broker.poll(wait, &mut session.events);
        self.hear(session);
        polled
    }

    fn read(&self, session: &mut Session, room: usize) {
        let (mut bytes, mut unreadable) = (0, None);
        let (least, most) = (session.least(), session.appetite(room, READ.0));
        let mut spool = self.shared.spool();
        while session.ready.len() < most && (session.ready.len() < least || bytes < READ.1) {
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
        session.arrange();
        if let Some((error, lost)) = unreadable {
            self.shared.dropped(lost, &error.to_string());
        }
    }

    /// Sends what is ready. Says whether there may be more to send at once.
    fn send(&mut self, session: &mut Session) -> Result<bool, BrokerError> {
        let window = self.client.window();
        while session.room(window) > 0
            && let Some((id, message)) = session.ready.pop_front()
        {
            match session.broker.send(id, &message) {
                Ok(()) => {
                    self.shared.counts.sent(id <= self.offered);
                    self.offered = self.offered.max(id);
                    session.sent(id, &message);
                }
                Err(SendError::Busy) => {
                    session.ready.push_front((id, message));
                    return Ok(false);
                }
                Err(SendError::Refused(reason)) => self.refused(id, &reason),
                Err(SendError::Lost(error)) => {
                    session.sent(id, &message);
                    return Err(error);
                }
            }
        }
        Ok(session.room(window) > 0 && self.shared.spool().has_more())
    }

    /// Takes note of what the broker said.
    fn hear(&mut self, session: &mut Session) {
        let mut acknowledged = Vec::new();
        let mut events = std::mem::take(&mut session.events);
        for event in events.drain(..) {
            match event {
                Event::Acknowledged(id) => {
                    if session.done(id, true) {
                        self.suspicion.acknowledged(id);
                        acknowledged.push(id);
                    }
                }
                Event::Refused(id, reason) => {
                    if session.done(id, false) {
                        self.suspicion.acknowledged(id);
                        self.refused(id, &reason);
                    }
                }
                Event::Trouble(text) => self.troubled(text),
            }
        }
        session.events = events;
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
