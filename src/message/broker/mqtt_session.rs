//! A session of either version of MQTT: the library's event loop as a task that says what happens.

use rumqttc::v5::mqttbytes::v5::PubAckReason;
use rumqttc::{AsyncClient, Outgoing, v5};
use tokio::sync::mpsc::Sender;

use super::mqtt::{Login, MOST_BYTES, WINDOW};
use super::{CA_FILE, tls};

/// What happened in a session.
pub enum Heard {
    /// The broker has accepted the client, and says how large a packet may be, if it says so.
    Connected(Option<u32>),
    /// The next message was given this packet identifier.
    Written(u16),
    /// The broker has the message, or says why it will not have it.
    Acknowledged(u16, Option<String>),
    /// The session is at its end.
    Lost(String),
}

/// Sends in a session.
pub enum Publisher {
    /// MQTT 3.1.1.
    V4(AsyncClient),
    /// MQTT 5.
    V5(v5::AsyncClient),
}

impl Publisher {
    /// Takes a message; false when there are too many already.
    pub fn publish(&self, topic: &str, payload: Vec<u8>) -> bool {
        match self {
            Self::V4(client) => client.try_publish(topic, rumqttc::QoS::AtLeastOnce, false, payload).is_ok(),
            Self::V5(client) => client.try_publish(topic, v5::mqttbytes::QoS::AtLeastOnce, false, payload).is_ok(),
        }
    }

    /// Says farewell.
    pub fn disconnect(&self) {
        // A session that is gone needs no farewell.
        let _ = match self {
            Self::V4(client) => client.try_disconnect().is_ok(),
            Self::V5(client) => client.try_disconnect().is_ok(),
        };
    }
}

/// Opens a session of MQTT 5. To be called inside a runtime, which drives it.
pub fn open_v5(login: &Login, heard: Sender<Heard>) -> Publisher {
    let mut options = v5::MqttOptions::new(&login.client_id, &login.host, login.port);
    options.set_keep_alive(login.keep_alive).set_transport(login.transport.clone());
    options.set_clean_start(true).set_connection_timeout(5).set_outgoing_inflight_upper_limit(WINDOW);
    if let Some((user, password)) = &login.user {
        options.set_credentials(user, password);
    }
    let (client, mut events) = v5::AsyncClient::new(options, WINDOW.into());
    tokio::spawn(async move {
        loop {
            let said = match events.poll().await {
                Ok(v5::Event::Outgoing(Outgoing::Publish(packet))) => Heard::Written(packet),
                Ok(v5::Event::Incoming(v5::Incoming::ConnAck(ack))) => {
                    Heard::Connected(ack.properties.and_then(|known| known.max_packet_size))
                }
                Ok(v5::Event::Incoming(v5::Incoming::PubAck(ack))) => {
                    Heard::Acknowledged(ack.pkid, refusal(ack.reason))
                }
                Ok(_) => continue,
                Err(error) => Heard::Lost(words(&error)),
            };
            let last = matches!(said, Heard::Lost(_));
            if heard.send(said).await.is_err() || last {
                return;
            }
        }
    });
    Publisher::V5(client)
}

/// Opens a session of MQTT 3.1.1. To be called inside a runtime, which drives it.
pub fn open_v4(login: &Login, heard: Sender<Heard>) -> Publisher {
    let mut options = rumqttc::MqttOptions::new(&login.client_id, &login.host, login.port);
    options.set_keep_alive(login.keep_alive).set_transport(login.transport.clone());
    options.set_clean_session(true).set_inflight(WINDOW).set_max_packet_size(MOST_BYTES, MOST_BYTES);
    if let Some((user, password)) = &login.user {
        options.set_credentials(user, password);
    }
    let (client, mut events) = AsyncClient::new(options, WINDOW.into());
    tokio::spawn(async move {
        loop {
            let said = match events.poll().await {
                Ok(rumqttc::Event::Outgoing(Outgoing::Publish(packet))) => Heard::Written(packet),
                Ok(rumqttc::Event::Incoming(rumqttc::Incoming::ConnAck(_))) => Heard::Connected(None),
                Ok(rumqttc::Event::Incoming(rumqttc::Incoming::PubAck(ack))) => Heard::Acknowledged(ack.pkid, None),
                Ok(_) => continue,
                Err(error) => Heard::Lost(words(&error)),
            };
            let last = matches!(said, Heard::Lost(_));
            if heard.send(said).await.is_err() || last {
                return;
            }
        }
    });
    Publisher::V4(client)
}

/// Why a broker will not have a message; `None` if it has it.
fn refusal(reason: PubAckReason) -> Option<String> {
    match reason {
        PubAckReason::Success | PubAckReason::NoMatchingSubscribers => None,
        PubAckReason::NotAuthorized => Some("the topic is not allowed to this user".into()),
        other => Some(format!("{other:?}")),
    }
}

fn words(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    match ["BadUserNamePassword", "NotAuthorized", "BadUsernamePassword"].iter().any(|word| text.contains(word)) {
        true => format!("{text} (see username and password in the configuration file, or USER_MQTT and PASSWORD_MQTT)"),
        false => tls::advised(&text, CA_FILE),
    }
}
