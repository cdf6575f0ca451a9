//! Messages to real brokers: delivered, in order, across outages and SIGKILL; what is wrong is said. Each test starts its
//! broker on loopback in a folder of its own; where it is not installed the test says so on stderr and is skipped.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod app;
mod bad;
mod certificates;
mod courier;
mod disk;
mod kafka;
mod killed;
mod mosquitto;
mod process;
mod rabbitmq;
mod redis;
mod refused;
mod sasl;
mod server;
mod slowdown;
mod soak;
mod test4;
mod tls;

use courier::{Sender, check_all_arrived_in_order};
use server::Server;

/// Messages arrive, each once, in order.
fn delivers<S: Server>() {
    let Some((dir, mut server)) = server::ready::<S>() else { return };
    let sender = Sender::start(&server.settings("events"), &dir.path().join("spool"));
    sender.send(0..300);
    let counts = sender.finish();
    assert_eq!((counts.acknowledged, counts.retried, counts.dropped), (300, 0, 0), "{counts:?}");
    let arrived = server.received(300);
    assert_eq!(arrived.len(), 300);
    check_all_arrived_in_order(&arrived, 300);
}

/// The broker dies and returns while messages flow: each arrives at least once, in order per source.
fn survives_restarts<S: Server>(restarts: usize) {
    let Some((dir, mut server)) = server::ready::<S>() else { return };
    let sender = Sender::start(&server.settings("events"), &dir.path().join("spool"));
    let (mut next, part) = (0, 250);
    for _ in 0..restarts {
        let flowing = sender.courier.counts().acknowledged;
        sender.send(next..next + part);
        // Killed while they flow.
        process::wait_until(|| sender.courier.counts().acknowledged > flowing);
        server.kill();
        sender.send(next + part..next + 2 * part);
        next += 2 * part;
        server.start();
    }
    sender.send(next..next + part);
    next += part;
    let said = sender.said.clone();
    let counts = sender.finish();
    assert_eq!((counts.acknowledged, counts.dropped, counts.spooled), (next, 0, 0), "{counts:?}, {said:?}");
    let arrived = server.received(next as usize);
    check_all_arrived_in_order(&arrived, next);
    eprintln!(
        "{}: {next} messages, {restarts} restarts, {} duplicates, {counts:?}",
        S::NAME,
        arrived.len() as u64 - next
    );
    let duplicates = arrived.len() as u64 - next;
    assert!(S::RETRIES_BY_ITSELF || duplicates <= counts.retried, "{duplicates} duplicates, {counts:?}");
}

macro_rules! for_each_broker {
    ($($module:ident: $server:ty),*) => {$(
        mod $module {
            #[test]
            fn delivers() {
                super::delivers::<$server>();
            }

            #[test]
            fn survives_restarts() {
                super::survives_restarts::<$server>(3);
            }

            #[test]
            fn events_of_test4_arrive() {
                super::test4::events_arrive::<$server>();
            }

            #[test]
            fn delivers_what_a_killed_process_left() {
                super::killed::delivers_what_a_killed_process_left::<$server>();
            }
        }
    )*};
}

for_each_broker! {
    to_kafka: crate::kafka::Kafka,
    to_rabbitmq: crate::rabbitmq::RabbitMq,
    to_mosquitto: crate::mosquitto::Mosquitto,
    to_redis: crate::redis::Redis
}
