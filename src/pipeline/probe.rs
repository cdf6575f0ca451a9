//! Code of the app's own between two elements, on the metadata of each batch, or on each frame with its pixels.
//!
//! A probe never brings the process down: when it panics or fails, its element reports an error and the run fails. The
//! buffer it was at goes no further.

use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
};

use gst::prelude::*;

use super::{
    PipelineError,
    picture::{self, Picture},
    suggest,
};
use crate::{meta::Batch, surface::PoolCache};

/// Behind the element of this name.
#[derive(Debug, Clone, Copy)]
pub struct After(pub &'static str);

/// In front of the element of this name.
#[derive(Debug, Clone, Copy)]
pub struct Before(pub &'static str);

/// Where a probe stands; made from [`After`] or [`Before`].
#[derive(Debug, Clone)]
pub enum Place {
    /// On the element's source pad.
    After(Cow<'static, str>),
    /// On the element's sink pad.
    Before(Cow<'static, str>),
}

impl From<After> for Place {
    fn from(place: After) -> Self {
        Self::After(place.0.into())
    }
}

impl From<Before> for Place {
    fn from(place: Before) -> Self {
        Self::Before(place.0.into())
    }
}

/// What happens after a probe; of several answers the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    /// The batch goes on.
    Continue,
    /// The batch goes on, and the run ends as if the sources had ended.
    Stop,
}

/// Why a probe of pictures gave up.
pub(super) type ProbeError = Box<dyn std::error::Error + Send + Sync>;

/// Code on a frame with its pixels.
pub(super) type Look<'a> = dyn FnMut(&mut Picture<'_>) -> Result<Flow, ProbeError> + Send + 'a;

/// What is run.
pub(super) enum Probe {
    /// On every batch.
    Batch(Box<dyn FnMut(&mut Batch) -> Flow + Send>),
    /// On every frame with its pixels; copies are made in memory of the pools.
    Pictures(Box<Look<'static>>, PoolCache),
}

impl Probe {
    fn run(&mut self, buffer: &mut gst::BufferRef) -> Result<Flow, ProbeError> {
        match self {
            Self::Batch(code) => Ok(Batch::of_mut(buffer).map_or(Flow::Continue, code)),
            Self::Pictures(code, pools) => picture::each(buffer, pools, code),
        }
    }
}

impl Place {
    fn words(&self) -> String {
        match self {
            Self::After(name) => format!("after `{name}`"),
            Self::Before(name) => format!("before `{name}`"),
        }
    }

    fn pad(&self, pipeline: &gst::Pipeline) -> Result<gst::Pad, PipelineError> {
        let (name, direction) = match self {
            Self::After(name) => (name.as_ref(), "src"),
            Self::Before(name) => (name.as_ref(), "sink"),
        };
        pipeline.by_name(name).and_then(|element| element.static_pad(direction)).ok_or_else(|| {
            let known: Vec<_> = pipeline.iterate_recurse().into_iter().flatten().map(|e| e.name()).collect();
            let hint = suggest::hint(name, known.iter().map(|name| name.as_str()).filter(|known| *known != name));
            PipelineError::NoPlace { place: self.words(), hint }
        })
    }
}

/// Sets `probe` at `place`; `stop` ends the run.
pub(super) fn attach(
    pipeline: &gst::Pipeline,
    place: Place,
    probe: Probe,
    stop: impl Fn() + Send + Sync + 'static,
) -> Result<(), PipelineError> {
    let pad = place.pad(pipeline)?;
    on_batches(&pad, format!("the probe {}", place.words()), probe, stop);
    Ok(())
}

/// Runs `probe` on every batch that passes `pad`. `name` is what an error message calls it.
pub(super) fn on_batches(pad: &gst::Pad, name: String, probe: Probe, stop: impl Fn() + Send + Sync + 'static) {
    // Gone once it has panicked or failed: the error is on its way, and nothing more is run.
    let probe = Mutex::new(Some(probe));
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        let Some(buffer) = info.buffer_mut() else { return gst::PadProbeReturn::Ok };
        let Ok(mut slot) = probe.lock() else { return gst::PadProbeReturn::Drop };
        let Some(code) = slot.as_mut() else { return fail(info) };
        let why = match catch_unwind(AssertUnwindSafe(|| code.run(buffer.make_mut()))) {
            Ok(Ok(Flow::Continue)) => return gst::PadProbeReturn::Ok,
            Ok(Ok(Flow::Stop)) => {
                stop();
                return gst::PadProbeReturn::Ok;
            }
            Ok(Err(error)) => format!("{name}: {}", sentence(error.as_ref())),
            Err(panic) => format!("{name} panicked: {}", words_of(panic.as_ref())),
        };
        *slot = None;
        report(pad, &why);
        fail(info)
    });
}

/// Takes the buffer away and tells the element upstream that its push failed.
fn fail(info: &mut gst::PadProbeInfo<'_>) -> gst::PadProbeReturn {
    info.flow_res = Err(gst::FlowError::Error);
    gst::PadProbeReturn::Handled
}

/// An error and its causes in one line.
fn sentence(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = inner.source();
    }
    text
}

/// What a panic said.
fn words_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

fn report(pad: &gst::Pad, text: &str) {
    match pad.parent_element() {
        Some(element) => gst::element_error!(element, gst::LibraryError::Failed, ("{text}")),
        None => tracing::error!("{text}"),
    }
}
