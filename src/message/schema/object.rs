//! `object` of a full message.

use super::joints;
use super::place::{Coordinate, Location};
use crate::base::geometry::Rect;
use crate::meta::Object;
use crate::meta::event_message::{Detail, EventMessage, Face, Person, Pose, Product, Tracking3d, Vehicle};
use crate::meta::ffi::values::*;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

/// The object of an event.
pub(super) struct OfEvent<'a>(pub &'a EventMessage);

/// An object as detectors, trackers and classifiers left it.
pub(super) struct OfFrame<'a>(pub &'a Object);

/// A map that keeps its order, which `serde_json`'s own does not.
struct Ordered<K, V>(Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Ordered<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// Fields by name.
type Fields = Ordered<&'static str, Value>;

/// The fields of an object in their order.
macro_rules! fields {
    ($($name:literal: $value:expr),* $(,)?) => { Ordered(vec![$(($name, json!($value))),*]) };
}

impl Serialize for OfEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let event = self.0;
        let mut map = begin(serializer, event.tracking_id)?;
        if let Some((key, detail)) = detail(event) {
            map.serialize_entry(key, &detail)?;
        }
        map.serialize_entry("bbox", &corners(event.rect))?;
        if !event.mask.is_empty() {
            map.serialize_entry("maskoutline", &event.mask)?;
        }
        if !event.signature.is_empty() {
            map.serialize_entry("signature", &event.signature)?;
        }
        map.serialize_entry("location", &Location::from(event.location))?;
        map.serialize_entry("coordinate", &Coordinate::from(event.coordinate))?;
        map.serialize_entry("pose", &Ordered(event.pose.as_ref().map(pose).unwrap_or_default()))?;
        if !event.embedding.is_empty() {
            let vector = &event.embedding;
            let embedding = fields! {"embedding_length": vector.len(), "embedding_vector": vector};
            map.serialize_entry("embedding", &embedding)?;
        }
        if let Some(tracking) = &event.tracking_3d {
            map.serialize_entry("SV3DT", &standing(tracking))?;
        }
        map.end()
    }
}

impl Serialize for OfFrame<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let object = self.0;
        let mut map = begin(serializer, object.object_id().unwrap_or(u64::MAX))?;
        let mut known = vec![("confidence", json!(object.confidence()))];
        for classifier in object.classifiers() {
            let Some(kind) = classifier.kind().filter(|kind| !kind.is_empty()) else { continue };
            // Of several labels of a kind the last one holds.
            if let Some(label) = classifier.labels().last() {
                known.retain(|(name, _)| *name != kind);
                known.push((kind, json!(label.text())));
            }
        }
        map.serialize_entry(object.label(), &Ordered(known))?;
        map.serialize_entry("bbox", &corners(object.rect()))?;
        map.serialize_entry("location", &json!({}))?;
        map.serialize_entry("coordinate", &json!({}))?;
        map.end()
    }
}

fn begin<S: Serializer>(serializer: S, id: u64) -> Result<S::SerializeMap, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("id", &id.to_string())?;
    for unknown in ["speed", "direction", "orientation"] {
        map.serialize_entry(unknown, &0.0)?;
    }
    Ok(map)
}

/// What is known of an object. Those that most messages are about are written as they are, without a tree of values.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Known<'a> {
    Vehicle(VehiclePart<'a>),
    Person(PersonPart<'a>),
    Other(Fields),
}

#[derive(serde::Serialize)]
struct VehiclePart<'a> {
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    make: Option<&'a str>,
    model: Option<&'a str>,
    color: Option<&'a str>,
    #[serde(rename = "licenseState")]
    region: Option<&'a str>,
    license: Option<&'a str>,
    confidence: f64,
}

#[derive(serde::Serialize)]
struct PersonPart<'a> {
    age: u32,
    gender: Option<&'a str>,
    hair: Option<&'a str>,
    cap: Option<&'a str>,
    apparel: Option<&'a str>,
    confidence: f64,
}

/// What is known of the object under the name of its type. Of types that can have details, empty ones are written too.
fn detail(event: &EventMessage) -> Option<(&str, Known<'_>)> {
    let unknown = || Some(String::new());
    let other = |(name, fields)| (name, Known::Other(fields));
    let confidence = if event.detail.is_some() { event.confidence } else { 1.0 };
    Some(match (event.object_type, &event.detail) {
        (_, Some(Detail::Vehicle(known))) => ("vehicle", vehicle(known, confidence)),
        (_, Some(Detail::Person(known))) => ("person", person(known, confidence)),
        (_, Some(Detail::Face(known))) => other(("face", face(known, confidence))),
        (_, Some(Detail::Product(known))) => other(("product", product(known))),
        (NVDS_OBJECT_TYPE_VEHICLE | NVDS_OBJECT_TYPE_VEHICLE_EXT, None) => {
            let [kind, make, model, color, region, license] = [Some(""); 6];
            ("vehicle", Known::Vehicle(VehiclePart { kind, make, model, color, region, license, confidence }))
        }
        (NVDS_OBJECT_TYPE_PERSON | NVDS_OBJECT_TYPE_PERSON_EXT, None) => {
            let [gender, hair, cap, apparel] = [Some(""); 4];
            ("person", Known::Person(PersonPart { age: 0, gender, hair, cap, apparel, confidence }))
        }
        (NVDS_OBJECT_TYPE_FACE | NVDS_OBJECT_TYPE_FACE_EXT, None) => {
            let [gender, hair, cap, glasses, facialhair, name, eyecolor] = [(); 7].map(|()| unknown());
            other(("face", face(&Face { gender, hair, cap, glasses, facialhair, name, eyecolor, age: 0 }, confidence)))
        }
        (NVDS_OBJECT_TYPE_PRODUCT | NVDS_OBJECT_TYPE_PRODUCT_EXT, None) => {
            let [brand, kind, shape] = [(); 3].map(|()| unknown());
            other(("product", product(&Product { brand, kind, shape })))
        }
        (NVDS_OBJECT_TYPE_UNKNOWN, None) => other((event.object_id.as_deref()?, fields! {})),
        _ => return None,
    })
}

fn vehicle(v: &Vehicle, confidence: f64) -> Known<'_> {
    Known::Vehicle(VehiclePart {
        kind: v.kind.as_deref(),
        make: v.make.as_deref(),
        model: v.model.as_deref(),
        color: v.color.as_deref(),
        region: v.region.as_deref(),
        license: v.license.as_deref(),
        confidence,
    })
}

fn person(p: &Person, confidence: f64) -> Known<'_> {
    Known::Person(PersonPart {
        age: p.age,
        gender: p.gender.as_deref(),
        hair: p.hair.as_deref(),
        cap: p.cap.as_deref(),
        apparel: p.apparel.as_deref(),
        confidence,
    })
}

fn face(f: &Face, confidence: f64) -> Fields {
    fields! {
        "age": f.age, "gender": f.gender, "hair": f.hair, "cap": f.cap, "glasses": f.glasses,
        "facialhair": f.facialhair, "name": f.name, "eyecolor": f.eyecolor, "confidence": confidence,
    }
}

fn product(p: &Product) -> Fields {
    fields! {"brand": p.brand, "type": p.kind, "shape": p.shape}
}

/// The corners of a box in whole pixels, cut off as DeepStream does.
#[derive(serde::Serialize)]
struct Corners {
    topleftx: i64,
    toplefty: i64,
    bottomrightx: i64,
    bottomrighty: i64,
}

fn corners(rect: Rect) -> Corners {
    Corners {
        topleftx: rect.left as i64,
        toplefty: rect.top as i64,
        bottomrightx: (rect.left + rect.width) as i64,
        bottomrighty: (rect.top + rect.height) as i64,
    }
}

/// Joints that were seen, by name.
fn pose(pose: &Pose) -> Vec<(&'static str, Fields)> {
    let names = joints::of_kind(pose.kind).map(|(_, names)| names).unwrap_or_default();
    let seen = names.iter().zip(&pose.joints).filter(|(_, [.., confidence])| *confidence > 0.0);
    seen.map(|(name, &[x, y, z, confidence])| {
        let joint = match pose.kind {
            0 => fields! {"x": x as i64, "y": y as i64, "confidence": confidence},
            _ => fields! {"x": x as i64, "y": y as i64, "z": z as i64, "confidence": confidence},
        };
        (*name, joint)
    })
    .collect()
}

fn standing(tracking: &Tracking3d) -> Fields {
    let hull: Vec<f64> = tracking.hull.iter().map(|number| f64::from(*number)).collect();
    fields! {
        "visibility": tracking.visibility, "footLocation2D": tracking.image_feet,
        "footLocation3D": tracking.world_feet, "convexHull": hull,
    }
}
