//! One field out of a JSON message, read in passing: no tree of the whole message is made.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Where the minimal schema has the sensor's name, which stands a level deeper in the full one.
const SENSOR: &str = "sensorId";

/// The text of the field at `path`, or else of `sensorId`; `None` where neither is a text or a number.
pub fn field(payload: &[u8], path: &[String]) -> Option<String> {
    let mut deserializer = serde_json::Deserializer::from_slice(payload);
    let found = Cell::new(None);
    let instead = Pick { path, instead: Some(SENSOR), found: &found }.deserialize(&mut deserializer);
    found.take().or_else(|| instead.ok().flatten())
}

/// What is looked for from here on.
struct Pick<'a> {
    path: &'a [String],
    instead: Option<&'a str>,
    /// What was found. The rest is not read then.
    found: &'a Cell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Pick<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Pick<'_> {
    /// A value that is no object: what is looked for if the path ends here.
    fn here<E: Error>(&self, text: impl fmt::Display) -> Result<Option<String>, E> {
        match (self.path.is_empty(), self.instead) {
            (true, Some(_)) => Ok(Some(text.to_string())),
            (true, None) => {
                self.found.set(Some(text.to_string()));
                Err(E::custom("found"))
            }
            (false, _) => Ok(None),
        }
    }
}

impl<'de> Visitor<'de> for Pick<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut instead = None;
        while let Some(key) = map.next_key::<Cow<str>>()? {
            match self.path.split_first() {
                Some((name, rest)) if *name == key => {
                    map.next_value_seed(Pick { path: rest, instead: None, found: self.found })?;
                }
                _ if self.instead == Some(&*key) => {
                    instead = map.next_value_seed(Pick { path: &[], instead: self.instead, found: self.found })?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(instead)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        self.here(text)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.here(number)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.here(number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        self.here(number)
    }

    fn visit_bool<E: Error>(self, _value: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn picked(text: &str) -> Option<String> {
        field(text.as_bytes(), &["sensor".to_owned(), "id".to_owned()])
    }

    #[test]
    fn the_key_is_the_sensor_of_either_schema() {
        assert_eq!(picked(r#"{"a":[1,{"id":2}],"sensor":{"x":{},"id":"C\u0041M"},"b":null}"#), Some("CAM".into()));
        assert_eq!(picked(r#"{"sensorId":7,"sensor":true}"#), Some("7".into()));
        assert_eq!(picked(r#"{"sensorId":"s","sensor":{"id":-1}}"#), Some("-1".into()));
        for none in ["no json", "[]", "{}", r#"{"sensor":"id"}"#, r#"{"sensor":{"id":{}}}"#, r#"{"sensor":{"id":"x}"#] {
            assert_eq!(picked(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_field_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = field(&bytes, &["a".to_owned()]);
        }
    }
}
