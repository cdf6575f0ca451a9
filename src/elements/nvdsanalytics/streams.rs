//! The rules that hold now, and what was seen of each stream.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::overlay::Overlay;
use super::watch::Watch;
use crate::analytics::StreamAnalytics;
use crate::base::geometry::Size;
use crate::config::analytics::{AnalyticsConfig, StreamRules};
use crate::config::{ConfigError, Warning};

/// What is kept of one stream.
#[derive(Debug)]
pub struct Stream {
    /// What was seen.
    pub analytics: StreamAnalytics,
    /// What is looked for.
    pub rules: Arc<StreamRules>,
    /// What is drawn of it.
    pub overlay: Overlay,
}

/// All streams.
#[derive(Debug)]
pub struct Streams {
    /// The file.
    pub config: AnalyticsConfig,
    watch: Watch,
    rules: HashMap<u32, Arc<StreamRules>>,
    streams: HashMap<u32, Stream>,
}

impl Streams {
    /// The rules of a file, with what is odd about it.
    ///
    /// # Errors
    /// When the file is wrong.
    pub fn load(path: &Path) -> Result<(Self, Vec<Warning>), ConfigError> {
        // What changes while it is read is seen again.
        let watch = Watch::new(path, Instant::now());
        let mut loaded = AnalyticsConfig::load(path)?;
        let rules = std::mem::take(&mut loaded.config.streams);
        let rules = rules.into_iter().map(|(stream, rules)| (stream, Arc::new(rules))).collect();
        Ok((Self { config: loaded.config, watch, rules, streams: HashMap::new() }, loaded.warnings))
    }

    /// Goes on with what `old` has counted, as far as its rules are the same.
    pub fn continuing(mut self, old: Self) -> Self {
        for (pad, stream) in old.streams {
            let fresh = self.make(pad, stream.analytics.size());
            let analytics = fresh.analytics.continuing(&stream.analytics);
            self.streams.insert(pad, Stream { analytics, ..fresh });
        }
        self
    }

    /// Whether the file has changed since it was read.
    pub fn changed(&mut self) -> bool {
        self.watch.changed(Instant::now())
    }

    /// The stream of a pad, whose frames have this size.
    pub fn get(&mut self, pad: u32, size: Size) -> &mut Stream {
        let old = self.streams.remove(&pad);
        let stream = match old {
            Some(stream) if stream.analytics.size() == size => stream,
            Some(stream) => {
                let fresh = self.make(pad, size);
                Stream { analytics: fresh.analytics.continuing(&stream.analytics), ..fresh }
            }
            None => self.make(pad, size),
        };
        self.streams.entry(pad).or_insert(stream)
    }

    /// Forgets a stream: its pad is gone.
    pub fn remove(&mut self, pad: u32) {
        self.streams.remove(&pad);
    }

    fn make(&self, pad: u32, size: Size) -> Stream {
        let rules = self.rules.get(&pad).cloned().unwrap_or_default();
        let config = &self.config;
        Stream {
            analytics: StreamAnalytics::new(&rules, config.size, size, config.count_window_ms),
            overlay: Overlay::new(&rules, config, size),
            rules,
        }
    }
}
