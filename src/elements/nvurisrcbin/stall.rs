//! Notices that a source has died in silence. `decodebin` loses the error of a demuxer that fails while it is still being
//! plugged (it takes the error for a failed attempt); nothing moves any more then, and nobody says so.

use std::sync::{Arc, Mutex, PoisonError};

use gst::prelude::*;

/// How often is looked.
const PERIOD: gst::ClockTime = gst::ClockTime::from_mseconds(250);

/// Looks every now and then until dropped.
pub struct Watch {
    next: Arc<Mutex<Option<gst::SingleShotClockId>>>,
}

impl Watch {
    /// Calls `stalled` once no thread has been at work below `source` for two looks in a row. `stalled` is asked for
    /// nothing else; the watch ends with it.
    pub fn start(source: &gst::Element, stalled: impl Fn() + Send + Sync + 'static) -> Self {
        let next = Arc::default();
        look_later(Arc::downgrade(&next), source.downgrade(), Arc::new(stalled), false);
        Self { next }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(id) = self.next.lock().unwrap_or_else(PoisonError::into_inner).take() {
            id.unschedule();
        }
    }
}

type Next = std::sync::Weak<Mutex<Option<gst::SingleShotClockId>>>;

fn look_later(next: Next, source: gst::glib::WeakRef<gst::Element>, stalled: Arc<dyn Fn() + Send + Sync>, idle: bool) {
    let Some(slot) = next.upgrade() else { return };
    let clock = gst::SystemClock::obtain();
    let id = clock.new_single_shot_id(clock.time() + PERIOD);
    let scheduled = id.wait_async(move |_, _, _| {
        let Some(element) = source.upgrade() else { return };
        match (is_at_work(&element), idle) {
            (true, _) => look_later(next.clone(), source.clone(), stalled.clone(), false),
            (false, false) => look_later(next.clone(), source.clone(), stalled.clone(), true),
            (false, true) => stalled(),
        }
    });
    if scheduled.is_ok() {
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
    }
}

/// Whether a streaming thread runs in `element` or below.
fn is_at_work(element: &gst::Element) -> bool {
    let own = element.pads().iter().any(|pad| pad.task_state() == gst::TaskState::Started);
    own || element.downcast_ref::<gst::Bin>().is_some_and(|bin| bin.children().iter().any(is_at_work))
}
