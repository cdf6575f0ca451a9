//! Spools on a disk that is full, and spools that are damaged.

use std::path::PathBuf;
use std::process::Command;

use ds_apps::message::broker::Settings;

use crate::courier::{Sender, check_all_arrived_in_order};
use crate::redis::Redis;
use crate::server::{self, Server};

const MESSAGES: u64 = 3000;

/// Files that may have 16 kB and no more behave as on a full disk: the write fails, and what is there stays.
#[test]
fn a_full_disk_is_said_and_loses_nothing_that_memory_holds() {
    let Some((dir, mut server)) = server::ready::<Redis>() else { return };
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" disk::sends_with_little_room --exact --ignored --nocapture";
    let mut command = Command::new("bash");
    command.args(["-c", script]).arg(std::env::current_exe().unwrap());
    command.env("DS_APPS_TEST_SPOOL", dir.path().join("spool")).env("DS_APPS_TEST_ADDRESS", server.address());
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    check_all_arrived_in_order(&server.received(0), MESSAGES);
}

#[test]
#[ignore = "the process that a_full_disk_is_said_and_loses_nothing_that_memory_holds starts"]
fn sends_with_little_room() {
    let Some(spool) = std::env::var_os("DS_APPS_TEST_SPOOL").map(PathBuf::from) else { return };
    let address = std::env::var("DS_APPS_TEST_ADDRESS").unwrap();
    let away =
        Settings { library: "redis".into(), address: "127.0.0.1;1".into(), topic: "events".into(), config: None };
    let sender = Sender::start(&away, &spool);
    // Far more than the file takes, while nobody takes them.
    sender.send(0..1000);
    let warning = sender.wait_for_warning("kept in memory");
    assert!(warning.contains("File too large"), "{warning}");
    assert_eq!(sender.courier.counts().dropped, 0);
    sender.leave();

    // What fitted is there; the rest was said to be lost with the process.
    let sender = Sender::start(&Settings { address, ..away }, &spool);
    let recovered = sender.courier.counts().recovered;
    assert!(recovered > 100 && recovered < 1000, "{recovered}");
    sender.send(recovered..MESSAGES);
    let counts = sender.finish();
    assert_eq!((counts.acknowledged, counts.dropped), (MESSAGES, 0));
}

#[test]
fn a_damaged_spool_sends_what_is_readable_and_keeps_the_rest_aside() {
    let Some((dir, mut server)) = server::ready::<Redis>() else { return };
    let spool = dir.path().join("spool");
    let away = Settings { address: "127.0.0.1;1".into(), ..server.settings("events") };
    let sender = Sender::start(&away, &spool);
    sender.send(0..100);
    assert_eq!(sender.leave().spooled, 100);
    let file = spool.join("00000000000000000001.spool");
    let mut bytes = std::fs::read(&file).unwrap();
    // In the body of the first message; the number before the payload's end is 0.
    bytes[60] ^= 0x10;
    std::fs::write(&file, &bytes).unwrap();

    let sender = Sender::start(&server.settings("events"), &spool);
    let damaged = sender.wait_for_warning("cannot be read");
    let aside = spool.join("00000000000000000001.damaged");
    assert!(damaged.contains(&format!("the file was moved to {}, what is readable of it is sent", aside.display())));
    assert_eq!(std::fs::read(&aside).unwrap(), bytes);
    let counts = sender.finish();
    assert_eq!((counts.recovered, counts.acknowledged), (99, 99));
    let arrived = server.received(99);
    let numbers: Vec<u64> = arrived
        .iter()
        .map(|payload| serde_json::from_slice::<serde_json::Value>(payload).unwrap()["n"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..100).collect::<Vec<_>>());
}
