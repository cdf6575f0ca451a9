//! Mosquitto, with a subscriber whose session outlives its restarts.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::{Client, Event, Incoming, MqttOptions};

use crate::process::{Process, installed, wait_until};
use crate::server::{Server, free_ports};

pub struct Mosquitto {
    dir: PathBuf,
    port: u16,
    process: Option<Process>,
    arrived: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server for Mosquitto {
    const NAME: &'static str = "mqtt";
    // After a restart it hands its subscriber again what that had not acknowledged yet.
    const RETRIES_BY_ITSELF: bool = true;

    fn missing() -> Option<String> {
        installed("mosquitto")
    }

    fn new(dir: &Path, extra: &str) -> Self {
        let [port] = free_ports();
        let anonymous = if extra.contains("allow_anonymous") { "" } else { "allow_anonymous true\n" };
        let queued = if extra.contains("max_queued") { "" } else { "max_queued_messages 0\n" };
        let config = format!(
            "listener {port} 127.0.0.1\n{anonymous}user root\npersistence true\npersistence_location {}/\n\
             {queued}max_inflight_messages 0\n{extra}\n",
            dir.display()
        );
        std::fs::write(dir.join("mosquitto.conf"), config).unwrap();
        Self { dir: dir.into(), port, process: None, arrived: Arc::default() }
    }

    fn start(&mut self) {
        let output = self.dir.join("mosquitto.log");
        let mut process =
            Process::start(Command::new("mosquitto").arg("-c").arg(self.dir.join("mosquitto.conf")), &output);
        process.wait_for_port(self.port, &output);
        self.process = Some(process);
    }

    fn keep(&mut self, topic: &str) {
        let mut options = MqttOptions::new("subscriber", "127.0.0.1", self.port);
        options.set_clean_start(false).set_session_expiry_interval(Some(3600)).set_keep_alive(Duration::from_secs(5));
        let (client, mut connection) = Client::new(options, 10);
        let (arrived, topic, (ready, subscribed)) =
            (self.arrived.clone(), topic.to_owned(), std::sync::mpsc::channel());
        // It ends with the process: a subscriber never stops waiting for its broker.
        thread::spawn(move || {
            for event in connection.iter() {
                match event {
                    Ok(Event::Incoming(Incoming::ConnAck(_))) => drop(client.try_subscribe(&topic, QoS::AtLeastOnce)),
                    Ok(Event::Incoming(Incoming::SubAck(_))) => drop(ready.send(())),
                    Ok(Event::Incoming(Incoming::Publish(publish))) => {
                        arrived.lock().unwrap().push(publish.payload.to_vec());
                    }
                    Ok(_) => {}
                    // Away for a moment.
                    Err(_) => thread::sleep(Duration::from_millis(20)),
                }
            }
        });
        // A broker that lets nobody in has no subscriber.
        let _ = subscribed.recv_timeout(Duration::from_secs(5));
    }

    /// Mosquitto keeps what it acknowledged across an orderly end only.
    fn kill(&mut self) {
        self.process.take().unwrap().signal("-TERM");
    }

    fn address(&self) -> String {
        format!("127.0.0.1;{}", self.port)
    }

    fn received(&mut self, distinct: usize) -> Vec<Vec<u8>> {
        wait_until(|| self.arrived.lock().unwrap().iter().collect::<HashSet<_>>().len() >= distinct);
        self.arrived.lock().unwrap().clone()
    }
}
