//! The pad through which a source's frames enter, and how it is shut: after `--max-frames`, or when the run is to end.
//!
//! A gate is shut with an end-of-stream behind the last frame, so everything downstream finishes what it has. The
//! source itself is held, not told: one that loops or reconnects would start again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use gst::prelude::*;

use super::meter::Meter;

/// One source's way in.
pub(super) struct Gate {
    pad: gst::glib::WeakRef<gst::Pad>,
    shutting: AtomicBool,
    ended: AtomicBool,
}

impl Gate {
    /// Watches `pad`, the entry of source `index`, and shuts it after `limit` frames.
    pub(super) fn install(pad: &gst::Pad, index: usize, limit: Option<u64>, meter: Arc<Meter>) -> Arc<Self> {
        let gate =
            Arc::new(Self { pad: pad.downgrade(), shutting: AtomicBool::new(false), ended: AtomicBool::new(false) });
        let (own, passed) = (gate.clone(), AtomicU64::new(0));
        pad.add_probe(gst::PadProbeType::BUFFER | gst::PadProbeType::BLOCK, move |pad, info| {
            let room = limit.is_none_or(|limit| passed.fetch_add(1, Ordering::Relaxed) < limit);
            if room && !own.shutting.load(Ordering::Acquire) {
                meter.entered(index, info.buffer().and_then(|buffer| buffer.pts()));
                return gst::PadProbeReturn::Pass;
            }
            if own.ended.swap(true, Ordering::AcqRel) {
                // `shut` is about to send the end-of-stream and waits for this thread to leave the pad.
                info.flow_res = Err(gst::FlowError::Eos);
                return gst::PadProbeReturn::Handled;
            }
            pad.send_event(gst::event::Eos::new());
            gst::PadProbeReturn::Ok
        });
        let own = gate.clone();
        pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
            if info.event().is_some_and(|event| event.type_() == gst::EventType::Eos) {
                own.ended.store(true, Ordering::Release);
            }
            gst::PadProbeReturn::Ok
        });
        gate
    }

    /// Whether the source has come to its end, or was brought to it.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Lets no more frames in. May wait until the frame that is on its way in has been taken.
    pub(super) fn shut(&self) {
        self.shutting.store(true, Ordering::Release);
        if let Some(pad) = self.pad.upgrade()
            && !self.ended.swap(true, Ordering::AcqRel)
        {
            pad.send_event(gst::event::Eos::new());
        }
    }
}
