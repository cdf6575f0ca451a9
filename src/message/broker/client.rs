//! What a courier asks of a broker's client.

use std::time::Duration;

use super::BrokerError;
use crate::message::envelope::Envelope;

/// A client that is set up and can connect, again and again.
pub trait Client: Send {
    /// Connects; may take a few seconds.
    ///
    /// # Errors
    /// When it cannot now. The courier tries again.
    fn connect(&self) -> Result<Box<dyn Broker>, BrokerError>;

    /// Messages that may be on their way at a time.
    fn window(&self) -> usize {
        1000
    }

    /// Whether the broker may break the connection off instead of refusing a message. A client that keeps a connection by
    /// itself, or has none, says no.
    fn may_break_off(&self) -> bool {
        false
    }

    /// What is said of it in messages: protocol and place, no password.
    fn place(&self) -> String;
}

/// A connection to a broker.
pub trait Broker {
    /// Sends a message, or takes it to be sent. What becomes of it is said by [`poll`](Self::poll) under the same number.
    ///
    /// # Errors
    /// When it was not taken.
    fn send(&mut self, id: u64, message: &Envelope) -> Result<(), SendError>;

    /// Goes on with what is under way and says what has happened; returns when something has, or after `wait`.
    ///
    /// # Errors
    /// When the connection is lost. Nothing that was sent and not acknowledged can be trusted to have arrived.
    fn poll(&mut self, wait: Duration, events: &mut Vec<Event>) -> Result<(), BrokerError>;

    /// Whether [`poll`](Self::poll) can wait without cost. One that cannot is asked again and again, without a wait.
    fn can_wait(&self) -> bool {
        true
    }

    /// Hangs up.
    fn close(&mut self) {}
}

/// Why a message was not taken.
#[derive(Debug)]
pub enum SendError {
    /// Not now: poll, then try again.
    Busy,
    /// Never, with the reason: the message is too large, or the topic is not allowed.
    Refused(String),
    /// The connection is lost.
    Lost(BrokerError),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The broker has the message.
    Acknowledged(u64),
    /// The broker will never take the message, with the reason.
    Refused(u64, String),
    /// The client has trouble and goes on trying by itself.
    Trouble(String),
}
