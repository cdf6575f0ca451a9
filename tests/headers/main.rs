//! The C headers of `include/` are those the Rust definitions make. `UPDATE_HEADERS=1 cargo test --test headers` writes
//! them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod generate;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

fn include_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("include")
}

#[test]
fn headers_are_those_the_definitions_make() {
    let headers = generate::headers();
    if std::env::var_os("UPDATE_HEADERS").is_some() {
        for (name, text) in &headers {
            fs::write(include_dir().join(name), text).unwrap();
        }
    }
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for entry in fs::read_dir(include_dir()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "h") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    for (name, text) in &headers {
        assert!(
            found.get(name) == Some(text),
            "include/{name} is not up to date: UPDATE_HEADERS=1 cargo test --test headers"
        );
    }
    // C++, which cbindgen does not write; tests/capi compiles it, and so does build.rs.
    for name in ["nvds_analytics_meta", "nvdspreprocess_meta", "nvdspreprocess_interface", "nvbufsurftransform"] {
        found.remove(&format!("{name}.h"));
    }
    assert_eq!(found.len(), headers.len(), "include/ has a header nobody makes");
}

#[test]
fn pkg_config_names_this_version() {
    let template = fs::read_to_string(include_dir().join("ds-apps.pc.in")).unwrap();
    assert!(template.contains(concat!("Version: ", env!("CARGO_PKG_VERSION"))));
}
