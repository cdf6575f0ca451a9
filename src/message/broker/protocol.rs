//! The names of DeepStream's protocol adaptor libraries, and the clients that answer to them.

use std::fmt;

use super::BrokerError;
use crate::config::closest::closest;

/// A kind of broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Apache Kafka.
    Kafka,
    /// AMQP 0-9-1: RabbitMQ.
    Amqp,
    /// MQTT 5 and 3.1.1: Mosquitto.
    Mqtt,
    /// Streams of Redis.
    Redis,
    /// A file of JSON lines, for trials.
    File,
}

/// Each with its short name and DeepStream's library.
const NAMES: [(Protocol, &str, &str); 5] = [
    (Protocol::Kafka, "kafka", "libnvds_kafka_proto.so"),
    (Protocol::Amqp, "amqp", "libnvds_amqp_proto.so"),
    (Protocol::Mqtt, "mqtt", "libnvds_mqtt_proto.so"),
    (Protocol::Redis, "redis", "libnvds_redis_proto.so"),
    (Protocol::File, "file", "libnvds_file_proto.so"),
];

impl Protocol {
    /// Every client.
    pub const ALL: [Self; 5] = [Self::Kafka, Self::Amqp, Self::Mqtt, Self::Redis, Self::File];

    /// The client for a library's name, with or without its folder, or for a short name.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(library: &str) -> Result<Self, BrokerError> {
        let given = library.trim();
        let file = given.rsplit('/').next().unwrap_or_default();
        if file.is_empty() {
            return Err(BrokerError::NoProtocol);
        }
        let versioned = |name: &str, library: &str| {
            file.eq_ignore_ascii_case(name)
                || file.strip_prefix(library).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if let Some((protocol, ..)) = NAMES.iter().find(|(_, name, library)| versioned(name, library)) {
            return Ok(*protocol);
        }
        if file.contains("azure") {
            return Err(BrokerError::Azure { given: given.into() });
        }
        let names = NAMES.iter().flat_map(|(_, name, library)| [*name, *library]);
        Err(BrokerError::Unknown { given: given.into(), closest: closest(file, names) })
    }

    /// Short name.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(protocol, ..)| *protocol == self).map_or("", |(_, name, _)| name)
    }

    /// Names and libraries of all clients, for messages.
    pub(super) fn all() -> String {
        NAMES.map(|(_, name, library)| format!("{name} ({library})")).join(", ")
    }

    /// DeepStream's AMQP adaptor has a topic of its own; a file needs none.
    pub(super) fn default_topic(self) -> Option<&'static str> {
        match self {
            Self::Amqp => Some("deepstream_topic"),
            Self::File => Some(""),
            Self::Kafka | Self::Mqtt | Self::Redis => None,
        }
    }

    /// The port these brokers listen on by custom.
    pub fn port(self) -> u16 {
        match self {
            Self::Kafka => 9092,
            Self::Amqp => 5672,
            Self::Mqtt => 1883,
            Self::Redis => 6379,
            Self::File => 0,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_and_short_names_are_the_same_client() {
        for text in ["kafka", "Kafka", "libnvds_kafka_proto.so", "/opt/nvidia/deepstream/lib/libnvds_kafka_proto.so.1"]
        {
            assert_eq!(Protocol::parse(text).unwrap(), Protocol::Kafka, "{text}");
        }
        for protocol in Protocol::ALL {
            assert_eq!(Protocol::parse(protocol.name()).unwrap(), protocol);
        }
    }

    #[test]
    fn others_are_refused_with_what_there_is() {
        let message = |text: &str| Protocol::parse(text).unwrap_err().to_string();
        assert!(message("libnvds_kafak_proto.so").ends_with("; is libnvds_kafka_proto.so meant?"));
        assert!(message("").starts_with("no proto-lib"));
        assert!(message("/x/libnvds_azure_proto.so").contains("no client for Azure"));
        assert!(message("nats").contains("kafka (libnvds_kafka_proto.so), amqp (libnvds_amqp_proto.so)"));
    }
}
