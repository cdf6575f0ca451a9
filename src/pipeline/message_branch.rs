//! The stage that sends messages: a branch beside the pictures.

use std::path::PathBuf;

use super::graph::{Element, text_of};

/// Buffers that wait for the converter, or in front of what follows, so that neither branch holds up the other for long.
const WAITING: &str = "4";

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
        let queue = text_of(&queue.prop("max-size-bytes", "0").prop("max-size-time", "0"));
        let converter = Element::new("nvmsgconv").named("msgconv").prop("config", absolute(&self.config));
        let converter = converter.prop("payload-type", self.schema.to_string());
        let mut broker = Element::new("nvmsgbroker").named("msgbroker").prop("proto-lib", &*self.proto_lib);
        let config = self.broker_config.as_ref().map(absolute);
        for (key, value) in [("conn-str", &self.conn_str), ("config", &config), ("topic", &self.topic)] {
            if let Some(value) = value {
                broker = broker.prop(key, &**value);
            }
        }
        let broker = text_of(&broker.prop("sync", "false"));
        let (converter, broker) = (in_double_quotes(&text_of(&converter)), in_double_quotes(&broker));
        format!("tee name=messages ! {queue} ! {converter} ! {broker} messages. ! {queue}")
    }
}

/// With double quotes in place of single ones: a shell reads both, GStreamer's own parser keeps single ones in the value.
fn in_double_quotes(text: &str) -> String {
    let (mut out, mut open) = (String::with_capacity(text.len()), None);
    let mut escaped = false;
    for c in text.chars() {
        match (open, c) {
            (None, '\'' | '"') => {
                open = Some(c);
                out.push('"');
            }
            (Some(quote), _) if c == quote && !escaped => {
                open = None;
                out.push('"');
            }
            (Some('\''), '"' | '$' | '`') => out.extend(['\\', c]),
            _ => out.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_through_the_parser_as_they_are() {
        gst::init().unwrap();
        for value in ["localhost;9092", "a b", "it's;x", "say \"x\" $y"] {
            let text = in_double_quotes(&text_of(&Element::new("identity").prop("name", value)));
            assert_eq!(gst::parse::launch(&text).unwrap().property::<String>("name"), value, "{text}");
        }
    }

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
}
