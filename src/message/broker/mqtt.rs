//! MQTT 5 and 3.1.1, QoS 1. One connection is one session of the client library: what was not acknowledged when it is lost
//! is sent again by the courier, in order.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::time::Duration;

use native_tls::{Certificate, Identity, TlsConnector};
use rumqttc::{TlsConfiguration, Transport};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

use super::address::Address;
use super::mqtt_session::{Heard, Publisher, open_v4, open_v5};
use super::{Broker, BrokerError, Client, Event, Protocol, SendError, Settings};
use crate::config::broker::BrokerConfig;
use crate::message::envelope::Envelope;

/// Keys of `[message-broker]`: DeepStream's, then ours.
pub const KEYS: &[&str] = &[
    "username",
    "password",
    "client-id",
    "enable-tls",
    "tls-cafile",
    "tls-capath",
    "tls-certfile",
    "tls-keyfile",
    "share-connection",
    "loop-timeout",
    "keep-alive",
    "set-threaded",
    "topic",
    "protocol-version",
];

/// How long the broker may take to answer a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// Messages under way.
pub(super) const WINDOW: u16 = 200;
/// What MQTT can say: 256 MiB.
pub(super) const MOST_BYTES: usize = 268_435_455;

/// Bytes of a PUBLISH without topic and payload: type, length, length of the topic, identifier, no properties.
const HEADER: usize = 10;

/// What a session is opened with.
#[derive(Clone)]
pub(super) struct Login {
    pub client_id: String,
    pub host: String,
    pub port: u16,
    pub user: Option<(String, String)>,
    pub keep_alive: Duration,
    pub transport: Transport,
}

/// Connects to Mosquitto and its like.
pub struct MqttClient {
    login: Login,
    place: String,
    /// 5, or 4 for MQTT 3.1.1.
    version: u8,
}

impl MqttClient {
    /// Reads address and settings. User and password come from `USER_MQTT` and `PASSWORD_MQTT`, or the file.
    pub fn new(settings: &Settings, config: &BrokerConfig) -> Result<Self, BrokerError> {
        let address = Address::parse(Protocol::Mqtt, &settings.address, 3, "host;port[;topic]")?;
        let env = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
        let user = env("USER_MQTT").or_else(|| config.text("username"));
        let password = env("PASSWORD_MQTT").or_else(|| config.text("password"));
        let transport = match config.boolean("enable-tls")? {
            true => Transport::Tls(TlsConfiguration::NativeConnector(connector(config)?)),
            false => Transport::Tcp,
        };
        let unique = || format!("ds-apps-{}-{:x}", std::process::id(), std::ptr::from_ref(settings).addr());
        let login = Login {
            client_id: config.text("client-id").unwrap_or_else(unique),
            host: address.host.clone(),
            port: address.port,
            user: user.map(|user| (user, password.unwrap_or_default())),
            keep_alive: Duration::from_secs(config.integer("keep-alive", 5..=65535)?.unwrap_or(60)),
            transport,
        };
        let version = config.integer("protocol-version", 3..=5)?.unwrap_or(5);
        Ok(Self { login, place: address.place(Protocol::Mqtt), version })
    }
}

impl Client for MqttClient {
    fn connect(&self) -> Result<Box<dyn Broker>, BrokerError> {
        let failed = |reason: String| BrokerError::Connect { place: self.place.clone(), reason };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| failed(error.to_string()))?;
        // Twice the window: each message is written, then acknowledged.
        let (heard, mut hearing) = channel(2 * usize::from(WINDOW) + 16);
        let publisher = runtime.block_on(async {
            match self.version {
                5 => open_v5(&self.login, heard),
                _ => open_v4(&self.login, heard),
            }
        });
        let most = match runtime.block_on(async { timeout(PATIENCE, hearing.recv()).await }) {
            Ok(Some(Heard::Connected(most))) => most.map_or(MOST_BYTES, |most| MOST_BYTES.min(most as usize)),
            Ok(Some(Heard::Lost(reason))) => return Err(failed(reason)),
            Ok(_) => return Err(failed("no MQTT broker".into())),
            Err(_) => return Err(failed(format!("no answer in {} s", PATIENCE.as_secs()))),
        };
        let (place, queued, sent) = (self.place.clone(), VecDeque::new(), HashMap::new());
        Ok(Box::new(MqttBroker { runtime, publisher, hearing, place, most, queued, sent }))
    }

    fn window(&self) -> usize {
        WINDOW.into()
    }

    fn may_break_off(&self) -> bool {
        true
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}

struct MqttBroker {
    runtime: Runtime,
    publisher: Publisher,
    hearing: Receiver<Heard>,
    place: String,
    /// Bytes of a packet.
    most: usize,
    /// Given to the library, in order.
    queued: VecDeque<u64>,
    /// By MQTT's packet identifier.
    sent: HashMap<u16, u64>,
}

impl Broker for MqttBroker {
    fn send(&mut self, id: u64, message: &Envelope) -> Result<(), SendError> {
        if message.topic.contains(['+', '#']) || message.topic.is_empty() {
            return Err(SendError::Refused(format!("'{}' is no topic to send to", message.topic)));
        }
        let bytes = message.topic.len() + message.payload.len() + HEADER;
        if bytes > self.most {
            let most = self.most;
            return Err(SendError::Refused(format!("it is too large: {bytes} bytes, and the broker takes {most}")));
        }
        match self.publisher.publish(&message.topic, message.payload.clone()) {
            true => {
                self.queued.push_back(id);
                Ok(())
            }
            false => Err(SendError::Busy),
        }
    }

    fn poll(&mut self, wait: Duration, events: &mut Vec<Event>) -> Result<(), BrokerError> {
        let mut wait = wait.max(Duration::from_millis(1));
        loop {
            let hearing = self.hearing.recv();
            let heard = match self.runtime.block_on(async { timeout(wait, hearing).await }) {
                Ok(heard) => heard.unwrap_or_else(|| Heard::Lost("closed".into())),
                Err(_) => return Ok(()),
            };
            match heard {
                Heard::Connected(_) => {}
                Heard::Written(packet) => {
                    if let Some(id) = self.queued.pop_front() {
                        self.sent.insert(packet, id);
                    }
                }
                Heard::Acknowledged(packet, refusal) => {
                    if let Some(id) = self.sent.remove(&packet) {
                        events.push(refusal.map_or(Event::Acknowledged(id), |reason| Event::Refused(id, reason)));
                    }
                }
                Heard::Lost(reason) => return Err(BrokerError::Lost { place: self.place.clone(), reason }),
            }
            if self.hearing.is_empty() && !events.is_empty() {
                return Ok(());
            }
            wait = wait.min(Duration::from_millis(1));
        }
    }

    fn close(&mut self) {
        self.publisher.disconnect();
        // The farewell is written by the task; one look is enough for it.
        self.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(5)).await });
    }
}

/// TLS with the configuration's certificates.
fn connector(config: &BrokerConfig) -> Result<TlsConnector, BrokerError> {
    let mut builder = TlsConnector::builder();
    let mut files: Vec<_> = config.path("tls-cafile").into_iter().collect();
    if let Some(folder) = config.path("tls-capath") {
        let listed = std::fs::read_dir(&folder).map_err(|error| wrong("tls-capath", &folder, &error))?;
        files.extend(
            listed
                .filter_map(Result::ok)
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|extension| extension == "pem" || extension == "crt")),
        );
    }
    for path in files {
        let certificate = Certificate::from_pem(&bytes("tls-cafile", &path)?);
        builder.add_root_certificate(certificate.map_err(|error| wrong("tls-cafile", &path, &error))?);
    }
    if let (Some(certificate), Some(key)) = (config.path("tls-certfile"), config.path("tls-keyfile")) {
        let pair = Identity::from_pkcs8(&bytes("tls-certfile", &certificate)?, &bytes("tls-keyfile", &key)?);
        builder.identity(pair.map_err(|error| wrong("tls-keyfile", &key, &error))?);
    }
    builder.build().map_err(|error| BrokerError::Setting { place: "TLS".into(), reason: error.to_string() })
}

fn bytes(key: &'static str, path: &Path) -> Result<Vec<u8>, BrokerError> {
    std::fs::read(path).map_err(|error| wrong(key, path, &error))
}

fn wrong(key: &'static str, path: &Path, error: &dyn std::fmt::Display) -> BrokerError {
    BrokerError::Certificate { key, path: path.to_owned(), reason: error.to_string() }
}
