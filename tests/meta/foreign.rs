//! Batches of another library: a second copy of this one, loaded as GStreamer loads the plugin, plays its part.

use ds_apps::base::geometry::Rect;
use ds_apps::meta::ffi::batch::NvDsBatchMeta;
use ds_apps::meta::ffi::gst_meta::NvDsMeta;
use ds_apps::meta::ffi::values::NVDS_BATCH_GST_META;
use ds_apps::meta::ffi::{NvDsMetaCopyFunc, NvDsMetaReleaseFunc};
use ds_apps::meta::*;
use std::ffi::{CString, c_void};

#[derive(Clone, Debug, PartialEq)]
struct Note(String);

impl UserData for Note {}

/// A function of the other library.
unsafe fn other(name: &str) -> *mut c_void {
    let path = std::env::current_exe().unwrap().parent().unwrap().join("libds_apps.so");
    let path = CString::new(path.to_str().unwrap()).unwrap();
    let name = CString::new(name).unwrap();
    // SAFETY: both are C strings; the library has no constructors and stays loaded.
    unsafe {
        let library = libc::dlopen(path.as_ptr(), libc::RTLD_LAZY | libc::RTLD_LOCAL);
        let function = libc::dlsym(library, name.as_ptr());
        assert!(!function.is_null(), "{name:?} in {path:?}");
        function
    }
}

/// A buffer with an empty batch of the other library.
fn buffer() -> gst::Buffer {
    type Add = unsafe extern "C" fn(
        *mut gst::ffi::GstBuffer,
        *mut c_void,
        *mut c_void,
        NvDsMetaCopyFunc,
        NvDsMetaReleaseFunc,
    ) -> *mut NvDsMeta;
    let mut buffer = gst::Buffer::new();
    // SAFETY: functions are used with the signatures they have.
    unsafe {
        let create: unsafe extern "C" fn(u32) -> *mut NvDsBatchMeta =
            std::mem::transmute(other("nvds_create_batch_meta"));
        let copy: NvDsMetaCopyFunc = std::mem::transmute(other("nvds_batch_meta_copy_func"));
        let release: NvDsMetaReleaseFunc = std::mem::transmute(other("nvds_batch_meta_release_func"));
        let add: Add = std::mem::transmute(other("gst_buffer_add_nvds_meta"));
        let buffer = buffer.make_mut().as_mut_ptr();
        let meta = add(buffer, create(1).cast(), std::ptr::null_mut(), copy, release);
        (*meta).meta_type = NVDS_BATCH_GST_META;
    }
    buffer
}

#[test]
fn a_batch_of_another_library_is_edited_through_it() {
    gst::init().unwrap();
    let mut buffer = buffer();
    let batch = Batch::of_mut(buffer.make_mut()).unwrap();
    batch.add_user(Note("batch".into()));
    let frame = batch.add_frame();
    frame.set_sensor(Sensor { id: Some("cam"), ..Default::default() });
    for index in 0..100 {
        let object = frame.add_object();
        object.set_class_id(index);
        object.set_rect(Rect { left: index as f32, ..Default::default() });
        object.set_text("first", TextStyle::default());
        object.replace_text(&"longer than the first".repeat(10));
        object.set_mask([1.0, 0.0], 2, 1, 0.5).unwrap();
        object.add_user(Note(index.to_string()));
        object.add_classifier().add_label().set_text(&"x".repeat(200));
    }
    let parent = frame.objects().next().unwrap().key();
    frame.add_child_object(parent).unwrap().set_class_id(1000);
    frame.add_display().add_text("hello", (1, 2), TextStyle::default()).unwrap();
    frame.add_user(Note("frame".into()));
    frame.retain_objects(|object| object.class_id() % 2 == 0 || object.class_id() == 1000);
    assert_eq!(frame.num_objects(), 51);
    assert!(frame.objects().all(|object| object.parent_key().is_none()), "the parent was class 99");

    let copy = buffer.copy();
    Batch::of_mut(buffer.make_mut()).unwrap().clear();
    assert_eq!(Batch::of(&buffer).unwrap().num_frames(), 0);
    let batch = Batch::of(&copy).unwrap();
    let frame = batch.frames().next().unwrap();
    assert_eq!(frame.sensor().id, Some("cam"));
    let object = frame.objects().next().unwrap();
    assert_eq!((object.class_id(), object.text().map(str::len)), (0, Some(210)));
    assert_eq!(object.mask().unwrap().values, [1.0, 0.0]);
    assert_eq!(object.user::<Note>(), Some(&Note("0".into())));
    assert_eq!(object.classifiers().flat_map(Classifier::labels).map(|l| l.text().len()).collect::<Vec<_>>(), [200]);
    assert_eq!(
        (batch.user::<Note>(), frame.user::<Note>()),
        (Some(&Note("batch".into())), Some(&Note("frame".into())))
    );
    assert!(detach(copy.copy().make_mut()).is_none(), "not ours to hand out");
}
