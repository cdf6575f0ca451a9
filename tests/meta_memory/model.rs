//! A batch as plain Rust data, and the comparison with the real one.

use ds_apps::meta::ffi::batch::*;
use gst::glib::ffi::{GList, g_list_length};
use std::ffi::CStr;
use std::ptr;

/// What a batch should hold. Lists are in the order of the real ones.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub frames: Vec<Frame>,
    pub users: Vec<User>,
    /// Items acquired and never attached: frames, objects, users.
    pub loose: [usize; 3],
}

#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub id: i64,
    pub objects: Vec<Object>,
    pub displays: Vec<i64>,
    pub users: Vec<User>,
}

#[derive(Debug, Clone, Default)]
pub struct Object {
    pub id: i64,
    pub parent: Option<i64>,
    pub text: Option<String>,
    pub classifiers: Vec<Classifier>,
    pub users: Vec<User>,
}

#[derive(Debug, Clone, Default)]
pub struct Classifier {
    pub id: i64,
    pub labels: Vec<(i64, Option<String>)>,
}

/// User metadata: its value, and whether it can be copied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct User {
    pub value: i64,
    pub copies: bool,
}

fn reversed<T, U>(list: &[T], copy: impl Fn(&T) -> U) -> Vec<U> {
    list.iter().rev().map(copy).collect()
}

fn copied(users: &[User]) -> Vec<User> {
    users.iter().copied().filter(|user| user.copies).collect()
}

impl Batch {
    /// What a deep copy should hold: lists that grow at the head come out reversed, users without copy function stay.
    pub fn copy(&self) -> Self {
        let frames = self.frames.iter().map(|frame| Frame {
            id: frame.id,
            objects: reversed(&frame.objects, |object| Object {
                classifiers: reversed(&object.classifiers, |classifier| Classifier {
                    id: classifier.id,
                    labels: reversed(&classifier.labels, Clone::clone),
                }),
                users: copied(&reversed(&object.users, |user| *user)),
                ..object.clone()
            }),
            displays: reversed(&frame.displays, |id| *id),
            users: copied(&reversed(&frame.users, |user| *user)),
        });
        Self { frames: frames.collect(), users: copied(&self.users), loose: [0; 3] }
    }

    /// How many items of each pool are in use: frames, objects, classifiers, displays, users, labels.
    fn used(&self) -> [usize; 6] {
        let mut used = [self.frames.len() + self.loose[0], self.loose[1], 0, 0, self.users.len() + self.loose[2], 0];
        for frame in &self.frames {
            used[1] += frame.objects.len();
            used[3] += frame.displays.len();
            used[4] += frame.users.len();
            for object in &frame.objects {
                used[2] += object.classifiers.len();
                used[4] += object.users.len();
                used[5] += object.classifiers.iter().map(|classifier| classifier.labels.len()).sum::<usize>();
            }
        }
        used
    }
}

/// The data of a list, after checking its links both ways.
///
/// # Safety
/// The list can be walked.
pub unsafe fn data<T>(list: *mut GList) -> Vec<*mut T> {
    let mut found = Vec::new();
    let (mut node, mut before) = (list, ptr::null_mut());
    // SAFETY: the caller's promise.
    unsafe {
        while !node.is_null() {
            assert_eq!((*node).prev, before, "a list is broken");
            found.push((*node).data.cast());
            (before, node) = (node, (*node).next);
        }
    }
    found
}

/// Compares everything the batch holds with the model.
///
/// # Safety
/// `batch` is live.
pub unsafe fn compare(batch: *mut NvDsBatchMeta, model: &Batch) {
    // SAFETY: the caller's promise.
    unsafe {
        assert_eq!((*batch).num_frames_in_batch as usize, model.frames.len());
        let frames = data::<NvDsFrameMeta>((*batch).frame_meta_list);
        assert_eq!(frames.len(), model.frames.len());
        for (frame, model) in frames.into_iter().zip(&model.frames) {
            assert_eq!((*frame).misc_frame_info[0], model.id);
            assert_eq!((*frame).num_obj_meta as usize, model.objects.len());
            objects(frame, &model.objects);
            let displays = data::<NvDsDisplayMeta>((*frame).display_meta_list);
            assert_eq!(displays.iter().map(|d| (**d).misc_osd_data[0]).collect::<Vec<_>>(), model.displays);
            users((*frame).frame_user_meta_list, &model.users);
        }
        users((*batch).batch_user_meta_list, &model.users);
        pools(batch, model);
    }
}

unsafe fn objects(frame: *mut NvDsFrameMeta, model: &[Object]) {
    // SAFETY: as `compare`.
    unsafe {
        let objects = data::<NvDsObjectMeta>((*frame).obj_meta_list);
        assert_eq!(objects.len(), model.len());
        for (object, model) in objects.iter().zip(model) {
            assert_eq!((**object).misc_obj_info[0], model.id);
            let parent = (**object).parent;
            assert_eq!((!parent.is_null()).then(|| (*parent).misc_obj_info[0]), model.parent, "parent of {}", model.id);
            assert!(parent.is_null() || objects.contains(&parent), "a parent is on another frame");
            assert_eq!(text((**object).text_params.display_text), model.text);
            let classifiers = data::<NvDsClassifierMeta>((**object).classifier_meta_list);
            assert_eq!(classifiers.len(), model.classifiers.len());
            for (classifier, model) in classifiers.into_iter().zip(&model.classifiers) {
                assert_eq!(i64::from((*classifier).unique_component_id), model.id);
                assert_eq!((*classifier).num_labels as usize, model.labels.len());
                let labels = data::<NvDsLabelInfo>((*classifier).label_info_list);
                let labels = labels.iter().map(|l| (i64::from((**l).label_id), text((**l).pResult_label)));
                assert_eq!(labels.collect::<Vec<_>>(), model.labels);
            }
            users((**object).obj_user_meta_list, &model.users);
        }
    }
}

unsafe fn users(list: *mut GList, model: &[User]) {
    // SAFETY: as `compare`; the data are boxed numbers.
    unsafe {
        let found = data::<NvDsUserMeta>(list).into_iter().map(|user| User {
            value: *(*user).user_meta_data.cast::<i64>(),
            copies: (*user).base_meta.copy_func.is_some(),
        });
        assert_eq!(found.collect::<Vec<_>>(), model);
    }
}

unsafe fn text(text: *const std::ffi::c_char) -> Option<String> {
    // SAFETY: as `compare`.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned())
}

unsafe fn pools(batch: *mut NvDsBatchMeta, model: &Batch) {
    // SAFETY: as `compare`.
    unsafe {
        let b = &*batch;
        let pools = [
            b.frame_meta_pool,
            b.obj_meta_pool,
            b.classifier_meta_pool,
            b.display_meta_pool,
            b.user_meta_pool,
            b.label_info_meta_pool,
        ];
        for (pool, used) in pools.into_iter().zip(model.used()) {
            let pool = &*pool;
            assert_eq!(pool.num_full_elements as usize, used, "in use in pool {}", pool.meta_type);
            assert_eq!(g_list_length(pool.full_list), pool.num_full_elements);
            assert_eq!(g_list_length(pool.empty_list), pool.num_empty_elements);
            assert_eq!(pool.num_full_elements + pool.num_empty_elements, pool.max_elements_in_pool);
        }
    }
}
