//! Properties of `nvmsgbroker` with DeepStream's names, types and defaults, and ours beside them.

use std::path::PathBuf;
use std::time::Duration;

use crate::message::broker;
use gst::glib;
use gst::prelude::*;

/// What the properties say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name of DeepStream's adaptor library, or short.
    pub proto_lib: Option<String>,
    /// Where the broker is.
    pub conn_str: Option<String>,
    /// A file with `[message-broker]`.
    pub config: Option<String>,
    /// Topic, routing key or stream.
    pub topic: Option<String>,
    /// Only messages of this component; 0 for all.
    pub comp_id: u32,
    /// Kept; the way messages are sent is the same.
    pub new_api: bool,
    /// Kept.
    pub sleep_time: u32,
    /// `None`: a folder of the user's; empty: none.
    pub spool_dir: Option<String>,
    /// Bytes.
    pub spool_size: u64,
    /// Milliseconds.
    pub flush_timeout: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            proto_lib: None,
            conn_str: None,
            config: None,
            topic: None,
            comp_id: 0,
            new_api: false,
            sleep_time: 0,
            spool_dir: None,
            spool_size: 256 << 20,
            flush_timeout: 5000,
        }
    }
}

impl Settings {
    /// The properties, their defaults taken from [`Settings::default`].
    pub fn specs() -> Vec<glib::ParamSpec> {
        let d = Self::default();
        let string = |name: &'static str, nick: &'static str, blurb: &'static str| {
            glib::ParamSpecString::builder(name).nick(nick).blurb(blurb).mutable_ready().build()
        };
        let uint = |name: &'static str, nick: &'static str, blurb: &'static str, default: u32| {
            glib::ParamSpecUInt::builder(name).nick(nick).blurb(blurb).default_value(default).build()
        };
        vec![
            string("proto-lib", "Protocol library", "libnvds_kafka_proto.so, libnvds_amqp_proto.so, libnvds_mqtt_proto.so, libnvds_redis_proto.so, or kafka, amqp, mqtt, redis, file"),
            string("conn-str", "Connection string", "host;port[;topic]; for amqp host;port[;user;password]; for file a path"),
            string("config", "Configuration file", "File with a [message-broker] section"),
            string("topic", "Topic", "Topic, routing key or stream"),
            uint("comp-id", "Component", "Send only messages of the component with this comp-id; 0: all", d.comp_id),
            glib::ParamSpecBoolean::builder("new-api")
                .nick("New API")
                .blurb("Taken for compatibility; messages are sent the same way")
                .default_value(d.new_api)
                .build(),
            uint("sleep-time", "Sleep time", "Taken for compatibility; nothing is polled", d.sleep_time),
            string("spool-dir", "Spool", "Folder that keeps messages until the broker has them; \"\": memory only; not set: a folder of the user's (extension)"),
            glib::ParamSpecUInt64::builder("spool-size")
                .nick("Spool size")
                .blurb("Bytes the spool takes; when it is full the oldest messages are dropped and counted (extension)")
                .minimum(64 << 10)
                .default_value(d.spool_size)
                .mutable_ready()
                .build(),
            uint("flush-timeout", "Flush timeout", "Milliseconds that the end of the stream waits for acknowledgements (extension)", d.flush_timeout),
            glib::ParamSpecBoxed::builder::<gst::Structure>("stats")
                .nick("Statistics")
                .blurb("Messages accepted, recovered, sent, retried, acknowledged, dropped, spooled; reconnects (extension)")
                .read_only()
                .build(),
        ]
    }

    /// Takes the new value of the property called `name`; the types are those of [`Settings::specs`].
    pub fn set(&mut self, name: &str, value: &glib::Value) -> Result<(), glib::value::ValueTypeMismatchError> {
        match name {
            "proto-lib" => self.proto_lib = text(value),
            "conn-str" => self.conn_str = text(value),
            "config" => self.config = text(value),
            "topic" => self.topic = text(value),
            "spool-dir" => self.spool_dir = text(value),
            "comp-id" => self.comp_id = value.get()?,
            "new-api" => self.new_api = value.get()?,
            "sleep-time" => self.sleep_time = value.get()?,
            "spool-size" => self.spool_size = value.get()?,
            "flush-timeout" => self.flush_timeout = value.get()?,
            _ => {}
        }
        Ok(())
    }

    /// The value of the property called `name`.
    pub fn get(&self, name: &str) -> glib::Value {
        match name {
            "proto-lib" => self.proto_lib.to_value(),
            "conn-str" => self.conn_str.to_value(),
            "config" => self.config.to_value(),
            "topic" => self.topic.to_value(),
            "comp-id" => self.comp_id.to_value(),
            "new-api" => self.new_api.to_value(),
            "sleep-time" => self.sleep_time.to_value(),
            "spool-size" => self.spool_size.to_value(),
            "flush-timeout" => self.flush_timeout.to_value(),
            _ => self.spool_dir.to_value(),
        }
    }

    /// What the client is chosen by.
    pub fn broker(&self) -> broker::Settings {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        broker::Settings {
            library: text(&self.proto_lib),
            address: text(&self.conn_str),
            topic: text(&self.topic),
            config: self.config.as_deref().filter(|path| !path.is_empty()).map(PathBuf::from),
        }
    }

    /// How long the end of the stream waits.
    pub fn patience(&self) -> Duration {
        Duration::from_millis(self.flush_timeout.into())
    }
}

fn text(value: &glib::Value) -> Option<String> {
    value.get().ok().flatten()
}
