//! What can go wrong between a command line and a finished run, each with where it happened and what to do.

use std::path::PathBuf;

use crate::{base::exit::Exit, config::ConfigError, rest::RestError};

/// A run that could not start or did not finish.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// GStreamer itself did not start.
    #[error("GStreamer cannot start: {0}")]
    Start(#[source] gst::glib::Error),
    /// Our elements could not be registered.
    #[error("the elements of ds-apps cannot be registered: {0}")]
    Register(#[source] gst::glib::BoolError),

    /// An input file does not exist.
    #[error("{input}: no such file")]
    InputMissing {
        /// As the user wrote it.
        input: String,
    },
    /// An input file cannot be opened.
    #[error("{input}: cannot be read: {source}")]
    InputUnreadable {
        /// As the user wrote it.
        input: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// An input is no video: a folder, an empty file.
    #[error("{input}: {what}, not a video")]
    InputNoVideo {
        /// As the user wrote it.
        input: String,
        /// What it is instead.
        what: &'static str,
    },
    /// There is no such camera.
    #[error("{input}: no such camera; {known}")]
    NoCamera {
        /// As the user wrote it.
        input: String,
        /// Which there are.
        known: String,
    },
    /// A device is no camera.
    #[error("{input}: {what}, not a camera; {known}")]
    NotCamera {
        /// As the user wrote it.
        input: String,
        /// What it is instead.
        what: &'static str,
        /// Which cameras there are.
        known: String,
    },
    /// An input is written in a way that means nothing.
    #[error("-i {input}: {reason}")]
    InputSyntax {
        /// As the user wrote it.
        input: String,
        /// What is expected.
        reason: String,
    },
    /// No input was given.
    #[error("no input: give a file or URI, for instance `-i video.mp4`")]
    NoInput,
    /// A source came to its end without a single frame.
    #[error("{input}: ended without a single video frame; is there a video stream in it?")]
    NoFrames {
        /// As the user wrote it.
        input: String,
    },
    /// A source refused to start without saying why.
    #[error("{input}: cannot be started")]
    SourceStart {
        /// As the user wrote it.
        input: String,
    },
    /// The REST service does not start.
    #[error("--rest: {0}")]
    Rest(#[from] RestError),
    /// Several sources for an output that shows one.
    #[error(
        "{count} inputs, but -o {output} shows one picture and this pipeline has no tiler; give one input, or `-o none`"
    )]
    OnePicture {
        /// How many inputs were given.
        count: usize,
        /// The output, as flags say it.
        output: String,
    },

    /// Sources leave on their own, and the output is one for all.
    #[error("-o {output}: here every stream has an output of its own; write files or JPEGs, or use `-o none`")]
    NotForEach {
        /// The output, as flags say it.
        output: String,
    },

    /// The output is one of the inputs.
    #[error("-o {}: is also an input, and would be overwritten while it is read; choose another name", path.display())]
    OutputIsInput {
        /// The file.
        path: PathBuf,
    },
    /// A result file cannot be created, written or put into place.
    #[error("{flag} {}: {action}: {source}", path.display())]
    OutputFile {
        /// The flag that named it.
        flag: &'static str,
        /// The file the user asked for.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },

    /// `--backend deepstream` without NVIDIA's plugins, or `--device cuda:N` without a usable GPU.
    #[error("{flag}: {reason}")]
    Unavailable {
        /// The flag and its value.
        flag: String,
        /// What is missing and what to do.
        reason: String,
    },

    /// No plugin offers an element.
    #[error("element `{factory}` is not installed{hint}")]
    NoFactory {
        /// The factory that was asked for.
        factory: String,
        /// A close name, or the package that has it; starts with `; ` or is empty.
        hint: String,
    },
    /// An element has no such property.
    #[error("{factory} has no property `{property}`{hint}")]
    NoProperty {
        /// The element's factory.
        factory: String,
        /// The property that was asked for.
        property: String,
        /// A close name; starts with `; ` or is empty.
        hint: String,
    },
    /// A property does not take a value.
    #[error("{factory}: property `{property}` does not take `{value}`; it is {expected}")]
    BadValue {
        /// The element's factory.
        factory: String,
        /// The property.
        property: String,
        /// The value that was given.
        value: String,
        /// Type and range.
        expected: String,
    },
    /// Launch text GStreamer does not understand.
    #[error("launch text `{text}`: {source}")]
    LaunchText {
        /// The text.
        text: String,
        /// Why.
        #[source]
        source: gst::glib::Error,
    },
    /// Two neighbours do not fit together.
    #[error("{from} cannot be linked to {to}: {reason}")]
    Link {
        /// The element upstream.
        from: String,
        /// The element downstream.
        to: String,
        /// Caps, or a missing pad.
        reason: String,
    },
    /// A probe names an element the pipeline does not have.
    #[error("a probe is set {place}, but no element has that name{hint}")]
    NoPlace {
        /// `after NAME` or `before NAME`.
        place: String,
        /// A close name; starts with `; ` or is empty.
        hint: String,
    },

    /// An inference configuration that cannot be used.
    #[error("-c {0}")]
    Config(#[from] ConfigError),

    /// A file of sensors and places for messages that cannot be used.
    #[error("--msgconv-config {0}")]
    Messages(#[source] ConfigError),
    /// A network that has nothing to look at.
    #[error(
        "-c {}: process-mode=2 looks at objects that another network found, and none is before it; set process-mode=1",
        .0.display()
    )]
    NoNetworkBefore(PathBuf),

    /// An element reported an error while running.
    #[error("{place}: {message}")]
    Element {
        /// The input as the user wrote it, or the element's name.
        place: String,
        /// What went wrong and what to do.
        message: String,
        /// The element says that its configuration is wrong.
        configuration: bool,
    },
    /// The pipeline refused to play without saying why.
    #[error("the pipeline cannot start: {0}")]
    StateChange(#[source] gst::StateChangeError),
    /// Nothing moved for too long.
    #[error("nothing came out of the pipeline for {seconds} s; giving up (GST_DEBUG=3 shows what the elements do)")]
    Stalled {
        /// How long.
        seconds: u64,
    },
    /// Signal handlers could not be installed.
    #[error("cannot listen for Ctrl-C: {0}")]
    Signals(#[source] std::io::Error),
    /// Standard output cannot be written to.
    #[error("standard output: {0}")]
    Stdout(#[source] std::io::Error),
}

impl PipelineError {
    /// How a command that met this error ends.
    pub fn exit(&self) -> Exit {
        match self {
            Self::InputSyntax { .. }
            | Self::NoInput
            | Self::OnePicture { .. }
            | Self::NotForEach { .. }
            | Self::OutputIsInput { .. }
            | Self::NoProperty { .. }
            | Self::BadValue { .. }
            | Self::LaunchText { .. }
            | Self::NoPlace { .. }
            | Self::Config(_)
            | Self::Messages(_)
            | Self::NoNetworkBefore(_)
            | Self::Element { configuration: true, .. } => Exit::Usage,
            _ => Exit::Failed,
        }
    }
}
