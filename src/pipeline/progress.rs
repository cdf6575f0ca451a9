//! The progress bar: frames, rate and time left, on stderr when that is a terminal.

use std::{
    io::IsTerminal,
    sync::{Mutex, PoisonError},
};

use gst::prelude::*;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

/// The bar of the run in this process, for lines that have to be written above it.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Shows how far a run is, once it is known how long it will be.
pub(super) struct Progress {
    wanted: bool,
    limit: Option<u64>,
    entries: Vec<gst::Pad>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// `limit` is the number of frames after which each source ends; `entries` are the pads its frames come in by.
    pub(super) fn new(wanted: bool, limit: Option<u64>, entries: &[gst::Pad]) -> Self {
        Self { wanted: wanted && std::io::stderr().is_terminal(), limit, entries: entries.to_vec(), bar: None }
    }

    /// Whether the bar wants to be brought up to date often.
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted
    }

    /// `frames` have come out.
    pub(super) fn update(&mut self, frames: u64) {
        if !self.wanted || frames == 0 {
            return;
        }
        if self.bar.is_none() {
            let total: Option<u64> = self.entries.iter().map(|entry| self.frames_of(entry)).sum();
            let Some(total) = total else {
                self.wanted = false;
                return;
            };
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} frames  {rate}  {eta} left") {
                bar.set_style(style.with_key("rate", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                    let _ = write!(out, "{:.1} frames/s", state.per_sec());
                }));
            }
            *shown() = Some(bar.clone());
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(frames);
        }
    }

    /// How many frames a source will give, as far as its container says.
    fn frames_of(&self, entry: &gst::Pad) -> Option<u64> {
        let length = || {
            let caps = entry.current_caps()?;
            let rate = caps.structure(0)?.get::<gst::Fraction>("framerate").ok().filter(|rate| rate.numer() > 0)?;
            let duration = entry.peer_query_duration::<gst::ClockTime>()?;
            duration.nseconds().mul_div_round(rate.numer().try_into().ok()?, 1_000_000_000 * rate.denom() as u64)
        };
        match (self.limit, length()) {
            (Some(limit), Some(length)) => Some(limit.min(length)),
            (limit, length) => limit.or(length),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        shown().take();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Runs `write` while the bar is out of the way.
pub(super) fn above(write: impl FnOnce()) {
    let bar = shown().clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

fn shown() -> std::sync::MutexGuard<'static, Option<ProgressBar>> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}
