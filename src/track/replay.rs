//! Detections of a file through a tracker, as a pipeline would feed them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::frame::{Detection, FrameInput, History, Point, TrackState};
use super::metrics::MotRow;
use super::stream::StreamTracker;
use crate::base::geometry::Rect;
use crate::config::tracker::TrackerConfig;

/// Width and height that `nvtracker` works at unless it is told otherwise.
const TRACKER_SIZE: (f32, f32) = (960.0, 544.0);

/// Frames between two sightings that are taken for seen.
const LONGEST_GAP: usize = 1;

/// What a tracker made of detections.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The tracks, by frame.
    pub rows: Vec<MotRow>,
    /// How many frames were tracked.
    pub frames: u32,
}

/// Tracks every frame from the first to the last that has detections, also those without any. `size` is the frames' in
/// pixels. Frames in which an object was not yet believed are reported once it is, as past-frame metadata does it.
pub fn replay(config: &Arc<TrackerConfig>, detections: &[MotRow], size: (f32, f32)) -> Replayed {
    let (x, y) = (size.0 / TRACKER_SIZE.0, size.1 / TRACKER_SIZE.1);
    let mut frames: BTreeMap<u32, Vec<Detection>> = BTreeMap::new();
    for row in detections {
        let rect = scaled(&row.rect, 1.0 / x, 1.0 / y);
        let detection = Detection { class_id: row.class_id, confidence: row.confidence, rect };
        frames.entry(row.frame).or_default().push(detection);
    }
    let (Some((&first, _)), Some((&last, _))) = (frames.first_key_value(), frames.last_key_value()) else {
        return Replayed { rows: Vec::new(), frames: 0 };
    };
    let mut tracker = StreamTracker::new(Arc::clone(config));
    let mut rows = Vec::new();
    for frame in first..=last {
        let found = frames.remove(&frame).unwrap_or_default();
        let result = tracker.update(&FrameInput::new(frame, TRACKER_SIZE, &found), None);
        for past in &result.past {
            rows.extend(believed(past, (x, y)));
        }
        rows.extend(result.tracked.iter().map(|tracked| MotRow {
            frame,
            id: tracked.id as i64,
            rect: scaled(&tracked.rect, x, y),
            confidence: tracked.confidence,
            class_id: tracked.class_id,
        }));
    }
    rows.sort_by_key(|row| (row.frame, row.id));
    Replayed { rows, frames: last - first + 1 }
}

/// The frames of an object that were not shown in time: those before it was believed, and a single one in which it was
/// missed between two sightings. Longer gaps are guesses and left out.
fn believed(past: &History, (x, y): (f32, f32)) -> impl Iterator<Item = MotRow> + '_ {
    let missed = past.points.iter().filter(|point| point.state == TrackState::Inactive).count();
    let sure = move |point: &&Point| missed <= LONGEST_GAP || point.state == TrackState::Tentative;
    past.points.iter().filter(sure).map(move |point| MotRow {
        frame: point.frame_num,
        id: past.id as i64,
        rect: scaled(&point.rect, x, y),
        confidence: point.confidence,
        class_id: past.class_id,
    })
}

fn scaled(rect: &Rect, x: f32, y: f32) -> Rect {
    Rect { left: rect.left * x, top: rect.top * y, width: rect.width * x, height: rect.height * y }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detections_come_back_with_ids_probation_included() {
        let rect = Rect { left: 10.0, top: 20.0, width: 64.0, height: 48.0 };
        let row = |frame| MotRow { frame, id: -1, rect, confidence: 0.9, class_id: 2 };
        let rows: Vec<_> = (3..=9).filter(|frame| *frame != 6).map(row).collect();
        let mut config = TrackerConfig::default();
        config.target.probation_age = 2;
        let config = Arc::new(config);
        let replayed = replay(&config, &rows, (1280.0, 720.0));
        assert_eq!(replayed.frames, 7);
        let frames: Vec<_> = replayed.rows.iter().map(|row| (row.frame, row.id)).collect();
        assert_eq!(frames, [3, 4, 5, 6, 7, 8, 9].map(|frame| (frame, 0)), "6 lies between two sightings");
        let gap = rows.iter().filter(|row| row.frame != 7).copied().collect::<Vec<_>>();
        let frames: Vec<_> = replay(&config, &gap, (1280.0, 720.0)).rows.iter().map(|row| row.frame).collect();
        assert_eq!(frames, [3, 4, 5, 8, 9]);
        assert!((replayed.rows[0].rect.iou(&rect) - 1.0).abs() < 1e-5);
        assert_eq!(replay(&Arc::default(), &[], (1.0, 1.0)).frames, 0);
    }
}
