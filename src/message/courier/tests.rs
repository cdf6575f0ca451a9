//! The courier with a broker that can be taken away.

use super::*;
use crate::message::broker::{Broker, BrokerError, Event, SendError};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What all connections to the fake broker share.
#[derive(Default)]
struct World {
    down: AtomicBool,
    /// Messages that a connection lives for; 0 for ever.
    patience: AtomicU64,
    /// Messages that break the connection off.
    poison: Mutex<Vec<u64>>,
    /// Connections that break off with their first message.
    crashes: AtomicU64,
    arrived: Mutex<Vec<Vec<u8>>>,
}

struct FakeClient(Arc<World>);

struct FakeBroker {
    world: Arc<World>,
    taken: u64,
    acks: Vec<Event>,
    broken: bool,
}

impl Client for FakeClient {
    fn connect(&self) -> Result<Box<dyn Broker>, BrokerError> {
        match self.0.down.load(Ordering::Relaxed) {
            true => Err(BrokerError::Connect { place: self.place(), reason: "away".into() }),
            false => Ok(Box::new(FakeBroker { world: self.0.clone(), taken: 0, acks: Vec::new(), broken: false })),
        }
    }

    fn window(&self) -> usize {
        7
    }

    fn may_break_off(&self) -> bool {
        true
    }

    fn place(&self) -> String {
        "fake".into()
    }
}

impl FakeBroker {
    fn lost(&self) -> BrokerError {
        BrokerError::Lost { place: "fake".into(), reason: "killed".into() }
    }
}

impl Broker for FakeBroker {
    fn send(&mut self, id: u64, message: &Envelope) -> Result<(), SendError> {
        let patience = self.world.patience.load(Ordering::Relaxed);
        if self.world.down.load(Ordering::Relaxed) || (patience > 0 && self.taken >= patience) {
            return Err(SendError::Lost(self.lost()));
        }
        if message.payload.is_empty() {
            return Err(SendError::Refused("empty".into()));
        }
        let crashes = &self.world.crashes;
        if crashes.load(Ordering::Relaxed) > 0 {
            crashes.fetch_sub(1, Ordering::Relaxed);
            self.broken = true;
            return Ok(());
        }
        let number = message.payload.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
        self.broken |= number.is_some_and(|number| self.world.poison.lock().unwrap().contains(&number));
        if self.broken {
            return Ok(());
        }
        self.taken += 1;
        self.world.arrived.lock().unwrap().push(message.payload.clone());
        self.acks.push(Event::Acknowledged(id));
        Ok(())
    }

    fn poll(&mut self, _wait: Duration, events: &mut Vec<Event>) -> Result<(), BrokerError> {
        // The acknowledgements of a connection that dies are lost with it.
        match self.broken || self.world.down.load(Ordering::Relaxed) {
            true => Err(self.lost()),
            false => {
                events.append(&mut self.acks);
                Ok(())
            }
        }
    }
}

const LONG: Duration = Duration::from_secs(60);

fn message(number: u64) -> Envelope {
    Envelope { key: "k".into(), topic: "t".into(), payload: number.to_le_bytes().to_vec() }
}

fn start(world: &Arc<World>, dir: Option<&std::path::Path>) -> (Courier, Arc<Mutex<Vec<Notice>>>) {
    let said = Arc::new(Mutex::new(Vec::new()));
    let heard = said.clone();
    let options = Options { spool: dir.map(Into::into), limit: 1 << 20 };
    let notify: Notify = Arc::new(move |notice| heard.lock().unwrap().push(notice));
    (Courier::start(Box::new(FakeClient(world.clone())), &options, notify).unwrap(), said)
}

/// What arrived, each once, in the order of first arrivals.
fn first_arrivals(world: &World) -> Vec<u64> {
    let mut seen = Vec::new();
    for bytes in world.arrived.lock().unwrap().iter() {
        let number = u64::from_le_bytes(bytes.as_slice().try_into().unwrap());
        if !seen.contains(&number) {
            seen.push(number);
        }
    }
    seen
}

#[test]
fn everything_arrives_in_order_and_the_spool_is_empty_then() {
    let (world, dir) = (Arc::new(World::default()), tempfile::tempdir().unwrap());
    let (courier, said) = start(&world, Some(dir.path()));
    (0..500).for_each(|number| courier.accept(message(number)));
    assert_eq!(courier.flush(LONG), Remainder { messages: 0, spool: Some(dir.path().into()), lost: 0 });
    courier.close();
    let counts = courier.counts();
    assert_eq!(counts, Counts { accepted: 500, sent: 500, acknowledged: 500, ..Counts::default() });
    assert_eq!(first_arrivals(&world), (0..500).collect::<Vec<_>>());
    assert!(said.lock().unwrap().is_empty());
    assert!(!std::fs::read_dir(dir.path()).unwrap().any(|file| file.unwrap().path().extension().is_some()));
}

#[test]
fn connections_that_die_cost_duplicates_only() {
    let world = Arc::new(World::default());
    world.patience.store(40, Ordering::Relaxed);
    let (courier, said) = start(&world, None);
    (0..200).for_each(|number| courier.accept(message(number)));
    courier.flush(LONG);
    courier.close();
    assert_eq!(first_arrivals(&world), (0..200).collect::<Vec<_>>());
    let counts = courier.counts();
    assert_eq!((counts.acknowledged, counts.sent, counts.dropped, counts.spooled), (200, 200, 0, 0));
    assert!(counts.reconnects >= 4, "{counts:?}");
    let warning = "fake: connection lost: killed; messages wait in the spool, and it is tried again".to_owned();
    assert!(said.lock().unwrap().contains(&Notice::Warning(warning)));
}

#[test]
fn what_an_outage_kept_is_delivered_by_the_next_run() {
    let (world, dir) = (Arc::new(World::default()), tempfile::tempdir().unwrap());
    world.down.store(true, Ordering::Relaxed);
    let (courier, _) = start(&world, Some(dir.path()));
    (0..100).for_each(|number| courier.accept(message(number)));
    let remainder = courier.close();
    assert_eq!(remainder, Remainder { messages: 100, spool: Some(dir.path().into()), lost: 0 });
    assert_eq!((courier.counts().spooled, courier.counts().acknowledged), (100, 0));

    world.down.store(false, Ordering::Relaxed);
    let (courier, said) = start(&world, Some(dir.path()));
    (100..120).for_each(|number| courier.accept(message(number)));
    assert_eq!(courier.flush(LONG).messages, 0);
    courier.close();
    assert_eq!(first_arrivals(&world), (0..120).collect::<Vec<_>>());
    assert_eq!((courier.counts().recovered, courier.counts().acknowledged), (100, 120));
    let told = format!("spool {}: 100 messages of an earlier run are sent first", dir.path().display());
    assert_eq!(said.lock().unwrap().as_slice(), [Notice::Info(told)]);
}

#[test]
fn a_refused_message_is_dropped_and_said_and_others_go_on() {
    let world = Arc::new(World::default());
    let (courier, said) = start(&world, None);
    courier.accept(message(0));
    courier.accept(Envelope { key: "k".into(), topic: "t".into(), payload: Vec::new() });
    courier.accept(message(1));
    courier.flush(LONG);
    courier.close();
    assert_eq!(first_arrivals(&world), [0, 1]);
    assert_eq!((courier.counts().dropped, courier.counts().acknowledged), (1, 2));
    let told = "1 message dropped so far, the last because fake refused it: empty".to_owned();
    assert_eq!(said.lock().unwrap().as_slice(), [Notice::Warning(told)]);
}

#[test]
fn a_full_spool_drops_the_oldest_and_counts_them() {
    let (world, dir) = (Arc::new(World::default()), tempfile::tempdir().unwrap());
    world.down.store(true, Ordering::Relaxed);
    let (courier, _) = start(&world, Some(dir.path()));
    // 400 messages of 10 kB in a spool of 1 MiB.
    for number in 0..400u64 {
        let mut payload = vec![b'x'; 10_000];
        payload[..8].copy_from_slice(&number.to_le_bytes());
        courier.accept(Envelope { key: "k".into(), topic: "t".into(), payload });
    }
    courier.close();
    let counts = courier.counts();
    assert_eq!((counts.accepted, counts.acknowledged), (400, 0));
    assert_eq!(counts.dropped + counts.spooled, 400);
    assert!((90..=105).contains(&counts.spooled), "{counts:?}");

    world.down.store(false, Ordering::Relaxed);
    let (courier, _) = start(&world, Some(dir.path()));
    assert_eq!(courier.flush(LONG).messages, 0);
    courier.close();
    let arrived = world.arrived.lock().unwrap();
    let numbers: Vec<u64> = arrived.iter().map(|p| u64::from_le_bytes(p[..8].try_into().unwrap())).collect();
    assert_eq!(numbers, (400 - counts.spooled..400).collect::<Vec<_>>());
}

#[test]
fn messages_that_break_connections_are_given_up_once_others_were_taken() {
    let (world, dir) = (Arc::new(World::default()), tempfile::tempdir().unwrap());
    *world.poison.lock().unwrap() = vec![3, 4];
    let (courier, said) = start(&world, Some(dir.path()));
    (0..30).for_each(|number| courier.accept(message(number)));
    assert_eq!(courier.flush(LONG).messages, 0);
    courier.close();
    let counts = courier.counts();
    assert_eq!((counts.acknowledged, counts.dropped), (28, 2), "{counts:?}");
    assert_eq!(first_arrivals(&world), (0..30).filter(|number| ![3, 4].contains(number)).collect::<Vec<_>>());
    let told = "1 message dropped so far, the last because fake refused it: it breaks the connection off each time it is \
                sent (topic t, 8 bytes), and takes others; is the topic allowed to this user, and the message not too large \
                for the broker?";
    assert!(said.lock().unwrap().contains(&Notice::Warning(told.into())), "{said:?}");
}

#[test]
fn a_broker_that_takes_nothing_for_a_while_costs_nothing() {
    let world = Arc::new(World::default());
    // More than are needed to suspect a message.
    world.crashes.store(u64::from(suspicion::BREAKS) + 2, Ordering::Relaxed);
    let (courier, _) = start(&world, None);
    (0..20).for_each(|number| courier.accept(message(number)));
    assert_eq!(courier.flush(LONG).messages, 0);
    courier.close();
    assert_eq!((courier.counts().acknowledged, courier.counts().dropped), (20, 0));
    assert_eq!(first_arrivals(&world).len(), 20);
}

#[test]
fn a_broker_that_dies_after_every_message_gets_all_of_them() {
    let world = Arc::new(World::default());
    world.patience.store(1, Ordering::Relaxed);
    let (courier, _) = start(&world, None);
    (0..10).for_each(|number| courier.accept(message(number)));
    assert_eq!(courier.flush(LONG).messages, 0);
    courier.close();
    assert_eq!((courier.counts().acknowledged, courier.counts().dropped), (10, 0));
    assert_eq!(first_arrivals(&world), (0..10).collect::<Vec<_>>());
}
