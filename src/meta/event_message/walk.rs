//! Everything a `NvDsEventMsgMeta` owns, visited in one walk that copies and one that frees, so that both agree.
//!
//! What the pointers lead to is GLib's memory, as in programs in C: strings, arrays, lists of `GArray`s of doubles, hash
//! tables that copies share by reference.

use crate::meta::ffi::event::*;
use crate::meta::ffi::values::*;
use gst::glib::ffi::{
    GArray, GHashTable, GList, g_array_append_vals, g_array_free, g_array_get_element_size, g_array_sized_new, g_free,
    g_hash_table_ref, g_hash_table_unref, g_list_free, g_list_prepend, g_list_reverse, g_malloc, g_strdup,
};
use std::ffi::{c_char, c_void};
use std::mem::size_of;
use std::ptr;

/// What the walk does with each thing that is owned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Puts a copy in its place, which so far is the original's.
    Copy,
    /// Frees it and leaves NULL.
    Free,
}

/// A deep copy.
///
/// # Safety
/// `event` is as a program filled it: every pointer is NULL or leads to as much as its counter says.
pub(super) unsafe fn copy(event: *const NvDsEventMsgMeta) -> *mut NvDsEventMsgMeta {
    // SAFETY: the caller's promise; the copy is new.
    unsafe {
        let new: *mut NvDsEventMsgMeta = duplicate(event, size_of::<NvDsEventMsgMeta>()).cast();
        walk(Act::Copy, new);
        new
    }
}

/// Frees an event with all it owns.
///
/// # Safety
/// As [`copy`]; all is GLib's memory, and nobody uses it any more.
pub(super) unsafe fn free(event: *mut NvDsEventMsgMeta) {
    // SAFETY: the caller's promise.
    unsafe {
        walk(Act::Free, event);
        g_free(event.cast());
    }
}

/// # Safety
/// For `Copy`: `event` is a bitwise copy, its pointers those of a live original. For `Free`: it owns all.
unsafe fn walk(act: Act, event: *mut NvDsEventMsgMeta) {
    // SAFETY: the caller's promise, here and in all functions below.
    unsafe {
        let e = &raw mut *event;
        for text in [&raw mut (*e).ts, &raw mut (*e).objectId, &raw mut (*e).sensorStr] {
            string(act, text);
        }
        string(act, &raw mut (*e).otherAttrs);
        string(act, &raw mut (*e).videoPath);
        detail(act, e);
        plain(act, &raw mut (*e).objSignature.signature, (*e).objSignature.size as usize);
        plain(act, &raw mut (*e).pose.joints, length((*e).pose.num_joints));
        embedding(act, &raw mut (*e).embedding);
        hull(act, &raw mut (*e).singleView3DTracking.convexHull);
        box_3d(act, &raw mut (*e).singleView3DTracking.bbox3d);
        array(act, &raw mut (*e).bbox3d, 1, box_3d);
        array(act, &raw mut (*e).llm, 1, language);
        array(act, &raw mut (*e).interactions, length((*e).num_interactions), interaction);
        array(act, &raw mut (*e).congestions, length((*e).num_congestions), congestion);
        array(act, &raw mut (*e).fov, length((*e).num_fov), metrics);
        array(act, &raw mut (*e).segmentation, 1, segmentation);
    }
}

/// `extMsg`: the struct that the object's type names; of other types as many bytes as are said, which own nothing.
unsafe fn detail(act: Act, e: *mut NvDsEventMsgMeta) {
    // SAFETY: see `walk`; structs with a mask begin as those without.
    unsafe {
        let slot = &raw mut (*e).extMsg;
        match (*e).objType {
            NVDS_OBJECT_TYPE_VEHICLE => array(act, slot.cast(), 1, vehicle),
            NVDS_OBJECT_TYPE_PERSON => array(act, slot.cast(), 1, person),
            NVDS_OBJECT_TYPE_FACE => array(act, slot.cast(), 1, face),
            NVDS_OBJECT_TYPE_PRODUCT => array(act, slot.cast(), 1, product),
            NVDS_OBJECT_TYPE_VEHICLE_EXT => array(act, slot.cast(), 1, |act, o: *mut NvDsVehicleObjectExt| {
                vehicle(act, o.cast());
                mask(act, &raw mut (*o).mask);
            }),
            NVDS_OBJECT_TYPE_PERSON_EXT => array(act, slot.cast(), 1, |act, o: *mut NvDsPersonObjectExt| {
                person(act, o.cast());
                mask(act, &raw mut (*o).mask);
            }),
            NVDS_OBJECT_TYPE_FACE_EXT => array(act, slot.cast(), 1, |act, o: *mut NvDsFaceObjectExt| {
                face(act, o.cast());
                mask(act, &raw mut (*o).mask);
            }),
            NVDS_OBJECT_TYPE_PRODUCT_EXT => array(act, slot.cast(), 1, |act, o: *mut NvDsProductObjectExt| {
                product(act, o.cast());
                mask(act, &raw mut (*o).mask);
            }),
            NVDS_OBJECT_TYPE_3D => array(act, slot.cast(), 1, box_3d),
            _ => plain(act, slot.cast::<*mut u8>(), (*e).extMsgSize as usize),
        }
    }
}

unsafe fn vehicle(act: Act, o: *mut NvDsVehicleObject) {
    // SAFETY: see `walk`.
    unsafe {
        for text in [&raw mut (*o).type_, &raw mut (*o).make, &raw mut (*o).model] {
            string(act, text);
        }
        for text in [&raw mut (*o).color, &raw mut (*o).region, &raw mut (*o).license] {
            string(act, text);
        }
    }
}

unsafe fn person(act: Act, o: *mut NvDsPersonObject) {
    // SAFETY: see `walk`.
    unsafe {
        for text in [&raw mut (*o).gender, &raw mut (*o).hair, &raw mut (*o).cap, &raw mut (*o).apparel] {
            string(act, text);
        }
    }
}

unsafe fn face(act: Act, o: *mut NvDsFaceObject) {
    // SAFETY: see `walk`.
    unsafe {
        for text in [&raw mut (*o).gender, &raw mut (*o).hair, &raw mut (*o).cap, &raw mut (*o).glasses] {
            string(act, text);
        }
        for text in [&raw mut (*o).facialhair, &raw mut (*o).name, &raw mut (*o).eyecolor] {
            string(act, text);
        }
    }
}

unsafe fn product(act: Act, o: *mut NvDsProductObject) {
    // SAFETY: see `walk`.
    unsafe {
        for text in [&raw mut (*o).brand, &raw mut (*o).type_, &raw mut (*o).shape] {
            string(act, text);
        }
    }
}

unsafe fn hull(act: Act, o: *mut NvDsConvexHull) {
    // SAFETY: see `walk`; a point is two numbers.
    unsafe { plain(act, &raw mut (*o).points, (*o).numFilled as usize * 2) }
}

unsafe fn embedding(act: Act, o: *mut NvDsEmbedding) {
    // SAFETY: see `walk`.
    unsafe { plain(act, &raw mut (*o).embedding_vector, (*o).embedding_length as usize) }
}

unsafe fn box_3d(act: Act, o: *mut NvDsBbox3dObject) {
    // SAFETY: see `walk`.
    unsafe {
        for text in [&raw mut (*o).labels_3d, &raw mut (*o).embedding_filter, &raw mut (*o).ocr_label] {
            string(act, text);
        }
        array(act, &raw mut (*o).instance_feats, 1, embedding);
    }
}

unsafe fn language(act: Act, o: *mut NvDsLLMObject) {
    // SAFETY: see `walk`.
    unsafe {
        table(act, &raw mut (*o).info);
        array(
            act,
            &raw mut (*o).conversations,
            (*o).num_conversations as usize,
            |act, c: *mut NvDsConversationObject| {
                for text in [&raw mut (*c).id, &raw mut (*c).query, &raw mut (*c).response] {
                    string(act, text);
                }
            },
        );
        array(act, &raw mut (*o).embeddings, (*o).num_embeddings as usize, embedding);
    }
}

unsafe fn interaction(act: Act, o: *mut NvDsInteractionObject) {
    // SAFETY: see `walk`.
    unsafe {
        string(act, &raw mut (*o).id);
        array(act, &raw mut (*o).objectIds, (*o).num_objectIds as usize, string);
        plain(act, &raw mut (*o).coordinates, (*o).num_coordinates as usize);
        string(act, &raw mut (*o).description);
        table(act, &raw mut (*o).info);
    }
}

unsafe fn congestion(act: Act, o: *mut NvDsCongestionObject) {
    // SAFETY: see `walk`.
    unsafe {
        string(act, &raw mut (*o).id);
        array(act, &raw mut (*o).objectIds, (*o).num_objectIds as usize, string);
        table(act, &raw mut (*o).info);
    }
}

unsafe fn metrics(act: Act, o: *mut NvDsTypeMetricsObject) {
    // SAFETY: see `walk`.
    unsafe {
        string(act, &raw mut (*o).id);
        string(act, &raw mut (*o).type_);
        plain(act, &raw mut (*o).coordinates, (*o).num_coordinates as usize);
        array(act, &raw mut (*o).objectIds, (*o).num_objectIds as usize, string);
        table(act, &raw mut (*o).info);
    }
}

unsafe fn segmentation(act: Act, o: *mut NvDsSegmentationObject) {
    // SAFETY: see `walk`.
    unsafe {
        plain(act, &raw mut (*o).mask, (*o).mask_size as usize);
        table(act, &raw mut (*o).info);
    }
}

/// Polygons: a list of arrays of doubles.
unsafe fn mask(act: Act, slot: *mut *mut GList) {
    // SAFETY: see `walk`; every item is a GArray.
    unsafe {
        let original = *slot;
        let mut new: *mut GList = ptr::null_mut();
        let mut at = original;
        while !at.is_null() {
            let polygon: *mut GArray = (*at).data.cast();
            match act {
                Act::Copy => new = g_list_prepend(new, copy_polygon(polygon).cast()),
                Act::Free if polygon.is_null() => {}
                Act::Free => drop(g_array_free(polygon, 1)),
            }
            at = (*at).next;
        }
        if act == Act::Free {
            g_list_free(original);
        }
        *slot = g_list_reverse(new);
    }
}

unsafe fn copy_polygon(polygon: *mut GArray) -> *mut GArray {
    if polygon.is_null() {
        return polygon;
    }
    // SAFETY: see `walk`.
    unsafe {
        let new = g_array_sized_new(0, 0, g_array_get_element_size(polygon), (*polygon).len);
        g_array_append_vals(new, (*polygon).data.cast_const().cast(), (*polygon).len)
    }
}

unsafe fn table(act: Act, slot: *mut *mut GHashTable) {
    // SAFETY: see `walk`.
    unsafe {
        match act {
            _ if (*slot).is_null() => {}
            Act::Copy => *slot = g_hash_table_ref(*slot),
            Act::Free => g_hash_table_unref(ptr::replace(slot, ptr::null_mut())),
        }
    }
}

unsafe fn string(act: Act, slot: *mut *mut c_char) {
    // SAFETY: see `walk`; both functions take NULL.
    unsafe {
        match act {
            Act::Copy => *slot = g_strdup(*slot),
            Act::Free => g_free(ptr::replace(slot, ptr::null_mut()).cast()),
        }
    }
}

/// An array whose items own nothing.
unsafe fn plain<T>(act: Act, slot: *mut *mut T, length: usize) {
    // SAFETY: see `walk`.
    unsafe { array(act, slot, length, |_, _| {}) }
}

/// An array whose items `each` visits.
unsafe fn array<T>(act: Act, slot: *mut *mut T, length: usize, each: unsafe fn(Act, *mut T)) {
    // SAFETY: see `walk`.
    unsafe {
        if (*slot).is_null() {
            return;
        }
        if act == Act::Copy {
            *slot = duplicate(*slot, size_of::<T>() * length).cast();
        }
        for index in 0..length {
            each(act, (*slot).add(index));
        }
        if act == Act::Free {
            g_free(ptr::replace(slot, ptr::null_mut()).cast());
        }
    }
}

/// GLib's copy of so many bytes; NULL for none.
pub(super) unsafe fn duplicate<T>(from: *const T, bytes: usize) -> *mut c_void {
    // SAFETY: the caller's promise: so many bytes lie there.
    unsafe {
        let new = g_malloc(bytes);
        if bytes > 0 {
            ptr::copy_nonoverlapping(from.cast::<u8>(), new.cast(), bytes);
        }
        new
    }
}

fn length(count: i32) -> usize {
    usize::try_from(count).unwrap_or(0)
}
