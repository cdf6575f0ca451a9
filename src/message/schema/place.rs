//! What the configuration knows, as parts of a full message.

use crate::config::msgconv::{Module, Place, Sensor};
use crate::meta::event_message::EventMessage;
use crate::meta::ffi::values::*;
use serde::Serialize;

/// Where on Earth.
#[derive(Debug, Serialize)]
pub(super) struct Location {
    lat: f64,
    lon: f64,
    alt: f64,
}

/// Where in a place's own measure.
#[derive(Debug, Serialize)]
pub(super) struct Coordinate {
    x: f64,
    y: f64,
    z: f64,
}

impl From<[f64; 3]> for Location {
    fn from([lat, lon, alt]: [f64; 3]) -> Self {
        Self { lat, lon, alt }
    }
}

impl From<[f64; 3]> for Coordinate {
    fn from([x, y, z]: [f64; 3]) -> Self {
        Self { x, y, z }
    }
}

/// `sensor`.
#[derive(Debug, Serialize)]
pub(super) struct SensorPart<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    description: &'a str,
    location: Location,
    coordinate: Coordinate,
}

impl<'a> From<&'a Sensor> for SensorPart<'a> {
    fn from(sensor: &'a Sensor) -> Self {
        Self {
            id: &sensor.id,
            kind: &sensor.kind,
            description: &sensor.description,
            location: sensor.location.into(),
            coordinate: sensor.coordinate.into(),
        }
    }
}

/// `analyticsModule`.
#[derive(Debug, Serialize)]
pub(super) struct ModulePart<'a> {
    id: &'a str,
    description: &'a str,
    source: &'a str,
    version: &'a str,
}

impl<'a> From<&'a Module> for ModulePart<'a> {
    fn from(module: &'a Module) -> Self {
        let Module { id, description, source, version } = module;
        Self { id, description, source, version }
    }
}

/// `place`, with the part of it that the event is about.
#[derive(Debug, Serialize)]
pub(super) struct PlacePart<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    location: Location,
    #[serde(skip_serializing_if = "Option::is_none")]
    aisle: Option<Spot<'a>>,
    #[serde(rename = "parkingSpot", skip_serializing_if = "Option::is_none")]
    parking_spot: Option<Spot<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entrance: Option<Spot<'a>>,
    #[serde(rename = "place-sub-field", skip_serializing_if = "Option::is_none")]
    any: Option<Spot<'a>>,
}

/// Part of a place.
#[derive(Debug, Serialize)]
struct Spot<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<&'a str>,
    level: &'a str,
    coordinate: Coordinate,
}

impl<'a> PlacePart<'a> {
    fn bare(place: &'a Place) -> Self {
        Self {
            id: &place.id,
            name: &place.name,
            kind: &place.kind,
            location: place.location.into(),
            aisle: None,
            parking_spot: None,
            entrance: None,
            any: None,
        }
    }

    /// As an event's place: what its sub-fields mean depends on what happens there.
    pub(super) fn of_event(place: &'a Place, event: &EventMessage) -> Self {
        let [first, second, level] = place.parts.each_ref().map(|part| part.as_str());
        let spot = || Spot { id: None, kind: None, name: None, lane: None, level, coordinate: place.coordinate.into() };
        let aisle = || Some(Spot { id: Some(first), name: Some(second), ..spot() });
        let is_vehicle = matches!(event.object_type, NVDS_OBJECT_TYPE_VEHICLE | NVDS_OBJECT_TYPE_VEHICLE_EXT);
        let bare = Self::bare(place);
        match event.event {
            NVDS_EVENT_MOVING | NVDS_EVENT_STOPPED => Self { aisle: aisle(), ..bare },
            NVDS_EVENT_EMPTY | NVDS_EVENT_PARKED => {
                Self { parking_spot: Some(Spot { id: Some(first), kind: Some(second), ..spot() }), ..bare }
            }
            NVDS_EVENT_ENTRY | NVDS_EVENT_EXIT if is_vehicle => Self { aisle: aisle(), ..bare },
            NVDS_EVENT_ENTRY | NVDS_EVENT_EXIT => {
                Self { entrance: Some(Spot { name: Some(first), lane: Some(second), ..spot() }), ..bare }
            }
            _ => bare,
        }
    }

    /// As the place of an object without an event.
    pub(super) fn of_object(place: &'a Place) -> Self {
        let [first, second, level] = place.parts.each_ref().map(|part| part.as_str());
        let coordinate = place.coordinate.into();
        let spot = Spot { id: Some(first), kind: None, name: Some(second), lane: None, level, coordinate };
        Self { any: Some(spot), ..Self::bare(place) }
    }
}
