//! What can be wrong with a broker or how it is named.

use super::Protocol;
use crate::config::ConfigError;

/// Why a client cannot be set up, or has no connection.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// No client is called so.
    #[error("proto-lib '{given}' is no broker's client; there are {}{}", Protocol::all(), hint(.closest))]
    Unknown {
        /// What was given.
        given: String,
        /// A name that looks like it.
        closest: Option<&'static str>,
    },
    /// None was named.
    #[error("no proto-lib: which broker's client? there are {}", Protocol::all())]
    NoProtocol,
    /// A client of DeepStream that does not exist here.
    #[error(
        "proto-lib '{given}': there is no client for Azure here; Azure IoT Hub and Event Hubs also speak MQTT, AMQP and Kafka: use libnvds_mqtt_proto.so or libnvds_kafka_proto.so"
    )]
    Azure {
        /// What was given.
        given: String,
    },
    /// The address does not follow its format.
    #[error("conn-str '{given}' for {protocol}: expected {expected}")]
    Address {
        /// The protocol.
        protocol: Protocol,
        /// What was given, without a password.
        given: String,
        /// What it should look like.
        expected: &'static str,
    },
    /// There is no topic.
    #[error("no topic for {protocol}: give topic, or a third part of conn-str (host;port;topic)")]
    NoTopic {
        /// The protocol.
        protocol: Protocol,
    },
    /// The configuration file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A setting that the client's library refuses.
    #[error("{place}: {reason}")]
    Setting {
        /// The file or property.
        place: String,
        /// Why.
        reason: String,
    },
    /// A file of settings (certificates, keys) cannot be used.
    #[error("{key} {}: {reason}", .path.display())]
    Certificate {
        /// The key that names it.
        key: &'static str,
        /// The file.
        path: std::path::PathBuf,
        /// Why not.
        reason: String,
    },
    /// No connection.
    #[error("{place}: {reason}")]
    Connect {
        /// Protocol, host and port.
        place: String,
        /// Why not, and what to do where that is known.
        reason: String,
    },
    /// The broker is there and takes no message now.
    #[error("{place}: takes no messages now: {reason}")]
    NotNow {
        /// Protocol, host and port.
        place: String,
        /// Why.
        reason: String,
    },
    /// The connection is lost.
    #[error("{place}: connection lost: {reason}")]
    Lost {
        /// Protocol, host and port.
        place: String,
        /// Why.
        reason: String,
    },
}

fn hint(closest: &Option<&'static str>) -> String {
    closest.map(|name| format!("; is {name} meant?")).unwrap_or_default()
}
