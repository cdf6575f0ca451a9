//! What a secondary network knows of tracked objects: when each was looked at last, and what a classifier said. Knows no
//! metadata.

use std::collections::HashMap;
use std::sync::Arc;

use crate::infer::classify::Attribute;

/// An object that has grown by more than this share since it was looked at is looked at again.
const GROWTH: f32 = 0.2;
/// Frames after which an object that was not seen is forgotten.
const KEPT: u64 = 150;

/// One tracked object.
#[derive(Debug, Default)]
struct Entry {
    inferred: u64,
    area: f32,
    seen: u64,
    said: Arc<Vec<Attribute>>,
}

/// The objects of one source.
#[derive(Debug, Default)]
struct Source {
    objects: HashMap<u64, Entry>,
    swept: u64,
}

/// Tracked objects of all sources.
#[derive(Debug, Default)]
pub struct History {
    /// How often each source has begun anew.
    epochs: HashMap<u32, u32>,
    sources: HashMap<(u32, u32), Source>,
}

/// Which object of which source, and the how-manieth beginning of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    source: (u32, u32),
    id: u64,
}

impl History {
    /// Object `id` of a source as it is now.
    pub fn identity(&self, source: u32, id: u64) -> Identity {
        Identity { source: (source, self.epochs.get(&source).copied().unwrap_or(0)), id }
    }

    /// A source begins anew: from here on its numbers mean other objects. Those of before are still known, for frames
    /// under way, until [`forget`](Self::forget).
    pub fn renew(&mut self, source: u32) {
        *self.epochs.entry(source).or_default() += 1;
    }

    /// Whether an object of `area` is to be looked at in frame `frame`: when it is new, when more than `interval` frames have
    /// passed (`None`: however many), or when it has grown. If so, it counts as looked at.
    pub fn wants(&mut self, object: Identity, frame: u64, area: f32, interval: Option<u32>) -> bool {
        let source = self.sources.entry(object.source).or_default();
        source.sweep(frame);
        let new = !source.objects.contains_key(&object.id);
        let entry = source.objects.entry(object.id).or_default();
        entry.seen = frame;
        // Numbers of frames begin anew when a source does.
        let due = frame < entry.inferred
            || interval.is_some_and(|interval| frame - entry.inferred > u64::from(interval))
            || entry.area * (1.0 + GROWTH) < area;
        if new || due {
            (entry.inferred, entry.area) = (frame, area);
        }
        new || due
    }

    /// An object could not be looked at after all: it is as if it had never been.
    pub fn undo(&mut self, object: Identity) {
        if let Some(source) = self.sources.get_mut(&object.source) {
            source.objects.remove(&object.id);
        }
    }

    /// Keeps what was said of an object. Heads that said nothing this time keep what they said before.
    pub fn keep(&mut self, object: Identity, said: &[Attribute]) {
        let Some(entry) = self.sources.get_mut(&object.source).and_then(|source| source.objects.get_mut(&object.id))
        else {
            return;
        };
        let silent = |before: &&Attribute| said.iter().all(|new| new.head != before.head);
        let mut all: Vec<Attribute> = entry.said.iter().filter(silent).chain(said).cloned().collect();
        all.sort_by_key(|attribute| attribute.head);
        entry.said = Arc::new(all);
    }

    /// What is known of an object.
    pub fn said(&self, object: Identity) -> Arc<Vec<Attribute>> {
        let entry = self.sources.get(&object.source).and_then(|source| source.objects.get(&object.id));
        entry.map(|entry| Arc::clone(&entry.said)).unwrap_or_default()
    }

    /// Forgets what a source had before it began anew.
    pub fn forget(&mut self, source: u32) {
        let now = self.epochs.get(&source).copied().unwrap_or(0);
        self.sources.retain(|(of, epoch), _| *of != source || *epoch >= now);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Source {
    /// Now and then forgets objects that have gone.
    fn sweep(&mut self, frame: u64) {
        if frame < self.swept || frame - self.swept > KEPT {
            self.swept = frame;
            self.objects.retain(|_, entry| entry.seen <= frame && frame - entry.seen <= KEPT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(head: u32, label: &str) -> Attribute {
        Attribute { head, class: 0, classes: 2, confidence: 0.9, label: label.into() }
    }

    const CAR: Identity = Identity { source: (1, 0), id: 7 };

    #[test]
    fn an_object_is_looked_at_once_and_then_at_intervals_or_when_it_grows() {
        let mut history = History::default();
        let mut wants = |frame, area, interval| history.wants(CAR, frame, area, interval);
        assert!(wants(0, 100.0, None));
        assert!(!wants(1, 119.0, None) && wants(2, 121.0, None) && !wants(100, 121.0, None));
        assert!(!wants(101, 121.0, Some(99)) && wants(102, 121.0, Some(99)));
        assert!(wants(103, 121.0, Some(0)) && !wants(103, 121.0, Some(0)));
        assert!(wants(3, 50.0, None), "the source began anew");
    }

    #[test]
    fn what_was_said_stays_head_by_head() {
        let mut history = History::default();
        history.keep(CAR, &[attribute(0, "lost")]);
        assert!(history.said(CAR).is_empty(), "nobody asked about it");
        history.wants(CAR, 0, 1.0, None);
        history.keep(CAR, &[attribute(1, "red"), attribute(0, "car")]);
        history.keep(CAR, &[attribute(1, "blue")]);
        assert_eq!(history.said(CAR).iter().map(|a| a.label.as_str()).collect::<Vec<_>>(), ["car", "blue"]);
        history.undo(CAR);
        assert!(history.said(CAR).is_empty() && history.wants(CAR, 1, 1.0, None));
        history.keep(CAR, &[attribute(0, "van")]);
        history.renew(1);
        let other = history.identity(1, 7);
        assert!(history.wants(other, 0, 1.0, None) && history.said(other).is_empty());
        assert_eq!(history.said(CAR).len(), 1);
        history.forget(1);
        assert!(history.said(CAR).is_empty() && !history.wants(other, 0, 1.0, None));
    }

    #[test]
    fn objects_that_have_gone_are_forgotten() {
        let mut history = History::default();
        for frame in 0..10_000 {
            history.wants(Identity { id: frame, ..CAR }, frame, 1.0, None);
        }
        assert!(history.sources[&(1, 0)].objects.len() as u64 <= 2 * KEPT + 2);
    }
}
