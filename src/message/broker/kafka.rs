//! Apache Kafka. librdkafka connects, batches, retries and keeps the order by itself; it is told never to give a message up
//! while the broker is away, because the spool would only offer it again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};

use super::address::Address;
use super::{Broker, BrokerError, Client, Event, Protocol, SendError, Settings, pick, tls};
use crate::config::broker::BrokerConfig;
use crate::message::envelope::Envelope;

/// Keys of `[message-broker]`, DeepStream's. Those for consumers and shared connections are taken and have no effect here.
pub const KEYS: &[&str] = &[
    "proto-cfg",
    "producer-proto-cfg",
    "consumer-proto-cfg",
    "partition-key",
    "consumer-group-id",
    "share-connection",
    "topic",
];

/// The field of a message that is its key, unless `partition-key` names another: DeepStream's.
const KEY_FIELD: &str = "sensor.id";

/// What librdkafka is told unless the configuration says otherwise.
const DEFAULTS: [(&str, &str); 6] = [
    // In order and without duplicates while one producer lives, through any number of its own retries.
    ("enable.idempotence", "true"),
    // Never give up.
    ("message.timeout.ms", "0"),
    // A little waiting makes batches, which cost far less.
    ("linger.ms", "20"),
    ("reconnect.backoff.max.ms", "1000"),
    ("socket.connection.setup.timeout.ms", "5000"),
    ("queue.buffering.max.messages", "20000"),
];

/// What to say of a broker that ends every connection.
const HANGS_UP: &str =
    "the broker hangs up without a word; does it want TLS or a password? (see security.protocol in proto-cfg)";
/// The setting that names an authority. The library does not tell the two apart.
const CA: &str = "ssl.ca.location in proto-cfg, unless it is not for this host name";

/// Sets producers up.
pub struct KafkaClient {
    config: ClientConfig,
    place: String,
    key_field: Vec<String>,
}

impl KafkaClient {
    /// Reads the address and the settings, and lets librdkafka check them.
    pub fn new(settings: &Settings, config: &BrokerConfig) -> Result<Self, BrokerError> {
        let expected = "host;port[;topic]";
        let address = Address::parse(Protocol::Kafka, &settings.address, 3, expected)?;
        let mut client = ClientConfig::new();
        for (name, value) in DEFAULTS {
            client.set(name, value);
        }
        for key in ["proto-cfg", "producer-proto-cfg"] {
            for (name, value) in config.pairs(key)? {
                client.set(name, value);
            }
        }
        client.set("bootstrap.servers", address.authority());
        client.set_log_level(RDKafkaLogLevel::Critical);
        client.create_native_config().map_err(|error| {
            let file = settings.config.as_ref().map(|_| config.place("proto-cfg"));
            BrokerError::Setting { place: file.unwrap_or_else(|| "kafka".into()), reason: plain(&error) }
        })?;
        let key_field = config.text("partition-key").unwrap_or_else(|| KEY_FIELD.into());
        let key_field = key_field.split('.').map(str::to_owned).collect();
        Ok(Self { config: client, place: address.place(Protocol::Kafka), key_field })
    }
}

impl Client for KafkaClient {
    fn connect(&self) -> Result<Box<dyn Broker>, BrokerError> {
        let context =
            Context { place: self.place.clone(), events: Mutex::default(), explained: AtomicBool::new(false) };
        let producer: BaseProducer<Context> = self
            .config
            .create_with_context(context)
            .map_err(|error| BrokerError::Connect { place: self.place.clone(), reason: plain(&error) })?;
        Ok(Box::new(KafkaBroker { producer, place: self.place.clone(), key_field: self.key_field.clone() }))
    }

    fn window(&self) -> usize {
        10_000
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}

/// What librdkafka calls back, always from `poll`.
struct Context {
    place: String,
    events: Mutex<Vec<Heard>>,
    /// Something was said of a broker since the last message was delivered.
    explained: AtomicBool,
}

enum Heard {
    Event(Event),
    /// The producer cannot go on.
    Lost(String),
}

impl Context {
    fn hear(&self, heard: Heard) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
    }
}

impl ClientContext for Context {
    fn log(&self, _level: RDKafkaLogLevel, _facility: &str, _message: &str) {}

    fn error(&self, error: KafkaError, reason: &str) {
        // That all brokers are down follows from what was said of each, unless they hang up without a word.
        let text = match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::AllBrokersDown) if self.explained.load(Ordering::Relaxed) => return,
            Some(RDKafkaErrorCode::AllBrokersDown) => HANGS_UP.into(),
            _ => tls::advised(&without_thread(reason), CA) + advice(&error),
        };
        self.explained.store(true, Ordering::Relaxed);
        self.hear(Heard::Event(Event::Trouble(format!("{}: {text}", self.place))));
    }
}

impl ProducerContext for Context {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, id: usize) {
        let id = id as u64;
        self.explained.store(false, Ordering::Relaxed);
        self.hear(match result {
            Ok(_) => Heard::Event(Event::Acknowledged(id)),
            Err((error, _)) if is_final(error) => Heard::Event(Event::Refused(id, plain(error))),
            Err((error, _)) => Heard::Lost(plain(error)),
        });
    }
}

struct KafkaBroker {
    producer: BaseProducer<Context>,
    place: String,
    key_field: Vec<String>,
}

impl Broker for KafkaBroker {
    fn send(&mut self, id: u64, message: &Envelope) -> Result<(), SendError> {
        let picked = pick::field(&message.payload, &self.key_field);
        let key = picked.as_deref().unwrap_or(&message.key);
        // Numbers count messages of one spool; 2^64 are never reached.
        let opaque = usize::try_from(id).unwrap_or(usize::MAX);
        let record = BaseRecord::with_opaque_to(&message.topic, opaque).key(key).payload(&message.payload);
        match self.producer.send(record) {
            Ok(()) => Ok(()),
            Err((error, _)) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull) => Err(SendError::Busy),
            Err((error, _)) if is_final(&error) => Err(SendError::Refused(plain(&error))),
            Err((error, _)) => Err(SendError::Lost(self.lost(plain(&error)))),
        }
    }

    fn poll(&mut self, wait: Duration, events: &mut Vec<Event>) -> Result<(), BrokerError> {
        self.producer.poll(wait);
        let heard = std::mem::take(&mut *self.producer.context().events.lock().unwrap_or_else(PoisonError::into_inner));
        let mut lost = None;
        for heard in heard {
            match heard {
                Heard::Event(event) => events.push(event),
                Heard::Lost(reason) => lost = Some(reason),
            }
        }
        if let Some((_, reason)) = self.producer.client().fatal_error() {
            lost = Some(reason);
        }
        lost.map_or(Ok(()), |reason| Err(self.lost(reason)))
    }

    /// The library's wait turns in circles during its last millisecond.
    fn can_wait(&self) -> bool {
        false
    }
}

impl KafkaBroker {
    fn lost(&self, reason: String) -> BrokerError {
        BrokerError::Lost { place: self.place.clone(), reason }
    }
}

/// Whether it is no use to offer the message again.
fn is_final(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    let code = error.rdkafka_error_code();
    code.is_some_and(|code| {
        matches!(
            code,
            Code::MessageSizeTooLarge
                | Code::InvalidMessageSize
                | Code::InvalidTopic
                | Code::TopicAuthorizationFailed
                | Code::InvalidRecord
                | Code::PolicyViolation
        )
    })
}

fn plain(error: &KafkaError) -> String {
    let text = match error {
        KafkaError::ClientConfig(_, text, name, value) => format!("{name}={value}: {text}"),
        _ => error.rdkafka_error_code().map_or_else(|| error.to_string(), |code| code.to_string()),
    };
    text.trim().to_owned()
}

/// What to do about an error, where that is known.
fn advice(error: &KafkaError) -> &'static str {
    match error.rdkafka_error_code() {
        Some(RDKafkaErrorCode::Resolve) => " (is the host's name right?)",
        Some(RDKafkaErrorCode::Authentication) => " (see sasl.username and sasl.password in proto-cfg)",
        _ => "",
    }
}

/// librdkafka puts names of threads and times in front and behind, which differ at each attempt.
fn without_thread(reason: &str) -> String {
    let text = reason.split_once("]: ").map_or(reason, |(_, text)| text);
    let end = text.find(" (after ").unwrap_or(text.len());
    text[..end].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(config: &str) -> Result<KafkaClient, BrokerError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cfg_kafka.txt");
        std::fs::write(&path, config).unwrap();
        let config = BrokerConfig::load(&path)?;
        KafkaClient::new(&Settings { address: "h;9092".into(), config: Some(path), ..Settings::default() }, &config)
    }

    #[test]
    fn settings_of_the_file_win_over_ours_and_wrong_ones_are_refused() {
        let set =
            client("[message-broker]\nproto-cfg=\"linger.ms=20;compression.type=zstd\"\npartition-key=a.b\n").unwrap();
        assert_eq!((set.config.get("linger.ms"), set.config.get("compression.type")), (Some("20"), Some("zstd")));
        assert_eq!(set.key_field, ["a", "b"]);
        let error = client("[message-broker]\nproto-cfg=\"linger.msx=20\"\n").err().unwrap().to_string();
        assert!(error.contains("cfg_kafka.txt:2: proto-cfg: linger.msx=20: No such configuration property"), "{error}");
    }

    #[test]
    fn attempts_look_alike() {
        let text = "[thrd:sasl_plaintext://127.0.0.1:1/bootstrap]: 127.0.0.1:1/bootstrap: Connect failed (after 3ms in state CONNECT)";
        assert_eq!(without_thread(text), "127.0.0.1:1/bootstrap: Connect failed");
    }
}
