//! The keys of each kind of section.

use super::{Module, Place, Sensor};
use crate::config::ConfigError;
use crate::config::value::Value;

type Done = Result<(), ConfigError>;
/// Takes a value of a key.
pub(super) type Set<T> = fn(&mut T, Value<'_>) -> Done;

/// Keys of `[sensorN]`.
pub(super) const SENSOR: &[(&str, Set<Sensor>)] = &[
    ("id", |s, v| keep(&mut s.id, v)),
    ("type", |s, v| keep(&mut s.kind, v)),
    ("description", |s, v| keep(&mut s.description, v)),
    ("location", |s, v| location(&mut s.location, v)),
    ("coordinate", |s, v| coordinate(&mut s.coordinate, v)),
];

/// Keys of `[placeN]`.
pub(super) const PLACE: &[(&str, Set<Place>)] = &[
    ("id", |p, v| keep(&mut p.id, v)),
    ("type", |p, v| keep(&mut p.kind, v)),
    ("name", |p, v| keep(&mut p.name, v)),
    ("location", |p, v| location(&mut p.location, v)),
    ("coordinate", |p, v| coordinate(&mut p.coordinate, v)),
    ("place-sub-field1", |p, v| keep(&mut p.parts[0], v)),
    ("place-sub-field2", |p, v| keep(&mut p.parts[1], v)),
    ("place-sub-field3", |p, v| keep(&mut p.parts[2], v)),
];

/// Keys of `[analyticsN]`.
pub(super) const MODULE: &[(&str, Set<Module>)] = &[
    ("id", |m, v| keep(&mut m.id, v)),
    ("description", |m, v| keep(&mut m.description, v)),
    ("source", |m, v| keep(&mut m.source, v)),
    ("version", |m, v| keep(&mut m.version, v)),
];

/// Text; quotes around all of it are no part of it, so that key files and YAML say the same.
fn keep(slot: &mut String, value: Value<'_>) -> Done {
    let text = value.text();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    *slot = bare.map(str::to_owned).unwrap_or(text);
    Ok(())
}

fn location(slot: &mut [f64; 3], value: Value<'_>) -> Done {
    *slot = value.precise("three numbers: latitude;longitude;altitude")?;
    Ok(())
}

fn coordinate(slot: &mut [f64; 3], value: Value<'_>) -> Done {
    *slot = value.precise("three numbers: x;y;z")?;
    Ok(())
}
