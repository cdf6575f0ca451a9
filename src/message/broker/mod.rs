//! Brokers' clients behind one trait: a file a protocol, chosen by the name of DeepStream's protocol adaptor library.

mod address;
mod amqp;
mod client;
mod error;
mod file;
mod kafka;
mod mqtt;
mod mqtt_session;
mod pick;
mod protocol;
mod redis;
mod tls;

pub use client::{Broker, Client, Event, SendError};
pub use error::BrokerError;
pub use protocol::Protocol;

use crate::config::Warning;
use crate::config::broker::BrokerConfig;
use std::path::PathBuf;

/// Where the clients with a `tls-cafile` are told of it.
const CA_FILE: &str = "tls-cafile in the configuration file";

/// What the properties of `nvmsgbroker` say.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `proto-lib`.
    pub library: String,
    /// `conn-str`, empty if not given.
    pub address: String,
    /// `topic`, empty if not given.
    pub topic: String,
    /// `config`.
    pub config: Option<PathBuf>,
}

/// A client that can be connected, with what was found on the way.
pub struct Chosen {
    /// The client.
    pub client: Box<dyn Client>,
    /// Which it is.
    pub protocol: Protocol,
    /// The topic that was given, or the client's own.
    pub topic: String,
    /// What in the configuration has no effect.
    pub warnings: Vec<Warning>,
}

/// Finds the client and reads its settings. Connects to nothing.
///
/// # Errors
/// When there is no such client, or an address, a topic or a setting is missing or wrong.
pub fn choose(settings: &Settings) -> Result<Chosen, BrokerError> {
    let protocol = Protocol::parse(&settings.library)?;
    let config = settings.config.as_deref().map(BrokerConfig::load).transpose()?.unwrap_or_default();
    let (client, known): (Box<dyn Client>, &[&str]) = match protocol {
        Protocol::File => (Box::new(file::FileClient::new(&settings.address)?), file::KEYS),
        Protocol::Kafka => (Box::new(kafka::KafkaClient::new(settings, &config)?), kafka::KEYS),
        Protocol::Amqp => (Box::new(amqp::AmqpClient::new(settings, &config)?), amqp::KEYS),
        Protocol::Mqtt => (Box::new(mqtt::MqttClient::new(settings, &config)?), mqtt::KEYS),
        Protocol::Redis => (Box::new(redis::RedisClient::new(settings, &config)?), redis::KEYS),
    };
    let given = Some(settings.topic.trim()).filter(|topic| !topic.is_empty()).map(str::to_owned);
    let topic = given
        .or_else(|| address::topic_of(protocol, &settings.address))
        .or_else(|| config.text("topic"))
        .or_else(|| protocol.default_topic().map(str::to_owned))
        .ok_or(BrokerError::NoTopic { protocol })?;
    Ok(Chosen { client, protocol, topic, warnings: config.unknown(known) })
}
