//! Apache Kafka: one node in KRaft mode, from the jars of `tests/brokers/kafka/pom.xml`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Message, Offset, TopicPartitionList};

use crate::process::{LONG, Process, installed};
use crate::server::{Server, free_ports};

pub struct Kafka {
    dir: PathBuf,
    port: u16,
    process: Option<Process>,
    topic: String,
}

/// Where `scripts/dev test` puts the jars.
fn jars() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/kafka")
}

fn java() -> Command {
    let mut command = Command::new("java");
    command.args(["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"]).arg(jars().join("*"));
    command
}

impl Kafka {
    fn properties(&self) -> PathBuf {
        self.dir.join("server.properties")
    }
}

impl Server for Kafka {
    const NAME: &'static str = "kafka";
    const RETRIES_BY_ITSELF: bool = true;

    fn missing() -> Option<String> {
        let jars = jars();
        let none = !std::fs::read_dir(&jars).is_ok_and(|mut files| files.next().is_some());
        installed("java")
            .or_else(|| none.then(|| format!("no jars in {}; scripts/dev test fetches them", jars.display())))
    }

    fn new(dir: &Path, extra: &str) -> Self {
        let [port, controller] = free_ports();
        let server = Self { dir: dir.into(), port, process: None, topic: String::new() };
        let data = dir.join("kafka");
        let secure = extra.lines().find_map(|line| line.strip_prefix("secure="));
        let secure = secure.map(|port| format!(",SECURE://127.0.0.1:{port}")).unwrap_or_default();
        let properties = format!(
            "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:{controller}\n\
             listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}{secure}\n\
             advertised.listeners=PLAINTEXT://127.0.0.1:{port}{secure}\ncontroller.listener.names=CONTROLLER\n\
             log.dirs={}\nnum.partitions=1\noffsets.topic.replication.factor=1\nlog.segment.bytes=16777216\n\
             log.cleaner.enable=false\n{extra}\n",
            data.display()
        );
        std::fs::write(server.properties(), properties).unwrap();
        let mut format = java();
        format
            .args(["kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c"])
            .arg(server.properties());
        if extra.contains("SCRAM") {
            format.args(["--add-scram", "SCRAM-SHA-256=[name=camera,password=secret]"]);
        }
        let output = format.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        server
    }

    fn start(&mut self) {
        let output = self.dir.join("kafka.log");
        let mut process = Process::start(java().arg("kafka.Kafka").arg(self.properties()), &output);
        process.wait_for_port(self.port, &output);
        self.process = Some(process);
    }

    fn keep(&mut self, topic: &str) {
        self.topic = topic.into();
        let mut config = ClientConfig::new();
        let client: AdminClient<_> =
            config.set("bootstrap.servers", format!("127.0.0.1:{}", self.port)).create().unwrap();
        let topics = [NewTopic::new(topic, 1, TopicReplication::Fixed(1))];
        let made = client.create_topics(&topics, &AdminOptions::new());
        tokio::runtime::Runtime::new().unwrap().block_on(made).unwrap();
    }

    fn kill(&mut self) {
        self.process.take().unwrap().signal("-KILL");
    }

    fn address(&self) -> String {
        format!("127.0.0.1;{}", self.port)
    }

    fn received(&mut self, distinct: usize) -> Vec<Vec<u8>> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", format!("127.0.0.1:{}", self.port)).set("group.id", "test");
        config.set("enable.partition.eof", "false");
        let consumer: BaseConsumer = config.create().unwrap();
        let mut partitions = TopicPartitionList::new();
        partitions.add_partition_offset(&self.topic, 0, Offset::Beginning).unwrap();
        consumer.assign(&partitions).unwrap();
        let (mut arrived, mut seen, started) = (Vec::new(), HashSet::new(), Instant::now());
        let mut quiet = false;
        // After the last that is waited for, a second for duplicates behind it.
        while started.elapsed() < LONG && !(seen.len() >= distinct && quiet) {
            match consumer.poll(Duration::from_secs(1)) {
                Some(Ok(message)) => {
                    let payload = message.payload().unwrap_or_default().to_vec();
                    seen.insert(payload.clone());
                    arrived.push(payload);
                    quiet = false;
                }
                Some(Err(_)) => {}
                None => quiet = true,
            }
        }
        arrived
    }
}
