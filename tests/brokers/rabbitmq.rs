//! RabbitMQ with a node name, a port mapper, ports and folders of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use lapin::options::{BasicGetOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{Channel, Connection, ConnectionProperties};
use tokio::runtime::Runtime;

use crate::process::{Process, installed};
use crate::server::{Server, free_ports};

const PROGRAM: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";
const QUEUE: &str = "kept";

pub struct RabbitMq {
    dir: PathBuf,
    port: u16,
    distribution: u16,
    mapper_port: u16,
    mapper: Option<Process>,
    process: Option<Process>,
    runtime: Runtime,
}

impl RabbitMq {
    fn uri(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2F", self.port)
    }

    async fn channel(&self) -> (Connection, Channel) {
        let connection = Connection::connect(&self.uri(), ConnectionProperties::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        (connection, channel)
    }
}

impl Server for RabbitMq {
    const NAME: &'static str = "amqp";

    fn missing() -> Option<String> {
        installed(PROGRAM).or_else(|| installed("epmd"))
    }

    fn new(dir: &Path, extra: &str) -> Self {
        let [port, distribution, mapper_port] = free_ports();
        let config = format!("listeners.tcp.1 = 127.0.0.1:{port}\n{extra}\n");
        std::fs::write(dir.join("rabbitmq.conf"), config).unwrap();
        std::fs::write(dir.join("plugins"), "[].\n").unwrap();
        let runtime = Runtime::new().unwrap();
        Self { dir: dir.into(), port, distribution, mapper_port, mapper: None, process: None, runtime }
    }

    fn start(&mut self) {
        let path = |name: &str| self.dir.join(name);
        if self.mapper.is_none() {
            let mut mapper = Command::new("epmd");
            mapper.args(["-port", &self.mapper_port.to_string(), "-address", "127.0.0.1"]);
            let mut mapper = Process::start(&mut mapper, &path("epmd.log"));
            mapper.wait_for_port(self.mapper_port, &path("epmd.log"));
            self.mapper = Some(mapper);
        }
        let mut command = Command::new(PROGRAM);
        command
            .env("HOME", &self.dir)
            .env("ERL_EPMD_PORT", self.mapper_port.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODENAME", format!("dsapps{}@localhost", self.port))
            .env("RABBITMQ_DIST_PORT", self.distribution.to_string())
            .env("RABBITMQ_MNESIA_BASE", path("mnesia"))
            .env("RABBITMQ_LOG_BASE", path("log"))
            .env("RABBITMQ_LOGS", "-")
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", path("plugins"))
            .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
            .env("RABBITMQ_CONFIG_FILE", path("rabbitmq"))
            .env("RABBITMQ_PID_FILE", path("pid"));
        let output = path("rabbitmq.log");
        let mut process = Process::start(&mut command, &output);
        process.wait_for_port(self.port, &output);
        self.process = Some(process);
    }

    fn keep(&mut self, topic: &str) {
        self.runtime.block_on(async {
            let (_connection, channel) = self.channel().await;
            let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
            channel.queue_declare(QUEUE.into(), options, FieldTable::default()).await.unwrap();
            let (exchange, options) = ("amq.topic".into(), QueueBindOptions::default());
            channel.queue_bind(QUEUE.into(), exchange, topic.into(), options, FieldTable::default()).await.unwrap();
        });
    }

    fn kill(&mut self) {
        self.process.take().unwrap().signal("-KILL");
    }

    fn address(&self) -> String {
        format!("127.0.0.1;{};guest;guest", self.port)
    }

    fn received(&mut self, _distinct: usize) -> Vec<Vec<u8>> {
        self.runtime.block_on(async {
            let (_connection, channel) = self.channel().await;
            let mut arrived = Vec::new();
            let options = BasicGetOptions { no_ack: true };
            while let Some(message) = channel.basic_get(QUEUE.into(), options).await.unwrap() {
                arrived.push(message.delivery.data);
            }
            arrived
        })
    }
}
