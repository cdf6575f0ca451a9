//! What users get wrong: host, password, topic, size, TLS. Each is said with what to do, and nothing hangs.

use std::path::Path;

use ds_apps::message::broker::Settings;

use crate::courier::Sender;
use crate::kafka::Kafka;
use crate::rabbitmq::RabbitMq;
use crate::redis::Redis;
use crate::refused::guarded;
use crate::server::{self, Server};

/// The warning that a message to these settings leads to; the message stays in the spool.
pub fn complaint(settings: &Settings, words: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let sender = Sender::start(settings, dir.path());
    sender.send(0..1);
    let warning = sender.wait_for_warning(words);
    let counts = sender.leave();
    assert_eq!((counts.acknowledged, counts.dropped, counts.spooled), (0, 0, 1), "{warning}");
    warning
}

/// The reason for which a message is dropped while the ones around it arrive.
fn refusal<S: Server>(server: &mut S, settings: &Settings, payload: Vec<u8>) -> String {
    let dir = tempfile::tempdir().unwrap();
    let sender = Sender::start(settings, dir.path());
    sender.send(0..1);
    sender.send_one(payload);
    sender.send(1..2);
    let warning = sender.wait_for_warning("dropped so far");
    let counts = sender.finish();
    assert_eq!((counts.acknowledged, counts.dropped), (2, 1), "{warning}");
    assert_eq!(server.received(2).len(), 2);
    warning
}

/// A file beside the broker with `[message-broker]`.
pub fn with_config(settings: Settings, dir: &Path, lines: &str) -> Settings {
    let path = dir.join("cfg.txt");
    std::fs::write(&path, format!("[message-broker]\n{lines}\n")).unwrap();
    Settings { config: Some(path), ..settings }
}

#[test]
fn a_wrong_port_or_host_is_said_and_messages_wait() {
    for library in ["kafka", "amqp", "mqtt", "redis"] {
        let settings = |address: &str| Settings {
            library: library.into(),
            address: address.into(),
            topic: "t".into(),
            config: None,
        };
        let [port] = server::free_ports();
        let warning = complaint(&settings(&format!("127.0.0.1;{port}")), "messages wait in the spool");
        assert!(warning.starts_with(&format!("{library} 127.0.0.1:{port}: ")), "{warning}");
        assert!(warning.to_lowercase().contains("refused"), "{warning}");
        let warning = complaint(&settings(&format!("no-such-host.invalid;{port}")), "messages wait in the spool");
        assert!(warning.starts_with(&format!("{library} no-such-host.invalid:{port}: ")), "{warning}");
    }
}

#[test]
fn redis_with_a_wrong_password_or_a_key_that_is_no_stream() {
    let Some((dir, server)) = server::ready_with::<Redis>("--requirepass secret") else { return };
    let warning = complaint(&server.settings("events"), "NOAUTH");
    assert!(warning.contains("see password in the configuration file, or PASSWORD_REDIS"), "{warning}");
    let warning = complaint(&with_config(server.settings("events"), dir.path(), "password=wrong"), "redis 127");
    assert!(warning.contains("see password in the configuration file") && !warning.contains("wrong;"), "{warning}");
    drop((dir, server));

    let Some((dir, server)) = server::ready::<Redis>() else { return };
    server.ask::<()>(&["SET", "events", "text"]).unwrap();
    let sender = Sender::start(&server.settings("events"), &dir.path().join("spool"));
    sender.send(0..1);
    let warning = sender.wait_for_warning("dropped so far");
    assert!(warning.contains("wrong kind of value"), "{warning}");
    assert_eq!(sender.finish().dropped, 1);
}

#[test]
fn rabbitmq_with_a_wrong_password_or_a_topic_that_nobody_wants() {
    let Some((dir, server)) = server::ready::<RabbitMq>() else { return };
    let wrong = server.address().replace(";guest;guest", ";guest;wrong");
    let warning = complaint(&Settings { address: wrong, ..server.settings("events") }, "ACCESS_REFUSED");
    assert!(warning.contains("see username and password"), "{warning}");
    let sender = Sender::start(&server.settings("unwanted"), &dir.path().join("spool"));
    sender.send(0..3);
    let warning = sender.wait_for_warning("dropped so far");
    assert!(warning.contains("no queue is bound to exchange amq.topic for the topic unwanted"), "{warning}");
    assert_eq!(sender.finish().dropped, 3);
    let config = with_config(server.settings("events"), dir.path(), "exchange=no-such");
    assert!(complaint(&config, "no exchange 'no-such'").starts_with("amqp 127.0.0.1:"));
    let config = with_config(server.settings("events"), dir.path(), "enable-tls=1");
    assert!(complaint(&config, "messages wait in the spool").starts_with("amqp 127.0.0.1:"));
}

#[test]
fn mosquitto_with_a_wrong_password_and_the_right_one() {
    let dir = tempfile::tempdir().unwrap();
    let Some((folder, server)) = guarded(dir.path(), "") else { return };
    let config = |lines: &str| with_config(server.settings("events"), folder.path(), lines);
    let warning = complaint(&config("username=camera\npassword=wrong"), "messages wait in the spool");
    assert!(warning.contains("see username and password in the configuration file"), "{warning}");
    for (version, spool) in [("5", "s2"), ("4", "s3")] {
        let config = config(&format!("username=camera\npassword=secret\nprotocol-version={version}"));
        let sender = Sender::start(&config, &folder.path().join(spool));
        sender.send(0..5);
        assert_eq!(sender.finish().acknowledged, 5);
    }
}

#[test]
fn kafka_with_a_message_too_large_and_a_topic_that_cannot_be() {
    let Some((dir, mut server)) = server::ready::<Kafka>() else { return };
    let settings = server.settings("events");
    let warning = refusal(&mut server, &settings, vec![b'x'; 2 << 20]);
    assert!(warning.to_lowercase().contains("large"), "{warning}");
    let sender = Sender::start(&server.settings("no/such topic"), &dir.path().join("spool"));
    sender.send(0..1);
    let warning = sender.wait_for_warning("kafka 127.0.0.1");
    assert!(warning.to_lowercase().contains("topic"), "{warning}");
    sender.leave();
    let config = with_config(server.settings("events"), dir.path(), "proto-cfg=\"security.protocol=ssl\"");
    let warning = complaint(&config, "messages wait in the spool");
    assert!(warning.contains("the broker does not speak TLS on this port"), "{warning}");
}

#[test]
fn a_certificate_that_is_not_there_is_said_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    for library in ["amqp", "mqtt", "redis"] {
        let settings =
            Settings { library: library.into(), address: "h;1".into(), topic: "t".into(), ..Settings::default() };
        let missing = with_config(settings, dir.path(), "enable-tls=1\ntls-cafile=/nowhere/ca.pem");
        let error = ds_apps::message::broker::choose(&missing).err().unwrap().to_string();
        assert_eq!(error, "tls-cafile /nowhere/ca.pem: No such file or directory (os error 2)");
    }
}
