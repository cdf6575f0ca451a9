//! The stage that sends messages: a branch beside the pictures.

use std::path::PathBuf;

use super::graph::{Element, launch_text};

/// Buffers that wait for the converter, or in front of what follows, so that neither branch holds up the other for long.
const WAITING: &str = "4";

/// Names of the two elements.
pub(super) const CONVERTER: &str = "msgconv";
pub(super) const SENDER: &str = "msgbroker";

/// What messages say, and to whom they go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messages {
    /// Configuration of `nvmsgconv`: sensors, places, analytics modules.
    pub config: PathBuf,
    /// `payload-type`: 0 is DeepStream's full schema, 1 the minimal one.
    pub schema: u32,
    /// `proto-lib` of `nvmsgbroker`: the kind of broker.
    pub proto_lib: String,
    /// `conn-str`: where the broker is.
    pub conn_str: Option<String>,
    /// `config` of `nvmsgbroker`: settings of the broker's client.
    pub broker_config: Option<PathBuf>,
    /// `topic`.
    pub topic: Option<String>,
}

impl Messages {
    /// The branch as launch text with one way in and one way out.
    pub(super) fn text(&self) -> String {
        let absolute =
            |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string();
        let queue = Element::new("queue").prop("max-size-buffers", WAITING);
        let queue = launch_text(&queue.prop("max-size-bytes", "0").prop("max-size-time", "0"));
        let converter = Element::new("nvmsgconv").named(CONVERTER).prop("config", absolute(&self.config));
        let converter = converter.prop("payload-type", self.schema.to_string());
        let mut broker = Element::new("nvmsgbroker").named(SENDER).prop("proto-lib", &*self.proto_lib);
        let config = self.broker_config.as_ref().map(absolute);
        for (key, value) in [("conn-str", &self.conn_str), ("config", &config), ("topic", &self.topic)] {
            if let Some(value) = value {
                broker = broker.prop(key, &**value);
            }
        }
        let broker = launch_text(&broker.prop("sync", "false"));
        format!("tee name=messages ! {queue} ! {} ! {broker} messages. ! {queue}", launch_text(&converter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gst::prelude::*;

    #[test]
    fn the_branch_is_text_that_a_shell_reads_too() {
        let messages = Messages {
            config: "/c.txt".into(),
            schema: 1,
            proto_lib: "kafka".into(),
            conn_str: Some("localhost;9092".into()),
            broker_config: None,
            topic: Some("a b".into()),
        };
        let queue = "queue max-size-buffers=4 max-size-bytes=0 max-size-time=0";
        assert_eq!(
            messages.text(),
            format!(
                "tee name=messages ! {queue} ! nvmsgconv name=msgconv config=/c.txt payload-type=1 ! nvmsgbroker \
                 name=msgbroker proto-lib=kafka conn-str=\"localhost;9092\" topic=\"a b\" sync=false messages. ! {queue}"
            )
        );
    }
    #[test]
    fn values_come_through_as_they_are() {
        gst::init().unwrap();
        crate::elements::register_all(None).unwrap();
        for text in ["localhost;9092", "it's", "/plain/path", "a b"] {
            let messages = Messages {
                config: "/no where/c.txt".into(),
                schema: 0,
                proto_lib: "file".into(),
                conn_str: Some(text.into()),
                broker_config: None,
                topic: None,
            };
            let bin = gst::parse::bin_from_description(&messages.text(), true).unwrap();
            let made = |name: &str, key: &str| bin.by_name(name).unwrap().property::<String>(key);
            assert_eq!(made("msgbroker", "conn-str"), text);
            assert_eq!(made("msgconv", "config"), "/no where/c.txt");
            assert!(bin.static_pad("sink").is_some() && bin.static_pad("src").is_some());
        }
    }
}
