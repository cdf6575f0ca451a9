//! The configuration of `nvmsgconv`: what is known of sensors, places and analytics modules beyond the pictures.
//!
//! Sections and keys are NVIDIA's: `[sensorN]`, `[placeN]`, `[analyticsN]` in a key file, the same as maps in YAML. Data
//! only: `message/` gives it its meaning.

mod keys;
mod load;

pub use load::Loaded;

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A whole file. Sections that are not enabled are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MsgconvConfig {
    /// Where it was read from; empty without a file.
    pub path: PathBuf,
    /// `[sensorN]`.
    pub sensors: BTreeMap<i32, Sensor>,
    /// `[placeN]`.
    pub places: BTreeMap<i32, Place>,
    /// `[analyticsN]`.
    pub modules: BTreeMap<i32, Module>,
}

/// What sees: a camera.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sensor {
    /// `id`.
    pub id: String,
    /// `type`, such as Camera.
    pub kind: String,
    /// `description`.
    pub description: String,
    /// `location`: latitude, longitude, altitude.
    pub location: [f64; 3],
    /// `coordinate`: x, y, z.
    pub coordinate: [f64; 3],
}

/// Where it is seen: a building, a street.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place {
    /// `id`.
    pub id: String,
    /// `name`.
    pub name: String,
    /// `type`, such as garage.
    pub kind: String,
    /// `location`: latitude, longitude, altitude.
    pub location: [f64; 3],
    /// `coordinate` of the part: x, y, z.
    pub coordinate: [f64; 3],
    /// `place-sub-field1` to `3`: a part of the place; what they mean depends on the event.
    pub parts: [String; 3],
}

/// What finds events: a program that looks at the pictures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Module {
    /// `id`.
    pub id: String,
    /// `description`.
    pub description: String,
    /// `source`: who makes it.
    pub source: String,
    /// `version`.
    pub version: String,
}
