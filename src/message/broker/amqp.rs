//! AMQP 0-9-1: RabbitMQ. Messages go to an exchange with the topic as routing key and are confirmed by the broker.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::tcp::OwnedTLSConfig;
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, PublisherConfirm};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::address::Address;
use super::{Broker, BrokerError, CA_FILE, Client, Event, Protocol, SendError, Settings, tls};
use crate::config::broker::BrokerConfig;
use crate::message::envelope::Envelope;

/// Keys of `[message-broker]`: DeepStream's, then ours for TLS and virtual hosts.
pub const KEYS: &[&str] = &[
    "hostname",
    "port",
    "username",
    "password",
    "exchange",
    "topic",
    "amqp-framesize",
    "amqp-heartbeat",
    "share-connection",
    "virtual-host",
    "enable-tls",
    "tls-cafile",
];

/// How long anything may take that the broker has to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two heartbeats unless the configuration says otherwise, so that a dead connection is noticed.
const HEARTBEAT_S: u16 = 10;
/// AMQP's "persistent".
const PERSISTENT: u8 = 2;

/// Connects to RabbitMQ and its like.
pub struct AmqpClient {
    uri: String,
    place: String,
    exchange: String,
    ca: Option<String>,
}

impl AmqpClient {
    /// Reads address and settings. User and password come from `USER_AMQP` and `PASSWORD_AMQP`, `conn-str` or the file.
    pub fn new(settings: &Settings, config: &BrokerConfig) -> Result<Self, BrokerError> {
        let expected = "host;port[;user[;password]], or hostname and port in the configuration file";
        let mut text = settings.address.clone();
        if text.is_empty() {
            let port = config.integer("port", 1..=65535)?.unwrap_or(5672u16);
            text = config.text("hostname").map(|host| format!("{host};{port}")).unwrap_or_default();
        }
        let address = Address::parse(Protocol::Amqp, &text, 4, expected)?;
        let part = |at: usize| address.rest.get(at).filter(|text| !text.is_empty()).cloned();
        let env = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
        let user = env("USER_AMQP").or_else(|| part(0)).or_else(|| config.text("username"));
        let password = env("PASSWORD_AMQP").or_else(|| part(1)).or_else(|| config.text("password"));
        let (user, password) = (user.unwrap_or_else(|| "guest".into()), password.unwrap_or_else(|| "guest".into()));
        let tls = config.boolean("enable-tls")?;
        let heartbeat =
            config.integer("amqp-heartbeat", 0..=3600)?.filter(|seconds| *seconds > 0).unwrap_or(HEARTBEAT_S);
        let frame = config.integer("amqp-framesize", 4096..=i64::from(u32::MAX))?.unwrap_or(131_072u32);
        let host = config.text("virtual-host").unwrap_or_else(|| "/".into());
        let uri = format!(
            "{}://{}:{}@{}/{}?heartbeat={heartbeat}&frame_max={frame}&connection_timeout={}",
            if tls { "amqps" } else { "amqp" },
            escape(&user),
            escape(&password),
            address.authority(),
            escape(&host),
            PATIENCE.as_millis(),
        );
        let exchange = config.text("exchange").unwrap_or_else(|| "amq.topic".into());
        if exchange.len() > 255 {
            let reason = "the exchange's name is longer than 255 bytes".into();
            return Err(BrokerError::Setting { place: config.place("exchange"), reason });
        }
        let ca = config.path("tls-cafile").map(|path| pem(&path)).transpose()?;
        Ok(Self { uri, place: address.place(Protocol::Amqp), exchange, ca })
    }

    fn failed(&self, reason: String) -> BrokerError {
        BrokerError::Connect { place: self.place.clone(), reason }
    }

    async fn open(&self) -> Result<(Connection, Channel), String> {
        let runtime = lapin::runtime::default_runtime().map_err(|error| error.to_string())?;
        let tls = OwnedTLSConfig { identity: None, cert_chain: self.ca.clone() };
        let connecting = Connection::connect_with_config(&self.uri, ConnectionProperties::default(), tls, runtime);
        let connection = connecting.await.map_err(|error| words(&error))?;
        let channel = connection.create_channel().await.map_err(|error| words(&error))?;
        channel.confirm_select(ConfirmSelectOptions::default()).await.map_err(|error| words(&error))?;
        Ok((connection, channel))
    }
}

impl Client for AmqpClient {
    fn connect(&self) -> Result<Box<dyn Broker>, BrokerError> {
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|error| self.failed(error.to_string()))?;
        let opened = runtime.block_on(async { timeout(PATIENCE, self.open()).await });
        let (connection, channel) = match opened {
            Ok(Ok(open)) => open,
            Ok(Err(reason)) => return Err(self.failed(reason)),
            Err(_) => return Err(self.failed(format!("no answer in {} s", PATIENCE.as_secs()))),
        };
        let (place, exchange) = (self.place.clone(), self.exchange.clone());
        Ok(Box::new(AmqpBroker { runtime, connection, channel, place, exchange, under_way: VecDeque::new() }))
    }

    fn may_break_off(&self) -> bool {
        true
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}

struct AmqpBroker {
    runtime: Runtime,
    connection: Connection,
    channel: Channel,
    place: String,
    exchange: String,
    /// In the order they were sent, with their topics.
    under_way: VecDeque<(u64, String, PublisherConfirm)>,
}

impl AmqpBroker {
    fn lost(&self, reason: impl Into<String>) -> BrokerError {
        BrokerError::Lost { place: self.place.clone(), reason: reason.into() }
    }

    fn not_now(&self, reason: &str) -> BrokerError {
        BrokerError::NotNow { place: self.place.clone(), reason: reason.into() }
    }

    /// What the broker says of the oldest message under way: waits for it `wait` long.
    fn confirmed(&mut self, wait: Duration) -> Result<Option<Event>, BrokerError> {
        let Some((_, _, confirm)) = self.under_way.front_mut() else { return Ok(None) };
        let answer = self.runtime.block_on(async {
            match wait.is_zero() {
                true => poll_fn(|context| Poll::Ready(now(Pin::new(&mut *confirm).poll(context)))).await,
                false => timeout(wait, confirm).await.ok(),
            }
        });
        let Some(answer) = answer else { return Ok(None) };
        let Some((id, topic, confirm)) = self.under_way.pop_front() else { return Ok(None) };
        drop(confirm);
        match answer {
            Ok(Confirmation::Ack(None) | Confirmation::NotRequested) => Ok(Some(Event::Acknowledged(id))),
            Ok(Confirmation::Ack(Some(_))) => {
                let reason = format!("no queue is bound to exchange {} for the topic {topic}", self.exchange);
                Ok(Some(Event::Refused(id, reason)))
            }
            Ok(Confirmation::Nack(_)) => {
                Err(self.not_now("it did not take a message (a queue is full, or has a fault)"))
            }
            Err(error) => Err(self.lost(words(&error))),
        }
    }
}

fn now<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

impl Broker for AmqpBroker {
    fn send(&mut self, id: u64, message: &Envelope) -> Result<(), SendError> {
        if message.topic.len() > 255 {
            return Err(SendError::Refused("the topic is longer than 255 bytes".into()));
        }
        let (exchange, topic) = (self.exchange.as_str().into(), message.topic.as_str().into());
        // A broker that takes nothing more for now must not hold the courier.
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let properties =
            BasicProperties::default().with_delivery_mode(PERSISTENT).with_content_type("application/json".into());
        let publish = self.channel.basic_publish(exchange, topic, options, &message.payload, properties);
        match self.runtime.block_on(async { timeout(PATIENCE, publish).await }) {
            Ok(Ok(confirm)) => {
                self.under_way.push_back((id, message.topic.clone(), confirm));
                Ok(())
            }
            Ok(Err(error)) => Err(SendError::Lost(self.lost(words(&error)))),
            Err(_) => Err(SendError::Lost(self.not_now("it has taken none for 5 s (memory or disk alarm?)"))),
        }
    }

    fn poll(&mut self, wait: Duration, events: &mut Vec<Event>) -> Result<(), BrokerError> {
        // Heartbeats are sent and answered meanwhile.
        if self.under_way.is_empty() {
            self.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
        }
        let mut wait = wait.max(Duration::from_millis(1));
        while let Some(event) = self.confirmed(wait)? {
            events.push(event);
            wait = Duration::ZERO;
        }
        match self.connection.status().connected() && self.channel.status().connected() {
            true => Ok(()),
            false => Err(self.lost("closed by the broker")),
        }
    }

    fn close(&mut self) {
        let closing = self.connection.close(200, "done".into());
        // A broker that does not answer is left without a word.
        let _ = self.runtime.block_on(async { timeout(Duration::from_secs(1), closing).await });
    }
}

fn pem(path: &Path) -> Result<String, BrokerError> {
    std::fs::read_to_string(path).map_err(|error| BrokerError::Certificate {
        key: "tls-cafile",
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn words(error: &lapin::Error) -> String {
    let text = error.to_string();
    match text.contains("ACCESS_REFUSED") {
        true => format!("{text} (see username and password, and the user's rights)"),
        false => tls::advised(&text, CA_FILE),
    }
}

/// Percent-encoding of whatever may not stand in a part of a URI.
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> Result<AmqpClient, BrokerError> {
        AmqpClient::new(&Settings { address: address.into(), ..Settings::default() }, &BrokerConfig::default())
    }

    #[test]
    fn users_and_passwords_are_escaped_and_never_shown() {
        let set = client("rabbit;5672;me@home;p/w:d").unwrap();
        assert!(set.uri.starts_with("amqp://me%40home:p%2Fw%3Ad@rabbit:5672/%2F?heartbeat=10&"), "{}", set.uri);
        assert_eq!((set.place().as_str(), set.exchange.as_str()), ("amqp rabbit:5672", "amq.topic"));
        let error = client("rabbit;x;me;secret").err().unwrap().to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
