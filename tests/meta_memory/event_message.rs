//! Event messages own what they point at: copies are whole, and the last one leaves nothing behind.

use crate::count::live;
use crate::isolated;
use ds_apps::meta::event_message::*;
use ds_apps::meta::ffi::batch::{NvDsFrameMeta, NvDsUserMeta};
use ds_apps::meta::ffi::event::*;
use ds_apps::meta::ffi::values::*;
use ds_apps::meta::{Batch, Frame, OwnedBatch};
use gst::glib::ffi::*;
use std::ffi::{CStr, c_char};
use std::mem::size_of;
use std::ptr;

/// The struct of the first event of a batch, as C code finds it.
fn raw(batch: &Batch) -> *mut NvDsEventMsgMeta {
    let frame = ptr::from_ref::<Frame>(batch.frames().next().unwrap()).cast::<NvDsFrameMeta>();
    // SAFETY: a view lies over the ABI's struct, and the frame has one piece of user metadata.
    unsafe { (*(*(*frame).frame_user_meta_list).data.cast::<NvDsUserMeta>()).user_meta_data.cast() }
}

fn text(text: &CStr) -> *mut c_char {
    // SAFETY: a C string.
    unsafe { g_strdup(text.as_ptr()) }
}

/// So many zeroes of a type in GLib's memory, for C code to fill.
fn zeroes<T>(count: usize) -> *mut T {
    // SAFETY: any size can be asked for.
    unsafe { g_malloc0(size_of::<T>() * count).cast() }
}

fn texts(count: usize) -> *mut *mut c_char {
    let list = zeroes::<*mut c_char>(count);
    // SAFETY: the list is as long.
    (0..count).for_each(|index| unsafe { *list.add(index) = text(c"object") });
    list
}

fn table() -> *mut GHashTable {
    // SAFETY: the table frees keys and values, which are its own.
    unsafe {
        let table = g_hash_table_new_full(Some(g_str_hash), Some(g_str_equal), Some(g_free), Some(g_free));
        g_hash_table_insert(table, text(c"key").cast(), text(c"value").cast());
        table
    }
}

/// Fills what only C code fills.
///
/// # Safety
/// `event` is live and has none of it.
unsafe fn fill(event: *mut NvDsEventMsgMeta) {
    // SAFETY: the caller's promise; all memory is new.
    unsafe {
        let e = &mut *event;
        let feats = zeroes::<NvDsEmbedding>(1);
        *feats = NvDsEmbedding { embedding_vector: zeroes(7), embedding_length: 7 };
        e.bbox3d = zeroes(1);
        ((*e.bbox3d).labels_3d, (*e.bbox3d).ocr_label, (*e.bbox3d).instance_feats) =
            (text(c"car"), text(c"A 1"), feats);
        e.singleView3DTracking.bbox3d.embedding_filter = text(c"Person");
        e.llm = zeroes(1);
        ((*e.llm).info, (*e.llm).num_conversations, (*e.llm).num_embeddings) = (table(), 2, 1);
        (*e.llm).conversations = zeroes(2);
        (*(*e.llm).conversations.add(1)).response = text(c"yes");
        (*e.llm).embeddings = zeroes(1);
        *(*e.llm).embeddings = NvDsEmbedding { embedding_vector: zeroes(3), embedding_length: 3 };
        (e.num_interactions, e.interactions) = (2, zeroes(2));
        let last = &mut *e.interactions.add(1);
        (last.objectIds, last.num_objectIds, last.description) = (texts(3), 3, text(c"meets"));
        (last.coordinates, last.num_coordinates, last.info) = (zeroes(2), 2, table());
        (e.num_congestions, e.congestions) = (1, zeroes(1));
        ((*e.congestions).objectIds, (*e.congestions).num_objectIds) = (texts(2), 2);
        (e.num_fov, e.fov) = (1, zeroes(1));
        ((*e.fov).type_, (*e.fov).coordinates, (*e.fov).num_coordinates) = (text(c"cars"), zeroes(4), 4);
        e.segmentation = zeroes(1);
        ((*e.segmentation).mask, (*e.segmentation).mask_size, (*e.segmentation).info) = (zeroes(9), 9, table());
    }
}

fn event(detail: Option<Detail>, mask: Vec<Vec<f64>>) -> EventMessage {
    let text = || Some("text".to_owned());
    EventMessage {
        object_type: NVDS_OBJECT_TYPE_CUSTOM,
        timestamp: text(),
        object_id: text(),
        sensor: text(),
        other: text(),
        video_path: text(),
        signature: vec![1.0, 2.0],
        pose: Some(Pose { kind: 0, joints: vec![[1.0; 4]; 18] }),
        embedding: vec![0.5; 16],
        tracking_3d: Some(Tracking3d {
            world_feet: [0.0; 2],
            image_feet: [0.0; 2],
            hull: vec![1, 2, 3, 4],
            visibility: 1.0,
        }),
        detail,
        mask,
        ..Default::default()
    }
}

fn events() -> Vec<EventMessage> {
    let text = || Some("known".to_owned());
    let vehicle = Detail::Vehicle(Vehicle { kind: text(), license: text(), ..Default::default() });
    let person = Detail::Person(Person { hair: text(), ..Default::default() });
    let face = Detail::Face(Face { name: text(), ..Default::default() });
    let product = Detail::Product(Product { brand: text(), ..Default::default() });
    let mask = vec![vec![1.0; 8], Vec::new(), vec![2.0; 6]];
    let mut all = vec![EventMessage::default(), event(None, Vec::new())];
    for detail in [vehicle, person, face, product] {
        all.push(event(Some(detail.clone()), Vec::new()));
        all.push(event(Some(detail), mask.clone()));
    }
    all
}

#[test]
fn events_and_their_copies_leave_nothing_behind() {
    isolated("event_message::events_and_their_copies_leave_nothing_behind", || {
        let run = |event: &EventMessage| {
            let mut batch = OwnedBatch::new(1);
            batch.add_frame().add_event_message(event);
            // SAFETY: the event is new and has none of it.
            unsafe { fill(raw(&batch)) };
            let copy = batch.clone();
            let copy_of_copy = copy.clone();
            let (one, two) = (raw(&batch), raw(&copy_of_copy));
            // SAFETY: both are live.
            unsafe {
                assert!(one != two && (*one).interactions != (*two).interactions && (*one).llm != (*two).llm);
                let last = &*(*two).interactions.add(1);
                assert_eq!(CStr::from_ptr(*last.objectIds.add(2)), c"object");
                assert_eq!(CStr::from_ptr((*(*(*two).llm).conversations.add(1)).response), c"yes");
                // Tables are shared.
                assert_eq!((*(*one).llm).info, (*(*two).llm).info);
            }
            drop(batch);
            assert_eq!(copy_of_copy.frames().next().unwrap().event_messages().count(), 1);
            drop(copy);
            drop(copy_of_copy);
        };
        events().iter().for_each(run);
        for event in events() {
            let before = live();
            run(&event);
            assert_eq!(live(), before, "{event:?}");
        }
    });
}

#[test]
fn custom_bytes_of_c_code_are_copied_as_they_are() {
    isolated("event_message::custom_bytes_of_c_code_are_copied_as_they_are", || {
        let run = || {
            let mut batch = OwnedBatch::new(1);
            batch.add_frame().add_event_message(&event(None, Vec::new()));
            // SAFETY: the event is live; its extMsg is NULL so far.
            unsafe { ((*raw(&batch)).extMsg, (*raw(&batch)).extMsgSize) = (text(c"custom").cast(), 7) };
            let copy = batch.clone();
            drop(batch);
            // SAFETY: seven bytes with their NUL.
            assert_eq!(unsafe { CStr::from_ptr((*raw(&copy)).extMsg.cast()) }, c"custom");
        };
        run();
        let before = live();
        run();
        assert_eq!(live(), before);
    });
}
