//! What the tests of the program share: a folder of its own with a small detector, made-up videos, and the program in it.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use gst::prelude::*;
use tempfile::TempDir;

/// Objects the detector of [`World`] finds on every frame of `test:red`: one per cell of its grid.
pub const OBJECTS: u64 = 16;

/// A folder in which the program runs.
pub struct World {
    dir: TempDir,
}

/// What a run came to.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl World {
    pub fn new() -> Self {
        gst::init().unwrap();
        let world = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::write(world.path("labels.txt"), "vehicle\n").unwrap();
        world.config("config.txt", "");
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A configuration of the small detector with `lines` more in its `[property]` section; a key may be said again.
    pub fn config(&self, name: &str, lines: &str) -> PathBuf {
        let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/models/detectnet.onnx");
        let text = format!(
            "[property]\nonnx-file={}\nlabelfile-path=labels.txt\nnum-detected-classes=1\n\
             cluster-mode=4\n{lines}\n\
             [class-attrs-all]\npre-cluster-threshold=0.5\n",
            model.display()
        );
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `ds-apps ARGS` in the folder, without a display.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ds-apps"));
        command.args(args).current_dir(self.dir.path()).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.env_remove("DS_APPS_LOG").env("G_DEBUG", "fatal_warnings");
        command
    }

    /// `ds-apps test1 ARGS -c config.txt` in the folder, to its end.
    pub fn test1(&self, args: &[&str]) -> Ran {
        self.run(&[&["test1"], args, &["-c", "config.txt"]].concat())
    }

    /// `ds-apps ARGS` in the folder, to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        finish(self.command(args))
    }

    /// Names in the folder beyond those it began with.
    pub fn left(&self, known: &[&str]) -> Vec<String> {
        let names = self.dir.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let began = ["labels.txt", "config.txt"];
        let mut left: Vec<_> =
            names.filter(|name| !began.contains(&name.as_str()) && !known.contains(&name.as_str())).collect();
        left.sort();
        left
    }

    /// Makes a video by a launch line that ends before the muxer's file: `videotestsrc ... ! x264enc ! mp4mux`.
    pub fn make(&self, name: &str, launch: &str) -> PathBuf {
        let path = self.path(name);
        play(&format!("{launch} ! filesink location=\"{}\"", path.display()));
        path
    }

    /// An H.264 MP4 of so many frames.
    pub fn video(&self, name: &str, frames: u32, size: (u32, u32)) -> PathBuf {
        let (width, height) = size;
        self.make(
            name,
            &format!(
                "videotestsrc pattern=red num-buffers={frames} ! video/x-raw,format=I420,width={width},height={height},framerate=30/1 \
                 ! x264enc speed-preset=ultrafast key-int-max=30 ! h264parse ! mp4mux"
            ),
        )
    }
}

/// Runs a command to its end.
pub fn finish(mut command: Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Ran {
        code: code_of(output.status),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// Checks the exit status; shows what was said when it is another one.
    #[track_caller]
    pub fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\nstdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Checks the last line on stderr.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "not said: {text}\nstderr: {}", self.stderr);
        assert!(!self.stderr.contains("panicked at"), "{}", self.stderr);
        self
    }

    /// The lines per frame.
    pub fn frames(&self) -> usize {
        self.stdout.lines().filter(|line| line.starts_with("Frame Number=")).count()
    }
}

/// A program that is still running.
pub struct Running {
    pub child: Child,
    pub stdout: BufReader<std::process::ChildStdout>,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    /// Waits for the line of frame `number`.
    pub fn wait_for_frame(&mut self, number: u32) {
        let wanted = format!("Frame Number={number} ");
        let mut line = String::new();
        while self.stdout.read_line(&mut line).unwrap() > 0 {
            if line.starts_with(&wanted) {
                return;
            }
            line.clear();
        }
        panic!("ended before frame {number}");
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Reads to the end and waits.
    pub fn end(mut self) -> Ran {
        let mut stdout = String::new();
        std::io::Read::read_to_string(&mut self.stdout, &mut stdout).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Ran { code: code_of(output.status), stdout, stderr: String::from_utf8(output.stderr).unwrap() }
    }
}

fn code_of(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| panic!("killed: {status}"))
}

/// Plays a launch line to its end.
pub fn play(launch: &str) {
    let pipeline = gst::parse::launch(launch).unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let message = pipeline
        .bus()
        .unwrap()
        .timed_pop_filtered(gst::ClockTime::from_seconds(120), &[gst::MessageType::Eos, gst::MessageType::Error]);
    pipeline.set_state(gst::State::Null).unwrap();
    match message.as_ref().map(|message| message.view()) {
        Some(gst::MessageView::Eos(_)) => {}
        other => panic!("{launch}: {other:?}"),
    }
}

/// Frames that a video file decodes to, with GStreamer's own elements.
pub fn frames_in(path: &Path) -> u64 {
    let launch = format!("filesrc location=\"{}\" ! decodebin ! fakesink name=out sync=false", path.display());
    let pipeline = gst::parse::launch(&launch).unwrap().downcast::<gst::Pipeline>().unwrap();
    let count = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counter = count.clone();
    let pad = pipeline.by_name("out").unwrap().static_pad("sink").unwrap();
    pad.add_probe(gst::PadProbeType::BUFFER, move |_, _| {
        counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        gst::PadProbeReturn::Ok
    });
    pipeline.set_state(gst::State::Playing).unwrap();
    let end = pipeline
        .bus()
        .unwrap()
        .timed_pop_filtered(gst::ClockTime::from_seconds(60), &[gst::MessageType::Eos, gst::MessageType::Error]);
    pipeline.set_state(gst::State::Null).unwrap();
    assert!(
        matches!(end.as_ref().map(|end| end.view()), Some(gst::MessageView::Eos(_))),
        "{}: {end:?}",
        path.display()
    );
    count.load(std::sync::atomic::Ordering::Relaxed)
}
