//! Ending a run early: by Ctrl-C, by a probe, by the clock.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

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
    gates: Vec<Arc<Gate>>,
    bus: gst::Bus,
    stopping: AtomicBool,
    interrupted: AtomicBool,
}

impl Stopper {
    pub(super) fn new(gates: Vec<Arc<Gate>>, bus: gst::Bus) -> Arc<Self> {
        Arc::new(Self { gates, bus, stopping: AtomicBool::new(false), interrupted: AtomicBool::new(false) })
    }

    /// Shuts every source's gate; what is inside is finished. Returns at once.
    pub(super) fn stop(&self) {
        if self.stopping.swap(true, Ordering::AcqRel) {
            return;
        }
        for gate in &self.gates {
            // A gate waits for the frame on its way in; none may hold up the others.
            let gate = gate.clone();
            std::thread::spawn(move || gate.shut());
        }
        let wake = gst::message::Application::new(gst::Structure::new_empty(STOP_MESSAGE));
        // A flushing bus is one nobody listens to any more.
        let _ = self.bus.post(wake);
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
