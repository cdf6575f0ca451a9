//! What the metadata layer does with memory: nothing per frame once it runs, and nothing left behind.
//!
//! This binary counts every `malloc` and `free` of the process, GLib's and Rust's alike. GLib's slices are made plain
//! `malloc`s by `G_SLICE`, which GLib reads when it is loaded: each test runs itself again with the variable set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod count;
mod event_message;
mod model;
mod operations;
mod random;
mod steady;

/// Runs a test in a process of its own in which GLib's slices are counted.
fn isolated(name: &str, test: impl FnOnce()) {
    if std::env::var_os("G_SLICE").is_some() {
        gst::init().unwrap();
        return test();
    }
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env("G_SLICE", "always-malloc")
        .status()
        .unwrap();
    assert!(status.success(), "{name} failed");
}
