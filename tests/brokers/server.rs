//! A broker that tests start, kill and ask for what it got.

use std::net::TcpListener;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ds_apps::message::broker::Settings;

/// A broker on loopback.
pub trait Server: Sized {
    /// Its name, and `proto-lib`'s.
    const NAME: &'static str;
    /// Its client, or the broker towards its own readers, repeats messages without telling.
    const RETRIES_BY_ITSELF: bool = false;

    /// Why it cannot be started here.
    fn missing() -> Option<String>;
    /// Chooses ports and writes its configuration below `dir`. `extra` are lines of its configuration.
    fn new(dir: &Path, extra: &str) -> Self;
    /// Starts it and waits until it can be connected to.
    fn start(&mut self);
    /// Makes whatever keeps messages of a topic.
    fn keep(&mut self, topic: &str);
    /// Ends it, as brutally as it promises to survive.
    fn kill(&mut self);
    /// `conn-str` without a topic.
    fn address(&self) -> String;
    /// Payloads that arrived at the topic that is kept: at least `distinct` different ones, unless they do not come.
    fn received(&mut self, distinct: usize) -> Vec<Vec<u8>>;

    /// What a client is chosen by.
    fn settings(&self, topic: &str) -> Settings {
        Settings { library: Self::NAME.into(), address: self.address(), topic: topic.into(), config: None }
    }
}

/// A folder, which holds the turn: brokers are heavy, and one at a time is enough.
pub struct Folder {
    dir: tempfile::TempDir,
    /// A second port, for a listener that `extra` asks for by `@SECURE@`.
    pub secure: u16,
    _turn: MutexGuard<'static, ()>,
}

impl Folder {
    pub fn path(&self) -> &Path {
        self.dir.path()
    }
}

static TURN: Mutex<()> = Mutex::new(());

/// A broker that runs and keeps the topic `events`; `None`, with the reason on stderr, where it is not installed.
pub fn ready<S: Server>() -> Option<(Folder, S)> {
    ready_with("")
}

/// As [`ready`], with lines for the broker's configuration.
pub fn ready_with<S: Server>(extra: &str) -> Option<(Folder, S)> {
    if let Some(reason) = S::missing() {
        eprintln!("SKIPPED, {} is not installed: {reason}", S::NAME);
        return None;
    }
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let [secure] = free_ports();
    let folder = Folder { dir: tempfile::tempdir().unwrap(), secure, _turn: turn };
    let mut server = S::new(folder.path(), &extra.replace("@SECURE@", &secure.to_string()));
    server.start();
    server.keep("events");
    Some((folder, server))
}

/// Ports that nobody listens on now.
pub fn free_ports<const N: usize>() -> [u16; N] {
    let listeners: [TcpListener; N] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
