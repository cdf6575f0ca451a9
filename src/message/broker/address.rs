//! `conn-str`: `host;port`, with more parts that differ by protocol.

use super::{BrokerError, Protocol};

/// A host and a port, and what follows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Name or number of a machine; an IPv6 number without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whatever follows.
    pub rest: Vec<String>,
}

impl Address {
    /// Reads `host;port[;more]`.
    ///
    /// # Errors
    /// When host or port are missing or wrong, or there are more than `most` parts.
    pub fn parse(protocol: Protocol, text: &str, most: usize, expected: &'static str) -> Result<Self, BrokerError> {
        let parts: Vec<&str> = text.split(';').map(str::trim).collect();
        let host = parts[0].trim_start_matches('[').trim_end_matches(']');
        let port = parts.get(1).and_then(|port| port.parse().ok()).filter(|port| *port > 0);
        match port {
            Some(port) if is_host(host) && parts.len() <= most => {
                Ok(Self { host: host.into(), port, rest: parts[2..].iter().map(|part| (*part).to_owned()).collect() })
            }
            // Whatever follows the port may be a password.
            _ => Err(BrokerError::Address {
                protocol,
                given: parts.iter().take(2).copied().collect::<Vec<_>>().join(";"),
                expected,
            }),
        }
    }

    /// `host:port`, an IPv6 number in brackets.
    pub fn authority(&self) -> String {
        match self.host.contains(':') {
            true => format!("[{}]:{}", self.host, self.port),
            false => format!("{}:{}", self.host, self.port),
        }
    }

    /// For messages.
    pub fn place(&self, protocol: Protocol) -> String {
        format!("{protocol} {}", self.authority())
    }
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%'))
}

/// The topic as the last part of an address, as DeepStream takes it: after host and port.
pub fn topic_of(protocol: Protocol, text: &str) -> Option<String> {
    let third = text.split(';').nth(2).map(str::trim).filter(|topic| !topic.is_empty());
    // AMQP has user and password there, a file is a path.
    third.filter(|_| !matches!(protocol, Protocol::Amqp | Protocol::File)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Address, BrokerError> {
        Address::parse(Protocol::Kafka, text, 3, "host;port[;topic]")
    }

    #[test]
    fn host_port_and_topic() {
        let address = parse("kafka.example; 9092;events").unwrap();
        assert_eq!(
            (address.authority().as_str(), address.rest.as_slice()),
            ("kafka.example:9092", ["events".to_owned()].as_slice())
        );
        assert_eq!(parse("[::1];9092").unwrap().authority(), "[::1]:9092");
        assert_eq!(topic_of(Protocol::Kafka, "h;1;t"), Some("t".into()));
        assert_eq!(topic_of(Protocol::Amqp, "h;1;user;secret"), None);
        assert_eq!(topic_of(Protocol::Mqtt, "h;1"), None);
    }

    #[test]
    fn what_is_wrong_is_shown_without_a_password() {
        for text in ["", "host", "host;", ";9092", "host;x", "host;0", "host;70000", "ho st;1", "h;1;t;more", "h:1"] {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.contains("expected host;port[;topic]"), "{message}");
            assert!(!message.contains("more"), "{message}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_or_refused(text in ".{0,60}") {
            if let Ok(address) = parse(&text) {
                prop_assert!(!address.host.is_empty() && address.port > 0 && address.rest.len() <= 1);
            }
        }
    }
}
