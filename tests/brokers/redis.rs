//! Redis that writes every command to its file.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Process, installed, wait_until};
use crate::server::{Server, free_ports};

pub struct Redis {
    dir: PathBuf,
    port: u16,
    extra: Vec<String>,
    process: Option<Process>,
    topic: String,
}

impl Redis {
    /// Runs a command.
    pub fn ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> redis::RedisResult<T> {
        let client = redis::Client::open(format!("redis://127.0.0.1:{}/", self.port))?;
        let (first, rest) = words.split_first().unwrap();
        redis::cmd(first).arg(rest).query(&mut client.get_connection()?)
    }
}

impl Server for Redis {
    const NAME: &'static str = "redis";

    fn missing() -> Option<String> {
        installed("redis-server")
    }

    fn new(dir: &Path, extra: &str) -> Self {
        let [port] = free_ports();
        let extra = extra.split_whitespace().map(str::to_owned).collect();
        Self { dir: dir.into(), port, extra, process: None, topic: String::new() }
    }

    fn start(&mut self) {
        let (output, port) = (self.dir.join("redis.log"), self.port.to_string());
        let mut command = Command::new("redis-server");
        command.args(["--port", &port, "--bind", "127.0.0.1", "--appendonly", "yes", "--save", "", "--dir"]);
        let mut process = Process::start(command.arg(&self.dir).args(&self.extra), &output);
        process.wait_for_port(self.port, &output);
        self.process = Some(process);
        // It listens before it has read its file; one that wants a password answers too.
        wait_until(|| match self.ask::<String>(&["PING"]) {
            Ok(_) => true,
            Err(error) => error.to_string().contains("NOAUTH"),
        });
    }

    fn keep(&mut self, topic: &str) {
        self.topic = topic.into();
    }

    fn kill(&mut self) {
        self.process.take().unwrap().signal("-KILL");
    }

    fn address(&self) -> String {
        format!("127.0.0.1;{}", self.port)
    }

    fn received(&mut self, _distinct: usize) -> Vec<Vec<u8>> {
        /// Its id, and its fields with their values.
        type Entry = (String, Vec<(String, Vec<u8>)>);
        let entries: Vec<Entry> = self.ask(&["XRANGE", &self.topic, "-", "+"]).unwrap();
        let payload =
            |fields: Vec<(String, Vec<u8>)>| fields.into_iter().find(|(name, _)| name == "metadata").unwrap().1;
        entries.into_iter().map(|(_, fields)| payload(fields)).collect()
    }
}
