//! A C program against the headers and the built library. `tests/capi/valgrind.sh` runs it under valgrind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod analytics;

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where this test and `libds_apps.so` lie.
fn build_dir() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// Compiler and linker flags of GStreamer.
fn gstreamer() -> Vec<String> {
    let output = Command::new("pkg-config").args(["--cflags", "--libs", "gstreamer-1.0"]).output().unwrap();
    assert!(output.status.success(), "pkg-config knows no gstreamer-1.0");
    String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect()
}

/// Compiles `tests/capi/NAME.c` and answers the program's path.
fn compiled(name: &str) -> PathBuf {
    let program = build_dir().join(format!("capi-{name}"));
    let output = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()))
        .args(["-g", "-Wall", "-Wextra", "-Werror", "-o"])
        .arg(&program)
        .arg(root().join(format!("tests/capi/{name}.c")))
        .arg(format!("-I{}", root().join("include").display()))
        .arg(build_dir().join("libds_apps.so"))
        .arg(format!("-Wl,-rpath,{}", build_dir().display()))
        .args(gstreamer())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program
}

/// Runs a program, under what `DS_APPS_CAPI_WRAPPER` says, to its good end.
fn run(name: &str, args: &[&Path]) {
    let program = compiled(name);
    // No plugins are looked for: that takes long under valgrind.
    let wrapper = std::env::var("DS_APPS_CAPI_WRAPPER").unwrap_or_default();
    let mut words = wrapper.split_whitespace().map(str::to_owned).chain([program.to_str().unwrap().to_owned()]);
    let output = Command::new(words.next().unwrap())
        .args(words)
        .args(args)
        .env("GST_REGISTRY", build_dir().join(format!("capi-{name}.bin")))
        .env("GST_PLUGIN_SYSTEM_PATH", "")
        .env("G_SLICE", "always-malloc")
        .env("G_DEBUG", "fatal_warnings")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}\n{}", output.status, String::from_utf8_lossy(&text));
}

#[test]
fn a_c_program_uses_metadata_surfaces_and_events() {
    run("program", &[]);
}

/// Where GStreamer's own plugins lie.
fn plugins() -> PathBuf {
    let output = Command::new("pkg-config").args(["--variable=pluginsdir", "gstreamer-1.0"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().into()
}

#[test]
fn a_c_program_sends_a_type_of_its_own_through_a_pipeline() {
    run("custom_meta", &[&plugins(), &build_dir()]);
}

#[test]
fn a_c_program_attaches_events_that_become_messages() {
    let dir = tempfile::tempdir().unwrap();
    let config = root().join("configs/config_msgconv.txt");
    run("events", &[&plugins(), &build_dir(), &config, &dir.path().join("messages.jsonl")]);
}

/// Structs with C++ containers inside that the headers leave out.
const CXX: &[&str] = &["NvDsInferParseDetectionParams", "NvDsPreProcessTensorMeta", "GstNvDsPreProcessBatchMeta"];

#[test]
fn the_headers_are_good_c_plus_plus_and_lay_structs_out_as_the_abi_does() {
    let source = build_dir().join("capi-headers.cpp");
    let mut text = String::new();
    for entry in std::fs::read_dir(root().join("include")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".h") {
            text += &format!("#include \"{name}\"\n");
        }
    }
    // Of headers that only C++ can read there are no Rust definitions.
    let cxx = include_str!("../abi/preprocess_interface.tsv").lines().skip(1);
    for row in include_str!("../abi/structs.tsv").lines().skip(1).chain(cxx) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [name, size, _, field, offset, _] = cells[..] else { panic!("bad row: {row}") };
        if !CXX.contains(&name) {
            text += &format!(
                "static_assert(sizeof({name}) == {size} && offsetof({name}, {field}) == {offset}, \"{name}.{field}\");\n"
            );
        }
    }
    std::fs::write(&source, text).unwrap();
    let output = Command::new("c++")
        .args(["-fsyntax-only", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-Wno-invalid-offsetof"])
        .arg(format!("-I{}", root().join("include").display()))
        .arg(&source)
        .args(gstreamer().iter().filter(|flag| !flag.starts_with("-l")))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
