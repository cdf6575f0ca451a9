//! What stands in the bodies of requests. Pure: bytes in, what was meant or why not out.

use serde_json::Value;

/// The longest text of a field, in bytes.
const LONGEST: usize = 4096;
/// The most batches DeepStream lets a detector skip.
const MOST_SKIPPED: u64 = 32;

/// What a body of `stream/add` or `stream/remove` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamChange {
    /// `change` has `add` or `streaming` in it.
    Add {
        /// The id to remove it by.
        camera_id: String,
        /// For people; may be empty.
        camera_name: String,
        /// What to play.
        camera_url: String,
    },
    /// `change` has `remove` in it.
    Remove {
        /// As it was added.
        camera_id: String,
        /// As it was added.
        camera_url: String,
    },
}

/// Why a body means nothing. The words after the comma are ours, those before it DeepStream's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is no JSON.
    #[error("the body is no JSON: {0}")]
    Syntax(String),
    /// It is JSON, but no object of objects.
    #[error("the body is no JSON object with an object inside, as {0}")]
    Shape(&'static str),
    /// A field is missing or empty.
    #[error("{0} empty")]
    Missing(&'static str),
    /// A field is of another kind.
    #[error("{field} is not {expected}")]
    Kind {
        /// The field.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// `change` asks for nothing known.
    #[error("Sensor API change string not supported")]
    Change,
}

/// Reads `{"key":"sensor","value":{"camera_id":..,"camera_name":..,"camera_url":..,"change":"camera_add"|"camera_remove"}}`;
/// `event` may stand for `value`.
pub fn parse_stream(body: &[u8]) -> Result<StreamChange, BodyError> {
    const EXAMPLE: &str =
        r#"{"key":"sensor","value":{"camera_id":"1","camera_url":"rtsp://...","change":"camera_add"}}"#;
    let whole = json(body)?;
    let value = ["value", "event"].iter().find_map(|key| whole.get(key)).filter(|value| value.is_object());
    let value = value.ok_or(BodyError::Shape(EXAMPLE))?;
    let camera_url = text(value, "camera_url")?;
    let camera_id = text(value, "camera_id")?;
    let change = text(value, "change")?;
    if camera_url.is_empty() {
        return Err(BodyError::Missing("Source url"));
    }
    if camera_id.is_empty() {
        return Err(BodyError::Missing("Source id"));
    }
    match change {
        change if change.contains("add") || change.contains("streaming") => {
            Ok(StreamChange::Add { camera_id, camera_name: text(value, "camera_name")?, camera_url })
        }
        change if change.contains("remove") => Ok(StreamChange::Remove { camera_id, camera_url }),
        _ => Err(BodyError::Change),
    }
}

/// Reads `{"stream":{"stream_id":"0","interval":2}}`: the stream's number and how many batches to skip.
pub fn parse_interval(body: &[u8]) -> Result<(u32, u32), BodyError> {
    const EXAMPLE: &str = r#"{"stream":{"stream_id":"0","interval":2}}"#;
    const EXPECTED: &str = "an unsigned integer, range 0 - 32";
    let whole = json(body)?;
    let stream = inner(&whole).ok_or(BodyError::Shape(EXAMPLE))?;
    let id = match stream.get("stream_id") {
        Some(Value::String(id)) => id.parse().ok(),
        Some(Value::Number(id)) => id.as_u64().and_then(|id| u32::try_from(id).ok()),
        _ => None,
    };
    let id = id.ok_or(BodyError::Kind { field: "stream_id", expected: "the number of a stream" })?;
    let interval = match stream.get("interval") {
        None => Some(0),
        Some(interval) => interval.as_u64().filter(|interval| *interval <= MOST_SKIPPED),
    };
    let interval = interval.and_then(|interval| u32::try_from(interval).ok());
    Ok((id, interval.ok_or(BodyError::Kind { field: "interval", expected: EXPECTED })?))
}

/// Reads `{"app":{"app_quit":true}}`.
pub fn parse_quit(body: &[u8]) -> Result<(), BodyError> {
    let whole = json(body)?;
    let app = inner(&whole).ok_or(BodyError::Shape(r#"{"app":{"app_quit":true}}"#))?;
    match app.get("app_quit") {
        Some(Value::Bool(true)) => Ok(()),
        Some(Value::Number(number)) if number.as_u64() == Some(1) => Ok(()),
        _ => Err(BodyError::Kind { field: "app_quit", expected: "true" }),
    }
}

/// Reads `{"analytics":{"config_file_path":"rules.txt"}}`; without a path, an empty text.
pub fn parse_reload(body: &[u8]) -> Result<String, BodyError> {
    let whole = json(body)?;
    let value = inner(&whole).ok_or(BodyError::Shape(r#"{"analytics":{"config_file_path":"rules.txt"}}"#))?;
    text(value, "config_file_path")
}

fn json(body: &[u8]) -> Result<Value, BodyError> {
    serde_json::from_slice(body).map_err(|error| BodyError::Syntax(error.to_string()))
}

/// The first object inside an object, whatever it is called.
fn inner(whole: &Value) -> Option<&Value> {
    whole.as_object()?.values().find(|value| value.is_object())
}

/// A text field; a missing one is empty, a number is taken as it is written.
fn text(value: &Value, field: &'static str) -> Result<String, BodyError> {
    let kind = BodyError::Kind { field, expected: "a text of at most 4096 bytes" };
    match value.get(field) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) if text.len() <= LONGEST && !text.contains('\0') => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn deepstream_s_own_examples_are_read() {
        let body = br#"{"key":"sensor","value":{"camera_id":"uniqueSensorID1","camera_name":"front_door",
            "camera_url":"file:///a.mp4","change":"camera_add","metadata":{"resolution":"1920 x1080","codec":"h264"}},
            "headers":{"source":"vst","created_at":"2021-06-01T14:34:13.417Z"}}"#;
        let expected = StreamChange::Add {
            camera_id: "uniqueSensorID1".into(),
            camera_name: "front_door".into(),
            camera_url: "file:///a.mp4".into(),
        };
        assert_eq!(parse_stream(body), Ok(expected));
        let remove = br#"{"event":{"camera_id":7,"camera_url":"u","change":"camera_remove"}}"#;
        let expected = StreamChange::Remove { camera_id: "7".into(), camera_url: "u".into() };
        assert_eq!(parse_stream(remove), Ok(expected));
        assert_eq!(parse_interval(br#"{"stream":{"stream_id":"0","interval":2}}"#), Ok((0, 2)));
        assert_eq!(parse_quit(br#"{"stream":{"app_quit":true}}"#), Ok(()));
        assert_eq!(parse_reload(br#"{"analytics":{"config_file_path":"a.txt"}}"#).as_deref(), Ok("a.txt"));
        assert_eq!(parse_reload(br#"{"analytics":{}}"#).as_deref(), Ok(""));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let say = |body: &str| parse_stream(body.as_bytes()).unwrap_err().to_string();
        assert!(say("{").starts_with("the body is no JSON: "));
        assert!(say("[]").contains("\"camera_add\""));
        assert_eq!(say(r#"{"value":{"camera_id":"1","change":"add"}}"#), "Source url empty");
        assert_eq!(say(r#"{"value":{"camera_url":"1","change":"add"}}"#), "Source id empty");
        assert_eq!(
            say(r#"{"value":{"camera_id":[],"camera_url":"1"}}"#),
            "camera_id is not a text of at most 4096 bytes"
        );
        assert_eq!(
            say(r#"{"value":{"camera_id":"1","camera_url":"u","change":"x"}}"#),
            "Sensor API change string not supported"
        );
        for wrong in ["33", "-1", "\"2\"", "1.5"] {
            let body = format!(r#"{{"s":{{"stream_id":"0","interval":{wrong}}}}}"#);
            assert!(parse_interval(body.as_bytes()).is_err(), "{wrong}");
        }
        assert!(parse_quit(br#"{"app":{"app_quit":false}}"#).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(body in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = (parse_stream(&body), parse_interval(&body), parse_quit(&body), parse_reload(&body));
        }

        #[test]
        fn no_json_brings_it_down(body in r#"[\[\]{}",:a-z0-9._ -]{0,200}"#) {
            let _ = (parse_stream(body.as_bytes()), parse_interval(body.as_bytes()), parse_quit(body.as_bytes()));
        }

        #[test]
        fn what_is_said_arrives(id in "[^\0]{1,40}", name in "[^\0]{0,40}", url in "[^\0]{1,80}") {
            let body = serde_json::json!({"key": "sensor", "value":
                {"camera_id": id, "camera_name": name, "camera_url": url, "change": "camera_add"}});
            let expected = StreamChange::Add { camera_id: id, camera_name: name, camera_url: url };
            prop_assert_eq!(parse_stream(body.to_string().as_bytes()), Ok(expected));
        }

        #[test]
        fn intervals_of_deepstream_s_range_arrive(id in any::<u32>(), interval in 0..=40u32) {
            let body = serde_json::json!({"stream": {"stream_id": id.to_string(), "interval": interval}});
            let read = parse_interval(body.to_string().as_bytes());
            prop_assert_eq!(read.ok(), (interval <= 32).then_some((id, interval)));
        }
    }
}
