//! A courier with a real client, numbered messages of three sources, and the check that they came.

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ds_apps::message::broker::{self, Settings};
use ds_apps::message::courier::{Counts, Courier, Notice, Notify, Options};
use ds_apps::message::envelope::Envelope;

use crate::process::{LONG, wait_until};

/// Sources the messages come from.
pub const SOURCES: u64 = 3;

/// A courier, and what it said.
pub struct Sender {
    pub courier: Courier,
    pub said: Arc<Mutex<Vec<Notice>>>,
    topic: String,
}

impl Sender {
    pub fn start(settings: &Settings, spool: &Path) -> Self {
        let chosen = broker::choose(settings).unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = said.clone();
        let notify: Notify = Arc::new(move |notice| heard.lock().unwrap().push(notice));
        let options = Options { spool: Some(spool.to_owned()), limit: 64 << 20 };
        Self { courier: Courier::start(chosen.client, &options, notify).unwrap(), said, topic: chosen.topic }
    }

    pub fn send(&self, numbers: Range<u64>) {
        numbers.for_each(|number| self.send_one(message(number)));
    }

    pub fn send_one(&self, payload: Vec<u8>) {
        self.courier.accept(Envelope { key: "source".into(), topic: self.topic.clone(), payload });
    }

    /// Waits until everything is acknowledged.
    pub fn finish(self) -> Counts {
        let left = self.courier.flush(LONG);
        assert_eq!(left.messages, 0, "{:?}, {:?}", self.courier.counts(), self.said.lock().unwrap());
        self.courier.close();
        self.courier.counts()
    }

    /// Waits until a warning with these words was said.
    pub fn wait_for_warning(&self, words: &str) -> String {
        let (mut found, started) = (String::new(), Instant::now());
        let find = |notice: &Notice| match notice {
            Notice::Warning(text) if text.contains(words) => Some(text.clone()),
            _ => None,
        };
        let heard = || self.said.lock().unwrap().iter().find_map(find);
        wait_until(|| match heard() {
            Some(text) => {
                found = text;
                true
            }
            None => {
                let late = started.elapsed() > LONG / 4;
                assert!(!late, "no '{words}': {:?}, {:?}", self.said.lock().unwrap(), self.courier.counts());
                false
            }
        });
        found
    }

    /// Ends it, whatever is not delivered.
    pub fn leave(self) -> Counts {
        self.courier.flush(Duration::ZERO);
        self.courier.close();
        self.courier.counts()
    }
}

/// The message of this number.
pub fn message(number: u64) -> Vec<u8> {
    format!("{{\"sensor\":{{\"id\":\"camera-{}\"}},\"n\":{number}}}", number % SOURCES).into_bytes()
}

/// Every message came, and each source's first arrivals are in order.
pub fn check_all_arrived_in_order(arrived: &[Vec<u8>], count: u64) {
    let mut seen = std::collections::HashSet::new();
    let mut next: Vec<u64> = (0..SOURCES).collect();
    for payload in arrived {
        let value: serde_json::Value = serde_json::from_slice(payload).unwrap();
        let number = value["n"].as_u64().unwrap();
        if seen.insert(number) {
            let source = (number % SOURCES) as usize;
            assert_eq!(number, next[source], "source {source} is out of order");
            next[source] += SOURCES;
        }
    }
    assert_eq!(seen.len() as u64, count, "{} messages are missing", count - seen.len() as u64);
}
