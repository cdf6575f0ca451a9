//! Which frame goes into which batch: the queues of all sources and whose turn it is. Knows no GStreamer.

use std::collections::{BTreeMap, VecDeque};

/// What waits in a source's queue.
#[derive(Debug, PartialEq)]
pub enum Entry<T, E> {
    /// A frame.
    Frame(T),
    /// Something that must stay in its place between the frames.
    Event(E),
    /// The source's end.
    End,
}

/// One source.
struct Input<T, E> {
    queue: VecDeque<Entry<T, E>>,
    /// Whether it has delivered anything yet.
    seen: bool,
    /// Whether its end was taken out.
    ended: bool,
}

impl<T, E> Default for Input<T, E> {
    fn default() -> Self {
        Self { queue: VecDeque::new(), seen: false, ended: false }
    }
}

/// How far the next batch is.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Readiness {
    /// Nothing waits.
    Empty,
    /// Some frames wait, others may still come.
    Partial,
    /// A batch can leave.
    Full,
    /// All sources have ended.
    Ended,
}

/// All sources by number.
pub struct Inputs<T, E> {
    inputs: BTreeMap<u32, Input<T, E>>,
    /// The source after which the next batch begins.
    last: Option<u32>,
    /// Whether a batch has left; until then a source that has not begun is waited for.
    started: bool,
}

impl<T, E> Default for Inputs<T, E> {
    fn default() -> Self {
        Self { inputs: BTreeMap::new(), last: None, started: false }
    }
}

impl<T, E> Inputs<T, E> {
    /// Adds source `id`; `false` if it is there already.
    pub fn add(&mut self, id: u32) -> bool {
        let new = !self.inputs.contains_key(&id);
        if new {
            self.inputs.insert(id, Input::default());
        }
        new
    }

    /// Takes source `id` out with all that waits in its queue; whether it was there.
    pub fn remove(&mut self, id: u32) -> bool {
        self.inputs.remove(&id).is_some()
    }

    /// The smallest number no source has.
    pub fn free_id(&self) -> u32 {
        (0..).find(|id| !self.inputs.contains_key(id)).unwrap_or(u32::MAX)
    }

    /// How many sources there are.
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// How many entries wait in the queue of `id`.
    pub fn waiting(&self, id: u32) -> usize {
        self.inputs.get(&id).map_or(0, |input| input.queue.len())
    }

    /// Appends to the queue of `id`; whether the source is there.
    pub fn push(&mut self, id: u32, entry: Entry<T, E>) -> bool {
        let Some(input) = self.inputs.get_mut(&id) else { return false };
        input.seen = true;
        input.ended = false;
        input.queue.push_back(entry);
        true
    }

    /// Empties the queue of `id`, which then begins anew.
    pub fn flush(&mut self, id: u32) {
        if let Some(input) = self.inputs.get_mut(&id) {
            input.queue.clear();
            input.ended = false;
        }
    }

    /// Source `id` gives nothing for now: it is not waited for until it begins again.
    pub fn rest(&mut self, id: u32) {
        if let Some(input) = self.inputs.get_mut(&id) {
            input.seen = false;
        }
    }

    /// Empties every queue and forgets who has begun.
    pub fn reset(&mut self) {
        self.inputs.values_mut().for_each(|input| *input = Input::default());
        self.last = None;
        self.started = false;
    }

    /// Takes out an event or end that stands before the next frame of its source.
    pub fn next_event(&mut self) -> Option<(u32, Entry<T, E>)> {
        for (id, input) in &mut self.inputs {
            if matches!(input.queue.front(), Some(Entry::Event(_) | Entry::End)) {
                let entry = input.queue.pop_front()?;
                input.ended |= matches!(entry, Entry::End);
                return Some((*id, entry));
            }
        }
        None
    }

    /// The next frame of source `id`, if one waits.
    pub fn front(&self, id: u32) -> Option<&T> {
        match self.inputs.get(&id)?.queue.front() {
            Some(Entry::Frame(frame)) => Some(frame),
            _ => None,
        }
    }

    /// Drops waiting frames from the heads of the queues as long as `late` says so; the dropped ones.
    pub fn drop_late(&mut self, late: impl Fn(&T) -> bool) -> Vec<(u32, T)> {
        let mut dropped = Vec::new();
        for (id, input) in &mut self.inputs {
            while matches!(input.queue.front(), Some(Entry::Frame(frame)) if late(frame)) {
                if let Some(Entry::Frame(frame)) = input.queue.pop_front() {
                    dropped.push((*id, frame));
                }
            }
        }
        dropped
    }

    /// The smallest `key` of the frames at the heads of the queues that have one.
    pub fn earliest<K: Ord>(&self, key: impl Fn(&T) -> Option<K>) -> Option<K> {
        self.inputs.keys().filter_map(|id| self.front(*id)).filter_map(key).min()
    }

    /// Whether a batch of `size` frames can leave; frames for which `due` is false do not count yet.
    pub fn readiness(&self, size: usize, due: impl Fn(&T) -> bool) -> Readiness {
        if !self.inputs.is_empty() && self.inputs.values().all(|input| input.ended && input.queue.is_empty()) {
            return Readiness::Ended;
        }
        let ready = self.inputs.keys().filter(|id| self.front(**id).is_some_and(&due)).count();
        let awaited = |input: &Input<T, E>| !input.ended && (input.seen || !self.started) && input.queue.is_empty();
        let missing = self.inputs.values().filter(|input| awaited(input)).count();
        match ready {
            0 => Readiness::Empty,
            _ if ready >= size.max(1) || missing == 0 => Readiness::Full,
            _ => Readiness::Partial,
        }
    }

    /// Takes up to `size` frames, one a source, beginning after the source that was served last.
    pub fn take(&mut self, size: usize, due: impl Fn(&T) -> bool) -> Vec<(u32, T)> {
        let after = self.last.unwrap_or(u32::MAX);
        let mut order: Vec<u32> = self.inputs.keys().copied().collect();
        let turn = order.iter().position(|id| *id > after && self.last.is_some()).unwrap_or(0);
        order.rotate_left(turn);
        let mut frames = Vec::with_capacity(size.min(order.len()));
        for id in order {
            if frames.len() >= size.max(1) {
                break;
            }
            if self.front(id).is_some_and(&due)
                && let Some(Entry::Frame(frame)) = self.inputs.get_mut(&id).and_then(|input| input.queue.pop_front())
            {
                frames.push((id, frame));
            }
        }
        self.last = frames.last().map(|(id, _)| *id).or(self.last);
        self.started |= !frames.is_empty();
        // Within a batch the sources stand by number, whoever's turn it was.
        frames.sort_by_key(|(id, _)| *id);
        frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(sources: u32) -> Inputs<u32, &'static str> {
        let mut inputs = Inputs::default();
        (0..sources).for_each(|id| assert!(inputs.add(id)));
        inputs
    }

    fn frame(inputs: &mut Inputs<u32, &'static str>, id: u32, number: u32) {
        assert!(inputs.push(id, Entry::Frame(number)));
    }

    #[test]
    fn a_batch_is_full_with_one_frame_of_every_source() {
        let mut inputs = inputs(2);
        assert_eq!(inputs.readiness(4, |_| true), Readiness::Empty);
        frame(&mut inputs, 0, 1);
        frame(&mut inputs, 0, 2);
        assert_eq!(inputs.readiness(4, |_| true), Readiness::Partial, "the second has not begun");
        frame(&mut inputs, 1, 7);
        assert_eq!(inputs.readiness(4, |_| true), Readiness::Full);
        assert_eq!(inputs.take(4, |_| true), [(0, 1), (1, 7)]);
        assert_eq!(inputs.readiness(4, |_| true), Readiness::Partial);
    }

    #[test]
    fn more_sources_than_the_batch_take_turns() {
        let mut inputs = inputs(3);
        for id in 0..3 {
            (0..4).for_each(|number| frame(&mut inputs, id, number));
        }
        let served: Vec<Vec<u32>> =
            (0..3).map(|_| inputs.take(2, |_| true).into_iter().map(|(id, _)| id).collect()).collect();
        assert_eq!(served, [vec![0, 1], vec![0, 2], vec![1, 2]]);
    }

    #[test]
    fn a_source_added_later_is_not_waited_for_until_it_begins() {
        let mut inputs = inputs(1);
        frame(&mut inputs, 0, 1);
        inputs.take(2, |_| true);
        inputs.add(5);
        frame(&mut inputs, 0, 2);
        assert_eq!(inputs.readiness(2, |_| true), Readiness::Full);
        frame(&mut inputs, 5, 9);
        assert_eq!(inputs.take(2, |_| true), [(0, 2), (5, 9)]);
        frame(&mut inputs, 0, 3);
        assert_eq!(inputs.readiness(2, |_| true), Readiness::Partial, "now it is");
        inputs.remove(5);
        assert_eq!(inputs.readiness(2, |_| true), Readiness::Full);
        assert_eq!(inputs.free_id(), 1);
    }

    #[test]
    fn events_and_ends_keep_their_place() {
        let mut inputs = inputs(2);
        frame(&mut inputs, 0, 1);
        inputs.push(0, Entry::Event("tag"));
        inputs.push(0, Entry::End);
        inputs.push(1, Entry::End);
        assert_eq!(inputs.next_event(), Some((1, Entry::End)));
        assert_eq!(inputs.next_event(), None, "a frame stands before it");
        assert_eq!(inputs.readiness(2, |_| true), Readiness::Full, "the other has ended");
        assert_eq!(inputs.take(2, |_| true), [(0, 1)]);
        assert_eq!(inputs.next_event(), Some((0, Entry::Event("tag"))));
        assert_eq!(inputs.readiness(2, |_| true), Readiness::Empty);
        assert_eq!(inputs.next_event(), Some((0, Entry::End)));
        assert_eq!(inputs.readiness(2, |_| true), Readiness::Ended);
        frame(&mut inputs, 1, 2);
        assert_eq!(inputs.readiness(2, |_| true), Readiness::Full, "a source may begin again");
    }

    #[test]
    fn a_source_that_rests_is_not_waited_for() {
        let mut inputs = inputs(2);
        (0..2).for_each(|id| frame(&mut inputs, id, 1));
        inputs.take(2, |_| true);
        frame(&mut inputs, 0, 2);
        assert_eq!(inputs.readiness(2, |_| true), Readiness::Partial);
        inputs.rest(1);
        assert_eq!(inputs.readiness(2, |_| true), Readiness::Full);
        frame(&mut inputs, 1, 2);
        assert_eq!(inputs.take(2, |_| true), [(0, 2), (1, 2)]);
        frame(&mut inputs, 0, 3);
        assert_eq!(inputs.readiness(2, |_| true), Readiness::Partial, "it is back");
    }

    #[test]
    fn frames_that_are_not_due_wait_and_late_ones_go() {
        let mut inputs = inputs(2);
        frame(&mut inputs, 0, 10);
        frame(&mut inputs, 1, 20);
        assert_eq!(inputs.readiness(2, |t| *t <= 5), Readiness::Empty);
        assert_eq!(inputs.earliest(|t| Some(*t)), Some(10));
        assert_eq!(inputs.earliest(|t| (*t > 10).then_some(*t)), Some(20));
        assert_eq!(inputs.take(2, |t| *t <= 10), [(0, 10)]);
        assert_eq!(inputs.drop_late(|t| *t < 30), [(1, 20)]);
    }
}
