//! Identities that a tracker exchanged: two boxes that jump onto each other's places in the same frame.

use std::collections::HashMap;

use super::observation::Observation;
use super::track::Track;

/// Overlap of a box with itself a frame before, below which it jumped.
const JUMPED: f32 = 0.1;
/// Overlap with the other's box a frame before, above which it took its place.
const TOOK_PLACE: f32 = 0.5;

/// Exchanges what is remembered of identities that exchanged places since the frame before, so that nobody seems to have
/// jumped.
pub fn exchange(tracks: &mut HashMap<u64, Track>, observations: &[Observation], last_frame: u64) {
    let mut jumped: Vec<(u64, &Observation)> = Vec::new();
    for observation in observations {
        let Some(id) = observation.id else { continue };
        let Some(track) = tracks.get(&id).filter(|track| track.frame == last_frame) else { continue };
        if track.rect.iou(&observation.rect) >= JUMPED {
            continue;
        }
        let other = jumped.iter().position(|(other, seen)| {
            let takes = |id: &u64, rect| tracks.get(id).is_some_and(|track| track.rect.iou(rect) > TOOK_PLACE);
            seen.class_id == observation.class_id && takes(other, &observation.rect) && takes(&id, &seen.rect)
        });
        match other.map(|place| jumped.swap_remove(place).0) {
            Some(other) => {
                if let [Some(a), Some(b)] = tracks.get_disjoint_mut([&id, &other]) {
                    std::mem::swap(a, b);
                }
            }
            None => jumped.push((id, observation)),
        }
    }
}
