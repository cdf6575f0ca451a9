//! Ending a run early: by Ctrl-C, by a probe, by the clock.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use gst::prelude::*;

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::{Handle, Signals},
};

use super::{PipelineError, source_gate::Gate};
use crate::base::exit::Exit;

/// The name of the message that wakes the runner when the run is to end.
pub(super) const STOP_MESSAGE: &str = "ds-apps-stop";

/// Ends a run in good order, from any thread, as often as anyone likes.
pub(super) struct Stopper {
    /// By the number of their source.
    gates: Mutex<BTreeMap<usize, Arc<Gate>>>,
    batcher: Option<gst::Element>,
    bus: gst::Bus,
    stopping: AtomicBool,
    interrupted: AtomicBool,
}

impl Stopper {
    pub(super) fn new(batcher: Option<gst::Element>, bus: gst::Bus) -> Arc<Self> {
        let (stopping, interrupted) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Self { gates: Mutex::default(), batcher, bus, stopping, interrupted })
    }

    fn gates(&self) -> MutexGuard<'_, BTreeMap<usize, Arc<Gate>>> {
        self.gates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on `gate` is shut when the run ends; false if that is so already.
    pub(super) fn guard(&self, index: usize, gate: Arc<Gate>) -> bool {
        let mut gates = self.gates();
        if self.is_stopping() {
            return false;
        }
        gates.insert(index, gate);
        true
    }

    /// Source `index` is gone.
    pub(super) fn unguard(&self, index: usize) {
        self.gates().remove(&index);
    }

    /// Shuts every source's gate; what is inside is finished. Returns at once.
    pub(super) fn stop(&self) {
        if self.stopping.swap(true, Ordering::AcqRel) {
            return;
        }
        let gates: Vec<_> = self.gates().values().cloned().collect();
        if let Some(batcher) = &self.batcher {
            self.let_end(batcher, gates.is_empty());
        }
        for gate in gates {
            // A gate waits for the frame on its way in; none may hold up the others.
            std::thread::spawn(move || gate.shut());
        }
        let wake = gst::message::Application::new(gst::Structure::new_empty(STOP_MESSAGE));
        // A flushing bus is one nobody listens to any more.
        let _ = self.bus.post(wake);
    }

    /// A batcher may have been told to go on without sources; one that has none would never end.
    fn let_end(&self, batcher: &gst::Element, empty: bool) {
        if batcher.find_property("drop-pipeline-eos").is_some() {
            batcher.set_property("drop-pipeline-eos", false);
        }
        if let Some(pad) = batcher.static_pad("src").filter(|_| empty) {
            std::thread::spawn(move || pad.push_event(gst::event::Eos::new()));
        }
    }

    /// The run is ending because someone wanted it to.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// The run is ending because of a signal.
    pub(super) fn was_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Acquire)
    }
}

/// Listens for SIGINT and SIGTERM until dropped.
pub(super) struct Listening(Handle);

/// The first signal ends the run in good order. The second one ends the process at once, after `unfinished` files are removed.
pub(super) fn listen(stopper: Arc<Stopper>, unfinished: Vec<PathBuf>) -> Result<Listening, PipelineError> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(PipelineError::Signals)?;
    let handle = signals.handle();
    std::thread::spawn(move || {
        for _signal in signals.forever() {
            if stopper.interrupted.swap(true, Ordering::AcqRel) {
                for path in &unfinished {
                    let _ = std::fs::remove_file(path);
                }
                signal_hook::low_level::exit(Exit::Interrupted.code().into());
            }
            tracing::info!("finishing; a second Ctrl-C stops at once");
            stopper.stop();
        }
    });
    Ok(Listening(handle))
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.close();
    }
}
