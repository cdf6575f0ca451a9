//! Code of the app's own between two elements, on the metadata of each batch.
//!
//! A probe never brings the process down: when it panics, its element reports an error and the run fails.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
};

use gst::prelude::*;

use super::{PipelineError, suggest};
use crate::meta::Batch;

/// Behind the element of this name.
#[derive(Debug, Clone, Copy)]
pub struct After(pub &'static str);

/// In front of the element of this name.
#[derive(Debug, Clone, Copy)]
pub struct Before(pub &'static str);

/// Where a probe stands; made from [`After`] or [`Before`].
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// On the element's source pad.
    After(&'static str),
    /// On the element's sink pad.
    Before(&'static str),
}

impl From<After> for Place {
    fn from(place: After) -> Self {
        Self::After(place.0)
    }
}

impl From<Before> for Place {
    fn from(place: Before) -> Self {
        Self::Before(place.0)
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

pub(super) type Probe = Box<dyn FnMut(&mut Batch) -> Flow + Send>;

impl Place {
    fn words(self) -> String {
        match self {
            Self::After(name) => format!("after `{name}`"),
            Self::Before(name) => format!("before `{name}`"),
        }
    }

    fn pad(self, pipeline: &gst::Pipeline) -> Result<gst::Pad, PipelineError> {
        let (name, direction) = match self {
            Self::After(name) => (name, "src"),
            Self::Before(name) => (name, "sink"),
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
    // Gone once it has panicked: the error is on its way, and nothing more is run.
    let probe = Mutex::new(Some(probe));
    pad.add_probe(gst::PadProbeType::BUFFER, move |pad, info| {
        let Some(buffer) = info.buffer_mut() else { return gst::PadProbeReturn::Ok };
        let Some(batch) = Batch::of_mut(buffer.make_mut()) else { return gst::PadProbeReturn::Ok };
        let Ok(mut slot) = probe.lock() else { return gst::PadProbeReturn::Drop };
        let Some(code) = slot.as_mut() else { return fail(info) };
        match catch_unwind(AssertUnwindSafe(|| code(batch))) {
            Ok(Flow::Continue) => gst::PadProbeReturn::Ok,
            Ok(Flow::Stop) => {
                stop();
                gst::PadProbeReturn::Ok
            }
            Err(panic) => {
                *slot = None;
                report_panic(pad, &name, panic.as_ref());
                fail(info)
            }
        }
    });
}

/// Takes the buffer away and tells the element upstream that its push failed.
fn fail(info: &mut gst::PadProbeInfo<'_>) -> gst::PadProbeReturn {
    info.flow_res = Err(gst::FlowError::Error);
    gst::PadProbeReturn::Handled
}

fn report_panic(pad: &gst::Pad, name: &str, panic: &(dyn std::any::Any + Send)) {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    match pad.parent_element() {
        Some(element) => gst::element_error!(element, gst::LibraryError::Failed, ("{name} panicked: {text}")),
        None => tracing::error!("{name} panicked: {text}"),
    }
}
