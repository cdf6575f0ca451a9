//! A child process with its children, which ends with the test.

use std::fs::File;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine.
pub const LONG: Duration = Duration::from_secs(120);

/// A process group.
pub struct Process(Child);

impl Process {
    /// Starts a command in a process group of its own; its output goes to a file of this name.
    pub fn start(command: &mut Command, output: &Path) -> Self {
        let file = File::options().create(true).append(true).open(output).unwrap();
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file).process_group(0);
        Self(command.spawn().unwrap())
    }

    /// Sends a signal to the whole group and waits for the process.
    pub fn signal(&mut self, signal: &str) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
        let _ = self.0.wait();
    }

    /// Waits until a port is listened on.
    pub fn wait_for_port(&mut self, port: u16, output: &Path) {
        wait_until(|| {
            if let Some(status) = self.0.try_wait().unwrap() {
                panic!("{status}: {}", std::fs::read_to_string(output).unwrap_or_default());
            }
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal("-KILL");
    }
}

/// Asks again and again until it is so.
pub fn wait_until(mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < LONG, "not in {LONG:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Whether a program is in the path or at this place.
pub fn installed(program: &str) -> Option<String> {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap().status.success();
    (!found).then(|| format!("there is no {program}"))
}
