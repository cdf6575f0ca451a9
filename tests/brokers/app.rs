//! `ds-apps test4` and a broker: an outage, an end in good order and SIGKILL in it, and the run after them.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::killed::spooled;
use crate::process::{Process, wait_until};
use crate::redis::Redis;
use crate::server::{self, Server};

/// The command with a spool below `dir`.
fn test4(dir: &Path, server: &Redis, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ds-apps"));
    let address = server.address();
    command.args(["test4", "--no-display", "--silent", "-p", "libnvds_redis_proto.so", "--conn-str", &address]);
    command.args(["-t", "events"]).args(more).env("XDG_STATE_HOME", dir).current_dir(dir);
    command
}

fn messages(output: &Output) -> (Value, String) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    (report["messages"].clone(), said)
}

#[test]
fn messages_outlive_an_outage_and_the_program() {
    let Some((dir, mut server)) = server::ready::<Redis>() else { return };
    server.kill();
    // 61 frames have an event in the first, the 31st and the 61st.
    let short = ["--max-frames", "61", "--report", "-"];
    let (counts, said) = messages(&test4(dir.path(), &server, &short).output().unwrap());
    assert_eq!((&counts["accepted"], &counts["spooled"], &counts["acknowledged"]), (&3.into(), &3.into(), &0.into()));
    assert!(said.contains("3 messages are not delivered; they wait in"), "{said}");
    assert!(said.contains("messages wait in the spool"), "{said}");

    let spool = std::fs::read_dir(dir.path().join("ds-apps/spool")).unwrap().next().unwrap().unwrap().path();
    let before = spooled(&spool);
    let mut endless = Process::start(&mut test4(dir.path(), &server, &["--file-loop"]), &dir.path().join("app.log"));
    wait_until(|| spooled(&spool) > before);
    endless.signal("-KILL");

    server.start();
    let (counts, said) = messages(&test4(dir.path(), &server, &short).output().unwrap());
    let recovered = counts["recovered"].as_u64().unwrap();
    assert!(recovered >= 4, "{counts}");
    assert_eq!((&counts["spooled"], &counts["dropped"]), (&0.into(), &0.into()));
    assert!(said.contains("acknowledged, 0 sent again, 0 dropped, 0 waiting"), "{said}");
    let entries: Vec<(String, Vec<(String, String)>)> = server.ask(&["XRANGE", "events", "-", "+"]).unwrap();
    assert_eq!(entries.len() as u64, recovered + 3);
    for (_, fields) in entries {
        let message: Value = serde_json::from_str(&fields[0].1).unwrap();
        assert!(message["sensor"]["id"].is_string(), "{message}");
    }
}
