//! What C code does to a batch, done to the real one and to the model.

use crate::model::{Batch, Classifier, Frame, Object, User, data};
use ds_apps::meta::capi::*;
use ds_apps::meta::ffi::batch::*;
use gst::glib::ffi::{g_free, g_list_free, g_strdup};
use proptest::prelude::*;
use std::cell::Cell;
use std::ffi::{CString, c_void};
use std::ptr;

/// One step. Numbers choose among what is there.
#[derive(Debug, Clone)]
pub enum Step {
    AddFrame,
    RemoveFrame(usize),
    AddObject {
        frame: usize,
        parent: Option<usize>,
    },
    RemoveObject {
        frame: usize,
        object: usize,
    },
    AddClassifier {
        frame: usize,
        object: usize,
    },
    RemoveClassifier {
        frame: usize,
        object: usize,
    },
    AddLabel {
        frame: usize,
        object: usize,
        long: bool,
    },
    RemoveLabel {
        frame: usize,
        object: usize,
    },
    /// As NVIDIA's elements do: remove each label, free the list themselves.
    FreeLabelList {
        frame: usize,
        object: usize,
    },
    AddDisplay(usize),
    RemoveDisplay(usize),
    AddUser {
        place: Place,
        copies: bool,
    },
    RemoveUser(Place),
    /// As pyds does: `g_free` the old text, `g_strdup` the new one.
    SetText {
        frame: usize,
        object: usize,
        length: usize,
    },
    ClearObjects(usize),
    ClearDisplays(usize),
    ClearUsers(Place),
    /// Acquire and forget.
    Loose(usize),
    /// Go on with a copy of the batch.
    Copy,
    /// Copy a frame's objects in front of themselves.
    CopyObjects(usize),
}

/// Where user metadata goes.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    Batch,
    Frame(usize),
    Object(usize, usize),
}

/// Any step.
pub fn step() -> impl Strategy<Value = Step> {
    let place = prop_oneof![
        Just(Place::Batch),
        (0..4usize).prop_map(Place::Frame),
        (0..4usize, 0..8usize).prop_map(|(frame, object)| Place::Object(frame, object)),
    ];
    let object = (0..4usize, 0..8usize);
    prop_oneof![
        3 => Just(Step::AddFrame),
        1 => (0..4usize).prop_map(Step::RemoveFrame),
        8 => (0..4usize, proptest::option::of(0..8usize)).prop_map(|(frame, parent)| Step::AddObject { frame, parent }),
        3 => object.clone().prop_map(|(frame, object)| Step::RemoveObject { frame, object }),
        3 => object.clone().prop_map(|(frame, object)| Step::AddClassifier { frame, object }),
        1 => object.clone().prop_map(|(frame, object)| Step::RemoveClassifier { frame, object }),
        4 => (object.clone(), any::<bool>())
            .prop_map(|((frame, object), long)| Step::AddLabel { frame, object, long }),
        1 => object.clone().prop_map(|(frame, object)| Step::RemoveLabel { frame, object }),
        1 => object.clone().prop_map(|(frame, object)| Step::FreeLabelList { frame, object }),
        2 => (0..4usize).prop_map(Step::AddDisplay),
        1 => (0..4usize).prop_map(Step::RemoveDisplay),
        4 => (place.clone(), any::<bool>()).prop_map(|(place, copies)| Step::AddUser { place, copies }),
        2 => place.clone().prop_map(Step::RemoveUser),
        4 => (object, 0..100usize)
            .prop_map(|((frame, object), length)| Step::SetText { frame, object, length }),
        1 => (0..4usize).prop_map(Step::ClearObjects),
        1 => (0..4usize).prop_map(Step::ClearDisplays),
        1 => place.prop_map(Step::ClearUsers),
        1 => (0..3usize).prop_map(Step::Loose),
        1 => Just(Step::Copy),
        1 => (0..4usize).prop_map(Step::CopyObjects),
    ]
}

thread_local! {
    /// User data that is alive.
    pub static USERS: Cell<i64> = const { Cell::new(0) };
}

fn boxed(value: i64) -> *mut c_void {
    USERS.set(USERS.get() + 1);
    Box::into_raw(Box::new(value)).cast()
}

unsafe extern "C" fn copy_user(meta: *mut c_void, _: *mut c_void) -> *mut c_void {
    // SAFETY: called with the user meta, whose data is a boxed number.
    boxed(unsafe { *(*meta.cast::<NvDsUserMeta>()).user_meta_data.cast::<i64>() })
}

unsafe extern "C" fn release_user(meta: *mut c_void, _: *mut c_void) {
    USERS.set(USERS.get() - 1);
    // SAFETY: as above; released once.
    drop(unsafe { Box::from_raw((*meta.cast::<NvDsUserMeta>()).user_meta_data.cast::<i64>()) });
}

/// The real batch beside its model.
pub struct Pair {
    pub batch: *mut NvDsBatchMeta,
    pub model: Batch,
    next: i64,
}

/// The `index`th of a list, turned round when there are fewer.
fn pick(length: usize, index: usize) -> Option<usize> {
    (length > 0).then(|| index % length)
}

impl Pair {
    pub fn new() -> Self {
        Self { batch: nvds_create_batch_meta(2), model: Batch::default(), next: 0 }
    }

    fn id(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    /// Frame and model of it.
    unsafe fn frame(&mut self, index: usize) -> Option<(*mut NvDsFrameMeta, &mut Frame)> {
        let index = pick(self.model.frames.len(), index)?;
        // SAFETY: real batch and model hold the same.
        Some((unsafe { data((*self.batch).frame_meta_list)[index] }, &mut self.model.frames[index]))
    }

    unsafe fn object(&mut self, frame: usize, index: usize) -> Option<(*mut NvDsObjectMeta, &mut Object)> {
        // SAFETY: as above.
        unsafe {
            let (frame, model) = self.frame(frame)?;
            let index = pick(model.objects.len(), index)?;
            Some((data((*frame).obj_meta_list)[index], &mut model.objects[index]))
        }
    }

    unsafe fn classifier(&mut self, frame: usize, object: usize) -> Option<(*mut NvDsClassifierMeta, &mut Classifier)> {
        // SAFETY: as above.
        unsafe {
            let (object, model) = self.object(frame, object)?;
            Some((*data((*object).classifier_meta_list).first()?, model.classifiers.first_mut()?))
        }
    }

    /// Does a step; nothing if there is nothing to do it to.
    pub fn apply(&mut self, step: &Step) {
        // SAFETY: pointers come from the batch, which the model follows.
        unsafe {
            match *step {
                Step::AddFrame | Step::RemoveFrame(_) | Step::Loose(_) | Step::Copy => self.on_batch(step),
                Step::AddUser { place, copies } => _ = self.add_user(place, copies),
                Step::RemoveUser(place) | Step::ClearUsers(place) => {
                    _ = self.remove_users(place, matches!(step, Step::ClearUsers(_)));
                }
                Step::AddClassifier { .. }
                | Step::RemoveClassifier { .. }
                | Step::AddLabel { .. }
                | Step::RemoveLabel { .. }
                | Step::FreeLabelList { .. } => _ = self.on_classifiers(step),
                _ => _ = self.on_frame(step),
            }
        }
    }

    unsafe fn on_batch(&mut self, step: &Step) {
        let id = self.id();
        // SAFETY: as `apply`.
        unsafe {
            match *step {
                Step::AddFrame if self.model.frames.len() < 4 => {
                    let frame = nvds_acquire_frame_meta_from_pool(self.batch);
                    (*frame).misc_frame_info[0] = id;
                    nvds_add_frame_meta_to_batch(self.batch, frame);
                    self.model.frames.push(Frame { id, ..Default::default() });
                }
                Step::RemoveFrame(index) => {
                    let Some(index) = pick(self.model.frames.len(), index) else { return };
                    let frame = data((*self.batch).frame_meta_list)[index];
                    nvds_remove_frame_meta_from_batch(self.batch, frame);
                    self.model.frames.remove(index);
                }
                Step::Loose(kind) => {
                    match kind {
                        0 => drop(nvds_acquire_frame_meta_from_pool(self.batch)),
                        1 => {
                            let object = nvds_acquire_obj_meta_from_pool(self.batch);
                            (*object).text_params.display_text = g_strdup(c"loose".as_ptr());
                        }
                        _ => {
                            let user = nvds_acquire_user_meta_from_pool(self.batch);
                            (*user).user_meta_data = boxed(id);
                            (*user).base_meta.release_func = Some(release_user);
                        }
                    }
                    self.model.loose[kind] += 1;
                }
                Step::Copy => {
                    let copy = nvds_batch_meta_copy_func(self.batch.cast(), ptr::null_mut());
                    nvds_batch_meta_release_func(self.batch.cast(), ptr::null_mut());
                    self.batch = copy.cast();
                    self.model = self.model.copy();
                }
                _ => {}
            }
        }
    }

    unsafe fn on_frame(&mut self, step: &Step) -> Option<()> {
        let id = self.id();
        // SAFETY: as `apply`.
        unsafe {
            let batch = self.batch;
            match *step {
                Step::AddObject { frame, parent } => {
                    let (frame, model) = self.frame(frame)?;
                    let parent = parent.and_then(|parent| pick(model.objects.len(), parent));
                    let real = parent.map_or(ptr::null_mut(), |index| data((*frame).obj_meta_list)[index]);
                    let object = nvds_acquire_obj_meta_from_pool(batch);
                    (*object).misc_obj_info[0] = id;
                    nvds_add_obj_meta_to_frame(frame, object, real);
                    let parent = parent.map(|index| model.objects[index].id);
                    model.objects.insert(0, Object { id, parent, ..Default::default() });
                }
                Step::RemoveObject { frame, object } => {
                    let (frame, model) = self.frame(frame)?;
                    let index = pick(model.objects.len(), object)?;
                    nvds_remove_obj_meta_from_frame(frame, data((*frame).obj_meta_list)[index]);
                    let gone = model.objects.remove(index).id;
                    model.objects.iter_mut().for_each(|object| object.parent = object.parent.filter(|p| *p != gone));
                }
                Step::ClearObjects(frame) => {
                    let (frame, model) = self.frame(frame)?;
                    nvds_clear_obj_meta_list(frame, (*frame).obj_meta_list);
                    model.objects.clear();
                }
                Step::CopyObjects(frame) => {
                    let (frame, model) = self.frame(frame)?;
                    if model.objects.len() > 20 {
                        return None;
                    }
                    nvds_copy_obj_meta_list((*frame).obj_meta_list, frame);
                    let half = Batch { frames: vec![model.clone()], ..Default::default() }.copy();
                    let mut objects = half.frames[0].objects.clone();
                    // Copies get ids of their own, as the model knows parents by id.
                    for (real, object) in data::<NvDsObjectMeta>((*frame).obj_meta_list).into_iter().zip(&mut objects) {
                        object.id += 1_000_000 * id;
                        object.parent = object.parent.map(|parent| parent + 1_000_000 * id);
                        (*real).misc_obj_info[0] = object.id;
                    }
                    objects.append(&mut model.objects);
                    model.objects = objects;
                }
                Step::SetText { frame, object, length } => {
                    let (object, model) = self.object(frame, object)?;
                    let text = "x".repeat(length);
                    g_free((*object).text_params.display_text.cast());
                    (*object).text_params.display_text = g_strdup(CString::new(text.clone()).unwrap().as_ptr());
                    model.text = Some(text);
                }
                Step::AddDisplay(frame) => {
                    let (frame, model) = self.frame(frame)?;
                    let display = nvds_acquire_display_meta_from_pool(batch);
                    (*display).misc_osd_data[0] = id;
                    (*display).num_labels = 1;
                    (*display).text_params[15].display_text = g_strdup(c"beyond the counter".as_ptr());
                    nvds_add_display_meta_to_frame(frame, display);
                    model.displays.insert(0, id);
                }
                Step::RemoveDisplay(frame) => {
                    let (frame, model) = self.frame(frame)?;
                    let display = *data((*frame).display_meta_list).first()?;
                    nvds_remove_display_meta_from_frame(frame, display);
                    model.displays.remove(0);
                }
                Step::ClearDisplays(frame) => {
                    let (frame, model) = self.frame(frame)?;
                    nvds_clear_display_meta_list(frame, (*frame).display_meta_list);
                    model.displays.clear();
                }
                _ => {}
            }
        }
        Some(())
    }

    unsafe fn on_classifiers(&mut self, step: &Step) -> Option<()> {
        let id = self.id();
        // SAFETY: as `apply`.
        unsafe {
            let batch = self.batch;
            match *step {
                Step::AddClassifier { frame, object } => {
                    let (object, model) = self.object(frame, object)?;
                    let classifier = nvds_acquire_classifier_meta_from_pool(batch);
                    (*classifier).unique_component_id = id as i32;
                    nvds_add_classifier_meta_to_object(object, classifier);
                    model.classifiers.insert(0, Classifier { id, labels: Vec::new() });
                }
                Step::RemoveClassifier { frame, object } => {
                    let (object, model) = self.object(frame, object)?;
                    let classifier = *data((*object).classifier_meta_list).first()?;
                    nvds_remove_classifier_meta_from_obj(object, classifier);
                    model.classifiers.remove(0);
                }
                Step::AddLabel { frame, object, long } => {
                    let (classifier, model) = self.classifier(frame, object)?;
                    let label = nvds_acquire_label_info_meta_from_pool(batch);
                    (*label).label_id = id as u32;
                    if long {
                        (*label).pResult_label = g_strdup(c"a long label".as_ptr());
                    }
                    nvds_add_label_info_meta_to_classifier(classifier, label);
                    model.labels.insert(0, (id, long.then(|| "a long label".to_owned())));
                }
                Step::RemoveLabel { frame, object } => {
                    let (classifier, model) = self.classifier(frame, object)?;
                    let label = *data((*classifier).label_info_list).last()?;
                    nvds_remove_label_info_meta_from_classifier(classifier, label);
                    model.labels.pop();
                }
                Step::FreeLabelList { frame, object } => {
                    let (classifier, model) = self.classifier(frame, object)?;
                    let labels = data::<NvDsLabelInfo>((*classifier).label_info_list);
                    g_list_free(ptr::replace(&raw mut (*classifier).label_info_list, ptr::null_mut()));
                    for label in labels {
                        nvds_remove_label_info_meta_from_classifier(classifier, label);
                    }
                    (*classifier).num_labels = 0;
                    model.labels.clear();
                }
                _ => {}
            }
        }
        Some(())
    }

    unsafe fn add_user(&mut self, place: Place, copies: bool) -> Option<()> {
        let value = self.id();
        let user = User { value, copies };
        // SAFETY: as `apply`.
        unsafe {
            let make = |batch| {
                let meta = nvds_acquire_user_meta_from_pool(batch);
                (*meta).user_meta_data = boxed(value);
                (*meta).base_meta.copy_func = copies.then_some(copy_user as _);
                (*meta).base_meta.release_func = Some(release_user);
                meta
            };
            let batch = self.batch;
            match place {
                Place::Batch => {
                    nvds_add_user_meta_to_batch(batch, make(batch));
                    self.model.users.push(user);
                }
                Place::Frame(frame) => {
                    let (frame, model) = self.frame(frame)?;
                    nvds_add_user_meta_to_frame(frame, make(batch));
                    model.users.insert(0, user);
                }
                Place::Object(frame, object) => {
                    let (object, model) = self.object(frame, object)?;
                    nvds_add_user_meta_to_obj(object, make(batch));
                    model.users.insert(0, user);
                }
            }
        }
        Some(())
    }

    /// Removes the first user metadata of a place, or all.
    unsafe fn remove_users(&mut self, place: Place, all: bool) -> Option<()> {
        // SAFETY: as `apply`.
        unsafe {
            let batch = self.batch;
            let users = match place {
                Place::Batch => {
                    let list = (*batch).batch_user_meta_list;
                    match data(list).first() {
                        _ if all => nvds_clear_batch_user_meta_list(batch, list),
                        Some(first) => nvds_remove_user_meta_from_batch(batch, *first),
                        None => return None,
                    }
                    &mut self.model.users
                }
                Place::Frame(frame) => {
                    let (frame, model) = self.frame(frame)?;
                    let list = (*frame).frame_user_meta_list;
                    match data(list).first() {
                        _ if all => nvds_clear_frame_user_meta_list(frame, list),
                        Some(first) => nvds_remove_user_meta_from_frame(frame, *first),
                        None => return None,
                    }
                    &mut model.users
                }
                Place::Object(frame, object) => {
                    let (object, model) = self.object(frame, object)?;
                    let list = (*object).obj_user_meta_list;
                    match data(list).first() {
                        _ if all => nvds_clear_obj_user_meta_list(object, list),
                        Some(first) => nvds_remove_user_meta_from_object(object, *first),
                        None => return None,
                    }
                    &mut model.users
                }
            };
            users.drain(..if all { users.len() } else { 1 });
        }
        Some(())
    }
}
