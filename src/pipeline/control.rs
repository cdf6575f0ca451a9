//! A run as a REST service sees it.

use std::sync::Arc;

use gst::{glib, prelude::*};

use super::{
    interrupt::Stopper,
    messages,
    meter::{Meter, SourceCounts},
    roster::{Roster, SourceError},
};
use crate::rest::{Control, ControlError, StreamCounts, StreamStatus};

/// What a service may do with a run.
pub(super) struct Service {
    pub(super) pipeline: gst::Pipeline,
    pub(super) roster: Arc<Roster>,
    pub(super) meter: Arc<Meter>,
    pub(super) stopper: Arc<Stopper>,
}

impl Control for Service {
    fn add(&self, camera_id: &str, camera_name: &str, camera_url: &str) -> Result<u32, ControlError> {
        self.roster.add(Some(camera_id), camera_name, camera_url).map_err(refusal)
    }

    fn remove(&self, camera_id: &str, camera_url: &str) -> Result<(), ControlError> {
        self.roster.remove_named(camera_id, camera_url).map_err(refusal)
    }

    fn streams(&self) -> Vec<(StreamStatus, StreamCounts)> {
        let streams = self.roster.list().into_iter().map(|info| {
            let counts = self.meter.counts_of(info.source_id as usize).unwrap_or_default();
            let status = StreamStatus {
                source_id: info.source_id,
                camera_id: info.name,
                camera_name: info.title,
                camera_url: info.uri,
            };
            (status, counts.into())
        });
        streams.collect()
    }

    fn messages(&self) -> Vec<(String, u64)> {
        messages::counts(&self.pipeline).into_iter().collect()
    }

    fn set_interval(&self, source_id: u32, interval: u32) -> Result<(), ControlError> {
        if !self.roster.list().iter().any(|info| info.source_id == source_id) {
            return Err(ControlError::Unknown);
        }
        let detectors: Vec<_> = self.pipeline.iterate_recurse().into_iter().flatten().filter(is_detector).collect();
        if detectors.is_empty() {
            return Err(ControlError::Refused("this pipeline has no detector".into()));
        }
        detectors.iter().for_each(|detector| detector.set_property("interval", interval));
        Ok(())
    }

    fn reload_analytics(&self, config_file: &str) -> Result<(), ControlError> {
        let refused = |text: String| Err(ControlError::Refused(text));
        let ours = |element: &gst::Element| element.factory().is_some_and(|factory| factory.name() == "nvdsanalytics");
        let all: Vec<_> = self.pipeline.iterate_recurse().into_iter().flatten().filter(ours).collect();
        if all.is_empty() {
            return refused("this pipeline has no analytics".into());
        }
        for element in &all {
            let file = element.property::<Option<String>>("config-file").unwrap_or_default();
            if !config_file.is_empty() && !same_file(config_file, &file) {
                return refused(format!("the rules of this run are in {file}; write them there"));
            }
            // NVIDIA's own element reads its file anew on the event, and does not say how that went.
            if glib::subclass::SignalId::lookup("reload-config", element.type_()).is_none() {
                element.send_event(crate::meta::event::analytics_reload_config(&file));
            } else if !element.emit_by_name::<bool>("reload-config", &[]) {
                return refused(format!("{file} cannot be used; the rules read before stay (the log says why)"));
            }
        }
        Ok(())
    }

    fn quit(&self) {
        self.stopper.stop();
    }

    fn is_ready(&self) -> bool {
        self.pipeline.current_state() >= gst::State::Paused
    }

    fn is_live(&self) -> bool {
        self.pipeline.current_state() == gst::State::Playing
    }
}

fn refusal(error: SourceError) -> ControlError {
    match error {
        SourceError::TooMany { limit } => ControlError::TooMany { limit },
        SourceError::Duplicate { .. } => ControlError::Duplicate,
        SourceError::Unknown { .. } => ControlError::Unknown,
        SourceError::OwnOutputs | SourceError::Ending | SourceError::NotPlaying | SourceError::Pipeline(_) => {
            ControlError::Refused(error.to_string())
        }
    }
}

impl From<SourceCounts> for StreamCounts {
    fn from(counts: SourceCounts) -> Self {
        Self {
            frames: counts.left,
            fps: counts.fps,
            objects: counts.objects,
            dropped: counts.offered.saturating_sub(counts.entered),
            reconnects: counts.reconnects,
            errors: counts.errors,
            latency: counts.took,
            latency_sum_s: counts.took_s,
        }
    }
}

/// Whether two paths lead to one file.
fn same_file(a: &str, b: &str) -> bool {
    let real = |path: &str| std::fs::canonicalize(path).ok();
    a == b || (real(a).is_some() && real(a) == real(b))
}

/// Whether an element runs a network on whole frames; those on its objects keep their own pace.
fn is_detector(element: &gst::Element) -> bool {
    let network =
        element.factory().is_some_and(|factory| ["nvinfer", "nvinferserver"].contains(&factory.name().as_str()));
    let whole_frames = |element: &gst::Element| {
        let mode = element.find_property("process-mode").map(|_| element.property_value("process-mode"));
        mode.and_then(|mode| mode.serialize().ok()).is_none_or(|mode| !mode.contains("second") && mode != "2")
    };
    network && element.find_property("interval").is_some() && whole_frames(element)
}
