//! Redis: each message is an entry of a stream (`XADD topic * metadata JSON`), as DeepStream writes it.

use std::path::Path;
use std::time::Duration;

use redis::{
    ClientTlsConfig, ConnectionAddr, ErrorKind, IntoConnectionInfo, Pipeline, RedisConnectionInfo, RedisError,
    TlsCertificates, Value,
};

use super::address::Address;
use super::{Broker, BrokerError, CA_FILE, Client, Event, Protocol, SendError, Settings, tls};
use crate::config::broker::BrokerConfig;
use crate::message::envelope::Envelope;

/// Keys of `[message-broker]`: DeepStream's, then ours for users and TLS.
pub const KEYS: &[&str] = &[
    "hostname",
    "port",
    "password",
    "streamsize",
    "payloadkey",
    "consumergroup",
    "consumername",
    "flush-timeout",
    "share-connection",
    "topic",
    "username",
    "enable-tls",
    "tls-cafile",
    "tls-certfile",
    "tls-keyfile",
];

/// How long the server may take for anything.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connects to Redis.
pub struct RedisClient {
    client: redis::Client,
    place: String,
    layout: Layout,
}

/// How an entry looks.
#[derive(Clone)]
struct Layout {
    field: String,
    /// Entries a stream keeps, about; all without one.
    most: Option<u64>,
}

impl RedisClient {
    /// Reads address and settings. The password comes from `PASSWORD_REDIS` or the file.
    pub fn new(settings: &Settings, config: &BrokerConfig) -> Result<Self, BrokerError> {
        let expected = "host;port[;topic], or hostname and port in the configuration file";
        let mut text = settings.address.clone();
        if text.is_empty() {
            let port = config.integer("port", 1..=65535)?.unwrap_or(6379u16);
            text = config.text("hostname").map(|host| format!("{host};{port}")).unwrap_or_default();
        }
        let address = Address::parse(Protocol::Redis, &text, 3, expected)?;
        let place = address.place(Protocol::Redis);
        let layout = Layout {
            field: config.text("payloadkey").unwrap_or_else(|| "metadata".into()),
            most: config.integer("streamsize", 1..=i64::MAX)?,
        };
        let wrong = |error: RedisError| BrokerError::Setting { place: place.clone(), reason: words(&error) };
        let mut login = RedisConnectionInfo::default();
        if let Some(user) = config.text("username") {
            login = login.set_username(user);
        }
        let password = std::env::var("PASSWORD_REDIS").ok().filter(|text| !text.is_empty());
        if let Some(password) = password.or_else(|| config.text("password")) {
            login = login.set_password(password);
        }
        let tls = config.boolean("enable-tls")?;
        let (host, port) = (address.host.clone(), address.port);
        let to = match tls {
            true => ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None },
            false => ConnectionAddr::Tcp(host, port),
        };
        let info = to.into_connection_info().map_err(wrong)?.set_redis_settings(login);
        let client = match tls {
            true => redis::Client::build_with_tls(info, certificates(config)?),
            false => redis::Client::open(info),
        };
        Ok(Self { client: client.map_err(wrong)?, place: place.clone(), layout })
    }
}

impl Client for RedisClient {
    fn connect(&self) -> Result<Box<dyn Broker>, BrokerError> {
        let failed = |error: RedisError| BrokerError::Connect { place: self.place.clone(), reason: words(&error) };
        let connection = self.client.get_connection_with_timeout(PATIENCE).map_err(failed)?;
        connection.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        connection.set_write_timeout(Some(PATIENCE)).map_err(failed)?;
        let (pipeline, ids) = (redis::pipe(), Vec::new());
        let (place, layout) = (self.place.clone(), self.layout.clone());
        Ok(Box::new(RedisBroker { connection, pipeline, ids, place, layout }))
    }

    fn may_break_off(&self) -> bool {
        true
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}

struct RedisBroker {
    connection: redis::Connection,
    /// Entries of the next round trip.
    pipeline: Pipeline,
    ids: Vec<u64>,
    place: String,
    layout: Layout,
}

impl Broker for RedisBroker {
    fn send(&mut self, id: u64, message: &Envelope) -> Result<(), SendError> {
        let command = self.pipeline.cmd("XADD").arg(&message.topic);
        if let Some(most) = self.layout.most {
            command.arg("MAXLEN").arg("~").arg(most);
        }
        command.arg("*").arg(&self.layout.field).arg(message.payload.as_slice());
        self.ids.push(id);
        Ok(())
    }

    fn poll(&mut self, _wait: Duration, events: &mut Vec<Event>) -> Result<(), BrokerError> {
        if self.ids.is_empty() {
            return Ok(());
        }
        let pipeline = std::mem::replace(&mut self.pipeline, redis::pipe());
        let ids = std::mem::take(&mut self.ids);
        let place = self.place.clone();
        let lost = |error: RedisError| BrokerError::Lost { place: place.clone(), reason: words(&error) };
        self.connection.send_packed_command(&pipeline.get_packed_pipeline()).map_err(lost)?;
        // One by one, so that what was answered before the connection broke is known.
        for id in ids {
            match self.connection.recv_response().map_err(lost)? {
                Value::ServerError(error) if is_final(error.code()) => {
                    events.push(Event::Refused(id, error.details().unwrap_or(error.code()).to_owned()));
                }
                // Memory is full, a replica does not take writes, data is being loaded.
                Value::ServerError(error) => {
                    let reason = advised(format!("{} {}", error.code(), error.details().unwrap_or_default()));
                    return Err(BrokerError::NotNow { place: place.clone(), reason });
                }
                _ => events.push(Event::Acknowledged(id)),
            }
        }
        Ok(())
    }
}

/// Whether it is no use to offer the message again.
fn is_final(code: &str) -> bool {
    matches!(code, "WRONGTYPE" | "NOPERM" | "ERR")
}

fn words(error: &RedisError) -> String {
    match error.kind() == ErrorKind::AuthenticationFailed {
        true => format!("{error}{ADVICE}"),
        false => advised(error.to_string()),
    }
}

/// What to do about a password that is missing or wrong.
const ADVICE: &str = " (see password in the configuration file, or PASSWORD_REDIS)";

fn advised(text: String) -> String {
    match text.contains("NOAUTH") || text.contains("WRONGPASS") {
        true => format!("{text}{ADVICE}"),
        false => tls::advised(&text, CA_FILE),
    }
}

fn certificates(config: &BrokerConfig) -> Result<TlsCertificates, BrokerError> {
    let read = |key: &'static str| config.path(key).map(|path| bytes(key, &path)).transpose();
    let client_tls = match (read("tls-certfile")?, read("tls-keyfile")?) {
        (Some(client_cert), Some(client_key)) => Some(ClientTlsConfig { client_cert, client_key }),
        _ => None,
    };
    Ok(TlsCertificates { client_tls, root_cert: read("tls-cafile")? })
}

fn bytes(key: &'static str, path: &Path) -> Result<Vec<u8>, BrokerError> {
    let wrong =
        |error: std::io::Error| BrokerError::Certificate { key, path: path.to_owned(), reason: error.to_string() };
    std::fs::read(path).map_err(wrong)
}
