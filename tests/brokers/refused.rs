//! Messages that a broker will not have, and how it says so: by a word, or by breaking the connection off.

use std::path::Path;
use std::process::{Command, Stdio};

use ds_apps::message::broker::Settings;

use crate::bad::with_config;
use crate::courier::{Sender, check_all_arrived_in_order};
use crate::mosquitto::Mosquitto;
use crate::rabbitmq::RabbitMq;
use crate::redis::Redis;
use crate::server::{self, Server};

/// One message that is too large among ten: it is dropped and said, the others arrive, in order.
fn too_large<S: Server>(server: &mut S, settings: &Settings, spool: &Path, words: &str) {
    let already = server.received(0).len();
    let sender = Sender::start(settings, spool);
    sender.send(0..5);
    sender.send_one(vec![b'x'; 2 << 20]);
    sender.send(5..10);
    let warning = sender.wait_for_warning("dropped so far");
    println!("{warning}");
    assert!(warning.contains(words), "{warning}");
    let counts = sender.finish();
    assert_eq!((counts.acknowledged, counts.dropped), (10, 1), "{warning}");
    check_all_arrived_in_order(&server.received(10)[already..], 10);
}

const BROKEN_OFF: &str =
    "breaks the connection off each time it is sent (topic events, 2097152 bytes), and takes others";

#[test]
fn rabbitmq_and_a_message_too_large() {
    let Some((folder, mut server)) = server::ready_with::<RabbitMq>("max_message_size = 65536") else { return };
    let settings = server.settings("events");
    too_large(&mut server, &settings, &folder.path().join("spool"), BROKEN_OFF);
}

#[test]
fn redis_and_a_message_too_large() {
    let Some((folder, mut server)) = server::ready_with::<Redis>("--proto-max-bulk-len 1mb") else { return };
    let settings = server.settings("events");
    // It says why before it hangs up, which is not always heard.
    too_large(&mut server, &settings, &folder.path().join("spool"), "redis 127.0.0.1:");
}

/// In MQTT 5 Mosquitto says how large a packet may be; in 3.1.1 it hangs up.
#[test]
fn mosquitto_and_a_message_too_large() {
    for (version, words) in [("5", "it is too large: 2097168 bytes, and the broker takes 100000"), ("4", BROKEN_OFF)] {
        let Some((folder, mut server)) = server::ready_with::<Mosquitto>("max_packet_size 100000") else { return };
        let settings = server.settings("events");
        let settings = with_config(settings, folder.path(), &format!("protocol-version={version}"));
        too_large(&mut server, &settings, &folder.path().join("spool"), words);
    }
}

/// A Mosquitto that lets one user in, to one topic.
pub fn guarded(dir: &Path, more: &str) -> Option<(server::Folder, Mosquitto)> {
    let (passwords, rights) = (dir.join("passwords"), dir.join("rights"));
    std::fs::write(&passwords, "camera:secret\n").unwrap();
    std::fs::write(&rights, "user camera\ntopic readwrite events\n").unwrap();
    let hashed = Command::new("mosquitto_passwd").arg("-U").arg(&passwords).stdout(Stdio::null()).status();
    if !hashed.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED, mosquitto_passwd is not installed");
        return None;
    }
    let (passwords, rights) = (passwords.display(), rights.display());
    server::ready_with::<Mosquitto>(&format!(
        "allow_anonymous false\npassword_file {passwords}\nacl_file {rights}\n{more}\n"
    ))
}

/// Where messages of a forbidden topic stand before those of an allowed one, they are dropped, and the others arrive.
/// Mosquitto 2.0.11 refuses them; with `max_queued_messages 0` it breaks the connection off.
#[test]
fn mosquitto_and_a_forbidden_topic() {
    for more in ["max_queued_messages 1000", "max_queued_messages 0"] {
        let dir = tempfile::tempdir().unwrap();
        let Some((folder, server)) = guarded(dir.path(), more) else { return };
        let lines = "username=camera\npassword=secret";
        let settings = |topic: &str| with_config(server.settings(topic), folder.path(), lines);
        let spool = folder.path().join("spool");
        // What an earlier run with another topic left.
        let away = Settings { address: "127.0.0.1;1".into(), ..settings("other") };
        let sender = Sender::start(&away, &spool);
        sender.send(0..2);
        assert_eq!(sender.leave().spooled, 2);

        let sender = Sender::start(&settings("events"), &spool);
        sender.send(2..12);
        let warning = sender.wait_for_warning("dropped so far");
        println!("{warning}");
        assert!(warning.contains("the topic is not allowed") || warning.contains("is the topic allowed"), "{warning}");
        let counts = sender.finish();
        assert_eq!((counts.acknowledged, counts.dropped), (10, 2), "{warning}");
    }
}

/// Where no other message is taken, none is dropped: the user's rights may be mended.
#[test]
fn mosquitto_and_nothing_but_a_forbidden_topic() {
    let dir = tempfile::tempdir().unwrap();
    let Some((folder, server)) = guarded(dir.path(), "max_queued_messages 0") else { return };
    let settings = with_config(server.settings("other"), folder.path(), "username=camera\npassword=secret");
    let sender = Sender::start(&settings, &folder.path().join("spool"));
    sender.send(0..3);
    let warning = sender.wait_for_warning("topic");
    println!("{warning}");
    assert!(warning.contains("allowed"), "{warning}");
    let counts = sender.leave();
    assert_eq!((counts.acknowledged, counts.dropped + counts.spooled), (0, 3), "{warning}");
}
