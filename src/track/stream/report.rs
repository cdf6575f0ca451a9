//! The end of a frame: who is gone, who counts, what is shown.

use super::{Frame, StreamTracker};
use crate::track::frame::{FrameResult, TrackState};

impl StreamTracker {
    /// Lets go of targets that were lost for too long.
    pub(super) fn end(&mut self, frame: &Frame<'_>, result: &mut FrameResult) {
        let (config, mut ended) = (frame.config, Vec::new());
        for target in std::mem::take(&mut self.targets) {
            let place = if target.is_over(config) { &mut ended } else { &mut self.targets };
            place.push(target);
        }
        if config.target.output_terminated_tracks {
            result.terminated.extend(ended.iter().filter_map(|target| target.frames(target.history.clone())));
        }
        self.archive(config, ended, frame.input.frame_num);
    }

    /// Says what is shown.
    pub(super) fn report(&mut self, frame: &Frame<'_>, result: &mut FrameResult) {
        for target in &mut self.targets {
            if target.state == TrackState::Active
                && let Some(id) = target.id
            {
                result.tracked.push(target.tracked(id));
                let pending = std::mem::take(&mut target.pending);
                result.past.extend(target.frames(pending));
            }
            target.record(frame.config, frame.input.frame_num, frame.input.size);
            if frame.config.target.output_shadow_tracks && target.state == TrackState::Inactive {
                let last = target.history.last().copied().into_iter().collect();
                result.shadow.extend(target.frames(last));
            }
        }
    }
}
