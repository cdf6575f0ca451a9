//! The `[message-broker]` section of DeepStream's broker configuration files (`cfg_kafka.txt` and its like).

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::closest::closest;
use super::document::{Document, Section};
use super::value::Value;
use super::{ConfigError, Warning, Warnings};

const SECTION: &str = "message-broker";

/// A file's section, read key by key by the client that knows the keys; empty without a file.
#[derive(Debug, Default)]
pub struct BrokerConfig {
    document: Option<Document>,
}

impl BrokerConfig {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is no key file or YAML, or has no `[message-broker]`.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        Self::of(Document::load(path)?)
    }

    fn of(document: Document) -> Result<Self, ConfigError> {
        if document.section(SECTION).is_none() {
            let names = document.sections.iter().map(|section| section.name.as_str());
            let closest = closest(SECTION, names).map(str::to_owned);
            return Err(ConfigError::MissingSection { path: document.path.clone(), section: SECTION, closest });
        }
        Ok(Self { document: Some(document) })
    }

    fn section(&self) -> Option<(&Document, &Section)> {
        let document = self.document.as_ref()?;
        Some((document, document.section(SECTION)?))
    }

    fn value(&self, key: &str) -> Option<Value<'_>> {
        let (document, section) = self.section()?;
        document.values(section).find(|value| value.key() == key)
    }

    /// The text of a key without quotes around it; `None` if it is empty or not there.
    pub fn text(&self, key: &str) -> Option<String> {
        let text = self.value(key)?.text();
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&text);
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    /// The items of a key: `a=1;b=2`, with quotes around all of it or not. Each is a name and a value.
    ///
    /// # Errors
    /// When an item is no `name=value`.
    pub fn pairs(&self, key: &str) -> Result<Vec<(String, String)>, ConfigError> {
        let (Some(value), Some(text)) = (self.value(key), self.text(key)) else { return Ok(Vec::new()) };
        let items = text.split(';').map(str::trim).filter(|item| !item.is_empty());
        let pair = |item: &str| {
            let (name, value) = item.split_once('=')?;
            (!name.trim().is_empty()).then(|| (name.trim().to_owned(), value.trim().to_owned()))
        };
        items.map(pair).collect::<Option<_>>().ok_or_else(|| value.wants("name=value;name=value"))
    }

    /// A whole number.
    ///
    /// # Errors
    /// When it is none in the range.
    pub fn integer<T: TryFrom<i64>>(&self, key: &str, range: RangeInclusive<i64>) -> Result<Option<T>, ConfigError> {
        self.value(key).map(|value| value.integer(range)).transpose()
    }

    /// Yes or no.
    ///
    /// # Errors
    /// When it is neither.
    pub fn boolean(&self, key: &str) -> Result<bool, ConfigError> {
        self.value(key).map_or(Ok(false), |value| value.boolean())
    }

    /// A path, resolved against the file's folder.
    pub fn path(&self, key: &str) -> Option<PathBuf> {
        self.value(key)?.some_path()
    }

    /// Where a key stands, for messages of a client's library.
    pub fn place(&self, key: &str) -> String {
        match (self.value(key), &self.document) {
            (Some(value), Some(document)) => format!("{}:{}: {key}", document.path.display(), value.line()),
            _ => key.to_owned(),
        }
    }

    /// A warning for each key that is none of `known`.
    pub fn unknown(&self, known: &[&str]) -> Vec<Warning> {
        let Some((document, section)) = self.section() else { return Vec::new() };
        let mut warnings = Warnings::default();
        for value in document.values(section).filter(|value| !known.contains(&value.key())) {
            let hint = closest(value.key(), known.iter().copied());
            let hint = hint.map(|name| format!("; is {name} meant?")).unwrap_or_default();
            warnings.add(&document.path, value.line(), || format!("[{SECTION}] {} has no effect{hint}", value.key()));
        }
        warnings.into_list(&document.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<BrokerConfig, ConfigError> {
        BrokerConfig::of(Document::from_bytes(Path::new("dir/c.txt"), text.as_bytes())?)
    }

    #[test]
    fn keys_are_read_as_the_client_wants_them() {
        let config = read("[message-broker]\nproto-cfg = \"linger.ms=5; acks=all;\"\nport=9\nshare-connection=1\ntls-cafile=ca.pem\nempty=\n").unwrap();
        let pairs = config.pairs("proto-cfg").unwrap();
        assert_eq!(pairs, [("linger.ms".to_owned(), "5".to_owned()), ("acks".to_owned(), "all".to_owned())]);
        assert_eq!(
            (config.integer("port", 1..=10).unwrap(), config.boolean("share-connection").unwrap()),
            (Some(9u16), true)
        );
        assert_eq!((config.path("tls-cafile"), config.text("empty")), (Some("dir/ca.pem".into()), None));
        assert_eq!(
            config.integer::<u16>("port", 10..=20).unwrap_err().to_string(),
            "dir/c.txt:3: [message-broker] port: expected a whole number from 10 to 20, found '9'"
        );
        assert_eq!(config.place("port"), "dir/c.txt:3: port");
    }

    #[test]
    fn what_is_wrong_or_unknown_is_named() {
        assert_eq!(
            read("[mesage-broker]\n").unwrap_err().to_string(),
            "dir/c.txt: no [message-broker] section; is [mesage-broker] meant?"
        );
        let config = read("[message-broker]\nproto-cfg=linger.ms\nprot=1\n").unwrap();
        assert!(config.pairs("proto-cfg").unwrap_err().to_string().contains("expected name=value;name=value"));
        assert_eq!(
            config.unknown(&["proto-cfg", "port"])[0].to_string(),
            "dir/c.txt:3: [message-broker] prot has no effect; is port meant?"
        );
        assert!(BrokerConfig::default().unknown(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn any_section_is_read_or_refused(text in "([a-z-]{0,12}=?[\"=;a-z0-9 \\\\]{0,30}\n){0,12}") {
            if let Ok(config) = read(&format!("[message-broker]\n{text}")) {
                for key in ["a", "port", ""] {
                    let _ = (config.pairs(key), config.text(key), config.boolean(key));
                }
                prop_assert!(config.unknown(&["port"]).len() <= 26);
            }
        }
    }
}
