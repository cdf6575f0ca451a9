//! From [`EventMessage`] to `NvDsEventMsgMeta` in GLib's memory, and back.

use super::walk::duplicate;
use super::*;
use crate::meta::ffi::event::*;
use crate::meta::view::text;
use gst::glib::ffi::{GArray, GList, g_array_append_vals, g_array_sized_new, g_list_prepend, g_malloc0, g_strndup};
use serde::Serializer;
use std::ffi::c_char;
use std::mem::size_of;

/// A new struct that says what the event says.
pub(super) fn write(event: &EventMessage) -> *mut NvDsEventMsgMeta {
    // SAFETY: the struct is new, as wide as it is, and all zeroes are a value of it; what the pointers get is new too.
    unsafe {
        let raw: *mut NvDsEventMsgMeta = g_malloc0(size_of::<NvDsEventMsgMeta>()).cast();
        let r = &mut *raw;
        (r.type_, r.objType) = (event.event, event.object_type);
        let Rect { left, top, width, height } = event.rect;
        r.bbox = NvDsRect { top, left, width, height };
        let [lat, lon, alt] = event.location;
        r.location = NvDsGeoLocation { lat, lon, alt };
        let [x, y, z] = event.coordinate;
        r.coordinate = NvDsCoordinate { x, y, z };
        (r.objSignature.signature, r.objSignature.size) = numbers(&event.signature);
        (r.objClassId, r.sensorId, r.moduleId) = (event.class_id, event.sensor_id, event.module_id);
        (r.placeId, r.componentId, r.frameId) = (event.place_id, event.component_id, event.frame_id);
        (r.confidence, r.trackingId) = (event.confidence, event.tracking_id);
        (r.ts, r.objectId, r.sensorStr) = (string(&event.timestamp), string(&event.object_id), string(&event.sensor));
        (r.otherAttrs, r.videoPath) = (string(&event.other), string(&event.video_path));
        if let Some(detail) = &event.detail {
            (r.objType, r.extMsg, r.extMsgSize) = write_detail(detail, &event.mask);
        }
        if let Some(pose) = &event.pose {
            let (joints, count) = numbers(&pose.joints);
            r.pose = NvDsJoints { joints: joints.cast(), num_joints: count as i32, pose_type: pose.kind };
        }
        (r.embedding.embedding_vector, r.embedding.embedding_length) = numbers(&event.embedding);
        if let Some(tracking) = &event.tracking_3d {
            (r.has3DTracking, r.visibility) = (true, tracking.visibility);
            let own = &mut r.singleView3DTracking;
            (own.ptWorldFeet, own.ptImgFeet) = (tracking.world_feet, tracking.image_feet);
            let whole = &tracking.hull[..tracking.hull.len() / 2 * 2];
            let (points, count) = numbers(whole);
            own.convexHull = NvDsConvexHull { points, numFilled: count / 2 };
        }
        raw
    }
}

/// Type, struct and its size.
unsafe fn write_detail(detail: &Detail, mask: &[Vec<f64>]) -> (NvDsObjectType, *mut c_void, u32) {
    let plain = mask.is_empty();
    // SAFETY: the structs are plain; structs with a mask begin as those without.
    unsafe {
        match detail {
            Detail::Vehicle(v) => {
                let [type_, make, model] = [&v.kind, &v.make, &v.model].map(string);
                let [color, region, license] = [&v.color, &v.region, &v.license].map(string);
                match plain {
                    true => boxed(
                        NVDS_OBJECT_TYPE_VEHICLE,
                        NvDsVehicleObject { type_, make, model, color, region, license },
                    ),
                    false => {
                        let mask = polygons(mask);
                        let object = NvDsVehicleObjectExt { type_, make, model, color, region, license, mask };
                        boxed(NVDS_OBJECT_TYPE_VEHICLE_EXT, object)
                    }
                }
            }
            Detail::Person(p) => {
                let [gender, hair, cap, apparel] = [&p.gender, &p.hair, &p.cap, &p.apparel].map(string);
                let age = p.age;
                match plain {
                    true => boxed(NVDS_OBJECT_TYPE_PERSON, NvDsPersonObject { gender, hair, cap, apparel, age }),
                    false => {
                        let mask = polygons(mask);
                        let object = NvDsPersonObjectExt { gender, hair, cap, apparel, age, mask };
                        boxed(NVDS_OBJECT_TYPE_PERSON_EXT, object)
                    }
                }
            }
            Detail::Face(f) => {
                let [gender, hair, cap, glasses] = [&f.gender, &f.hair, &f.cap, &f.glasses].map(string);
                let [facialhair, name, eyecolor] = [&f.facialhair, &f.name, &f.eyecolor].map(string);
                let age = f.age;
                match plain {
                    true => {
                        let face = NvDsFaceObject { gender, hair, cap, glasses, facialhair, name, eyecolor, age };
                        boxed(NVDS_OBJECT_TYPE_FACE, face)
                    }
                    false => {
                        let mask = polygons(mask);
                        let face =
                            NvDsFaceObjectExt { gender, hair, cap, glasses, facialhair, name, eyecolor, age, mask };
                        boxed(NVDS_OBJECT_TYPE_FACE_EXT, face)
                    }
                }
            }
            Detail::Product(p) => {
                let [brand, type_, shape] = [&p.brand, &p.kind, &p.shape].map(string);
                match plain {
                    true => boxed(NVDS_OBJECT_TYPE_PRODUCT, NvDsProductObject { brand, type_, shape }),
                    false => {
                        let mask = polygons(mask);
                        boxed(NVDS_OBJECT_TYPE_PRODUCT_EXT, NvDsProductObjectExt { brand, type_, shape, mask })
                    }
                }
            }
        }
    }
}

/// What a struct says.
///
/// # Safety
/// Every pointer is NULL or leads to as much as its counter says.
pub(super) unsafe fn read(raw: &NvDsEventMsgMeta) -> EventMessage {
    // SAFETY: the caller's promise.
    unsafe {
        let owned = |slot: *mut c_char| text(slot).map(str::to_owned);
        let NvDsRect { top, left, width, height } = raw.bbox;
        let (detail, mask) = read_detail(raw);
        let joints = slice(raw.pose.joints, usize::try_from(raw.pose.num_joints).unwrap_or(0));
        let joints: Vec<_> = joints.iter().map(|j| [j.x, j.y, j.z, j.confidence]).collect();
        let own = &raw.singleView3DTracking;
        let tracking = || Tracking3d {
            world_feet: own.ptWorldFeet,
            image_feet: own.ptImgFeet,
            hull: slice(own.convexHull.points, own.convexHull.numFilled as usize * 2).to_vec(),
            visibility: raw.visibility,
        };
        EventMessage {
            event: raw.type_,
            object_type: raw.objType,
            rect: Rect { left, top, width, height },
            location: [raw.location.lat, raw.location.lon, raw.location.alt],
            coordinate: [raw.coordinate.x, raw.coordinate.y, raw.coordinate.z],
            signature: slice(raw.objSignature.signature, raw.objSignature.size as usize).to_vec(),
            class_id: raw.objClassId,
            sensor_id: raw.sensorId,
            module_id: raw.moduleId,
            place_id: raw.placeId,
            component_id: raw.componentId,
            frame_id: raw.frameId,
            confidence: raw.confidence,
            tracking_id: raw.trackingId,
            timestamp: owned(raw.ts),
            object_id: owned(raw.objectId),
            sensor: owned(raw.sensorStr),
            other: owned(raw.otherAttrs),
            video_path: owned(raw.videoPath),
            detail,
            mask,
            pose: (!joints.is_empty()).then_some(Pose { kind: raw.pose.pose_type, joints }),
            embedding: slice(raw.embedding.embedding_vector, raw.embedding.embedding_length as usize).to_vec(),
            tracking_3d: raw.has3DTracking.then(tracking),
        }
    }
}

/// # Safety
/// As [`read`]; `extMsg` is what `objType` says.
unsafe fn read_detail(raw: &NvDsEventMsgMeta) -> (Option<Detail>, Vec<Vec<f64>>) {
    if raw.extMsg.is_null() || raw.extMsgSize == 0 {
        return (None, Vec::new());
    }
    let at = raw.extMsg;
    // SAFETY: the caller's promise; structs with a mask begin as those without.
    unsafe {
        let owned = |slot: *mut c_char| text(slot).map(str::to_owned);
        let detail = match raw.objType {
            NVDS_OBJECT_TYPE_VEHICLE | NVDS_OBJECT_TYPE_VEHICLE_EXT => {
                let o = &*at.cast::<NvDsVehicleObject>();
                let [kind, make, model] = [o.type_, o.make, o.model].map(owned);
                let [color, region, license] = [o.color, o.region, o.license].map(owned);
                Detail::Vehicle(Vehicle { kind, make, model, color, region, license })
            }
            NVDS_OBJECT_TYPE_PERSON | NVDS_OBJECT_TYPE_PERSON_EXT => {
                let o = &*at.cast::<NvDsPersonObject>();
                let [gender, hair, cap, apparel] = [o.gender, o.hair, o.cap, o.apparel].map(owned);
                Detail::Person(Person { gender, hair, cap, apparel, age: o.age })
            }
            NVDS_OBJECT_TYPE_FACE | NVDS_OBJECT_TYPE_FACE_EXT => {
                let o = &*at.cast::<NvDsFaceObject>();
                let [gender, hair, cap, glasses] = [o.gender, o.hair, o.cap, o.glasses].map(owned);
                let [facialhair, name, eyecolor] = [o.facialhair, o.name, o.eyecolor].map(owned);
                Detail::Face(Face { gender, hair, cap, glasses, facialhair, name, eyecolor, age: o.age })
            }
            NVDS_OBJECT_TYPE_PRODUCT | NVDS_OBJECT_TYPE_PRODUCT_EXT => {
                let o = &*at.cast::<NvDsProductObject>();
                let [brand, kind, shape] = [o.brand, o.type_, o.shape].map(owned);
                Detail::Product(Product { brand, kind, shape })
            }
            _ => return (None, Vec::new()),
        };
        let mask = match raw.objType {
            NVDS_OBJECT_TYPE_VEHICLE_EXT => (*at.cast::<NvDsVehicleObjectExt>()).mask,
            NVDS_OBJECT_TYPE_PERSON_EXT => (*at.cast::<NvDsPersonObjectExt>()).mask,
            NVDS_OBJECT_TYPE_FACE_EXT => (*at.cast::<NvDsFaceObjectExt>()).mask,
            NVDS_OBJECT_TYPE_PRODUCT_EXT => (*at.cast::<NvDsProductObjectExt>()).mask,
            _ => ptr::null_mut(),
        };
        (Some(detail), read_polygons(mask))
    }
}

unsafe fn read_polygons(mut at: *mut GList) -> Vec<Vec<f64>> {
    let mut polygons = Vec::new();
    // SAFETY: the caller's promise: a list of arrays of doubles.
    unsafe {
        while !at.is_null() {
            if let Some(polygon) = (*at).data.cast::<GArray>().as_ref() {
                polygons.push(slice(polygon.data.cast::<f64>(), polygon.len as usize).to_vec());
            }
            at = (*at).next;
        }
    }
    polygons
}

fn polygons(mask: &[Vec<f64>]) -> *mut GList {
    // SAFETY: lists and arrays are new; GLib copies the numbers.
    unsafe {
        mask.iter().rev().fold(ptr::null_mut(), |list, polygon| {
            let count = u32::try_from(polygon.len()).unwrap_or(u32::MAX);
            let array = g_array_sized_new(0, 0, size_of::<f64>() as u32, count);
            g_list_prepend(list, g_array_append_vals(array, polygon.as_ptr().cast(), count).cast())
        })
    }
}

/// A struct in GLib's memory, its type and its size.
unsafe fn boxed<T: Copy>(kind: NvDsObjectType, object: T) -> (NvDsObjectType, *mut c_void, u32) {
    // SAFETY: the ABI's structs are plain.
    (kind, unsafe { duplicate(&raw const object, size_of::<T>()) }, size_of::<T>() as u32)
}

/// An array in GLib's memory and its length.
fn numbers<T: Copy>(list: &[T]) -> (*mut T, u32) {
    let count = u32::try_from(list.len()).unwrap_or(u32::MAX);
    // SAFETY: so many numbers lie there.
    (unsafe { duplicate(list.as_ptr(), size_of::<T>() * count as usize) }.cast(), count)
}

/// A string in GLib's memory, up to its first NUL; NULL for none.
fn string(text: &Option<String>) -> *mut c_char {
    // SAFETY: the length is the text's own.
    text.as_ref().map_or(ptr::null_mut(), |text| unsafe { g_strndup(text.as_ptr().cast(), text.len()) })
}

unsafe fn slice<'a, T>(at: *const T, length: usize) -> &'a [T] {
    // SAFETY: the caller's promise: NULL, or so many values.
    if at.is_null() { &[] } else { unsafe { std::slice::from_raw_parts(at, length) } }
}

/// A box in a trace.
pub(super) fn rect<S: Serializer>(rect: &Rect, serializer: S) -> Result<S::Ok, S::Error> {
    [rect.left, rect.top, rect.width, rect.height].serialize(serializer)
}
