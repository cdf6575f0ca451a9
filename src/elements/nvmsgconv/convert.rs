//! From the metadata of a batch to messages.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::dump;
use super::error::ConvertError;
use super::settings::{PayloadType, Settings};
use crate::config::Warning;
use crate::config::msgconv::MsgconvConfig;
use crate::message::schema::{self, Head, Ids, time};
use crate::meta::event_message::EventMessage;
use crate::meta::{Batch, Frame};

/// What is made of batches, from start to stop.
pub struct Converter {
    settings: Settings,
    /// `None` without a file.
    known: Option<MsgconvConfig>,
    /// Where messages are written too.
    pub folder: Option<PathBuf>,
    /// Sections that were asked for in vain.
    said: BTreeSet<String>,
}

impl Converter {
    /// Reads the file; answers what is odd about it, too.
    pub fn new(settings: Settings) -> Result<(Self, Vec<Warning>), ConvertError> {
        let name = match settings.payload_type {
            PayloadType::Full | PayloadType::Minimal => None,
            PayloadType::Protobuf => Some("PAYLOAD_DEEPSTREAM_PROTOBUF"),
            PayloadType::Reserved => Some("PAYLOAD_RESERVED"),
            PayloadType::Custom => Some("PAYLOAD_CUSTOM"),
        };
        if let Some(name) = name {
            return Err(ConvertError::NoSuchType(name));
        }
        let loaded = settings.config().map(|path| MsgconvConfig::load(&path)).transpose()?;
        if loaded.is_none() && settings.payload_type == PayloadType::Full {
            return Err(ConvertError::NoConfig);
        }
        let folder = settings.debug_folder().map(dump::folder).transpose()?;
        let (known, warnings) = loaded.map(|loaded| (loaded.config, loaded.warnings)).unzip();
        Ok((Self { settings, known, folder, said: BTreeSet::new() }, warnings.unwrap_or_default()))
    }

    /// `comp-id`, which messages bear.
    pub fn component_id(&self) -> u32 {
        self.settings.component_id
    }

    /// The messages of each frame, in the order of the frames.
    pub fn messages(&mut self, batch: &Batch) -> Vec<Vec<Vec<u8>>> {
        batch.frames().map(|frame| self.of_frame(frame)).collect()
    }

    fn of_frame(&mut self, frame: &Frame) -> Vec<Vec<u8>> {
        match (self.settings.new_api, self.settings.payload_type) {
            (true, kind) => {
                let interval = i64::from(self.settings.frame_interval.max(1));
                match (i64::from(frame.frame_num()) % interval, kind) {
                    (0, PayloadType::Full) => self.of_objects(frame),
                    (0, _) => vec![schema::of_frame(frame, self.known.as_ref(), &time_of(frame))],
                    _ => Vec::new(),
                }
            }
            (false, PayloadType::Full) => self.of_events(frame),
            (false, _) => self.of_all_events(frame).into_iter().collect(),
        }
    }

    /// A full message an object.
    fn of_objects(&mut self, frame: &Frame) -> Vec<Vec<u8>> {
        let time = time_of(frame);
        let source = i32::try_from(frame.source_id()).unwrap_or(i32::MAX);
        let known = self.known.get_or_insert_default();
        frame.objects().for_each(|_| self.said.extend(schema::missing(known, source, source, source)));
        // The newest object comes first in the list.
        let objects: Vec<_> = frame.objects().collect();
        objects.iter().rev().map(|object| schema::of_object(frame, object, known, &Ids::random(), &time)).collect()
    }

    /// A full message an event.
    fn of_events(&mut self, frame: &Frame) -> Vec<Vec<u8>> {
        let events = self.wanted(frame);
        if events.is_empty() {
            return Vec::new();
        }
        let (known, time) = (self.known.get_or_insert_default(), time_of(frame));
        let mut messages = Vec::with_capacity(events.len());
        for event in &events {
            self.said.extend(schema::missing_for(known, event));
            messages.push(schema::of_event(event, known, &Ids::random(), &time));
        }
        messages
    }

    /// One minimal message of all events.
    fn of_all_events(&mut self, frame: &Frame) -> Option<Vec<u8>> {
        let events = self.wanted(frame);
        let own = time_of(frame);
        let head = match events.first() {
            Some(event) => Head {
                frame: event.frame_id,
                time: event.timestamp.as_deref().unwrap_or(&own),
                sensor: event.sensor.as_deref(),
                sensor_id: event.sensor_id,
            },
            None if self.settings.dummy_payload => {
                let sensor_id = i32::try_from(frame.source_id()).unwrap_or(i32::MAX);
                Head { frame: frame.frame_num(), time: &own, sensor: None, sensor_id }
            }
            None => return None,
        };
        Some(schema::of_events(head, &events, self.known.as_ref()))
    }

    /// The events of a frame that `comp-id` asks for.
    fn wanted(&self, frame: &Frame) -> Vec<EventMessage> {
        let own = self.settings.component_id;
        frame.event_messages().filter(|event| own == 0 || event.component_id as u32 == own).collect()
    }

    /// Sections that messages needed and the file lacks.
    pub fn lacking(&self) -> &BTreeSet<String> {
        &self.said
    }
}

/// When a frame was, as far as its source said so; now, if it did not.
fn time_of(frame: &Frame) -> String {
    match frame.ntp_timestamp() {
        0 => time::now(),
        nanoseconds => time::rfc3339(nanoseconds),
    }
}
