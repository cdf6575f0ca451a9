//! A C++ reader of the analytics metadata, compiled against the header and loaded beside the library.

use std::ffi::CString;
use std::process::Command;

use ds_apps::meta::analytics::{FrameAnalytics, ObjectAnalytics};
use ds_apps::meta::{Batch, OwnedBatch, attach};

use crate::{build_dir, gstreamer, root};

/// A function of the reader.
unsafe fn function(library: *mut libc::c_void, name: &str) -> unsafe extern "C" fn(*mut libc::c_void) -> bool {
    let name = CString::new(name).unwrap();
    // SAFETY: the handle is open, and every function of the reader takes a pointer and answers a bool.
    unsafe {
        let symbol = libc::dlsym(library, name.as_ptr());
        assert!(!symbol.is_null());
        std::mem::transmute(symbol)
    }
}

#[test]
fn a_cpp_program_reads_the_containers_and_edits_them() {
    let path = build_dir().join("libcapi-analytics.so");
    let output = Command::new("c++")
        .args(["-shared", "-fPIC", "-std=c++17", "-g", "-Wall", "-Wextra", "-Werror", "-Wno-invalid-offsetof", "-o"])
        .arg(&path)
        .arg(root().join("tests/capi/analytics.cpp"))
        .arg(format!("-I{}", root().join("include").display()))
        .args(gstreamer().iter().filter(|flag| !flag.starts_with("-l")))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    gst::init().unwrap();
    let mut batch = OwnedBatch::new(1);
    let frame = batch.add_frame();
    frame.add_object().add_analytics(&ObjectAnalytics {
        unique_id: 17,
        regions: vec!["RF".into(), "x".repeat(60)],
        lines: vec!["Exit".into()],
        direction: " DIR:South ".into(),
        status: " ROI:RF DIR:South  LC:Exit ".into(),
        ..ObjectAnalytics::default()
    });
    frame.add_analytics(&FrameAnalytics {
        unique_id: 17,
        overcrowded: [("OC".to_owned(), true)].into(),
        in_region: [("RF".to_owned(), 3)].into(),
        crossed_now: [("Exit".to_owned(), 1)].into(),
        crossed: [("Exit".to_owned(), 1 << 40)].into(),
        classes: [(2, 5)].into(),
    });
    let mut buffer = gst::Buffer::new();
    attach(buffer.get_mut().unwrap(), batch);

    let name = CString::new(path.to_str().unwrap()).unwrap();
    // SAFETY: the pointers are those of live metadata, of the structs the reader was compiled for.
    unsafe {
        let library = libc::dlopen(name.as_ptr(), libc::RTLD_NOW);
        assert!(!library.is_null());
        let frame = Batch::of(&buffer).unwrap().frames().next().unwrap();
        let data = |meta: &ds_apps::meta::UserMeta| (*std::ptr::from_ref(meta).cast::<Raw>()).user_meta_data;
        let object = frame.objects().next().unwrap().user_metas().next().unwrap();
        assert!(function(library, "reads_object")(data(object)));
        let meta = frame.user_metas().next().unwrap();
        assert!(function(library, "reads_and_edits_frame")(data(meta)));
        assert_eq!(frame.analytics().unwrap().in_region.len(), 101);
    }
    let copy = buffer.copy_deep().unwrap();
    drop(buffer);
    let known = Batch::of(&copy).unwrap().frames().next().unwrap().analytics().unwrap();
    assert_eq!(known.in_region["another region with a long name 42"], 42);
}

/// A view is its struct.
type Raw = ds_apps::meta::ffi::batch::NvDsUserMeta;
