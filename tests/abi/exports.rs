//! The functions bindings import, looked up in the built library.

use std::ffi::{CStr, CString};
use std::path::PathBuf;

/// `libds_apps.so` beside this test.
fn library() -> PathBuf {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    deps.join("libds_apps.so")
}

#[test]
fn the_library_exports_every_function_bindings_import() {
    let path = CString::new(library().to_str().unwrap()).unwrap();
    // SAFETY: the library has no constructors; it stays loaded.
    let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_LAZY | libc::RTLD_LOCAL) };
    if handle.is_null() {
        // SAFETY: dlopen failed, so there is a message.
        panic!("{:?}: {:?}", path, unsafe { CStr::from_ptr(libc::dlerror()) });
    }
    let missing: Vec<&str> = include_str!("functions.txt")
        .lines()
        .filter(|name| {
            let name = CString::new(*name).unwrap();
            // SAFETY: handle and name are valid.
            unsafe { libc::dlsym(handle, name.as_ptr()) }.is_null()
        })
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}
