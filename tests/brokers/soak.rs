//! Long runs, started by scripts/broker-soak: many restarts, and many messages a second.

use std::path::Path;
use std::time::{Duration, Instant};

use ds_apps::message::broker::Settings;

use crate::courier::{Sender, check_all_arrived_in_order, message};
use crate::kafka::Kafka;
use crate::server::{self, Server};

pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
#[ignore = "takes minutes: scripts/broker-soak restarts"]
fn kafka_is_killed_again_and_again() {
    let (messages, restarts) = (number("MESSAGES", 20_000), number("RESTARTS", 50));
    // A broker that was killed is let in again at once.
    let lines = "broker.session.timeout.ms=1000\nbroker.heartbeat.interval.ms=200\n";
    let Some((dir, mut server)) = server::ready_with::<Kafka>(lines) else { return };
    let sender = Sender::start(&server.settings("events"), &dir.path().join("spool"));
    let (part, started, mut next) = (messages / (2 * restarts), Instant::now(), 0);
    for restart in 1..=restarts {
        let flowing = sender.courier.counts().acknowledged;
        sender.send(next..next + part);
        // Killed while they flow.
        crate::process::wait_until(|| sender.courier.counts().acknowledged > flowing);
        server.kill();
        sender.send(next + part..next + 2 * part);
        next += 2 * part;
        server.start();
        if restart % 10 == 0 {
            eprintln!("{restart} restarts, {:.0} s: {:?}", started.elapsed().as_secs_f64(), sender.courier.counts());
        }
    }
    sender.send(next..messages);
    let counts = sender.finish();
    let arrived = server.received(messages as usize);
    check_all_arrived_in_order(&arrived, messages);
    let duplicates = arrived.len() as u64 - messages;
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{messages} messages, {restarts} kills in {seconds:.0} s: all arrived, in order per source, {duplicates} twice"
    );
    println!("{counts:?}");
    assert_eq!((counts.acknowledged, counts.dropped), (messages, 0));
}

/// Seconds of processor time this process has used.
pub fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    // Ticks of 10 ms in user and kernel mode.
    [11, 12].iter().map(|&at: &usize| fields[at].parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

/// Sends at a rate for a while; says how long the pipeline's side waited and what it cost.
fn rate(settings: &Settings, spool: &Path, name: &str) {
    let (rate, seconds) = (number("RATE", 5000), number("SECONDS_LONG", 10));
    let sender = Sender::start(settings, spool);
    sender.send(0..1);
    crate::process::wait_until(|| sender.courier.counts().acknowledged == 1);
    let payload = |number| {
        let mut payload = message(number);
        // As large as DeepStream's full schema.
        payload.pop();
        payload.extend_from_slice(format!(",\"fill\":\"{}\"}}", "x".repeat(1000)).as_bytes());
        payload
    };
    let (before, started, mut longest, mut next) = (processor_seconds(), Instant::now(), Duration::ZERO, 1);
    let step = rate / 50;
    for tick in 1..=seconds * 50 {
        for number in next..next + step {
            let payload = payload(number);
            let begun = Instant::now();
            sender.send_one(payload);
            longest = longest.max(begun.elapsed());
        }
        next += step;
        let due = started + Duration::from_millis(20 * tick);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    let sent = started.elapsed();
    let behind = sender.courier.counts().spooled;
    let counts = sender.finish();
    let used = processor_seconds() - before;
    println!(
        "{name}: {} messages of 1 kB in {:.2} s ({:.0}/s), {behind} not acknowledged then, all {:.2} s later",
        next - 1,
        sent.as_secs_f64(),
        (next - 1) as f64 / sent.as_secs_f64(),
        (started.elapsed() - sent).as_secs_f64(),
    );
    println!(
        "  handing one over took {longest:?} at most; {:.2} s of processor time a second",
        used / sent.as_secs_f64()
    );
    assert_eq!((counts.acknowledged, counts.dropped), (next, 0));
}

#[test]
#[ignore = "a measurement: scripts/broker-soak rate"]
fn five_thousand_messages_a_second_to_kafka() {
    let Some((dir, server)) = server::ready::<Kafka>() else { return };
    rate(&server.settings("events"), &dir.path().join("spool"), "kafka");
}

#[test]
#[ignore = "a measurement: scripts/broker-soak rate"]
fn five_thousand_messages_a_second_to_redis() {
    let Some((dir, server)) = server::ready::<crate::redis::Redis>() else { return };
    rate(&server.settings("events"), &dir.path().join("spool"), "redis");
}
