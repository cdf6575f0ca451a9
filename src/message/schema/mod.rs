//! DeepStream's message schemas: what `nvmsgconv` makes of an event, or of an object or frame by itself, as JSON.
//!
//! `docs/messages.md` shows both and says what differs; `docs/message-full.schema.json` and
//! `docs/message-minimal.schema.json` are what a consumer can check against. Names, nesting and order of fields are
//! DeepStream's. One message is one line.

mod full;
mod joints;
mod minimal;
mod number;
mod object;
mod place;
#[cfg(test)]
mod tests;
pub mod time;

pub use full::{of_event, of_object};
pub use minimal::{Head, of_events, of_frame};

use crate::config::msgconv::MsgconvConfig;
use crate::meta::event_message::EventMessage;
use gst::glib;

/// Names that no two messages share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids {
    /// `messageid`.
    pub message: String,
    /// `event.id`.
    pub event: String,
}

impl Ids {
    /// New ones: random UUIDs.
    pub fn random() -> Self {
        Self { message: uuid(), event: uuid() }
    }
}

/// A random UUID (RFC 9562, version 4). GLib's own takes longer to write one than the rest of a message.
fn uuid() -> String {
    let [a, b, c, d] = [(); 4].map(|()| glib::random_int());
    let (b, c) = (b & 0xffff_0fff | 0x4000, c & 0x3fff_ffff | 0x8000_0000);
    let (b, b_low, c, c_low) = (b >> 16, b & 0xffff, c >> 16, c & 0xffff);
    format!("{a:08x}-{b:04x}-{b_low:04x}-{c:04x}-{c_low:04x}{d:08x}")
}

/// Sections of the configuration that a message would need and that are not there, by name.
pub fn missing(known: &MsgconvConfig, sensor: i32, place: i32, module: i32) -> Vec<String> {
    let sections = [
        ("sensor", sensor, known.sensors.contains_key(&sensor)),
        ("place", place, known.places.contains_key(&place)),
        ("analytics", module, known.modules.contains_key(&module)),
    ];
    sections.iter().filter(|(_, _, there)| !there).map(|(kind, number, _)| format!("{kind}{number}")).collect()
}

/// The sections a full message of this event would need and that are not there.
pub fn missing_for(known: &MsgconvConfig, event: &EventMessage) -> Vec<String> {
    missing(known, event.sensor_id, event.place_id, event.module_id)
}

/// Bytes that most messages do not exceed.
const USUAL: usize = 2048;

/// JSON on one line. What has no JSON (a map with keys that are no text) does not come up here.
fn bytes(message: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(USUAL);
    match serde_json::to_writer(&mut bytes, message) {
        Ok(()) => bytes,
        Err(_) => Vec::new(),
    }
}
