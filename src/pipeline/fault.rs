//! From a message on the bus to a sentence: which input or output, what is wrong, what to do.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use gst::prelude::*;

use super::{
    Input, Output, PipelineError,
    branch::bare,
    error::PipelineError::Element as ElementError,
    message_branch::{CONVERTER, SENDER},
    roster::Roster,
};

/// What is needed to name the culprit.
pub(super) struct Blame {
    pub(super) roster: Arc<Roster>,
    pub(super) output: Option<Output>,
    /// The configuration of each network and preparation by its element's name, with the flag that gives it.
    pub(super) configs: Vec<(String, &'static str, PathBuf)>,
    /// By the element that said so: what decoder is missing.
    pub(super) missing: HashMap<String, String>,
}

impl Blame {
    /// The error a run ends with.
    pub(super) fn error(&self, message: &gst::message::Error) -> PipelineError {
        let error = message.error();
        let debug = message.debug();
        let details = debug.as_deref().unwrap_or_default();
        tracing::debug!("{}: {error}: {details}", path_of(message.src()));
        let text = self.without_place(self.words(&error, message.src(), debug.as_deref()), message.src());
        let configuration = error.matches(gst::ResourceError::Settings) || error.matches(gst::LibraryError::Settings);
        let config = message.src().filter(|_| configuration).and_then(|source| self.config_of(&source.name()));
        let Some((flag, path)) = config else {
            return ElementError { place: self.place(message.src()), message: text, configuration };
        };
        ElementError { place: format!("{flag} {}", path.display()), message: without_path(text, path), configuration }
    }

    /// One line for something that went wrong and was survived.
    pub(super) fn warning(&self, message: &gst::message::Warning) -> String {
        format!("{}: {}", self.place(message.src()), message.error())
    }

    /// Which input an object belongs to.
    fn input_of(&self, object: Option<&gst::Object>) -> Option<Input> {
        self.roster.owner_of(object).and_then(|index| self.roster.input(index))
    }

    /// Remembers what a decoding bin could not find a plugin for.
    pub(super) fn note(&mut self, message: &gst::message::Element) {
        let Some(structure) = message.structure().filter(|structure| structure.name() == "missing-plugin") else {
            return;
        };
        if let Ok(name) = structure.get::<&str>("name") {
            self.missing.insert(self.place(message.src()), name.to_owned());
        }
    }

    /// Elements may name their URI; it is named in front of the text already, without a password.
    fn without_place(&self, text: String, source: Option<&gst::Object>) -> String {
        let Some(input) = self.input_of(source) else { return text };
        let uri = input.uri();
        match text.strip_prefix(&uri) {
            Some(rest) => rest.trim_start_matches([':', ' ']).to_owned(),
            None => text.replace(&uri, &input.to_string()),
        }
    }

    fn config_of(&self, element: &str) -> Option<(&'static str, &Path)> {
        self.configs.iter().find(|(name, ..)| name == element).map(|(_, flag, path)| (*flag, path.as_path()))
    }

    fn place(&self, object: Option<&gst::Object>) -> String {
        if let Some(input) = self.input_of(object) {
            return input.to_string();
        }
        match (object.map(|object| object.name()).as_deref().map(bare), &self.output) {
            (Some("sink" | "muxer" | "encoder"), Some(output)) => format!("-o {output}"),
            // What they say names flags and brokers; which of the two it was does not matter.
            (Some(CONVERTER | SENDER), _) => "messages".into(),
            _ => path_of(object),
        }
    }

    fn words(&self, error: &gst::glib::Error, source: Option<&gst::Object>, debug: Option<&str>) -> String {
        let place = self.place(source);
        if let Some(missing) = self.missing.get(&place) {
            return format!("no {missing} is installed; `ds-apps doctor` names the package");
        }
        if error.matches(gst::StreamError::TypeNotFound) || error.matches(gst::StreamError::WrongType) {
            let own = plain(error.message());
            return match self.roster.owner_of(source) {
                Some(_) if !own.contains("no video") => "is not a video any installed element can read".into(),
                _ => own,
            };
        }
        if error.matches(gst::ResourceError::NoSpaceLeft) {
            return "the disk is full".into();
        }
        if self.output == Some(Output::Display) && source.is_some_and(in_sink) && !error.message().contains("-o ") {
            return format!("{}; without a display use -o FILE.mp4 or -o none", plain(error.message()));
        }
        let input = self.input_of(source);
        if let Some(Input::Camera(camera)) = &input {
            if !camera.device.exists() {
                return "was unplugged".into();
            }
            if error.matches(gst::ResourceError::Busy) {
                return "is in use by another program".into();
            }
            if error.matches(gst::ResourceError::Settings) {
                return format!("is no V4L2 camera ({})", plain(error.message()));
            }
        }
        let silent = "reason error (-5)";
        if matches!(input, Some(Input::Uri(_)))
            && (error.message().contains(silent) || debug.is_some_and(|debug| debug.contains(silent)))
        {
            return "cannot be opened, or broke off; is the address right and the server up?".into();
        }
        // The general words for "a neighbour refused the data" say less than the reason in the details.
        match debug.and_then(|debug| debug.lines().last()).filter(|line| line.starts_with("streaming stopped")) {
            Some(reason) => format!("{} ({reason})", plain(error.message())),
            None => plain(error.message()),
        }
    }
}

/// Elements name their file by its whole path; it is named in front of the text already, as the user wrote it.
fn without_path(text: String, path: &Path) -> String {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match text.strip_prefix(&format!("{}: ", whole.display())) {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// A GStreamer message as part of a sentence: without the final stop.
fn plain(text: &str) -> String {
    text.trim_end().trim_end_matches('.').to_owned()
}

fn in_sink(object: &gst::Object) -> bool {
    let mut next = Some(object.clone());
    while let Some(object) = next {
        if bare(&object.name()) == "sink" {
            return true;
        }
        next = object.parent();
    }
    false
}

/// `osd`, or `bin/element` inside a bin.
fn path_of(object: Option<&gst::Object>) -> String {
    let mut names = Vec::new();
    let mut next = object.cloned();
    while let Some(object) = next {
        next = object.parent();
        if next.is_some() || names.is_empty() {
            names.push(object.name().to_string());
        }
    }
    names.reverse();
    names.join("/")
}
