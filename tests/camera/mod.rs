//! A camera for tests: an RTSP server in a process of its own (this test binary, run again), so that it can be killed.
#![allow(dead_code)]

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
};

use gst::prelude::*;

/// What the child process serves.
const LINE: &str = "DS_APPS_TEST_CAMERA";

/// A camera that is on until it is dropped or killed.
pub struct Camera {
    child: Child,
    orders: ChildStdin,
    /// Kept open: a test that cannot say that it takes long ends.
    _said: std::io::Lines<BufReader<std::process::ChildStdout>>,
    pub url: String,
}

impl Camera {
    /// A picture of 160x120 at 25 frames a second; `props` are those of `nvrtspoutsinkbin`.
    pub fn start(props: &str) -> Self {
        Self::of("160x120", props)
    }

    pub fn of(size: &str, props: &str) -> Self {
        let test = "camera::camera_process";
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .env(LINE, format!("{size} {props}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.by_ref().map_while(Result::ok).find_map(|line| line.strip_prefix("URL ").map(str::to_owned));
        let orders = child.stdin.take().unwrap();
        Self { child, orders, _said: lines, url: url.expect("the camera says where it is") }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        let place = self.url.split('/').nth(2).unwrap();
        place.rsplit(':').next().unwrap().parse().unwrap()
    }

    /// The same camera on the same port, after it was killed.
    pub fn again(port: u16, size: &str, props: &str) -> Self {
        Self::of(size, &format!("{props} rtsp-port={port}"))
    }

    /// Changes the size of the picture while it plays.
    pub fn resize(&mut self, size: &str) {
        writeln!(self.orders, "{size}").unwrap();
    }

    /// SIGKILL: no goodbye.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn caps(size: &str) -> gst::Caps {
    let (width, height) = size.split_once('x').unwrap();
    gst::Caps::builder("video/x-raw")
        .field("format", "I420")
        .field("width", width.parse::<i32>().unwrap())
        .field("height", height.parse::<i32>().unwrap())
        .field("framerate", gst::Fraction::new(25, 1))
        .build()
}

#[test]
#[ignore = "the camera of other tests, which run it"]
fn camera_process() {
    let Ok(line) = std::env::var(LINE) else { return };
    let (size, props) = line.split_once(' ').unwrap();
    gst::init().unwrap();
    ds_apps::elements::register_all(None).unwrap();
    let port = if props.contains("rtsp-port") { "" } else { "rtsp-port=0" };
    let launch = format!(
        "videotestsrc is-live=true pattern=ball ! capsfilter name=size ! nvrtspoutsinkbin name=out iframeinterval=12 {port} {props}"
    );
    let pipeline = gst::parse::launch(&launch).unwrap().downcast::<gst::Pipeline>().unwrap();
    let filter = pipeline.by_name("size").unwrap();
    filter.set_property("caps", caps(size));
    pipeline.set_state(gst::State::Playing).unwrap();
    println!("\nURL {}", pipeline.by_name("out").unwrap().property::<String>("url"));
    for order in std::io::stdin().lines().map_while(Result::ok) {
        filter.set_property("caps", caps(order.trim()));
    }
    pipeline.set_state(gst::State::Null).unwrap();
}
