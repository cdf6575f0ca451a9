//! A process that is killed during an outage, and the one after it.

use std::path::{Path, PathBuf};
use std::process::Command;

use ds_apps::message::broker::Settings;

use crate::courier::{Sender, check_all_arrived_in_order, message};
use crate::process::{Process, wait_until};
use crate::server::{self, Server};

const MESSAGES: u64 = 400;

pub fn delivers_what_a_killed_process_left<S: Server>() {
    let Some((dir, mut server)) = server::ready::<S>() else { return };
    let (spool, settings) = (dir.path().join("spool"), server.settings("events"));
    server.kill();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["killed::accepts_until_it_is_killed", "--exact", "--ignored", "--nocapture"]);
    command.env("DS_APPS_TEST_SPOOL", &spool).env("DS_APPS_TEST_LIBRARY", &settings.library);
    command.env("DS_APPS_TEST_ADDRESS", &settings.address);
    let mut process = Process::start(&mut command, &dir.path().join("child.log"));
    // Header, two lengths, key, topic, payload of each.
    let whole: usize = (0..MESSAGES).map(|n| 20 + 4 + "source".len() + "events".len() + message(n).len()).sum();
    wait_until(|| spooled(&spool) >= whole as u64);
    process.signal("-KILL");

    server.start();
    let sender = Sender::start(&settings, &spool);
    sender.send(MESSAGES..MESSAGES + 10);
    let counts = sender.finish();
    assert_eq!((counts.recovered, counts.acknowledged, counts.dropped), (MESSAGES, MESSAGES + 10, 0));
    check_all_arrived_in_order(&server.received(MESSAGES as usize + 10), MESSAGES + 10);
}

/// Bytes in segments of a spool.
pub fn spooled(dir: &Path) -> u64 {
    let files = std::fs::read_dir(dir).into_iter().flatten().flatten();
    files
        .filter(|file| file.path().extension().is_some_and(|e| e == "spool"))
        .map(|f| f.metadata().unwrap().len())
        .sum()
}

#[test]
#[ignore = "the process that delivers_what_a_killed_process_left kills"]
fn accepts_until_it_is_killed() {
    let Some(spool) = std::env::var_os("DS_APPS_TEST_SPOOL").map(PathBuf::from) else { return };
    let settings = Settings {
        library: std::env::var("DS_APPS_TEST_LIBRARY").unwrap(),
        address: std::env::var("DS_APPS_TEST_ADDRESS").unwrap(),
        topic: "events".into(),
        config: None,
    };
    let sender = Sender::start(&settings, &spool);
    sender.send(0..MESSAGES);
    loop {
        std::thread::park();
    }
}
