//! Which message a broker breaks connections off over instead of refusing it. Pure: it is told what happened and says how
//! to send next.
//!
//! A message is held to be refused only when all of this was seen: the connection was up and broke within [`QUICK`] of
//! sending that very message, with nothing else under way, [`BREAKS`] times in a row; then, [`CONFIRMED`] times, each on a
//! connection of its own, another message was acknowledged and this one, sent right behind it, broke the connection again.
//! A connection that cannot be made, one that breaks later, or an acknowledgement begins the count anew. So a broker that
//! dies and returns, however often, is never taken for one that refuses.

use std::time::Duration;

/// A break later than this after a message was sent is not laid at its door.
const QUICK: Duration = Duration::from_secs(2);
/// Breaks over the same oldest message before messages are sent one at a time.
const CAREFUL: u32 = 2;
/// Breaks before other messages are asked to witness.
pub(super) const BREAKS: u32 = 5;
/// Witnesses that are needed.
pub(super) const CONFIRMED: u32 = 3;

/// How the next connection sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// As many as there is room for.
    All,
    /// One at a time, up to the message with this number.
    OneByOne(u64),
    /// One of those behind the first, then the first, one at a time.
    Witness {
        /// The message that is suspected.
        suspect: u64,
        /// How many of those behind it are passed over: they broke the connection themselves.
        skip: usize,
    },
}

/// What a lost connection leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing to say.
    None,
    /// It broke over this message, so often that a user should know.
    Suspected(u64),
    /// The broker will not have this message.
    Refused(u64),
}

/// A connection that broke.
#[derive(Debug, Clone, Copy)]
pub(super) struct Break {
    /// The oldest message that was sent and not acknowledged, and how long ago it was sent.
    pub head: Option<(u64, Duration)>,
    /// The newest message that was ever sent.
    pub newest: u64,
    /// Another message was acknowledged on this connection before.
    pub witnessed: bool,
}

/// The memory of broken connections.
#[derive(Debug, Default)]
pub(super) struct Suspicion(Option<Suspect>);

#[derive(Debug)]
struct Suspect {
    id: u64,
    breaks: u32,
    confirmed: u32,
    skip: usize,
    newest: u64,
}

impl Suspicion {
    /// How to send over the next connection.
    pub fn plan(&self) -> Plan {
        match &self.0 {
            Some(suspect) if suspect.breaks >= BREAKS => Plan::Witness { suspect: suspect.id, skip: suspect.skip },
            Some(suspect) if suspect.breaks >= CAREFUL => Plan::OneByOne(suspect.newest),
            _ => Plan::All,
        }
    }

    /// Nothing is to be learnt from what was before: the broker was away.
    pub fn forget(&mut self) {
        self.0 = None;
    }

    /// A message was acknowledged.
    pub fn acknowledged(&mut self, id: u64) {
        if self.0.as_ref().is_some_and(|suspect| suspect.id == id) {
            self.forget();
        }
    }

    /// A connection broke that was sent over as [`plan`](Self::plan) said.
    pub fn broken(&mut self, event: Break) -> Verdict {
        let Some((head, _)) = event.head.filter(|(_, since)| *since <= QUICK) else {
            self.forget();
            return Verdict::None;
        };
        let witnessing = matches!(self.plan(), Plan::Witness { .. });
        match &mut self.0 {
            Some(suspect) if suspect.id == head => {
                suspect.newest = event.newest;
                if witnessing && event.witnessed {
                    suspect.confirmed += 1;
                }
                suspect.breaks = suspect.breaks.saturating_add(1);
                if suspect.confirmed >= CONFIRMED {
                    self.forget();
                    return Verdict::Refused(head);
                }
                if suspect.breaks < BREAKS { Verdict::None } else { Verdict::Suspected(head) }
            }
            // The one that was to witness broke it itself.
            Some(suspect) if witnessing => {
                suspect.skip += 1;
                Verdict::Suspected(suspect.id)
            }
            _ => {
                self.0 = Some(Suspect { id: head, breaks: 1, confirmed: 0, skip: 0, newest: event.newest });
                Verdict::None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(head: u64, witnessed: bool) -> Break {
        Break { head: Some((head, Duration::from_millis(5))), newest: 90, witnessed }
    }

    fn suspected(id: u64) -> Suspicion {
        let mut suspicion = Suspicion::default();
        for number in 1..=BREAKS {
            let wanted = if number < BREAKS { Verdict::None } else { Verdict::Suspected(id) };
            assert_eq!(suspicion.broken(at(id, false)), wanted);
        }
        suspicion
    }

    #[test]
    fn a_message_is_refused_after_breaks_in_a_row_and_three_witnesses() {
        let mut suspicion = Suspicion::default();
        suspicion.broken(at(7, false));
        assert_eq!(suspicion.plan(), Plan::All);
        suspicion.broken(at(7, false));
        assert_eq!(suspicion.plan(), Plan::OneByOne(90));
        let mut suspicion = suspected(7);
        assert_eq!(suspicion.plan(), Plan::Witness { suspect: 7, skip: 0 });
        // The first that is asked is no better.
        assert_eq!(suspicion.broken(at(8, false)), Verdict::Suspected(7));
        assert_eq!(suspicion.plan(), Plan::Witness { suspect: 7, skip: 1 });
        assert_eq!(suspicion.broken(at(7, true)), Verdict::Suspected(7));
        assert_eq!(suspicion.broken(at(7, true)), Verdict::Suspected(7));
        assert_eq!(suspicion.broken(at(7, true)), Verdict::Refused(7));
        assert_eq!(suspicion.plan(), Plan::All);
    }

    #[test]
    fn without_a_witness_it_waits_for_ever() {
        let mut suspicion = suspected(7);
        for _ in 0..1000 {
            assert_eq!(suspicion.broken(at(7, false)), Verdict::Suspected(7));
        }
    }

    #[test]
    fn an_outage_progress_or_a_late_break_begins_anew() {
        let mut outage = suspected(7);
        outage.forget();
        assert_eq!(outage.plan(), Plan::All);
        let mut progress = suspected(7);
        progress.acknowledged(7);
        assert_eq!(progress.plan(), Plan::All);
        let mut other = Suspicion::default();
        for head in 0..1000 {
            assert_eq!(other.broken(at(head, false)), Verdict::None);
            assert_eq!(other.plan(), Plan::All);
        }
        for head in [None, Some((7, Duration::from_secs(9)))] {
            let mut late = suspected(7);
            assert_eq!(late.broken(Break { head, newest: 90, witnessed: true }), Verdict::None);
            assert_eq!(late.plan(), Plan::All);
        }
    }
}
